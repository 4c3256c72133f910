"""Write locations as they are shown and typed."""

from __future__ import annotations

from pathlib import PurePath

from ingest.model import Span

_IN_ONE_PIECE = frozenset({".docx", ".htm", ".html", ".xhtml"})
"""Formats whose files have a single part, which a person need not name."""


def place(document: str, span: Span) -> str:
    """A location in a document, by its name: `notes.md:12-14`, `slides.pdf page 3:1-2`.

    It is always one line, since a line break in a file name could fake another line. The part of a file in one piece is left out.
    """
    document = document.replace("\n", "␊")
    has_parts = span.part is not None and PurePath(document).suffix.lower() not in _IN_ONE_PIECE
    return f"{document} {within(span)}" if has_parts else f"{document}:{lines(span)}"


def within(span: Span) -> str:
    """A location without its document: `12-14`, `page 3:1-2`."""
    return f"{span.part.kind} {span.part.number}:{lines(span)}" if span.part else lines(span)


def lines(span: Span) -> str:
    """The lines of a span: `12` or `12-14`."""
    return str(span.first) if span.first == span.last else f"{span.first}-{span.last}"
