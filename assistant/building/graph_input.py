"""Choose the text that the concept graph is built from: all text of a library, or a fair share of every document if that is too much.

Building the graph needs its whole text in memory. Libraries of the usual size are read completely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.storage.documents import Record, load_slices
from ingest.model import Document, Span

MOST_CHARACTERS = 10_000_000
"""The most characters from which the graph is built: about a million and a half words, a shelf of textbooks."""


def graph_documents(folder: Path, records: Sequence[Record]) -> tuple[Iterator[Document], tuple[str, ...]]:
    """The documents of a snapshot for building the graph, and a remark for the user if they are not complete."""
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
    """The largest share per document so that all together have at most `most`. Small documents leave room for large ones.

    >>> fair_share([10, 50, 90], most=100)
    45
    """
    left, share = most, 0
    ordered = sorted(sizes)
    for at, size in enumerate(ordered):
        share = left // (len(ordered) - at)
        if size > share:
            return share
        left -= size
    return max(most, share)


def _documents(folder: Path, records: Sequence[Record], share: int) -> Iterator[Document]:
    """The beginning of every document, up to `share` characters, slice by slice."""
    for record in records:
        left = share
        for document in load_slices(folder, record.name):
            if left <= 0:
                break
            # The lines are left out, since the blocks have all that the graph reads.
            yield _beginning(replace(document, texts=()), left)
            left -= characters(document)


def characters(document: Document) -> int:
    """The length of a document: the sum over its blocks."""
    return sum(len(block.text) for block in document.blocks)


def _beginning(document: Document, most: int) -> Document:
    """The first blocks of a document, up to `most` characters but at least one block, with the sections that begin among them."""
    for at, block in enumerate(document.blocks):
        most -= len(block.text)
        if most < 0:
            blocks = document.blocks[: max(at, 1)]
            end = _order(blocks[-1].span)
            return replace(document, blocks=blocks, sections=tuple(s for s in document.sections if _order(s.span) <= end))
    return document


def _order(span: Span) -> tuple[int, int]:
    return (span.part.number if span.part else 0, span.first)
