"""The lines around a passage, to restore a list or a table that was cut between passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answers.statements import Quote
from index.search import Index
from ingest.model import Chunk, Excerpt, Span

_REACH = 4
"""The number of passages before and after that are examined."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a passage: its number in the document, and its place in the passage's text."""

    text: str
    number: int
    chunk: Chunk
    start: int
    end: int


def lines_of(chunk: Chunk) -> list[Line]:
    """The lines of a passage."""
    found, start = [], 0
    for number, text in enumerate(chunk.text.split("\n"), start=chunk.span.first):
        found.append(Line(text, number, chunk, start, start + len(text)))
        start += len(text) + 1
    return found


def lines_about(index: Index, id_: str, goes_on: Callable[[str], bool]) -> list[Line]:
    """The lines of a passage, and of neighbouring passages as long as the text continues across the cut."""
    near = index.engine.around(id_, _REACH, _REACH)
    at = next(at for at, chunk in enumerate(near) if chunk.id == id_)
    same = [chunk.span.part == near[at].span.part for chunk in near]  # a list or a table does not continue after a page break
    lines = lines_of(near[at])
    for before in range(at - 1, -1, -1):
        first = _first(lines)
        if first is None or not goes_on(first.text) or not same[before]:
            break
        lines = [line for line in lines_of(near[before]) if line.number < lines[0].number] + lines
    for after in range(at + 1, len(near)):
        if _first(lines) is None or not same[after]:
            break
        new = [line for line in lines_of(near[after]) if line.number > lines[-1].number]
        first = _first(new)
        if first is None or not goes_on(first.text):
            break
        lines += new
    return lines


def quotes_of(lines: Sequence[Line], copies: Sequence[Chunk] = ()) -> tuple[Quote, ...]:
    """The quotes of consecutive lines, one for each of their passages. `copies` are passages that may have the same lines."""
    return tuple(_quotes(lines, tuple(copies)))


def _quotes(lines: Sequence[Line], copies: tuple[Chunk, ...]) -> Iterator[Quote]:
    for _, run in groupby(lines, key=lambda line: line.chunk.id):
        kept = [line for line in run if line.text.strip()]
        if kept:
            first, last = kept[0], kept[-1]
            span = Span(first.number, last.number, first.chunk.span.part)
            text = first.chunk.text[first.start : last.end]
            yield Quote(first.chunk, Excerpt(text.strip(), span), copies)


def _first(lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if line.text.strip()), None)
