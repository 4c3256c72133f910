"""Find the lines that open a section: headings with and without markup, labels, callouts.

Plain text saved from a web page or a PDF keeps no heading marks. General signs remain: a short line that ends no sentence, stands alone
between blank lines or is written in title case, and has content after it; or a number such as `2.1` or `Chapter 3`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from ingest.language.language import Language, alternatives
from ingest.model import SectionKind
from ingest.structure.lines import LineKind, TypedLine
from ingest.structure.patterns import (
    LONGEST_LABEL,
    LONGEST_TITLE,
    callout_title,
    is_callout_word,
    is_code,
    is_title_case,
    is_title_like,
    label_of,
)
from ingest.structure.questions import FoundQuestion, Strength, is_answer_mark
from ingest.text.titles import plain_title


class Rank(IntEnum):
    """How far out a section stands. A section closes every open section of its own rank and of higher ranks.

    Headings with markup have the ranks 1 to 6, by their level. A numbered heading has NUMBERED plus its number of dots, at most 4, so
    INNER leaves room for these.
    """

    PART = 1
    CHAPTER = 2
    OUTER = 3
    NUMBERED = 4
    INNER = 9
    QUESTION = 20
    LABEL = 30
    INNER_LABEL = 31


class Opening(NamedTuple):
    """A section that a line opens. `last` is the index of the last line of the opening: a number and its title may stand on two lines.

    If `last` is the index of the line before, the opening has no line of its own, because its title stands in front of its text.
    """

    section: SectionKind
    title: str
    rank: int
    last: int
    callout: bool = False


_HEADINGS = Language.load("en").groups("headings")
_PART = re.compile(rf"{alternatives(_HEADINGS['parts'])}\s+(?:\d{{1,3}}|[IVXLC]{{1,6}})\b[\s.:—–-]*(.*)$", re.IGNORECASE)
_CHAPTER = re.compile(
    rf"{alternatives(_HEADINGS['chapters'])}\s+(?:\d{{1,3}}|[A-Z])\b(?!\s+{alternatives(_HEADINGS['no_title'])}\b)[\s.:—–-]*(.*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,4})\.?\s+(\S.*)$")
_BARE_NUMBER = re.compile(r"\d{1,2}$")
_STEP = re.compile(r"[A-Z]\w+ \d{1,2}: (\S.*)$")
_FEWEST_CAPITALS = 4
"""The fewest letters of a title in capitals. Fewer are an abbreviation."""
RUN_LIMIT = 4
"""More title-like lines than this in a row, with nothing under any of them, are a list or an address, not headings."""
_LONG_LINE = 80
"""A line longer than this is running text, so that the line before it may be its heading."""
_DENSE = 0.1
"""A text with a smaller share of blank lines does not set its headings apart by space."""


def is_dense(lines: Sequence[TypedLine]) -> bool:
    """True if a text has hardly any blank lines."""
    return sum(line.kind is LineKind.BLANK for line in lines) < _DENSE * len(lines)


def find_openings(lines: Sequence[TypedLine], marked: bool, questions: Mapping[int, FoundQuestion]) -> dict[int, Opening]:
    """The openings of a text, by the index of their first line. `marked` says that headings carry markup, so that none is inferred.

    Inferred headings that carry no number all have the rank INNER; `nesting` gives them their depth.
    """
    return _Finder(lines, marked, questions).find()


class _Finder:
    """One pass over the lines with content. A position `at` counts these lines; an index counts all lines.

    `asking` is true from a question to the next heading: there, title-like lines belong to the answer.
    """

    def __init__(self, lines: Sequence[TypedLine], marked: bool, questions: Mapping[int, FoundQuestion]) -> None:
        self.lines = lines
        self.marked = marked
        self.questions = questions
        self.content = [at for at, line in enumerate(lines) if line.kind is not LineKind.BLANK]
        self.dense = is_dense(lines)
        self.found: dict[int, Opening] = {}
        self.asking = False
        self.run = 0

    def find(self) -> dict[int, Opening]:
        content = self.content
        at = 0
        while at < len(content):
            opening = self._opening(at)
            if opening is None:
                at += 1
                self.run = 0
                continue
            self.found[content[at]] = opening
            if opening.rank < Rank.QUESTION:
                self.asking = False
            while at < len(content) and content[at] <= opening.last:
                at += 1
        return self.found

    def _opening(self, at: int) -> Opening | None:
        index = self.content[at]
        line = self.lines[index]
        if index in self.questions:
            self.asking = self.asking or self.questions[index].strength >= Strength.NAMED
            return Opening(SectionKind.HEADING, plain_title(line.text), len(line.mark), index) if line.kind is LineKind.HEADING else None
        if line.kind is LineKind.HEADING:
            return Opening(SectionKind.HEADING, plain_title(line.text), len(line.mark), index)
        if line.kind is LineKind.TEXT:
            return self._text(at)
        return self._item(at) if line.kind is LineKind.ITEM and not self.marked else None

    def _text(self, at: int) -> Opening | None:
        index = self.content[at]
        line = self.lines[index]
        text = line.text
        following = self._line(at + 1)
        if len(text) > LONGEST_TITLE or is_answer_mark(text):
            return None
        if following is not None and following.kind is LineKind.UNDERLINE and self._is_underlined(at):
            return Opening(SectionKind.HEADING, text, 1 if following.text[0] in "=═" else 2, index + 1)
        if not self.marked and text[0].isdigit() and line.indent <= 1:
            return self._numbered(at)
        title = callout_title(text) if text[0].isupper() else None
        if title is not None:
            return self._callout(at, title)
        if text[-1] in ":*_":
            title = label_of(text)
            if title is not None and following is not None and self.content[at + 1] not in self.questions:
                return Opening(SectionKind.LABEL, plain_title(title), Rank.LABEL, index, is_callout_word(title))
        return None if self.marked or line.indent > 1 else self._inferred(at)

    def _is_underlined(self, at: int) -> bool:
        """True if the rule in the next line underlines this line alone."""
        index = self.content[at]
        underline = self.lines[index + 1].text
        alone = index == 0 or self.lines[index - 1].kind is not LineKind.TEXT
        return self.content[at + 1] == index + 1 and alone and len(underline) >= 3 and underline[0] in "=-═"

    def _callout(self, at: int, title: str) -> Opening:
        """A callout. Its own title may be alone on the next line with content."""
        index = self.content[at]
        if " " not in title.replace("THE ", "") and self._is_isolated(at + 1) and self._is_title(at + 1) and not self._is_item(at + 2):
            return Opening(SectionKind.LABEL, f"{title}: {self._text_of(at + 1)}", Rank.LABEL, self.content[at + 1], True)
        return Opening(SectionKind.LABEL, title, Rank.LABEL, index, True)

    def _inferred(self, at: int) -> Opening | None:
        """A heading without any mark: `Part II`, `Lecture 3: Kernels`, `Gradient Descent`. Inside an answer, `Step 2: …` is a label."""
        index = self.content[at]
        text = self.lines[index].text
        titled = self._is_title(at)
        division = self._division(at) if titled else None
        if division is not None:
            return division
        step = _STEP.match(text) if ": " in text else None
        if step:
            listed = self._is_item(at + 1) and is_title_case(step[1].split())
            return Opening(SectionKind.LABEL, text, Rank.LABEL, index) if listed else None
        if not titled or (": " in text and not self._is_before_question(at)) or not self._stands_out(at, text):
            return None
        if text.isupper() and self._is_theme(at):
            return Opening(SectionKind.HEADING, self._text_of(at + 1), Rank.INNER, self.content[at + 1])
        if self.asking and text.endswith("?"):
            return Opening(SectionKind.LABEL, text, Rank.LABEL, index)
        return Opening(SectionKind.HEADING, text, Rank.INNER, index)

    def _division(self, at: int) -> Opening | None:
        """A heading that names its division: `Part II`, `Chapter 3`, `Week 4 — Trees`. Its title may be alone on the next line."""
        text = self._text_of(at)
        part = _PART.match(text)
        match = part or _CHAPTER.match(text)
        if match is None:
            return None
        last, title = self.content[at], text
        if not match[1] and self._is_title(at + 1) and self._is_isolated(at + 1):
            last, title = self.content[at + 1], f"{text}: {self._text_of(at + 1)}"
        return Opening(SectionKind.HEADING, title, Rank.PART if part else Rank.CHAPTER, last)

    def _numbered(self, at: int) -> Opening | None:
        """A heading that starts with a number: `2.1 Title`, or a number by itself above a title."""
        text = self._text_of(at)
        if _BARE_NUMBER.match(text):
            return self._chapter_number(at)
        numbered = _NUMBERED.match(text)
        if not numbered:
            return self._inferred(at)
        title = numbered[2].rstrip(":")
        if title[-1] in ".,;" or not (self._is_isolated(at) or (title[0].isupper() and self._stands_out(at, title))):
            return None
        return Opening(SectionKind.HEADING, text.rstrip(":"), Rank.NUMBERED + numbered[1].count("."), self.content[at])

    def _chapter_number(self, at: int) -> Opening | None:
        """A number alone on its line, then a title. A line in capitals that names the theme may be between them."""
        end = at + 1
        while end < min(at + 3, len(self.content)) and self._is_title(end) and (self._is_isolated(end) or self._text_of(end).isupper()):
            end += 1
            if not self._text_of(end - 1).isupper():
                break
        if end == at + 1:
            return None
        return Opening(SectionKind.HEADING, self._text_of(end - 1), Rank.CHAPTER, self.content[end - 1])

    def _item(self, at: int) -> Opening | None:
        """The opening of an item with a number: `1. Title` is a heading and `1. Setup:` a label, unless it is just one of several items.

        It is just an item if text is indented below it or the next item follows.
        """
        index = self.content[at]
        line = self.lines[index]
        following = self._line(at + 1)
        if following is None or line.indent > 1 or not line.mark[0].isdigit() or following.indent > line.indent:
            return None
        if following.kind is LineKind.ITEM and following.mark[0].isdigit():
            return None
        if _is_item_label(line) and following.kind is not LineKind.TEXT:
            return Opening(SectionKind.LABEL, line.text[:-1], Rank.INNER_LABEL, index)
        if self.asking or line.text[-1] == ":" or ": " in line.text:
            return None
        if not self._is_title(at, line.text) or not self._stands_out(at, line.text):
            return None
        after_item = at > 0 and self._line_at(at - 1).kind is LineKind.ITEM and self.content[at - 1] == index - 1
        if (after_item and not self.dense) or not is_title_case(line.text.split()):
            return None
        return Opening(SectionKind.HEADING, f"{line.mark} {line.text}", Rank.NUMBERED, index)

    def _stands_out(self, at: int, text: str) -> bool:
        """True if a title-like line is set apart: by blank lines or, in a text that has none, by title case."""
        following = self._line(at + 1)
        if following is None or following.kind in (LineKind.CODE, LineKind.UNDERLINE):
            return False
        if self._is_isolated(at):
            self.run += 1
            return self.run <= RUN_LIMIT and following.text[0] not in "=→"
        if self._is_in_capitals(at, text):
            return True
        words = text.split()
        if not is_title_case(words) or is_code(following.text) or is_answer_mark(following.text):
            return False
        index = self.content[at]
        before_question = self._is_before_question(at)
        if self.dense:
            return before_question or len(words) > 1 or not self.asking
        long = len(following.text) > _LONG_LINE or following.kind is LineKind.ITEM or before_question
        return long and (index == 0 or self.lines[index - 1].kind is LineKind.BLANK)

    def _is_in_capitals(self, at: int, text: str) -> bool:
        """True for a line in capitals below a blank line and right above a text that is not a title in capitals too."""
        index, following = self.content[at], self._line(at + 1)
        above = index == 0 or self.lines[index - 1].kind is LineKind.BLANK
        below = following is not None and following.kind is LineKind.TEXT and self.content[at + 1] == index + 1
        if not (above and below and text.isupper() and sum(map(str.isalpha, text)) >= _FEWEST_CAPITALS):
            return False
        return not (self._is_title(at + 1) and self._text_of(at + 1).isupper())

    def _is_before_question(self, at: int) -> bool:
        return at + 1 < len(self.content) and self.content[at + 1] in self.questions

    def _is_isolated(self, at: int) -> bool:
        """True if a line of text stands between blank lines. An opening above it counts as blank."""
        if at >= len(self.content):
            return False
        index = self.content[at]
        above = index == 0 or self.lines[index - 1].kind is LineKind.BLANK or index - 1 in self.found
        below = index + 1 < len(self.lines) and self.lines[index + 1].kind is LineKind.BLANK
        return above and below and self.lines[index].kind in (LineKind.TEXT, LineKind.ITEM)

    def _is_theme(self, at: int) -> bool:
        """True for a line above an isolated title that is not in capitals: it names the theme that the title belongs to."""
        return self._is_isolated(at + 1) and self._is_title(at + 1) and not self._text_of(at + 1).isupper()

    def _is_title(self, at: int, text: str | None = None) -> bool:
        if at >= len(self.content):
            return False
        text = text or self._text_of(at)
        if text[0].islower():
            return False
        return self._line_at(at).kind in (LineKind.TEXT, LineKind.ITEM) and is_title_like(text, text.split())

    def _is_item(self, at: int) -> bool:
        line = self._line(at)
        return line is not None and line.kind is LineKind.ITEM

    def _line(self, at: int) -> TypedLine | None:
        return self.lines[self.content[at]] if at < len(self.content) else None

    def _line_at(self, at: int) -> TypedLine:
        return self.lines[self.content[at]]

    def _text_of(self, at: int) -> str:
        return self._line_at(at).text


def _is_item_label(line: TypedLine) -> bool:
    return line.text[-1] == ":" and line.text[0].isupper() and len(line.text) < LONGEST_LABEL
