"""How sure it is that one concept is needed for another: a logistic model over features of the pair, so that it is a probability.

Of 100 pairs with a confidence of 0.8 about 80 should be right. The weights are in data/models/prerequisite.json, which
benchmarks/graph_confidence.py fits to judged pairs and writes.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter, mul
from pathlib import Path

from ingest.data import data_folder

_CEILING = 0.98  # of a strength: its evidence stays finite


@dataclass(frozen=True, slots=True)
class Features:
    """What speaks for "a before b".

    `forth` is the evidence in the text for it, `back` for the other way round, both as -log(1 - strength); `name` the weight of a's name
    inside b's; `distance` RefD in [-0.5, 0.5], `order` that of treatment in [-1, 1] and `generality` log of how much more often a is
    mentioned, in [-2, 2], each positive where it speaks for it; `notes` is 1 where both are the subjects of notes of their own; `shared`
    is the share of the sections with b that have a too, `chain` the probability that a is needed for something that b needs.
    """

    forth: float
    back: float
    name: float
    distance: float
    order: float
    generality: float
    notes: float
    shared: float
    chain: float = 0.0


_values = attrgetter(*(field.name for field in fields(Features)))


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: the log odds are the intercept and the weighted features."""

    intercept: float
    weights: Features

    def probability(self, seen: Features) -> float:
        """The probability that the pair is a prerequisite, in (0, 1)."""
        total = self.intercept + sum(map(mul, _values(self.weights), _values(seen)))
        return 1 / (1 + math.exp(-total))


def load_models(file: Path) -> tuple[Model, Model]:
    """The two models of a file as benchmarks/graph_confidence.py writes it: of a pair alone, and of a pair with the chains around it."""
    read = json.loads(file.read_text(encoding="utf-8"))
    alone, chained = (Model(read[name]["intercept"], Features(**read[name]["weights"])) for name in ("alone", "chained"))
    return alone, chained


ALONE, CHAINED = load_models(data_folder("models") / "prerequisite.json")
"""The first model knows each pair alone. With the probabilities that it gives, the second knows the chains too."""


def evidence(strength: float) -> float:
    """A strength in [0, 1] on the scale where independent evidence adds up."""
    return -math.log(1 - min(strength, _CEILING))


def chains(found: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """For each pair (a, b) of `found` the probability that some c is between them: a noisy-or over P(a, c) P(c, b)."""
    after: dict[int, set[int]] = defaultdict(set)
    before: dict[int, set[int]] = defaultdict(set)
    for one, two in found:
        after[one].add(two)
        before[two].add(one)
    return {
        (one, two): 1 - math.prod(1 - found[one, between] * found[between, two] for between in sorted(after[one] & before[two]))
        for one, two in found
    }
