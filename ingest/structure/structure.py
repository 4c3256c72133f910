"""Build the structure of a text from its lines: blocks of one kind each, the sections that hold them, questions with their answers.

Every line with content belongs to exactly one block. Blocks are whole lines and stand in the order of the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from ingest.model import Block, Kind, Part, Question, Section, SectionKind, Span
from ingest.structure.answers import find_answer
from ingest.structure.blocks import LineRun, group
from ingest.structure.lines import BLANK, LineKind, TypedLine, classify
from ingest.structure.nesting import nest
from ingest.structure.openings import Opening, Rank, find_openings
from ingest.structure.patterns import is_contents_title
from ingest.structure.questions import FoundQuestion, ends_in_question, find_questions

_WITHOUT_CONTENT = (LineKind.BLANK, LineKind.TODO, LineKind.MARKUP, LineKind.UNDERLINE)
"""Kinds of line that do not count as content of a section."""

_FEWEST_SECTIONS = 3
_LONGEST_INTRODUCTION = 40
"""The most words of an introduction below a first heading that still counts as the title of the sections after it."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The blocks, sections and questions of one text, each in the order of the text.

    `several` is true if the first heading is one of several of its rank, so that it is no title of the whole.
    """

    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    several: bool = False


@dataclass(slots=True)
class Marks:
    """What a reader knows about the lines of a text from its markup: one typed line each and, by index, more.

    `kinds` has the kind of a text inside a marked environment, such as one for definitions. `questions` has the marked questions, with the
    reach of their answers. `openings` has the sections whose title stands in front of their text. `starts` are lines at which a block
    always begins.
    """

    lines: list[TypedLine] = field(default_factory=list)
    kinds: dict[int, Kind] = field(default_factory=dict)
    questions: dict[int, FoundQuestion] = field(default_factory=dict)
    openings: dict[int, Opening] = field(default_factory=dict)
    starts: set[int] = field(default_factory=set)


def build_structure(lines: Sequence[str], *, marked: bool, skip: int = 0, title: str | None = None, part: Part | None = None) -> Structure:
    """The structure of a plain or Markdown text. `marked` says whether its headings carry `#`; if not, they are inferred.

    `skip` is the number of lines at the top that are front matter. A heading at the very top is the title of the document and is in no
    other section's path, unless the document has another title (`title`) or the heading is one of several sections.
    """
    classified = [TypedLine(LineKind.MARKUP, 0, line) if line.strip() else BLANK for line in lines[:skip]]
    classified += classify(lines[skip:], marked)
    return structure_of(lines, Marks(classified), marked=marked, title=title, part=part)


def structure_of(
    lines: Sequence[str], marks: Marks, *, marked: bool = True, title: str | None = None, part: Part | None = None
) -> Structure:
    """The structure of a text whose lines have been typed by a reader. The other arguments are as in `build_structure`."""
    questions = dict(sorted({**find_questions(marks.lines), **marks.questions}.items()))
    found = find_openings(marks.lines, marked, questions)
    openings = dict(sorted({**(found if marked else nest(marks.lines, found)), **marks.openings}.items()))
    several = marked and _opens_with_one_of_several(openings, marks.lines)
    return _Tree(lines, marks, openings, questions, title, several, part).build()


def _opens_with_one_of_several(openings: Mapping[int, Opening], lines: Sequence[TypedLine]) -> bool:
    """True if the first heading is a section like others: another of its rank follows, after its text."""
    headings = [at for at, opening in openings.items() if opening.section is SectionKind.HEADING]
    if not headings:
        return False
    first = openings[headings[0]]
    alike = [at for at in headings[1:] if openings[at].rank <= first.rank]
    own = [lines[at] for at in range(first.last + 1, alike[0]) if lines[at].kind not in _WITHOUT_CONTENT] if alike else []
    introduces = len(alike) >= _FEWEST_SECTIONS and all(line.kind is LineKind.TEXT for line in own)
    return bool(own) and not (introduces and sum(len(line.text.split()) for line in own) <= _LONGEST_INTRODUCTION)


@dataclass(slots=True)
class _Open:
    """A section while it is open.

    `end` is the index of its last line if that is known beforehand, as for an answer. `question` is the index of the question that the
    section answers, `slot` the index of the section itself. `listed` is true once a label has been followed by the list that it announced.
    """

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
        """The path of the blocks under the section. Blocks under the title of the document have an empty path."""
        return () if self.titles_document else self.path


class _Tree:
    """Builds the section tree line by line, with a stack of the open sections.

    `until` is the index of the first line at which an open section ends, `last` that of the last line in a block, and `said` that of the
    last line in a block that is not metadata.
    """

    def __init__(
        self,
        raw: Sequence[str],
        marks: Marks,
        openings: Mapping[int, Opening],
        questions: Mapping[int, FoundQuestion],
        title: str | None,
        several: bool,
        part: Part | None,
    ) -> None:
        self.raw = raw
        self.lines = marks.lines
        self.kinds = marks.kinds
        self.starts = marks.starts
        self.openings = openings
        self.asked = questions
        self.title = title
        self.several = several
        self.part = part
        self.stack: list[_Open] = []
        self.blocks: list[Block] = []
        self.sections: list[Section | None] = []
        self.questions: list[Question] = []
        self.last = -1
        self.until: float = inf
        self.said = -1

    def build(self) -> Structure:
        at, count = 0, len(self.lines)
        stops = self.openings.keys() | self.asked.keys() | self.starts
        while at < count:
            if self.lines[at].kind is LineKind.BLANK:
                at += 1
                continue
            while at > self.until:
                self._close()
            opening = self.openings.get(at)
            if opening is not None:
                opened = at
                at = self._open_section(at, opening)
                if at > opened:
                    continue
            if at in self.asked and not self._inside_answer(at):
                at = self._open_question(at, self.asked[at])
            else:
                run = group(self.lines, at, stops if self.until == inf else stops | {int(self.until) + 1})
                self._add(run)
                at = run.last + 1
        while self.stack:
            self._close()
        return Structure(tuple(self.blocks), tuple(s for s in self.sections if s is not None), tuple(self.questions), self.several)

    def _open_section(self, at: int, opening: Opening) -> int:
        """Open the section of a heading or a label. Returns the index of the line after the opening."""
        while self.stack and self.stack[-1].rank >= opening.rank:
            self._close()
        heading = opening.section is SectionKind.HEADING and opening.last >= at
        asks = heading and (ends_in_question(opening.title) or at in self.asked)
        answered = asks and self._has_content(opening)
        kind = SectionKind.QUESTION if answered else opening.section
        question = None
        if asks:
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
                titles_document=at_top and (opening.title == self.title or (self.title is None and not self.several)),
            )
        )
        return opening.last + 1

    def _open_question(self, at: int, asked: FoundQuestion) -> int:
        """Add a question and, if it is answered, open its section. Returns the index of the line after the question."""
        answer = find_answer(asked, self.lines, self.asked, self.openings)
        while self.stack and self.stack[-1].rank >= Rank.QUESTION:
            self._close()
        if asked.beside:
            span = self._span(at, asked.last)
            self.questions.append(Question(asked.text, span, span))
            self._push(_Open(asked.text, int(Rank.QUESTION), SectionKind.QUESTION, (), at, end=asked.last))
            self._block(Kind.ANSWER, at, asked.last, level=0, beside=asked.beside)
            return asked.last + 1
        self._block(Kind.QUESTION, at, asked.last, level=0)
        if answer is None:
            self.questions.append(Question(asked.text, self._span(at, asked.last), None))
        else:
            self.questions.append(Question(asked.text, self._span(at, asked.last), self._span(answer.first, answer.last)))
            self._push(_Open(asked.text, int(Rank.QUESTION), SectionKind.QUESTION, (), at, end=answer.end))
        return asked.last + 1

    def _has_content(self, opening: Opening) -> bool:
        """True if there is content under a heading before the next one of its rank."""
        for at in range(opening.last + 1, len(self.lines)):
            if self.lines[at].kind in _WITHOUT_CONTENT:
                continue
            other = self.openings.get(at)
            return other is None or other.rank > opening.rank
        return False

    def _inside_answer(self, at: int) -> bool:
        """True if a question is part of the answer to an open question, which is more plainly marked or less indented."""
        asked = self.asked[at]
        for section in self.stack:
            if section.kind is SectionKind.QUESTION and section.first in self.asked:
                outer = self.asked[section.first]
                if outer.strength > asked.strength or (outer.strength == asked.strength and asked.indent > outer.indent):
                    return True
        return False

    def _add(self, run: LineRun) -> None:
        """Add a run of lines as a block, with the kind that the sections around it give it."""
        label = self.stack[-1] if self.stack and self.stack[-1].kind is SectionKind.LABEL else None
        if label is not None and not label.callout and self._leaves(label, run):
            self._close()
            label = None
        if label is not None and run.kind in (Kind.LIST, Kind.TABLE, Kind.CODE):
            label.listed = True
        self._block(self._kind(run), run.first, run.last, level=0)

    def _kind(self, run: LineRun) -> Kind:
        if run.kind is Kind.METADATA:
            return run.kind
        if self.stack and self.stack[-1].in_contents:
            return Kind.CONTENTS
        if run.first in self.kinds and run.kind in (Kind.PROSE, Kind.LIST, Kind.DEFINITION, Kind.CALLOUT):
            return self.kinds[run.first]
        if run.kind in (Kind.PROSE, Kind.LIST, Kind.DEFINITION) and self.stack and self.stack[-1].in_callout:
            return Kind.CALLOUT
        return run.kind

    def _leaves(self, label: _Open, run: LineRun) -> bool:
        """True if a run no longer belongs to a label: the label announced a list, and a new sentence starts after that list."""
        if not label.listed or run.kind not in (Kind.PROSE, Kind.DEFINITION, Kind.CALLOUT, Kind.CONTENTS):
            return False
        return not self.lines[run.first].text[0].islower()

    def _block(self, kind: Kind, first: int, last: int, *, level: int, beside: int = 0) -> None:
        path = self.stack[-1].inner_path if self.stack else ()
        text = "\n".join(self.raw[first : last + 1])
        # A typed line's text excludes its indentation and its mark.
        said = (len(self.raw[first].rstrip()) - len(self.lines[first].text) + beside, len(text)) if beside else None
        self.blocks.append(Block(kind, text, self._span(first, last), path, level, said))
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
        """Close the innermost section, and give the question that it answers the place of its answer."""
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
