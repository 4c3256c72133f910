"""Fusion of ranked lists into one. A list maps a chunk's id to its score in one channel; of equal scores the first listed ranks higher."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

RRF_K = 60
"""The constant of the authors of reciprocal rank fusion."""
_Key = TypeVar("_Key", bound=Hashable)


def reciprocal_rank(channels: Sequence[Mapping[_Key, float]], k: int = RRF_K) -> dict[_Key, float]:
    """Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009): the sum of 1 / (k + rank)."""
    fused: dict[_Key, float] = {}
    for channel in channels:
        for rank, id_ in enumerate(sorted(channel, key=lambda id_: -channel[id_]), start=1):
            fused[id_] = fused.get(id_, 0.0) + 1 / (k + rank)
    return fused


def min_max(channels: Sequence[Mapping[_Key, float]], weights: Sequence[float]) -> dict[_Key, float]:
    """The weighted sum of each channel's scores scaled to [0, 1]; a chunk that a channel did not return has 0 there."""
    fused: dict[_Key, float] = {}
    for channel, weight in zip(channels, weights, strict=True):
        if not channel:
            continue
        low, high = min(channel.values()), max(channel.values())
        for id_, score in channel.items():
            scaled = (score - low) / (high - low) if high > low else 1.0
            fused[id_] = fused.get(id_, 0.0) + weight * scaled
    return fused


def on_scale(scores: Mapping[_Key, float], weight: float) -> dict[_Key, float]:
    """A channel's scores times its weight, at least 0. Scores are not normalised by question, so that a channel with large differences
    between chunks has more influence than one with small differences.
    """
    return {id_: max(weight * score, 0.0) for id_, score in scores.items()}
