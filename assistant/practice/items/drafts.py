"""Build an item: the verbatim source at its lines, and its key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from assistant.practice.items.values import Item, ItemKind
from graph.text.normal import words
from ingest.model import Document, Span


def draft(
    kind: ItemKind,
    prompt: str,
    answer: str,
    concept: str,
    document: str,
    span: Span,
    quote: str,
    *,
    points: Sequence[str] = (),
    gap: str = "",
) -> Item:
    """An item without an id. `gap` distinguishes it from others of its kind and concept; by default the prompt."""
    key = key_of(kind, concept, gap or prompt)
    return Item("", key, kind, prompt, answer, tuple(points) or (answer,), concept, document, span, quote)


def key_of(kind: ItemKind, concept: str, asked: str) -> str:
    """The hash of an item's content, independent of library, file and lines."""
    text = "\0".join((kind.value, concept, " ".join(words(asked)) or asked))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def source(document: Document, span: Span) -> str:
    """The verbatim lines at a span."""
    text = next((text for text in document.texts if text.part == span.part), None)
    return "" if text is None else "\n".join(text.lines[max(0, span.first - text.first) : span.last - text.first + 1]).strip("\n")
