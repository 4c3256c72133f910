"""A search whose first passages are also ordered by the fitted scorer, by the best unit of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answers.passages.candidates import PASSAGES, SOFTNESS, Ranker
from assistant.answers.question.intent import intent_of
from index.filters import EVERYTHING, Filter
from index.rare import only_rare_word
from index.rerank import Reranking, search_reranked
from index.search import Hit, Index, Query, SearchSettings
from ingest.model import TokenEncoder

_FUSED = 16.0
"""The weight of the fused score beside the best unit's log odds. Notes are ranked as well without it, but other texts are not."""


def search_scored(
    index: Index,
    encoder: TokenEncoder,
    query: Query,
    k: int,
    settings: SearchSettings,
    within: Filter = EVERYTHING,
    reranking: Reranking | None = None,
) -> list[Hit]:
    """The k best passages; the first ten as scorer and fusion order them if the settings say so, or as a reranker does if there is one."""
    if reranking is not None or not settings.scored:
        return search_reranked(index, query, k, settings, within, reranking)
    hits = index.search(query, max(k, PASSAGES), settings, within)
    if len(hits) < 2:
        return hits[:k]
    # Joined neighbours are scored as the single passages that they are made of.
    singles = index.search(query, PASSAGES, replace(settings, join=False), within)
    best: dict[str, float] = {}
    for candidate in Ranker(index, encoder).rank(query, singles, intent_of(query.text)):
        best.setdefault(candidate.hit.chunk.id, candidate.score)
    holding = _with_rare_word(index, query, hits) if settings.rare else frozenset[str]()
    return _reordered(hits, best, holding)[:k]


def _with_rare_word(index: Index, query: Query, hits: Sequence[Hit]) -> frozenset[str]:
    """The ids of the best chunks with the only rare word of the query, which stay before the others (`index.rare`)."""
    word = only_rare_word(query.terms, index.engine)
    found = index.engine.lexical_scores([word], [hit.chunk.id for hit in hits]) if word else {}
    return frozenset(id_ for id_, score in found.items() if score > 0)


def _reordered(hits: Sequence[Hit], best: Mapping[str, float], holding: frozenset[str]) -> list[Hit]:
    """The hits by their fused score and the best score of their units; those without units follow in their order.

    The new score is 1 for the best and falls with the relevance of units, so that it orders the hits.
    """
    units = [max((best[id_] for id_ in hit.ids if id_ in best), default=-math.inf) for hit in hits]
    sums = [unit + _FUSED * hit.score for unit, hit in zip(units, hits, strict=True)]
    order = sorted(range(len(hits)), key=lambda at: (hits[at].chunk.id not in holding, -sums[at], at))
    highest = max(sums)
    found: list[Hit] = []
    least = math.inf
    for rank, at in enumerate(order, start=1):
        hit = hits[at]
        least = min(least, math.exp((sums[at] - highest) / SOFTNESS) if math.isfinite(sums[at]) else hit.score)
        found.append(replace(hit, rank=rank, score=least, before=(hit.rank, hit.score)))
    return found
