"""The JSON of a passage that was found, and of a place in the documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.search import Hit
from ingest.model import Span


def place_to_json(document: str, title: str, section: Sequence[str], span: Span) -> dict[str, Any]:
    """The members that say where something is, shared by hits and citations."""
    return {"document": document, "title": title, "section": list(section), **span.to_json()}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """A passage that was found, and the places of its copies."""
    chunk = hit.chunk
    place, *copies = (place_to_json(one.document, one.title, one.section, one.span) for one in (chunk, *hit.copies))
    return {"rank": hit.rank, "score": round(hit.score, 6), **place, "kind": chunk.kind.value, "text": chunk.text, "copies": copies}
