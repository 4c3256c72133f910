"""How sure it is that one concept is needed for another: a logistic model over what was seen, fitted so that it is a probability.

Of 100 pairs with a confidence of 0.8 about 80 should be right. The weights were fitted by benchmarks/graph_confidence.py on pairs
judged by a person and on the starter course's authored requirements; docs/results.md has the calibration on pairs kept back.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter, mul

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


# The first model knows each pair alone; with what it says the second knows the chains too.
ALONE = Model(-2.24, Features(forth=2.44, back=-1.41, name=3.32, distance=1.68, order=1.08, generality=0.35, notes=1.38, shared=1.45))
CHAINED = Model(
    -2.33,
    Features(forth=2.34, back=-1.40, name=3.40, distance=1.37, order=0.94, generality=0.28, notes=1.31, shared=1.49, chain=1.34),
)


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
