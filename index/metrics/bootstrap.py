"""The percentile bootstrap (Efron 1979), used for every figure with an interval."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

_AT_ONCE = 2_000_000
"""The most drawn numbers held in memory at a time: 16 MB."""
_PERCENTILES = (2.5, 97.5)

Draws = NDArray[np.int64]
"""Resamples of questions by their places, shape (resamples, questions)."""


def bootstrap(
    statistic: Callable[[Draws], NDArray[np.float64]], size: int, resamples: int = 2000, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the 95 % interval of a statistic over `size` questions, at least one.

    `statistic` takes draws of shape (r, size) and returns an array of shape (r, …), one entry a resample; the two ends have its shape
    without r. Resamples for which the statistic is NaN do not count; an end is NaN if none does. The same seed gives the same draws,
    so statistics that are bootstrapped one after the other share their resamples.

    >>> low, high = bootstrap(lambda draws: np.array([1.0, 2.0, 3.0])[draws].mean(axis=1), 3)
    """
    random = np.random.default_rng(seed)
    found = np.concatenate([statistic(random.integers(0, size, (count, size))) for count in blocks(resamples, size)])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        low, high = np.nanpercentile(found, _PERCENTILES, axis=0)
    return low, high


def blocks(rows: int, width: int) -> Iterator[int]:
    """Numbers of rows that add up to `rows`, each few enough to hold that many rows of `width` numbers in memory."""
    step = max(1, _AT_ONCE // width)
    for start in range(0, rows, step):
        yield min(step, rows - start)
