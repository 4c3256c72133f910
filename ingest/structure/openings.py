"""Finding the lines that open a section: headings with and without markup, labels, callouts.

Plain text saved from a web page or a PDF keeps no heading marks. What is left are general signs: a short line that ends no sentence, stands
alone between blank lines or is written in title case, and has content after it; or a number such as `2.1` or `Chapter 3`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from ingest.model import SectionKind
from ingest.structure.lines import Line, LineKind
from ingest.structure.patterns import callout_title, is_callout_word, is_code, is_title_case, is_title_like, label_of
from ingest.structure.questions import Asked, Strength, is_answer_mark


class Rank(IntEnum):
    """How far out a section stands: one closes every open section of its own rank and deeper. Marked headings rank 1 to 6."""

    PART = 1
    CHAPTER = 2
    OUTER = 3
    NUMBERED = 4
    INNER = 9
    QUESTION = 20
    LABEL = 30
    INNER_LABEL = 31


class Opening(NamedTuple):
    """What a line opens: `last` is the index of the opening's last line, as a number and its title may stand on two.

    An opening whose `last` is the line before it has no line of its own: its title stands in front of its text.
    """

    section: SectionKind
    title: str
    rank: int
    last: int
    callout: bool = False


_PART = re.compile(r"(part|book|volume)\s+(?:\d{1,3}|[IVXLC]{1,6})\b[\s.:—–-]*(.*)$", re.IGNORECASE)
_CHAPTER = re.compile(
    r"(?:chapter|appendix|lecture|lesson|module|unit|topic|week|day|section)\s+(?:\d{1,3}|[A-Z])\b(?!\s+(?:of|and|in|on|is|to)\b)[\s.:—–-]*(.*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,4})\.?\s+(\S.*)$")
_BARE_NUMBER = re.compile(r"\d{1,2}$")
_STEP = re.compile(r"[A-Z]\w+ \d{1,2}: (\S.*)$")
_FEWEST_CAPITALS = 4
_RUN_LIMIT = 4
"""So many title-like lines in a row, with nothing under any, are not headings but a list or an address."""
_DENSE = 0.1
"""Below this share of blank lines a text does not set its headings apart by space."""


def find_openings(lines: Sequence[Line], marked: bool, questions: Mapping[int, Asked]) -> dict[int, Opening]:
    """The openings of a text by the index of their first line. `marked` says that its headings carry markup, so that none is inferred."""
    finder = _Finder(lines, marked, questions)
    return finder.find()


class _Finder:
    """One run over the content lines of a text, which knows the lines before and after each."""

    def __init__(self, lines: Sequence[Line], marked: bool, questions: Mapping[int, Asked]) -> None:
        self.lines = lines
        self.marked = marked
        self.questions = questions
        self.content = [at for at, line in enumerate(lines) if line.kind is not LineKind.BLANK]
        self.dense = len(lines) - len(self.content) < _DENSE * len(lines)
        self.found: dict[int, Opening] = {}
        self.asking = False
        self.run = 0

    def find(self) -> dict[int, Opening]:
        content, lines = self.content, self.lines
        at = 0
        while at < len(content):
            index = content[at]
            line = lines[index]
            opening = None
            if index in self.questions:
                self.asking = self.asking or self.questions[index].strength >= Strength.NAMED
                if line.kind is LineKind.HEADING:
                    opening = Opening(SectionKind.HEADING, line.text, len(line.mark), index)
            elif line.kind is LineKind.HEADING:
                opening = Opening(SectionKind.HEADING, line.text.strip("*_ ") or line.mark, len(line.mark), index)
            elif line.kind is LineKind.TEXT:
                opening = self._text(at)
            elif line.kind is LineKind.ITEM and not self.marked:
                opening = self._item(at)
            if opening is None:
                at += 1
                self.run = 0
                continue
            self.found[index] = opening
            if opening.rank < Rank.QUESTION:
                self.asking = False
            while at < len(content) and content[at] <= opening.last:
                at += 1
        if not self.marked:
            self._nest()
            self._join_runs()
        return self.found

    def _text(self, at: int) -> Opening | None:
        index = self.content[at]
        line = self.lines[index]
        text = line.text
        following = self._line(at + 1)
        if len(text) > 110 or is_answer_mark(text):
            return None
        if following is not None and following.kind is LineKind.UNDERLINE and self._underlines(at):
            return Opening(SectionKind.HEADING, text, 1 if following.text[0] in "=═" else 2, index + 1)
        if not self.marked and text[0].isdigit() and line.indent <= 1:
            return self._numbered(at)
        title = callout_title(text) if text[0].isupper() else None
        if title is not None:
            return self._callout(at, title)
        if text[-1] in ":*_":
            title = label_of(text)
            if title is not None and following is not None and self.content[at + 1] not in self.questions:
                return Opening(SectionKind.LABEL, title, Rank.LABEL, index, is_callout_word(title))
        return None if self.marked or line.indent > 1 else self._unmarked(at)

    def _underlines(self, at: int) -> bool:
        index = self.content[at]
        underline = self.lines[index + 1].text
        alone = index == 0 or self.lines[index - 1].kind is not LineKind.TEXT
        return self.content[at + 1] == index + 1 and alone and len(underline) >= 3 and underline[0] in "=-═"

    def _callout(self, at: int, title: str) -> Opening:
        """A callout; a title of its own may stand on the next line, by itself."""
        index = self.content[at]
        if " " not in title.replace("THE ", "") and self._isolated(at + 1) and self._title_like(at + 1) and not self._opens_list(at + 2):
            return Opening(SectionKind.LABEL, f"{title}: {self._text_of(at + 1)}", Rank.LABEL, self.content[at + 1], True)
        return Opening(SectionKind.LABEL, title, Rank.LABEL, index, True)

    def _unmarked(self, at: int) -> Opening | None:
        index = self.content[at]
        text = self.lines[index].text
        titled = self._title_like(at)
        part = _PART.match(text) if titled else None
        chapter = _CHAPTER.match(text) if titled and not part else None
        if part or chapter:
            rest = part[2] if part else chapter[1] if chapter else ""
            last, title = index, text
            if not rest and self._title_like(at + 1) and self._isolated(at + 1):
                last, title = self.content[at + 1], f"{text}: {self._text_of(at + 1)}"
            return Opening(SectionKind.HEADING, title, Rank.PART if part else Rank.CHAPTER, last)
        step = _STEP.match(text) if ": " in text else None
        if step:
            listed = self._opens_list(at + 1) and is_title_case(step[1].split())
            return Opening(SectionKind.LABEL, text, Rank.LABEL, index) if listed else None
        if not titled or (": " in text and not self._before_question(at)) or not self._stands_out(at, text):
            return None
        if text.isupper() and self._isolated_pair(at):
            return Opening(SectionKind.HEADING, self._text_of(at + 1), Rank.INNER, self.content[at + 1])
        if self.asking and text.endswith("?"):
            return Opening(SectionKind.LABEL, text, Rank.LABEL, index)
        return Opening(SectionKind.HEADING, text, Rank.INNER, index)

    def _numbered(self, at: int) -> Opening | None:
        """A line that starts with a number: `2.1 Title`, or a number by itself above a title."""
        text = self._text_of(at)
        if _BARE_NUMBER.match(text):
            return self._chapter_number(at)
        numbered = _NUMBERED.match(text)
        if not numbered:
            return self._unmarked(at)
        title = numbered[2].rstrip(":")
        if title[-1] in ".,;" or not (self._isolated(at) or (title[0].isupper() and self._stands_out(at, title))):
            return None
        return Opening(SectionKind.HEADING, text.rstrip(":"), Rank.NUMBERED + numbered[1].count("."), self.content[at])

    def _chapter_number(self, at: int) -> Opening | None:
        """A number alone on its line, then a title, perhaps below a line in capitals that names the theme."""
        end = at + 1
        while end < min(at + 3, len(self.content)) and self._title_like(end) and (self._isolated(end) or self._text_of(end).isupper()):
            end += 1
            if not self._text_of(end - 1).isupper():
                break
        if end == at + 1:
            return None
        return Opening(SectionKind.HEADING, self._text_of(end - 1), Rank.CHAPTER, self.content[end - 1])

    def _item(self, at: int) -> Opening | None:
        """`1. Title` is a heading, and `1. Setup:` a label, when what follows is not indented below it and is not the next item."""
        index = self.content[at]
        line = self.lines[index]
        following = self._line(at + 1)
        if following is None or line.indent > 1 or not line.mark[0].isdigit() or following.indent > line.indent:
            return None
        if following.kind is LineKind.ITEM and following.mark[0].isdigit():
            return None
        if line.text[-1] == ":" and line.text[0].isupper() and len(line.text) < 70 and following.kind is not LineKind.TEXT:
            return Opening(SectionKind.LABEL, line.text[:-1], Rank.INNER_LABEL, index)
        if (
            self.asking
            or line.text[-1] == ":"
            or ": " in line.text
            or not self._title_like(at, line.text)
            or not self._stands_out(at, line.text)
        ):
            return None
        after_item = at > 0 and self._line_at(at - 1).kind is LineKind.ITEM and self.content[at - 1] == index - 1
        if (after_item and not self.dense) or not is_title_case(line.text.split()):
            return None
        return Opening(SectionKind.HEADING, f"{line.mark} {line.text}", Rank.NUMBERED, index)

    def _stands_out(self, at: int, text: str) -> bool:
        """Whether a title-like line is set apart: by blank lines, or, where a text has none, by title case."""
        following = self._line(at + 1)
        if following is None or following.kind in (LineKind.CODE, LineKind.UNDERLINE):
            return False
        if self._isolated(at):
            self.run += 1
            return self.run <= _RUN_LIMIT and following.text[0] not in "=→"
        if self._is_capitals(at, text):
            return True
        words = text.split()
        if not is_title_case(words) or is_code(following.text) or is_answer_mark(following.text):
            return False
        index = self.content[at]
        before_question = self._before_question(at)
        if self.dense:
            return before_question or len(words) > 1 or not self.asking
        long = len(following.text) > 80 or following.kind is LineKind.ITEM or before_question
        return long and (index == 0 or self.lines[index - 1].kind is LineKind.BLANK)

    def _is_capitals(self, at: int, text: str) -> bool:
        """Whether a line in capitals stands below a blank line and right above a text that is no title in capitals too."""
        index, following = self.content[at], self._line(at + 1)
        above = index == 0 or self.lines[index - 1].kind is LineKind.BLANK
        below = following is not None and following.kind is LineKind.TEXT and self.content[at + 1] == index + 1
        letters = sum(map(str.isalpha, text))
        return above and below and text.isupper() and letters >= _FEWEST_CAPITALS and not self._is_capital_title(at + 1)

    def _is_capital_title(self, at: int) -> bool:
        return self._title_like(at) and self._text_of(at).isupper()

    def _before_question(self, at: int) -> bool:
        return at + 1 < len(self.content) and self.content[at + 1] in self.questions

    def _isolated(self, at: int) -> bool:
        if at >= len(self.content):
            return False
        index = self.content[at]
        above = index == 0 or self.lines[index - 1].kind is LineKind.BLANK or index - 1 in self.found
        below = index + 1 < len(self.lines) and self.lines[index + 1].kind is LineKind.BLANK
        return above and below and self.lines[index].kind in (LineKind.TEXT, LineKind.ITEM)

    def _isolated_pair(self, at: int) -> bool:
        return self._isolated(at + 1) and self._title_like(at + 1) and not self._text_of(at + 1).isupper()

    def _title_like(self, at: int, text: str | None = None) -> bool:
        if at >= len(self.content):
            return False
        text = text or self._text_of(at)
        if text[0].islower():
            return False
        return self._line_at(at).kind in (LineKind.TEXT, LineKind.ITEM) and is_title_like(text, text.split())

    def _opens_list(self, at: int) -> bool:
        line = self._line(at)
        return line is not None and line.kind is LineKind.ITEM

    def _line(self, at: int) -> Line | None:
        return self.lines[self.content[at]] if at < len(self.content) else None

    def _line_at(self, at: int) -> Line:
        return self.lines[self.content[at]]

    def _text_of(self, at: int) -> str:
        return self._line_at(at).text

    def _nest(self) -> None:
        """Unnumbered headings carry no depth of their own; what follows them gives it."""
        heads = [index for index, opening in self.found.items() if opening.section is SectionKind.HEADING]
        if self.dense:
            self._raise_bare(heads)
        else:
            self._lower_columns(heads)

    def _raise_bare(self, heads: Sequence[int]) -> None:
        """A heading that is followed at once by another, or that ends a numbered run, stands above the others."""
        last_single = max((i for i in heads if self.found[i].rank == Rank.NUMBERED), default=-1)
        ended = last_single < 0
        for here, after in pairwise([*heads, -1]):
            opening = self.found[here]
            if opening.rank != Rank.INNER:
                continue
            ends_run = not ended and here > last_single
            ended = ended or ends_run
            bare = after >= 0 and self.found[after].rank in (Rank.INNER, Rank.NUMBERED) and not self._content_between(opening.last, after)
            if ends_run or bare:
                self.found[here] = opening._replace(rank=int(Rank.OUTER))

    def _lower_columns(self, heads: Sequence[int]) -> None:
        """Headings over nothing but a list, right after one that is bare or ends in a colon, are what is left of its columns."""
        announced = False
        for before, here in pairwise(heads):
            opening = self.found[here]
            between = [at for at in range(self.found[before].last + 1, here) if self.lines[at].kind is not LineKind.BLANK]
            first = next((at for at in range(opening.last + 1, len(self.lines)) if self.lines[at].kind is not LineKind.BLANK), -1)
            listed = first >= 0 and self.lines[first].kind is LineKind.ITEM and opening.rank == Rank.INNER
            announced = listed and (announced or not between or self.lines[between[-1]].text[-1] == ":")
            if announced:
                self.found[here] = opening._replace(rank=Rank.INNER + 1)

    def _content_between(self, first: int, last: int) -> bool:
        return any(self.lines[index].kind is not LineKind.BLANK for index in range(first + 1, last))

    def _join_runs(self) -> None:
        """Takes back a run of headings that all stand bare one after another: an address or a list, not a tree."""
        run: list[int] = []
        for index in [*self.found, -1]:
            opening = self.found.get(index)
            plain = opening is not None and opening.rank in (Rank.INNER, Rank.OUTER)
            if plain and run and not self._content_between(self.found[run[-1]].last, index):
                run.append(index)
                continue
            if len(run) > _RUN_LIMIT:
                for bare in run[1:-1]:
                    del self.found[bare]
            run = [index] if plain else []
