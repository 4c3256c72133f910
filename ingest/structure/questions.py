"""Find the questions of a text: `Q12: …`, `1) …?`, `18. Q. "…"`, `**Q:** …`, headings and summaries that ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from ingest.language.language import Language, alternatives
from ingest.structure.lines import LineKind, TypedLine
from ingest.text.titles import is_card, plain_title


class Strength(IntEnum):
    """How clearly a line is marked as a question. A weaker question inside the answer to a stronger one is part of that answer."""

    BULLET = 1
    NUMBERED = 2
    NAMED = 3
    NAMED_AND_NUMBERED = 4


class FoundQuestion(NamedTuple):
    """A question: the indices of its first and last line, its text, and the width of its indentation in columns.

    `reach` is the index of the last line that its answer can have, if the marks of the format say so. `beside` is the number of characters
    of its line before its answer, if that stands on the same line.
    """

    first: int
    last: int
    text: str
    indent: int
    strength: Strength
    reach: int | None = None
    beside: int = 0


_WORDING = Language.load("en").groups("questions")
_BOLD = r"(?:\*\*|__)?"
_MARKED_QUESTION = re.compile(
    rf"{_BOLD}{alternatives(_WORDING['question_marks'])}"
    rf"(?:\s*(?P<number>\d{{1,4}}){_BOLD}\s*[:.)\-–—]|\s*[:.)]){_BOLD}\s*(?P<text>\S.*)$",
    re.IGNORECASE,
)
_QUESTION_STARTS = frozenset("*_").union(*((mark[0], mark[0].upper()) for mark in _WORDING["question_marks"]))
"""First characters worth trying `_MARKED_QUESTION` on."""
_ANSWER = re.compile(rf"{_BOLD}{alternatives(_WORDING['answer_marks'])}{_BOLD}\s*(?:[:.)]{_BOLD}(?:\s|$)|$)", re.IGNORECASE)
_ANSWER_STARTS = frozenset("*_<").union(*((mark[0], mark[0].upper()) for mark in _WORDING["answer_marks"]))
"""First characters worth trying `_ANSWER` on."""
_SUMMARY = re.compile(r"<summary>\s*(.*?)\s*</summary>", re.IGNORECASE)
_FOLDED = re.compile(r">\s*\[!(?:question|faq|help)\][+-]?\s+(.+)$", re.IGNORECASE)
"""A callout of Obsidian that asks: `> [!question] Why softmax?`, its answer folded below."""
_OPENER = re.compile(rf"{alternatives(_WORDING['openers'])}\b", re.IGNORECASE)

_BESIDE = re.compile(r"([^:`]{3,300}?[^\s:`])(\s?:{2,3}\s?)(?=[^\s:])")
"""The front of a card before `::` or `:::`, and what parts it from the back."""
_FRONT = 4
"""The fewest words of a front that is not a question. Fewer are the name of a field (`Preload:: …`) or of a namespace."""
_SPACES = frozenset("std boost crate self super use call using like via as by".split())
"""Words before `::` that show code."""

_Style = tuple[int, str]
"""The style of a list: its indentation, and the character after its numbers, or `-` for bullets."""
_QUOTES = "\"'“”‘’*_ "
_LONGEST = 400
"""Characters of a line that the patterns with open ends look at, a bound on the work that a hostile line can cause."""
_WRAPPED = 50
"""A line at least this long, with no sign at its end, may have been wrapped. A shorter line was ended by its author."""
_REACH = 4
"""Lines over which a question may be wrapped. More than four lines are a paragraph that happens to end in a question."""
_SOON = 3
"""Lines, blank ones included, within which an answer mark has to follow a question that does not ask by itself."""


def is_answer_mark(text: str) -> bool:
    """True for a line that opens an answer: `Answer:`, `**A:** …`, `Show answer`."""
    if text[0] == "?":
        return text in ("?", "??")  # separates the sides of a card
    if text[0] not in _ANSWER_STARTS:
        return False
    if text[0] == "<":
        summary = _SUMMARY.search(text[:_LONGEST])
        return summary is not None and bool(summary[1]) and _ANSWER.match(summary[1]) is not None
    # "a." in small letters numbers a list item far more often than it opens an answer.
    return _ANSWER.match(text) is not None and (text[0] != "a" or text.startswith(("ans", "a:")))


def is_bare_answer_mark(text: str) -> bool:
    """True for a line that opens an answer and holds none of its text: `Answer:` alone."""
    if not is_answer_mark(text):
        return False
    mark = _ANSWER.match(text)
    return mark is None or not text[mark.end() :].strip(" *_")


def ends_in_question(text: str) -> bool:
    """True if a text ends with a question mark, apart from quotes and a remark in parentheses: `Why softmax? (2 points)`."""
    bare = text.rstrip(_QUOTES)
    if bare.endswith(")") and "?" in bare:
        bare = bare[: bare.rfind("(")].rstrip(_QUOTES) if bare.count("?") == 1 or bare.rfind("?") < bare.rfind("(") else "?"
    return bare.endswith("?")


def find_questions(lines: Sequence[TypedLine]) -> dict[int, FoundQuestion]:
    """Find the questions of a text, by the index of their first line.

    A heading that ends in a question mark is not among them: it is an opening, and its section is the answer.
    """
    found: dict[int, FoundQuestion] = {}
    lists = _NumberedLists(lines)
    for at, line in enumerate(lines):
        question = None
        if line.kind is LineKind.HEADING:
            lists.end_all()
            question = _in_heading(at, line)
        elif line.kind is LineKind.ITEM:
            question = _named(lines, at) or _card(lines, at)
            if question is None and (line.mark[0].isdigit() or line.mark[0] in "-*+•"):
                lists.add(at)
        elif line.kind is LineKind.TEXT:
            question = _in_text(lines, at) or _card(lines, at)
        if question is not None:
            found[at] = question
    lists.end_all()
    found.update(_in_lists(lines, lists.ended))
    return dict(sorted(found.items()))


def _in_heading(at: int, line: TypedLine) -> FoundQuestion | None:
    """The question of a heading such as `## Q3: Why softmax?`."""
    if is_card(line.text):
        return FoundQuestion(at, at, plain_title(line.text), 0, Strength.NAMED_AND_NUMBERED)
    match = _MARKED_QUESTION.match(line.text)
    return FoundQuestion(at, at, match["text"].strip(_QUOTES) or line.text, 0, Strength.NAMED_AND_NUMBERED) if match else None


def _card(lines: Sequence[TypedLine], at: int) -> FoundQuestion | None:
    """A card as add-ons of note programs mark it: `front::back`, `front #card` with its back below, a line `?` between both sides."""
    line = lines[at]
    if "::" in line.text:
        beside = _BESIDE.match(line.text[:_LONGEST])
        if beside and (ends_in_question(beside[1]) or len(beside[1].split()) >= _FRONT) and beside[1].rpartition(" ")[2] not in _SPACES:
            front = plain_title(beside[1])
            return FoundQuestion(at, at, front, line.indent, Strength.NAMED_AND_NUMBERED, at, beside.end(1) + len(beside[2]))
    if is_card(line.text):
        return FoundQuestion(at, at, plain_title(line.text), line.indent, Strength.NAMED_AND_NUMBERED, _below(lines, at))
    if line.kind is LineKind.TEXT and not (at and lines[at - 1].kind is LineKind.TEXT):
        last = at
        while last + 1 < len(lines) and last - at <= _REACH and lines[last + 1].kind is LineKind.TEXT and lines[last + 1].text[0] != "?":
            last += 1
        if last + 2 < len(lines) and lines[last + 1].text in ("?", "??") and lines[last + 2].kind is not LineKind.BLANK:
            text = plain_title(" ".join(each.text for each in lines[at : last + 1]))
            return FoundQuestion(at, last, text, line.indent, Strength.NAMED_AND_NUMBERED, _block_end(lines, last + 1))
    return None


def _below(lines: Sequence[TypedLine], at: int) -> int:
    """The last line of the back of a card: what is indented below an item, or the lines up to the next blank one."""
    if lines[at].kind is not LineKind.ITEM:
        return _block_end(lines, at)
    last = at
    for end in range(at + 1, len(lines)):
        if lines[end].kind is LineKind.BLANK:
            continue
        if lines[end].indent <= lines[at].indent or lines[end].kind is LineKind.HEADING:
            break
        last = end
    return last


def _block_end(lines: Sequence[TypedLine], at: int) -> int:
    while at + 1 < len(lines) and lines[at + 1].kind not in (LineKind.BLANK, LineKind.HEADING):
        at += 1
    return at


def _in_text(lines: Sequence[TypedLine], at: int) -> FoundQuestion | None:
    """The question that a line of text opens: by a mark, as the summary of a folded answer in HTML, or as a callout of Obsidian."""
    line = lines[at]
    first = line.text[0]
    if first in _QUESTION_STARTS:
        return _named(lines, at)
    if first == "<":
        summary = _SUMMARY.search(line.text[:_LONGEST])
        if summary and ends_in_question(summary[1]):
            return FoundQuestion(at, at, summary[1], line.indent, Strength.NAMED)
    elif first == ">":
        folded = _FOLDED.match(line.text[:_LONGEST])
        if folded and ends_in_question(folded[1]):
            last = at
            while last + 1 < len(lines) and lines[last + 1].text.startswith(">"):
                last += 1
            return FoundQuestion(at, at, folded[1].strip(_QUOTES), line.indent, Strength.NAMED, last)
    return None


def _named(lines: Sequence[TypedLine], at: int) -> FoundQuestion | None:
    """A question that is named as one: `Q: …`, `Question 3. …`. It has to be a question or an imperative, or be followed by an answer."""
    line = lines[at]
    match = _MARKED_QUESTION.match(line.text) if line.text[0] in _QUESTION_STARTS else None
    if not match:
        return None
    last, text = _wrapped(lines, at, match["text"])
    if not (ends_in_question(text) or _opens_as_question(text) or _answered_next(lines, last)):
        return None
    numbered = match["number"] is not None or line.kind is LineKind.ITEM
    return FoundQuestion(at, last, text.strip(_QUOTES), line.indent, Strength.NAMED_AND_NUMBERED if numbered else Strength.NAMED)


class _NumberedLists:
    """Collects the items of each list of a text, as indices of their first lines.

    Several lists of different styles may be open at a time: a numbered list of questions goes on after the bullets of an answer.
    """

    def __init__(self, lines: Sequence[TypedLine]) -> None:
        self._lines = lines
        self._open: dict[_Style, list[int]] = {}
        self.ended: list[tuple[_Style, list[int]]] = []

    def add(self, at: int) -> None:
        """Add an item to the list that it continues. A number that does not rise, or text between bullets, starts a new list."""
        line = self._lines[at]
        numbered = line.mark[0].isdigit()
        style = (line.indent, line.mark[-1] if numbered else "-")
        items = self._open.get(style)
        if items is not None:
            if numbered:
                broken = _number(line) <= _number(self._lines[items[-1]])
            else:
                broken = any(self._lines[between].kind is not LineKind.BLANK for between in range(items[-1] + 1, at))
            if not broken:
                items.append(at)
                return
            self.ended.append((style, items))
        self._open[style] = [at]

    def end_all(self) -> None:
        """End every open list, as a heading does."""
        self.ended.extend(self._open.items())
        self._open = {}


def _in_lists(lines: Sequence[TypedLine], lists: Sequence[tuple[_Style, list[int]]]) -> dict[int, FoundQuestion]:
    """The questions of the lists that consist of questions. An imperative among questions (`Derive …`) is a question too.

    If a text numbers nearly all of its questions in one style, its other lists in that style are questions as well.
    """
    found: dict[int, FoundQuestion] = {}
    undecided: list[tuple[_Style, list[tuple[int, int, str]]]] = []
    decided: dict[_Style, int] = {}
    for style, items in lists:
        whole = [(at, *_wrapped(lines, at, lines[at].text)) for at in items]
        bulleted = style[1] == "-"
        if _is_list_of_questions([text for _, _, text in whole], bulleted=bulleted):
            strength = Strength.BULLET if bulleted else Strength.NUMBERED
            decided[style] = decided.get(style, 0) + len(items)
            found.update({at: FoundQuestion(at, last, text.strip(_QUOTES), style[0], strength) for at, last, text in whole})
        elif style[1] == ")":
            undecided.append((style, whole))
    for style, whole in undecided:
        others = sum(len(items) for other, items in undecided if other == style)
        if decided.get(style, 0) >= 3 * others:
            found.update({at: FoundQuestion(at, last, text.strip(_QUOTES), style[0], Strength.NUMBERED) for at, last, text in whole})
    return found


def _is_list_of_questions(items: Sequence[str], *, bulleted: bool) -> bool:
    """True if every one of several bullets asks; for numbered items, if half of them ask, or one does and all are worded as questions."""
    asking = sum(ends_in_question(text) for text in items)
    if bulleted:
        return asking == len(items) > 1
    return asking > 0 and (2 * asking >= len(items) or all(_opens_as_question(text) for text in items))


def _opens_as_question(text: str) -> bool:
    return _OPENER.match(text.lstrip(_QUOTES)) is not None


def _wrapped(lines: Sequence[TypedLine], at: int, text: str) -> tuple[int, str]:
    """The last line and the whole text of a question that is wrapped over several lines until it asks."""
    if text.rstrip(_QUOTES)[-1:] in "?.!:)" or len(text) < _WRAPPED:
        return at, text
    joined = text
    for last in range(at + 1, min(at + _REACH, len(lines))):
        line = lines[last]
        if line.kind is not LineKind.TEXT or is_answer_mark(line.text):
            break
        joined = f"{joined} {line.text}"
        if ends_in_question(joined):
            return last, joined
    return at, text


def _answered_next(lines: Sequence[TypedLine], last: int) -> bool:
    for line in lines[last + 1 : last + 1 + _SOON]:
        if line.kind is not LineKind.BLANK:
            return is_answer_mark(line.text)
    return False


def _number(line: TypedLine) -> int:
    digits = line.mark.rstrip(".)")
    return int(digits) if digits.isascii() and digits.isdigit() else 0
