"""A search with what explains it, and its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.contract.hits import hit_to_json
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


def explained_to_json(found: Explained) -> dict[str, Any]:
    """The form of a search with an `explain` more in it and in each hit."""
    hits = [{**hit_to_json(hit), "explain": {**_why(why), **_before(hit)}} for hit, why in zip(found.hits, found.explanations, strict=True)]
    return {"query": found.question, "hits": hits, "explain": {"terms": list(found.terms), "corrections": dict(found.corrections)}}


def _before(hit: Hit) -> dict[str, Any]:
    """Where the fusion had a hit that was reranked: what the channels' parts add up to is the score that it had there."""
    return {"before": {"rank": hit.before[0], "score": round(hit.before[1], 6)}} if hit.before else {}


def _why(explanation: Explanation) -> dict[str, Any]:
    """`rank` and `score` are null where a channel did not get so far, or says nothing."""
    nearest = explanation.nearest
    return {
        "channels": {
            channel.value: {"rank": said.rank, "score": _rounded(said.score), "part": round(said.part, 6)}
            for channel, said in explanation.channels.items()
        },
        "prior": round(explanation.prior, 6),
        "terms": {term: round(share, 6) for term, share in explanation.terms.items()},
        "nearest": {**nearest.unit.span.to_json(), "text": nearest.unit.text, "cosine": round(nearest.cosine, 6)} if nearest else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
