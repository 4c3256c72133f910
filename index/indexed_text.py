"""The indexed text of a chunk: the terms that BM25 counts, and the units that are embedded.

A unit alone seldom names its subject, but with its neighbours it does. So a unit is embedded as a part of its passage under the passage's
heading: its vector is the mean of its tokens' states there ("late chunking", Günther et al. 2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.chunking.headings import heading_of
from ingest.model import Chunk, TextPart

METHOD = "context-2"
"""The name of this way of embedding units. Vectors made in another way must be made again."""
WINDOW = 240
"""The most pieces of text (words and signs) that are encoded together. Encoders take 256 tokens or more, and a piece is one token more
often than two."""
_PIECE = re.compile(r"\w{1,8}|[^\w\s]")


def lexical_text(chunk: Chunk) -> str:
    """The text of a chunk for BM25: its titles, its context and its text."""
    return " ".join((chunk.title, *chunk.section, *chunk.context, chunk.text))


def embedded_parts(chunk: Chunk) -> list[TextPart]:
    """The units of a chunk as they are embedded: as parts of the chunk under its heading."""
    return in_context(heading_of(chunk.title, chunk.section, chunk.context), [unit.text for unit in chunk.units])


def in_context(heading: str, units: Sequence[str]) -> list[TextPart]:
    """Every unit as a part of the passage of all units with the heading in front, or of a window of the passage if it is long.

    >>> in_context("Loss › Hinge", ["One.", "Two."])
    [TextPart(text='Loss › Hinge: One.\\nTwo.', first=14, stop=18), TextPart(text='Loss › Hinge: One.\\nTwo.', first=19, stop=23)]
    """
    head = f"{heading}: " if heading else ""
    parts = []
    for first, stop in _windows(units, WINDOW - _pieces(head)):
        text = head + "\n".join(units[first:stop])
        at = len(head)
        for unit in units[first:stop]:
            parts.append(TextPart(text, at, at + len(unit)))
            at += len(unit) + 1
    return parts


def _windows(units: Sequence[str], room: int) -> Iterator[tuple[int, int]]:
    """Runs of consecutive units as (first, stop), each as long as fits; at least one unit."""
    first = used = 0
    for at, unit in enumerate(units):
        length = _pieces(unit)
        if at > first and used + length > room:
            yield first, at
            first, used = at, 0
        used += length
    if units:
        yield first, len(units)


def _pieces(text: str) -> int:
    return len(_PIECE.findall(text))
