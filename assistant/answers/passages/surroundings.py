"""The lines about a passage: a list or a table that was cut between passages, put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answers.statements import Quote
from index.search import Index
from ingest.model import Chunk, Excerpt, Span

_REACH = 4
"""Passages before and after that are looked at."""


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


def lines_about(index: Index, row: int, goes_on: Callable[[str], bool]) -> list[Line]:
    """The lines of a passage, and of those before and after it as far as the lines at the cut go on."""
    lines = lines_of(_chunk(index, row))
    for number in range(row - 1, max(-1, row - 1 - _REACH), -1):
        first = _first(lines)
        if first is None or not goes_on(first.text):
            break
        before = _neighbour(index, number, first.chunk)
        if before is None:
            break
        lines = [line for line in lines_of(before) if line.number < lines[0].number] + lines
    for number in range(row + 1, row + 1 + _REACH):
        last = _first(lines[::-1])
        after = _neighbour(index, number, lines[-1].chunk)
        if last is None or after is None:
            break
        new = [line for line in lines_of(after) if line.number > lines[-1].number]
        first = _first(new)
        if first is None or not goes_on(first.text):
            break
        lines += new
    return lines


def quotes_of(lines: Sequence[Line], copies: Sequence[Chunk] = ()) -> tuple[Quote, ...]:
    """Where consecutive lines stand, one place for each passage that they are of; `copies` are passages that may have the same lines."""
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


def _chunk(index: Index, row: int) -> Chunk:
    return index.chunks.fetch([row])[0]


def _neighbour(index: Index, row: int, beside: Chunk) -> Chunk | None:
    """The passage of a row, if it is of the same text."""
    if not 0 <= row < index.chunks.size:
        return None
    chunk = _chunk(index, row)
    return chunk if chunk.document == beside.document and chunk.span.part == beside.span.part else None
