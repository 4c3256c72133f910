"""Fusion of ranked lists into one. A list maps a chunk's row to its score in one channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RRF_K = 60


def reciprocal_rank(channels: Sequence[Mapping[int, float]], k: int = RRF_K) -> dict[int, float]:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009): the sum of 1 / (k + rank)."""
    fused: dict[int, float] = {}
    for channel in channels:
        for rank, row in enumerate(sorted(channel, key=lambda row: (-channel[row], row)), start=1):
            fused[row] = fused.get(row, 0.0) + 1 / (k + rank)
    return fused


def min_max(channels: Sequence[Mapping[int, float]], weights: Sequence[float]) -> dict[int, float]:
    """The weighted sum of each channel's scores scaled to [0, 1]; a chunk that a channel did not return has 0 there."""
    fused: dict[int, float] = {}
    for channel, weight in zip(channels, weights, strict=True):
        if not channel:
            continue
        low, high = min(channel.values()), max(channel.values())
        for row, score in channel.items():
            scaled = (score - low) / (high - low) if high > low else 1.0
            fused[row] = fused.get(row, 0.0) + weight * scaled
    return fused


def on_scale(scores: Mapping[int, float], weight: float) -> dict[int, float]:
    """A channel's scores times its weight, none below 0.

    Nothing is scaled by what the question found: a channel that tells the chunks apart has more say than one to which they are all alike.
    """
    return {row: max(weight * score, 0.0) for row, score in scores.items()}
