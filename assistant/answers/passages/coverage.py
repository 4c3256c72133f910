"""Measure how much of a question a text covers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from index.search import Index, Query

_LEAST_WEIGHT = 0.1


def term_weights(query: Query, index: Index) -> dict[str, float]:
    """The question's terms with their weights: rare terms count more, and every term counts something."""
    return {term: rarity + _LEAST_WEIGHT for term, rarity in index.rarity(query.terms).items()}


def covered(asked: Mapping[str, float], terms: Collection[str], heading: Collection[str] = ()) -> float:
    """The weighted share of the asked terms among a text's terms, half of it for those only in the heading."""
    total = sum(asked.values())
    if not total:
        return 0.0
    return sum(weight if term in terms else 0.5 * weight if term in heading else 0.0 for term, weight in asked.items()) / total
