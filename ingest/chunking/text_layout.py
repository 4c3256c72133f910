"""Lay out a text for chunking: its atoms in order, each with its place in the structure of the document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from ingest.chunking.atoms import Atom, Offsets, atoms_of
from ingest.chunking.statements import bound_atoms
from ingest.chunking.tokens import Window
from ingest.model import Block, Document, Kind, Naming, Section, SectionKind, Span, Text


class PlacedAtom(NamedTuple):
    """An atom with its place in the structure.

    `block` is the number of its block, `group` that of the group: all blocks under one heading or question. `section` is the path of its
    block, `home` the path of that heading or question. `opener` is true if it belongs to the lines that open the group, `answers` if it
    belongs to the answer to a question.
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
    """The blocks under one heading or question. `openers` are the headings and questions above them; labels belong to the `body`. `asked`
    is true if the blocks are questions without an answer.
    """

    home: Section | None
    asked: bool
    openers: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextLayout:
    """One text of a document. `joined` is the text as one string, to which all offsets refer; `starts` are the offsets of its lines.

    `atoms` cover all of the text except rules, comments, front matter and furniture. `answered` has the places of its questions with their
    answers.
    """

    text: Text
    joined: str
    starts: Sequence[int]
    atoms: Sequence[PlacedAtom]
    answered: Sequence[Offsets]

    def span(self, start: int, end: int) -> Span:
        """The lines of a place."""
        above = self.text.first - 1
        first = bisect_right(self.starts, start)
        last = first if end <= self.starts[first] else bisect_right(self.starts, end - 1, first)
        return Span(above + first, above + last, self.text.part)

    def column(self, start: int) -> int:
        """The number of characters before an offset in its line."""
        return start - self.starts[bisect_right(self.starts, start) - 1]

    def between(self, start: int, end: int) -> Sequence[PlacedAtom]:
        """The atoms that lie wholly or partly between two offsets."""
        first = bisect_right(self.atoms, start, key=lambda placed: placed.atom.end)
        return self.atoms[first : bisect_left(self.atoms, end, key=lambda placed: placed.atom.start)]


def lay_out(document: Document, text: Text, window: Window) -> TextLayout:
    """Lay out a text of a document. Each of its atoms fits into the window."""
    blocks, sections = _of_part(document, text)
    blocks = _without_empty(blocks)
    joined = "\n".join(text.lines)
    starts = list(accumulate((len(line) + 1 for line in text.lines), initial=0))

    def place(span: Span) -> Offsets:
        return starts[span.first - text.first], starts[span.last - text.first + 1] - 1

    atoms: list[PlacedAtom] = []
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
            for atom in _atoms(block, joined, place(block.span), window, wrapped=document.is_wrapped):
                gap = joined[end : atom.start].strip()
                # A comment between two atoms is in every passage that holds both, and takes room there.
                counted = atom._replace(tokens=atom.tokens + window.count(gap)) if gap else atom
                atoms.append(PlacedAtom(counted, number, at, section, home, opener, answers))
                end = atom.end
    for at in bound_atoms(joined, [placed.atom for placed in atoms], [place(each) for each in _statements(document, text)]):
        atoms[at] = atoms[at]._replace(atom=atoms[at].atom._replace(bound=True))
    answered = [place(section.span) for section in sections if section.kind is SectionKind.QUESTION]
    return TextLayout(text, joined, starts, atoms, answered)


def _atoms(block: Block, text: str, place: Offsets, window: Window, *, wrapped: bool) -> list[Atom]:
    """The atoms of a block. Marks beside the words on its lines belong to the first atom, but are not part of its text."""
    if block.said is None:
        return atoms_of(block.kind, text, *place, window, wrapped=wrapped)
    first, last = place[0] + block.said[0], place[0] + block.said[1]
    found = atoms_of(block.kind, text, first, last, window, wrapped=wrapped)
    if not found:
        return []
    front = window.count(text[place[0] : first])
    if found[0].tokens + front > window.limit:
        return found
    return [found[0]._replace(start=place[0], body=found[0].start, tokens=found[0].tokens + front), *found[1:]]


def _statements(document: Document, text: Text) -> Iterator[Span]:
    """The lines of the definitions and theorems with a title in one text of a document."""
    for named in document.named:
        if named.naming is Naming.ENVIRONMENT and named.body is not None and named.body.part == text.part:
            first, last = max(named.body.first, text.first), min(named.body.last, text.first + len(text.lines) - 1)
            if first <= last:
                yield Span(first, last, text.part)


def _of_part(document: Document, text: Text) -> tuple[Sequence[Block], Sequence[Section]]:
    """The blocks and the sections of one text of a document."""
    if len(document.texts) == 1:
        return document.blocks, document.sections
    blocks = [block for block in document.blocks if block.span.part == text.part]
    return blocks, [section for section in document.sections if section.span.part == text.part]


def _without_empty(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks without the headings of sections that hold furniture alone: a heading `References` is useless without them."""
    if not any(block.kind is Kind.FURNITURE for block in blocks):
        return blocks
    empty: set[int] = set()
    open_: list[_Heading] = []
    for at, block in enumerate(blocks):
        if block.kind is Kind.HEADING:
            _close(open_, block.level, empty)
            open_.append(_Heading(at, block.level))
        elif open_ and block.kind is Kind.FURNITURE:
            open_[-1].furnished = True
        elif open_ and block.kind is not Kind.METADATA:
            open_[-1].says = True
    _close(open_, 0, empty)
    return [block for at, block in enumerate(blocks) if at not in empty]


@dataclass(slots=True)
class _Heading:
    """An open heading: the number of its block, its level, and whether text and furniture have been found below it."""

    block: int
    level: int
    says: bool = False
    furnished: bool = False


def _close(open_: list[_Heading], level: int, empty: set[int]) -> None:
    """Close the headings of a level and below, and collect those with furniture alone."""
    while open_ and open_[-1].level >= level:
        closed = open_.pop()
        if closed.furnished and not closed.says:
            empty.add(closed.block)
        if open_:
            open_[-1].says |= closed.says
            open_[-1].furnished |= closed.furnished


def _groups(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[_Group]:
    """The groups of a text in order.

    A heading without text of its own opens the group of its first child; one without children is a group by itself. Neighbouring questions
    without an answer are one group.
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
    """The openers that a group without a body passes on to the group of `home`, or None if the group stays separate."""
    if group.body or group.home is None or home is None:
        return None
    return group.openers if group.home.span.covers(home.span) else None


def _homed(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[tuple[Section | None, bool, bool, Block]]:
    """For each block: its innermost heading or question, whether the block opens it, and whether the block is a question without an
    answer."""
    homes = [s for s in sections if s.kind is not SectionKind.LABEL]
    stack: list[Section] = []
    at = 0
    for block in blocks:
        if block.kind in (Kind.METADATA, Kind.FURNITURE):
            continue
        while stack and stack[-1].span.last < block.span.first:
            stack.pop()
        begins = False
        # There are several if a slice of a large file begins inside them.
        while at < len(homes) and homes[at].span.first == block.span.first:
            stack.append(homes[at])
            at += 1
            begins = True
        # A section of source code begins with its own text, not with a title.
        opens = begins and block.kind in (Kind.HEADING, Kind.QUESTION)
        yield (stack[-1] if stack else None), opens, block.kind is Kind.QUESTION and not opens, block
