"""What the concept graph is read from: all of a library's text up to a bound, beyond it a fair share of every document.

Finding concepts and prerequisites holds its text in memory, words and all. A library of ordinary size is read whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.storage.documents import Record, load_slices
from ingest.model import Document, Span

MOST_CHARACTERS = 10_000_000
"""About a million words, a shelf of textbooks."""


def graph_documents(folder: Path, records: Sequence[Record]) -> tuple[Iterator[Document], tuple[str, ...]]:
    """The documents of a snapshot's folder as the graph reads them, and what is to be said of it."""
    share = fair_share([record.characters for record in records], MOST_CHARACTERS)
    cut = sum(record.characters > share for record in records)
    read = sum(min(record.characters, share) for record in records)
    total = sum(record.characters for record in records)
    said = (
        f"The concept graph is read from the first {share:,} characters of each document ({cut} of {len(records)} are longer; "
        f"{100 * read / max(total, 1):.0f} % of all text). Search and answers use all of it. "
        "A library of fewer documents, or of one subject, has a fuller graph."
    )
    return _documents(folder, records, share), (said,) if cut else ()


def fair_share(sizes: Sequence[int], most: int) -> int:
    """The largest share that every document may have so that they stay below `most` together; the small ones leave room to the large."""
    left, share = most, 0
    ordered = sorted(sizes)
    for at, size in enumerate(ordered):
        share = left // (len(ordered) - at)
        if size > share:
            return share
        left -= size
    return max(most, share)


def _documents(folder: Path, records: Sequence[Record], share: int) -> Iterator[Document]:
    for record in records:
        left = share
        for document in load_slices(folder, record.name):
            if left <= 0:
                break
            # Without the lines themselves: the blocks say all that the graph reads.
            yield _beginning(replace(document, texts=()), left)
            left -= characters(document)


def characters(document: Document) -> int:
    """How long a document is, by its blocks."""
    return sum(len(block.text) for block in document.blocks)


def _beginning(document: Document, most: int) -> Document:
    for at, block in enumerate(document.blocks):
        most -= len(block.text)
        if most < 0:
            blocks = document.blocks[: max(at, 1)]
            end = _order(blocks[-1].span)
            return replace(document, blocks=blocks, sections=tuple(s for s in document.sections if _order(s.span) <= end))
    return document


def _order(span: Span) -> tuple[int, int]:
    return (span.part.number if span.part else 0, span.first)
