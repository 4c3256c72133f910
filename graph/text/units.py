"""The running text of documents as sentences, list items, rows and formulas, each with its exact place and its words."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from graph.text.normal import norm
from ingest.model import Block, Document, Kind, Section, SectionKind, Span
from ingest.text.notation import without_commands
from ingest.text.sentences import sentences

RUNNING = frozenset({Kind.PROSE, Kind.LIST, Kind.TABLE, Kind.FORMULA, Kind.DEFINITION, Kind.QUESTION, Kind.ANSWER, Kind.CALLOUT})
_BY_LINE = frozenset({Kind.LIST, Kind.TABLE, Kind.DEFINITION, Kind.QUESTION, Kind.HEADING})
_BULLET = re.compile(r"^\s*(?:[-*+•▪◦–]\s+|\d{1,3}[.)]\s+|[A-Za-z][.)]\s+|>\s*)*")
_ITEM = re.compile(r"^\s*(?:[-*+•▪◦–]\s+|\(?\d{1,3}[.)]\s+)\S")
_FULL_LINE = 50  # letters of a line that is broken for width
_ENDING = frozenset(".!?:;")
_ADDRESS = re.compile(r"\w+://[^\s<>\"')\]]+")
_WORDS_APART = re.compile(r"([^\W_]+(?:['’][^\W_]+)*)", re.UNICODE)


Place = tuple[int, int]
"""A document and one of its sections."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text in normal form. Word i stands at `places[2 * i]`:`places[2 * i + 1]`.

    Two flat sequences, for a text has very many words: an object for each would weigh ten times as much as the text itself.
    """

    norms: tuple[str, ...]
    places: array[int]

    def __len__(self) -> int:
        return len(self.norms)

    def start(self, at: int) -> int:
        return self.places[2 * at]

    def end(self, at: int) -> int:
        return self.places[2 * at + 1]


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, item, row, formula or heading.

    `section` indexes the sections of its document, -1 for none; `position` counts running units in that section, -1 for its title.
    """

    document: int
    section: int
    position: int
    kind: Kind
    text: str
    span: Span
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Corpus:
    """All units in reading order, with the documents they come from. `parents[d][s]` is the section that holds section s, -1 for none."""

    documents: tuple[Document, ...]
    units: tuple[Unit, ...]
    parents: tuple[tuple[int, ...], ...]

    def section(self, unit: Unit) -> Section | None:
        return self.documents[unit.document].sections[unit.section] if unit.section >= 0 else None


def upwards(corpus: Corpus, place: Place) -> Iterator[Place]:
    """A section and those that hold it, the innermost first."""
    document, section = place
    while section >= 0:
        yield document, section
        section = corpus.parents[document][section]


def tokenize(text: str) -> Tokens:
    """The words of a text with their places; hyphens split, and addresses hold none."""
    plain = without_commands(text)
    if "://" in plain:
        plain = _ADDRESS.sub(lambda found: " " * len(found.group()), plain)  # places stay
    pieces = _WORDS_APART.split(plain)  # what is between words and the words, in turn
    return Tokens(tuple(map(norm, pieces[1::2])), array("I", accumulate(map(len, pieces[:-1]))))


def at_most_letters(text: str, most: int) -> bool:
    """Whether a text holds no more letters than `most`: a marker or an article, but hardly a word."""
    beginning = sum(map(str.isalpha, text[: 4 * most]))
    return beginning <= most and (len(text) <= 4 * most or beginning + sum(map(str.isalpha, text[4 * most :])) <= most)


def strip_bullet(text: str) -> str:
    """A line without its list marker."""
    return _BULLET.sub("", text, count=1)


def _sentences(lines: Sequence[str], first: int) -> Iterator[tuple[str, int, int]]:
    """Sentences of consecutive lines, each with its first and last line."""
    text = "\n".join(lines)
    ends = list(accumulate(len(line) + 1 for line in lines))  # where the next line starts
    for start, end in sentences(text):
        yield text[start:end], first + bisect_right(ends, start), first + bisect_right(ends, end - 1)


