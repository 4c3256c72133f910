"""A search with what explains it, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from index.explain import Explanation, corrections, explain
from index.filters import EVERYTHING, Filter
from index.rerank import Reranking, search_reranked
from index.search import READING, Hit, Index, Query


@dataclass(frozen=True, slots=True)
class Explained:
    """The hits of a question, each with its explanation.

    `terms` are the question's as they were searched for, `corrections` those that were typed otherwise.
    """

    question: str
    terms: tuple[str, ...]
    corrections: Mapping[str, str]
    hits: tuple[Hit, ...]
    explanations: tuple[Explanation, ...]


def explained(index: Index, query: Query, k: int = 10, within: Filter = EVERYTHING, reranking: Reranking | None = None) -> Explained:
    """Search, and explain what is found."""
    hits = search_reranked(index, query, k, READING, within, reranking)
    why = explain(index, query, hits, max(k, reranking.depth) if reranking else k, READING, within)
    return Explained(query.text, query.terms, corrections(query), tuple(hits), tuple(why))
