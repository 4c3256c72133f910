"""The JSON of a passage that was found, and of a place in the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.model import Span

if TYPE_CHECKING:
    from assistant.search.explain import Explained
    from index.explain import Explanation
    from index.search import Hit


def place_to_json(document: str, title: str, section: Sequence[str], span: Span) -> dict[str, Any]:
    """The members for a place, shared by hits and citations."""
    return {"document": document, "title": title, "section": list(section), **span.to_json()}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A passage that was found, and the places of its copies."""
    chunk = hit.chunk
    place, *copies = (place_to_json(one.document, one.title, one.section, one.span) for one in (chunk, *hit.copies))
    return {"rank": hit.rank, "score": round(hit.score, 6), **place, "kind": chunk.kind.value, "text": chunk.text, "copies": copies}


def hits_to_json(query: str, hits: Sequence[Hit], note: str = "") -> dict[str, Any]:
    """`study search`: the passages, best first, and what a reader should know about them, if anything."""
    return {"query": query, "hits": [hit_to_json(hit) for hit in hits], **({"note": note} if note else {})}


def explained_to_json(found: Explained, note: str = "") -> dict[str, Any]:
    """The JSON of a search, with an additional `explain` in it and in each hit."""
    hits = [
        {**hit_to_json(hit), "explain": {**_why(why, found.words), **_before(hit)}}
        for hit, why in zip(found.hits, found.explanations, strict=True)
    ]
    explain = {"terms": list(found.terms), "corrections": dict(found.corrections)}
    return {**hits_to_json(found.question, (), note), "hits": hits, "explain": explain}


def _before(hit: Hit) -> dict[str, Any]:
    """The rank and score of a reranked hit in the fusion: the channels' parts add up to this score."""
    return {"before": {"rank": hit.before[0], "score": round(hit.before[1], 6)}} if hit.before else {}


def _why(explanation: Explanation, words: Mapping[str, str]) -> dict[str, Any]:
    """`rank` is null if the hit is not in a channel's list, `score` if the channel did not score it."""
    nearest = explanation.nearest
    return {
        "channels": {
            channel.value: {"rank": said.rank, "score": _rounded(said.score), "part": round(said.part, 6)}
            for channel, said in explanation.channels.items()
        },
        "prior": round(explanation.prior, 6),
        "lift": round(explanation.lift, 6),
        "terms": {words.get(term, term): round(share, 6) for term, share in explanation.terms.items()},
        "nearest": {**nearest.unit.span.to_json(), "text": nearest.unit.text, "cosine": round(nearest.cosine, 6)} if nearest else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
