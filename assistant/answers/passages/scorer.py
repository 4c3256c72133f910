"""The fitted scorer of units: two linear models over the features, fitted by benchmarks/fit_scorer.py.

The first uses features that need no encoding; the encoder reads the passages that it ranks first, then the second model scores all units.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answers.passages.features import CHEAP, FEATURES, LATE
from ingest.data import data_folder

READ = 5
"""The most passages that are read."""
_WORTH_READING = 3.0
"""A passage is not read if the first model scores its best unit lower than the best of all by this much, in log odds."""
_UNREAD = 0.05
"""How much lower than the median of the passages read the features of an unread passage are set."""


@dataclass(frozen=True, slots=True)
class ScorerModel:
    """The weights of both models by the names of features; a feature without a weight is ignored."""

    first: Mapping[str, float]
    weights: Mapping[str, float]

    def first_scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of units by their features of `CHEAP`, shape (units,)."""
        return rows @ _vector(self.first, CHEAP)

    def scores(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of units by all their features, shape (units,): log odds of being the answer, up to a constant of the question."""
        return rows @ _vector(self.weights, FEATURES)


def load_scorer(file: Path) -> ScorerModel:
    """The model of a file as benchmarks/fit_scorer.py writes it."""
    read = json.loads(file.read_text(encoding="utf-8"))
    return ScorerModel(read["first"], read["weights"])


def chosen_to_read(first: NDArray[np.float64], passages: Sequence[int], behind: float = _WORTH_READING) -> list[int]:
    """The passages with the best units by the first scores, down to `behind` below the best. `passages[i]` is the passage of unit i."""
    least = first.max(initial=-np.inf) - behind
    order = [passages[at] for at in np.argsort(-first, kind="stable").tolist() if first[at] >= least]
    return list(dict.fromkeys(order))[:READ]


def with_unread(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The features with those of `LATE` filled in where they are NaN, because the passage was not read."""
    late = rows[:, len(CHEAP) :]
    unread = np.isnan(late[:, 0])
    if not unread.any():
        return rows
    filled = rows.copy()
    filled[unread, len(CHEAP) :] = np.median(late[~unread], axis=0) - _UNREAD if not unread.all() else np.zeros(len(LATE))
    return filled


def _vector(weights: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([weights.get(name, 0.0) for name in names])


SCORER = load_scorer(data_folder("models") / "scorer.json")
