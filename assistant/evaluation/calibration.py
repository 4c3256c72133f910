"""How well a confidence matches the share of cases that are right: bins of equal width, and the error over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Cases with a confidence in [low, high): how many, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def confidence_bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[ConfidenceBin]:
    """Ten bins of equal width over confidences in [0, 1] (Guo et al. 2017, section 2), without the empty ones; 1 is in the last."""
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        ConfidenceBin(at / BINS, (at + 1) / BINS, int(here.sum()), float(confidence[here].mean()), float(right[here].mean()))
        for at in range(BINS)
        if (here := places == at).any()
    ]


def expected_error(bins: list[ConfidenceBin]) -> float:
    """The expected calibration error (Naeini et al. 2015): the distance of confidence and share, weighted by the counts; 0 for no bins."""
    total = sum(each.count for each in bins)
    return sum(each.count * abs(each.confidence - each.right) for each in bins) / max(1, total)
