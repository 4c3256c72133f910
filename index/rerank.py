"""Reranking by a cross-encoder that the user provides. It reads question and passage together, which is slower but more accurate than
comparing two vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.filters import EVERYTHING, Filter
from index.search import Hit, Index, Query, SearchSettings
from ingest.chunking.headings import heading_of


class Reranker(Protocol):
    """Scores how well passages answer a question."""

    def score(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """A number in [0, 1] for every passage, shape (len(passages),)."""
        ...


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker and the number of first hits that it reorders, at least as many as are wanted."""

    reranker: Reranker
    name: str
    depth: int


def search_reranked(
    index: Index,
    query: Query,
    k: int,
    settings: SearchSettings = SearchSettings(),  # noqa: B008 (a frozen value)
    within: Filter = EVERYTHING,
    reranking: Reranking | None = None,
) -> list[Hit]:
    """The k best chunks for a query as in `Index.search`, reranked if there is a reranker."""
    if reranking is None:
        return index.search(query, k, settings, within)
    return rerank(reranking.reranker, query.text, index.search(query, max(k, reranking.depth), settings, within))[:k]


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits in the order of the reranker's scores, which replace their own. `before` has the earlier rank and score of each."""
    if not hits:
        return []
    scores = reranker.score(question, [_text(hit) for hit in hits])
    order = np.argsort(-scores, kind="stable").tolist()
    found = ((hits[at], float(scores[at])) for at in order)
    return [replace(hit, rank=rank, score=score, before=(hit.rank, hit.score)) for rank, (hit, score) in enumerate(found, start=1)]


def _text(hit: Hit) -> str:
    """The text of a passage for the reranker: under its heading, as for embedding."""
    heading = heading_of(hit.chunk.title, hit.chunk.section)
    return f"{heading}: {hit.chunk.text}" if heading else hit.chunk.text
