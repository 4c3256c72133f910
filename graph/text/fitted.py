"""The models fitted by benchmarks/fit_graph.py and stored in data/models/: logistic regression, optionally with boosted trees."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import mul

import numpy as np
from numpy.typing import NDArray

from ingest.data import data_folder

Numbers = NDArray[np.float64]
_MOST = 50.0  # log odds beyond which a probability is 0 or 1


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees of two levels: `columns` and `bounds` of shape (trees, 3) are the questions at the root and at its two children,
    "is the feature at most the bound?"; `leaves` of shape (trees, 4) are added to the log odds for yes-yes, yes-no, no-yes and no-no."""

    start: float
    columns: NDArray[np.int64]
    bounds: Numbers
    leaves: Numbers

    def scores(self, rows: Numbers) -> Numbers:
        """The log odds of every row."""
        found = np.full(len(rows), self.start)
        for columns, bounds, leaves in zip(self.columns, self.bounds, self.leaves, strict=True):
            root, left, right = (rows[:, column] <= bound for column, bound in zip(columns, bounds, strict=True))
            found += np.where(root, np.where(left, leaves[0], leaves[1]), np.where(right, leaves[2], leaves[3]))
        return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted model: the log odds are the intercept plus the weighted features, plus those of the trees if there are any.

    `threshold` is the probability at which its answer is yes, `levels` are other thresholds by name, and `slope` and `shift` make the log
    odds a probability that holds on subjects it was not fitted to.
    """

    intercept: float
    weights: tuple[float, ...]
    threshold: float
    levels: Mapping[str, float] = field(default_factory=dict)
    trees: Trees | None = None
    slope: float = 1.0
    shift: float = 0.0

    def probability(self, seen: Sequence[float]) -> float:
        """The probability for these features, in (0, 1), by the logistic part alone."""
        score = self.intercept + sum(map(mul, self.weights, seen))
        return 1 / (1 + math.exp(-max(-_MOST, min(_MOST, score))))

    def probabilities(self, rows: Numbers) -> Numbers:
        """The probability of every row of features."""
        scores = rows @ np.array(self.weights) + self.intercept
        if self.trees is not None:
            scores = (scores + self.trees.scores(rows)) / 2
        return np.asarray(1 / (1 + np.exp(-np.clip(self.slope * scores + self.shift, -_MOST, _MOST))))


@cache
def load_fitted(name: str, columns: tuple[str, ...]) -> Fitted:
    """The model of data/models/NAME.json. A column without a weight there counts as 0."""
    read = json.loads((data_folder("models") / f"{name}.json").read_text(encoding="utf-8"))
    trees = None
    if "trees" in read:
        at = {column: number for number, column in enumerate(columns)}
        made = read["trees"]
        questions = [[at[column] for column in tree["columns"]] for tree in made["each"]]
        bounds, leaves = [tree["bounds"] for tree in made["each"]], [tree["leaves"] for tree in made["each"]]
        trees = Trees(made["start"], np.array(questions), np.array(bounds), np.array(leaves))
    weights = tuple(float(read["weights"].get(column, 0.0)) for column in columns)
    levels = read.get("levels", {})
    return Fitted(read["intercept"], weights, read["threshold"], levels, trees, read.get("slope", 1.0), read.get("shift", 0.0))