def _pieces(block: Block) -> Iterator[tuple[str, int, int]]:
    lines = block.text.split("\n")
    first = block.span.first
    if block.kind is Kind.FORMULA:
        yield block.text, first, first + len(lines) - 1
    elif block.kind in _BY_LINE:
        # A list item may run over several lines: a line opens a new item unless it is indented deeper and bears no marker. So may a
        # definition: one that is cut at a full line's end goes on.
        start = 0
        for index in range(1, len(lines) + 1):
            wraps = index < len(lines) and lines[index].strip() != "" and _goes_on(block.kind, lines[index - 1], lines[index])
            if not wraps:
                yield from _sentences(lines[start:index], first + start)
                start = index
    else:
        # Callouts and answers may hold lists.
        start = 0
        for index in range(1, len(lines) + 1):
            if index == len(lines) or _ITEM.match(lines[index]):
                yield from _sentences(lines[start:index], first + start)
                start = index


def _goes_on(kind: Kind, line: str, after: str) -> bool:
    marked = len(strip_bullet(after)) < len(after.lstrip())
    if kind is Kind.LIST:
        return not marked and after[:1].isspace()
    return kind is Kind.DEFINITION and not marked and len(line) >= _FULL_LINE and line.rstrip()[-1:] not in _ENDING


def _innermost(document: Document) -> list[int]:
    """For every block, the index of the smallest section that holds it, or -1."""
    order = sorted(range(len(document.sections)), key=lambda i: _at(document.sections[i].span, i))
    found: list[int] = []
    open_sections: list[int] = []
    at = 0
    for block in document.blocks:
        while at < len(order) and _at(document.sections[order[at]].span, 0)[:3] <= _at(block.span, 0)[:3]:
            open_sections.append(order[at])
            at += 1
        while open_sections and not _holds(document.sections[open_sections[-1]].span, block.span):
            open_sections.pop()
        found.append(open_sections[-1] if open_sections else -1)
    return found


def _at(span: Span, index: int) -> tuple[int, int, int, int]:
    return (span.part.number if span.part else 0, span.first, -span.last if index >= 0 else 0, index)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.part == inner.part and outer.first <= inner.first <= outer.last


def _parents(document: Document) -> tuple[int, ...]:
    order = sorted(range(len(document.sections)), key=lambda i: _at(document.sections[i].span, i))
    parents = [-1] * len(document.sections)
    stack: list[int] = []
    for index in order:
        span = document.sections[index].span
        while stack and not (_holds(document.sections[stack[-1]].span, span) and span.last <= document.sections[stack[-1]].span.last):
            stack.pop()
        parents[index] = stack[-1] if stack else -1
        stack.append(index)
    return tuple(parents)


def read_units(documents: Sequence[Document]) -> Corpus:
    """Split documents into units. Contents, code, metadata and TODO blocks are not running text and are left out."""
    units: list[Unit] = []
    for number, document in enumerate(documents):
        inner = _innermost(document)
        seen: dict[int, int] = {}
        for block, section in zip(document.blocks, inner, strict=True):
            if block.kind is not Kind.HEADING and block.kind not in RUNNING:
                continue
            for text, first, last in _pieces(block):
                if not any(sign.isalnum() for sign in text):
                    continue
                # A question that opens its section is its title, not part of its text.
                opens = (
                    section >= 0
                    and document.sections[section].span.first == first
                    and document.sections[section].kind is SectionKind.QUESTION
                )
                position = -1 if block.kind is Kind.HEADING or opens else seen.get(section, 0)
                if position >= 0:
                    seen[section] = position + 1
                units.append(Unit(number, section, position, block.kind, text, Span(first, last, block.span.part), tokenize(text)))
    return Corpus(tuple(documents), tuple(units), tuple(_parents(document) for document in documents))
