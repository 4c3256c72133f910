"""Whether one ranking is better than another on the same questions. Pure: two rows of numbers in, a difference out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_EXACT = 12
_AT_ONCE = 2_000_000
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean difference over questions, second less first, its bootstrap 95 % interval, and how often chance makes one as large."""

    mean: float
    low: float
    high: float
    p: float


def paired_difference(first: Sequence[float], second: Sequence[float], resamples: int = 10_000, seed: int = 0) -> Difference:
    """Compare one metric of the same questions, at least one.

    The interval is the percentile bootstrap's over questions. `p` is two-sided, of the paired permutation test: were the two alike, each
    question's difference could as well have the other sign. Up to 12 questions every choice of signs is counted, beyond that random ones.
    """
    differences = np.array(second, dtype=np.float64) - np.array(first, dtype=np.float64)
    mean = float(differences.mean())
    random = np.random.default_rng(seed)
    size = len(differences)
    means = np.concatenate([differences[random.integers(0, size, (count, size))].mean(axis=1) for count in _blocks(resamples, size)])
    low, high = np.percentile(means, [2.5, 97.5])
    if size <= _EXACT:
        signs = np.array(np.meshgrid(*[[-1, 1]] * size)).reshape(size, -1).T
        return Difference(mean, float(low), float(high), float(np.mean(_as_far(signs, differences))))
    far = sum(int(_as_far(random.choice([-1, 1], (count, size)), differences).sum()) for count in _blocks(resamples, size))
    return Difference(mean, float(low), float(high), (far + 1) / (resamples + 1))


def _as_far(signs: NDArray[np.int64], differences: NDArray[np.float64]) -> NDArray[np.bool_]:
    far: NDArray[np.bool_] = np.abs(signs @ differences) >= abs(differences.sum()) - _ROUNDING
    return far


def _blocks(total: int, width: int) -> Iterator[int]:
    """`total` in parts that fit memory at so many numbers each."""
    part = max(1, _AT_ONCE // width)
    for start in range(0, total, part):
        yield min(part, total - start)
