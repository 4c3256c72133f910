"""Compare two rankings on the same questions. Pure: two rows of numbers in, a difference out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.metrics.bootstrap import blocks, bootstrap

_EXACT = 12
"""Up to this many questions, all 2 ** n choices of signs are counted; for more, random ones, so that the test takes milliseconds."""
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference over questions, second minus first, its bootstrap 95 % interval, and the p-value of the permutation test."""

    mean: float
    low: float
    high: float
    p: float


def paired_difference(first: Sequence[float], second: Sequence[float], resamples: int = 10_000, seed: int = 0) -> Difference:
    """Compare one metric of the same questions, at least one.

    The interval is the percentile bootstrap's over questions. `p` is the two-sided p-value of the paired permutation test: if the two
    rankings were equally good, each question's difference could as well have the opposite sign.
    """
    differences = np.array(second, dtype=np.float64) - np.array(first, dtype=np.float64)
    size = len(differences)
    low, high = bootstrap(lambda draws: differences[draws].mean(axis=1), size, resamples, seed)
    return Difference(float(differences.mean()), float(low), float(high), _p_value(differences, resamples, seed))


def _p_value(differences: NDArray[np.float64], resamples: int, seed: int) -> float:
    size = len(differences)
    if size <= _EXACT:
        signs = np.array(np.meshgrid(*[[-1, 1]] * size)).reshape(size, -1).T
        return float(_as_far(signs, differences).mean())
    random = np.random.default_rng(seed)
    far = sum(int(_as_far(random.choice([-1, 1], (count, size)), differences).sum()) for count in blocks(resamples, size))
    return (far + 1) / (resamples + 1)


def _as_far(signs: NDArray[np.int64], differences: NDArray[np.float64]) -> NDArray[np.bool_]:
    far: NDArray[np.bool_] = np.abs(signs @ differences) >= abs(differences.sum()) - _ROUNDING
    return far
