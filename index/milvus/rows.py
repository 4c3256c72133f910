"""Passages as rows of the database, and back."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

from index.errors import IndexDamaged
from index.indexed_text import lexical_text
from index.local.chunks import chunk_of, columns_of
from index.milvus.database import FOREVER, folded
from index.milvus.statistics import token_of
from ingest.model import Chunk
from ingest.text.terms import analyze

_MOST_BYTES = 65_000
"""The longest text of a field, with some room."""
_PACKED = "z:"


def tokens(chunk: Chunk) -> list[str]:
    """The tokens by which a passage is found."""
    return [token_of(term) for term in analyze(lexical_text(chunk))]


def chunk_row(chunk: Chunk, key: str, number: int, generation: int, collection: str) -> dict[str, Any]:
    """The row of a passage, the `number`-th of the document with this key."""
    terms = " ".join(tokens(chunk))
    if len(terms) > _MOST_BYTES:
        raise IndexDamaged(
            f"A passage of {chunk.document} is too long for the database ({len(terms)} letters of terms).", "Cut it shorter."
        )
    return {
        "pk": f"{key}:{number}",
        "id": chunk.id,
        **_facets(chunk, generation, collection),
        "number": number,
        "units": len(chunk.units),
        "body": _packed(json.dumps(columns_of(chunk), ensure_ascii=False)),
        "terms": terms,
    }


def unit_rows(
    chunk: Chunk, key: str, number: int, generation: int, collection: str, vectors: Sequence[list[float]]
) -> list[dict[str, Any]]:
    """The rows of a passage's units, one per vector."""
    facets = _facets(chunk, generation, collection)
    return [{"pk": f"{key}:{number}:{at}", "id": chunk.id, **facets, "vector": vector} for at, vector in enumerate(vectors)]


def chunk_in(body: str) -> Chunk:
    """The passage stored in a row."""
    text = zlib.decompress(base64.b85decode(body[len(_PACKED) :])).decode() if body.startswith(_PACKED) else body
    return chunk_of(json.loads(text))


def _facets(chunk: Chunk, generation: int, collection: str) -> dict[str, Any]:
    kinds = sorted({chunk.kind.value, *(kind.value for kind in chunk.kinds)})
    return {
        "document": chunk.document,
        "holds": f",{','.join(kinds)},",
        "collection": collection,
        "titles": "\n".join(map(folded, (chunk.title, *chunk.section))),
        "born": generation,
        "died": FOREVER,
    }


def _packed(text: str) -> str:
    if len(text.encode()) <= _MOST_BYTES:
        return text
    packed = _PACKED + base64.b85encode(zlib.compress(text.encode(), 9)).decode()
    if len(packed) > _MOST_BYTES:
        raise IndexDamaged(f"A passage is too long for the database ({len(text)} letters).", "Cut it shorter.")
    return packed
