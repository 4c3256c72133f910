"""From lines to a tree: blocks of a kind, sections that hold them, questions with their answers.

Every line with content belongs to exactly one block, in order, and every block is whole lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from ingest.model import Block, Kind, Part, Question, Section, SectionKind, Span
from ingest.structure.blocks import Piece, group
from ingest.structure.lines import Line, LineKind, classify
from ingest.structure.openings import Opening, Rank, find_openings
from ingest.structure.patterns import is_contents_title
from ingest.structure.questions import Asked, Strength, asks, find_questions, is_bare_answer_mark


@dataclass(frozen=True, slots=True)
class Structure:
    """What is known of one text."""

    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]


@dataclass(slots=True)
class Marks:
    """What the marks of a format say of its lines, one `Line` each, where a reader knows them; by index, what they say besides.

    `kinds`: of the text at a line, as in an environment for definitions. `asked`: questions with their reach. `openings`: sections whose
    title stands in front of their text.
    """

    lines: list[Line] = field(default_factory=list)
    kinds: dict[int, Kind] = field(default_factory=dict)
    asked: dict[int, Asked] = field(default_factory=dict)
    openings: dict[int, Opening] = field(default_factory=dict)


def build_structure(lines: Sequence[str], *, marked: bool, skip: int = 0, title: str | None = None, part: Part | None = None) -> Structure:
    """The structure of a text. `marked`: its headings carry `#`. `skip`: lines at the top that are front matter, already read.

    A heading at the very top titles the document, unless that has another title (`title`), and so is in no path but its own.
    """
    classified = [Line(LineKind.MARKUP, 0, line) if line.strip() else Line(LineKind.BLANK, 0, "") for line in lines[:skip]]
    classified += classify(lines[skip:], marked)
    return structure_of(lines, Marks(classified), marked=marked, title=title, part=part)


def structure_of(
    lines: Sequence[str], marks: Marks, *, marked: bool = True, title: str | None = None, part: Part | None = None
) -> Structure:
    """The structure of a text whose lines have been told apart already."""
    questions = dict(sorted({**find_questions(marks.lines), **marks.asked}.items()))
    openings = dict(sorted({**find_openings(marks.lines, marked, questions), **marks.openings}.items()))
    return _Tree(lines, marks, openings, questions, title, part).grow()


@dataclass(slots=True)
class _Open:
    """A section while it is open. `end` is the index of its last line where that is known beforehand, as for an answer."""

    title: str
    rank: int
    kind: SectionKind
    path: tuple[str, ...]
    first: int
    callout: bool = False
    contents: bool = False
    end: int | None = None
    listed: bool = False
    question: int | None = None
    slot: int = 0
    titles_document: bool = False
    in_callout: bool = False
    in_contents: bool = False

    @property
    def inner_path(self) -> tuple[str, ...]:
        """The path of what stands under it."""
        return () if self.titles_document else self.path


class _Tree:
    """Grows the section tree line by line, keeping the stack of open sections."""

    def __init__(
        self,
        raw: Sequence[str],
        marks: Marks,
        openings: Mapping[int, Opening],
        questions: Mapping[int, Asked],
        title: str | None,
        part: Part | None,
    ) -> None:
        self.raw = raw
        self.lines = marks.lines
        self.kinds = marks.kinds
        self.openings = openings
        self.asked = questions
        self.title = title
        self.part = part
        self.stack: list[_Open] = []
        self.blocks: list[Block] = []
        self.sections: list[Section | None] = []
        self.questions: list[Question] = []
        self.last = -1
        self.until: float = inf  # the first line at which an open section ends
        self.said = -1

    def grow(self) -> Structure:
        at, count = 0, len(self.lines)
        stops = self.openings.keys() | self.asked.keys()
        while at < count:
            if self.lines[at].kind is LineKind.BLANK:
                at += 1
                continue
            while at > self.until:
                self._close()
            opening = self.openings.get(at)
            if opening is not None:
                opened = at
                at = self._open_heading(at, opening)
                if at > opened:
                    continue
            if at in self.asked and not self._inside_answer(at):
                at = self._open_question(at, self.asked[at])
            else:
                piece = group(self.lines, at, stops)
                self._add(piece)
                at = piece.last + 1
        while self.stack:
            self._close()
        return Structure(tuple(self.blocks), tuple(s for s in self.sections if s is not None), tuple(self.questions))

    def _open_heading(self, at: int, opening: Opening) -> int:
        while self.stack and self.stack[-1].rank >= opening.rank:
            self._close()
        heading = opening.section is SectionKind.HEADING and opening.last >= at
        answered = heading and (asks(opening.title) or at in self.asked) and self._has_content(opening)
        kind = SectionKind.QUESTION if answered else opening.section
        question = None
        if heading and (asks(opening.title) or at in self.asked):
            question = len(self.questions)
            text = self.asked[at].text if at in self.asked else opening.title
            self.questions.append(Question(text, self._span(at, opening.last), None))
        at_top = heading and all(b.kind is Kind.METADATA for b in self.blocks)
        if opening.last >= at:
            self._block(Kind.HEADING, at, opening.last, level=len(self.stack) + 1)
        self._push(
            _Open(
                opening.title,
                opening.rank,
                kind,
                (),
                at,
                callout=opening.callout,
                contents=heading and is_contents_title(opening.title),
                question=question if answered else None,
                titles_document=at_top and self.title in (None, opening.title),
            )
        )
        return opening.last + 1

    def _open_question(self, at: int, asked: Asked) -> int:
        answer = self._answer(asked)
        while self.stack and self.stack[-1].rank >= Rank.QUESTION:
            self._close()
        self._block(Kind.QUESTION, at, asked.last, level=0)
        if answer is None:
            self.questions.append(Question(asked.text, self._span(at, asked.last), None))
        else:
            first, last, end = answer
            self.questions.append(Question(asked.text, self._span(at, asked.last), self._span(first, last)))
            self._push(_Open(asked.text, int(Rank.QUESTION), SectionKind.QUESTION, (), at, end=end))
        return asked.last + 1

    def _answer(self, asked: Asked) -> tuple[int, int, int] | None:
        """First and last line of what answers a question, and the last line of its section, which reminders below the answer belong to.

        None if only a reminder to write the answer, or nothing, follows.
        """
        first = last = None
        end = asked.last
        folded = self.lines[asked.first].text.startswith(("<summary", "<details"))
        body_indent = None
        apart = False
        for at in range(asked.last + 1, len(self.lines)):
            line = self.lines[at]
            if line.kind is LineKind.BLANK:
                apart = True
                continue
            if asked.reach is not None and at > asked.reach:
                break
            if folded and line.kind is LineKind.MARKUP and line.text.startswith("</details"):
                end = at
                break
            other = self.asked.get(at)
            if other is not None and other.strength >= asked.strength and other.indent <= asked.indent:
                break
            opening = self.openings.get(at)
            if opening is not None and opening.rank < Rank.QUESTION:
                break
            if line.kind in (LineKind.CODE, LineKind.FORMULA):
                body_indent = min(line.indent, body_indent) if body_indent is not None else None
            elif body_indent is None:
                if asked.strength is Strength.BULLET and line.indent <= asked.indent:
                    break
                body_indent = None if is_bare_answer_mark(line.text) else line.indent
            elif apart and line.indent <= asked.indent < body_indent:
                break
            apart = False
            end = at
            if line.kind in (LineKind.TODO, LineKind.MARKUP, LineKind.UNDERLINE) or (first is None and is_bare_answer_mark(line.text)):
                continue
            first = at if first is None else first
            last = at
        return None if first is None or last is None else (first, last, end)

    def _has_content(self, opening: Opening) -> bool:
        for at in range(opening.last + 1, len(self.lines)):
            kind = self.lines[at].kind
            if kind in (LineKind.BLANK, LineKind.TODO, LineKind.MARKUP, LineKind.UNDERLINE):
                continue
            other = self.openings.get(at)
            return other is None or other.rank > opening.rank
        return False

    def _inside_answer(self, at: int) -> bool:
        asked = self.asked[at]
        for section in self.stack:
            if section.kind is SectionKind.QUESTION and section.first in self.asked:
                outer = self.asked[section.first]
                if outer.strength > asked.strength or (outer.strength == asked.strength and asked.indent > outer.indent):
                    return True
        return False

    def _add(self, piece: Piece) -> None:
        label = self.stack[-1] if self.stack and self.stack[-1].kind is SectionKind.LABEL else None
        if label is not None and not label.callout and self._leaves(label, piece):
            self._close()
            label = None
        kind = piece.kind
        if kind is not Kind.METADATA:
            if self.stack and self.stack[-1].in_contents:
                kind = Kind.CONTENTS
            elif piece.first in self.kinds and kind in (Kind.PROSE, Kind.LIST, Kind.DEFINITION, Kind.CALLOUT):
                kind = self.kinds[piece.first]
            elif kind in (Kind.PROSE, Kind.LIST, Kind.DEFINITION) and self.stack and self.stack[-1].in_callout:
                kind = Kind.CALLOUT
        if label is not None and piece.kind in (Kind.LIST, Kind.TABLE, Kind.CODE):
            label.listed = True
        self._block(kind, piece.first, piece.last, level=0)

    def _leaves(self, label: _Open, piece: Piece) -> bool:
        """Whether a piece no longer belongs to a label: a list was what the label announced, and a new sentence starts after it."""
        if not label.listed or piece.kind not in (Kind.PROSE, Kind.DEFINITION, Kind.CALLOUT, Kind.CONTENTS):
            return False
        return not self.lines[piece.first].text[0].islower()

    def _block(self, kind: Kind, first: int, last: int, *, level: int) -> None:
        path = self.stack[-1].inner_path if self.stack else ()
        self.blocks.append(Block(kind, "\n".join(self.raw[first : last + 1]), self._span(first, last), path, level))
        self.last = last
        if kind is not Kind.METADATA:
            self.said = last

    def _push(self, section: _Open) -> None:
        outer = self.stack[-1] if self.stack else None
        section.in_callout = section.callout or (outer is not None and outer.in_callout)
        section.in_contents = section.contents or (outer is not None and outer.in_contents)
        if section.end is not None:
            self.until = min(self.until, section.end)
        section.path = (*(self.stack[-1].inner_path if self.stack else ()), section.title)
        section.slot = len(self.sections)
        self.sections.append(None)
        self.stack.append(section)

    def _close(self) -> None:
        section = self.stack.pop()
        if section.end is not None:
            self.until = min((s.end for s in self.stack if s.end is not None), default=inf)
        span = self._span(section.first, self.last)
        self.sections[section.slot] = Section(section.title, section.path, len(section.path), section.kind, span)
        if section.question is not None:
            question = self.questions[section.question]
            silent = (LineKind.BLANK, LineKind.MARKUP, LineKind.UNDERLINE)
            first = next((at for at in range(question.span.last, self.said + 1) if self.lines[at].kind not in silent), self.said)
            answer = self._span(first, self.said)
            self.questions[section.question] = Question(question.text, question.span, answer)

    def _span(self, first: int, last: int) -> Span:
        return Span(first + 1, last + 1, self.part)
