"""A text laid out for chunking: its atoms in order, each knowing where it stands in the document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from ingest.chunking.atoms import Atom, atoms_of
from ingest.chunking.tokens import Window
from ingest.model import Block, Document, Kind, Section, SectionKind, Span, Text

Place = tuple[int, int]
"""Where something stands in a text, as character offsets, the end exclusive."""


class Piece(NamedTuple):
    """An atom and where it stands.

    `block` and `group` number the blocks, and the headings and questions that they stand under. `section` is the block's path, `home` that
    of the heading or question; `opener`: it is the line that opens it; `answers`: it belongs to the answer of a question.
    """

    atom: Atom
    block: int
    group: int
    section: tuple[str, ...]
    home: tuple[str, ...]
    opener: bool
    answers: bool


@dataclass(slots=True)
class _Group:
    """The blocks under one heading or question, labels included; `openers` are the headings and the question lines that lead to them."""

    home: Section | None
    asked: bool
    openers: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """One text of a document. `pieces` cover all of it but what says nothing (rules, comments, front matter).

    `starts` are the offsets of its lines, `answered` the places of its questions with their answers.
    """

    text: Text
    joined: str
    starts: Sequence[int]
    pieces: Sequence[Piece]
    answered: Sequence[Place]

    def span(self, start: int, end: int) -> Span:
        above = self.text.first - 1
        first = bisect_right(self.starts, start)
        last = first if end <= self.starts[first] else bisect_right(self.starts, end - 1, first)
        return Span(above + first, above + last, self.text.part)

    def column(self, start: int) -> int:
        """How far into its line an offset is."""
        return start - self.starts[bisect_right(self.starts, start) - 1]

    def between(self, start: int, end: int) -> Sequence[Piece]:
        """The pieces that stand at least in part in a place."""
        first = bisect_right(self.pieces, start, key=lambda piece: piece.atom.end)
        return self.pieces[first : bisect_left(self.pieces, end, key=lambda piece: piece.atom.start)]


def lay_out(document: Document, text: Text, window: Window) -> Page:
    """A text of a document with its pieces, each of which fits into the window."""
    blocks = [block for block in document.blocks if block.span.part == text.part]
    sections = [section for section in document.sections if section.span.part == text.part]
    joined = "\n".join(text.lines)
    starts = list(accumulate((len(line) + 1 for line in text.lines), initial=0))

    def place(span: Span) -> Place:
        return starts[span.first - text.first], starts[span.last - text.first + 1] - 1

    pieces: list[Piece] = []
    answered_to = number = end = 0
    for at, group in enumerate(_groups(blocks, sections)):
        home = group.home.path if group.home is not None else ()
        if group.home is not None and group.home.kind is SectionKind.QUESTION:
            answered_to = max(answered_to, group.home.span.last)
        whole = [*group.openers, *group.body]
        answers = bool(group.body) and whole[0].span.first <= answered_to
        for nth, block in enumerate(whole):
            opener = bool(group.body) and nth < len(group.openers)
            section = block.section if group.body or group.home is None else home
            number += 1
            for atom in atoms_of(block.kind, joined, *place(block.span), window):
                gap = joined[end : atom.start].strip()
                # What stands between two pieces and is none itself, as a comment does, is in every passage that holds both.
                counted = atom._replace(tokens=atom.tokens + window.count(gap)) if gap else atom
                pieces.append(Piece(counted, number, at, section, home, opener, answers))
                end = atom.end
    answered = [place(section.span) for section in sections if section.kind is SectionKind.QUESTION]
    return Page(text, joined, starts, pieces, answered)


def _groups(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[_Group]:
    """The blocks of a text by the heading or question they stand under, in order.

    A heading with nothing of its own leads its first child; one without children is a passage by itself. Questions without an answer that
    follow one another form one group.
    """
    group: _Group | None = None
    for home, opens, asked, block in _homed(blocks, sections):
        if group is None or home is not group.home or asked != group.asked:
            if group is not None:
                inherited = _inherited(group, home)
                if inherited is None:
                    yield group
                group = _Group(home, asked, inherited or [])
            else:
                group = _Group(home, asked)
        (group.openers if opens else group.body).append(block)
    if group is not None:
        yield group


def _inherited(group: _Group, home: Section | None) -> list[Block] | None:
    """The openers that a group without a body hands on to the next one; None if it is to stand by itself."""
    if group.body or group.home is None or home is None:
        return None
    return group.openers if group.home.span.covers(home.span) else None


def _homed(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[tuple[Section | None, bool, bool, Block]]:
    """Each block with its innermost heading or question, whether it opens that one, and whether it is a question without an answer."""
    homes = [s for s in sections if s.kind is not SectionKind.LABEL]
    stack: list[Section] = []
    at = 0
    for block in blocks:
        if block.kind is Kind.METADATA:
            continue
        while stack and stack[-1].span.last < block.span.first:
            stack.pop()
        begins = False
        # Several where a slice of a large file begins inside of them.
        while at < len(homes) and homes[at].span.first == block.span.first:
            stack.append(homes[at])
            at += 1
            begins = True
        # A section of source code begins with its own text, not with a title.
        opens = begins and block.kind in (Kind.HEADING, Kind.QUESTION)
        yield (stack[-1] if stack else None), opens, block.kind is Kind.QUESTION and not opens, block
