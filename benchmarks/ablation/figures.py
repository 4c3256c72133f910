"""Figures with a value per item, so that the difference of two has an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.answers.scores import auroc, interval_of

Floats = NDArray[np.float64]


class Kind(StrEnum):
    """The way to combine the items into one figure."""

    MEAN = "mean"
    COUNT = "count"
    RATIO = "ratio"
    """Each item is a numerator and a denominator; both are summed first."""
    AUROC = "auroc"
    """Each item is a confidence, and 1 where the question has an answer, else 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure of a set: `values` has a row per item and, for a ratio or an AUROC, two columns."""

    kind: Kind
    values: Floats

    @staticmethod
    def of(kind: Kind, values: Sequence[object]) -> Figure:
        return Figure(kind, np.array(values, dtype=float))

    @property
    def value(self) -> float:
        """The figure; nan without items."""
        return _value(self.kind, self.values)

    def same(self, other: Figure) -> bool:
        return np.array_equal(self.values, other.values)

    def joined(self, others: Sequence[Figure]) -> Figure:
        """The figure over the items of several sets."""
        return Figure(self.kind, np.concatenate([self.values, *(other.values for other in others)]))


def difference(before: Figure, after: Figure) -> tuple[float, float, float]:
    """The second figure minus the first, with the paired percentile-bootstrap 95 % interval."""
    change = after.value - before.value
    if before.same(after):
        return change, 0.0, 0.0
    drawn = interval_of(lambda rows: _value(before.kind, after.values[rows]) - _value(before.kind, before.values[rows]), len(before.values))
    return change, drawn.low, drawn.high


def _value(kind: Kind, values: Floats) -> float:
    if not len(values):
        return float("nan")
    if kind is Kind.MEAN:
        return float(values.mean())
    if kind is Kind.COUNT:
        return float(values.sum())
    if kind is Kind.AUROC:
        return auroc(values[:, 0], values[:, 1] > 0)
    met, asked = values.sum(axis=0)
    return float(met / asked) if asked else float("nan")
