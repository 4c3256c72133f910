"""A search with explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answers.passages.candidates import PASSAGES
from assistant.search.scored import search_scored
from index.explain import Explanation, corrections, explain
from index.filters import EVERYTHING, Filter
from index.rerank import Reranking
from index.search import READING, Hit, Index, Query
from ingest.model import TokenEncoder
from ingest.text.notation import tokens
from ingest.text.terms import stem


@dataclass(frozen=True, slots=True)
class Explained:
    """The hits of a question, each with its explanation.

    `terms` are the searched terms of the question, `corrections` those that were typed differently. Search compares stems ("variance" and
    "variances" are "varianc"); `words` gives a readable word for each stem: from the question, or from a passage.
    """

    question: str
    terms: tuple[str, ...]
    corrections: Mapping[str, str]
    words: Mapping[str, str]
    hits: tuple[Hit, ...]
    explanations: tuple[Explanation, ...]


def explained(
    index: Index, encoder: TokenEncoder, query: Query, k: int = 10, within: Filter = EVERYTHING, reranking: Reranking | None = None
) -> Explained:
    """Search, and explain what is found."""
    hits = search_scored(index, encoder, query, k, READING, within, reranking)
    why = explain(index, query, hits, max(k, reranking.depth if reranking else PASSAGES), READING, within)
    words = _words(query, hits)
    read = {_typed(query, typed): words[known] for typed, known in corrections(query).items()}
    return Explained(query.text, tuple(words[term] for term in query.terms), read, words, tuple(hits), tuple(why))


def _words(query: Query, hits: Sequence[Hit]) -> dict[str, str]:
    """For each term of a query the word that a person reads: as it was typed, else as a passage has it, else the term itself."""
    found: dict[str, str] = {}
    for text in (query.text, *(hit.chunk.text for hit in hits)):
        for word in tokens(text):
            found.setdefault(stem(word), word)
    return {term: found.get(term, term) for term in query.terms}


def _typed(query: Query, term: str) -> str:
    return next((word for word in tokens(query.text) if stem(word) == term), term)
