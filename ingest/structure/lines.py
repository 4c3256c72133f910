"""The first pass over a text: the kind of each line by itself, before headings, questions and sections are searched for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple

from ingest.text.list_marks import BULLETS, LIST_MARK


class LineKind(Enum):
    """The kind of a line, judged by the line alone."""

    BLANK = auto()
    TEXT = auto()
    HEADING = auto()
    UNDERLINE = auto()
    ITEM = auto()
    ROW = auto()
    CODE = auto()
    FORMULA = auto()
    MARKUP = auto()
    TODO = auto()


class TypedLine(NamedTuple):
    """A line with its kind, the width of its indentation in columns, and its text without indentation, `#` signs or list mark.

    `mark` is the `#` signs of a heading or the list mark of an item, and empty for every other kind: `2) softmax` is an ITEM with the
    mark `2)` and the text `softmax`.
    """

    kind: LineKind
    indent: int
    text: str
    mark: str = ""


BLANK = TypedLine(LineKind.BLANK, 0, "")

_ITEM = re.compile(rf"({LIST_MARK})[ \t]+(\S.*)$")
_ASKS = frozenset({"Q.", "Q)", "A.", "A)"})
_ITEM_STARTS = frozenset(f"{BULLETS}(0123456789")
"""First characters worth trying `_ITEM` on, together with a second character `.` or `)`."""
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t])#+$")
_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)$")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|[─━═=]{3,})$")
_RULE_STARTS = frozenset("-*_─━═=")
_DELIMITER = re.compile(r":?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?$")
_TAGS = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+$")
_TODO = re.compile(r"(?:\*\*)?(?:TODO|FIXME|TBD|XXX)\b")
_FORMULA_END = {"$$": "$$", r"\[": r"\]"}
_FORMULA_REACH = 80
"""Lines after which an unclosed `$$` counts as text, so that one stray sign does not swallow a document."""


def classify(lines: Sequence[str], marked: bool) -> list[TypedLine]:
    """Give every line of a text its kind. `marked` says whether `#` opens a heading; if not, it may be a comment in code."""
    found: list[TypedLine] = []
    at = 0
    while at < len(lines):
        raw = lines[at]
        text = raw.strip()
        if not text:
            found.append(BLANK)
            at += 1
            continue
        indent = len(raw) - len(raw.lstrip())
        if "\t" in raw[:indent]:
            indent = len(raw[:indent].expandtabs(4))
        end = _closed_run(lines, at, text)
        if end:
            kind = LineKind.CODE if text[0] in "`~" else LineKind.MARKUP if text.startswith("<!--") else LineKind.FORMULA
            found.extend(TypedLine(kind, indent, line.strip()) for line in lines[at:end])
            at = end
            continue
        line = single(text, indent, marked)
        if line.mark in _ASKS:
            line = _asked_or_answered(line, text, found)
        if "|" in text:
            line = _bare_row(line, text, found)
        found.append(line)
        at += 1
    return found


def _asked_or_answered(line: TypedLine, text: str, found: Sequence[TypedLine]) -> TypedLine:
    """Recognise `Q. …` and the `A. …` below it as question and answer. In a lettered list, an item `Q.` follows an item `P.`."""
    before = next((each for each in reversed(found) if each.kind is not LineKind.BLANK), BLANK)
    if line.mark in ("Q.", "Q)"):
        is_item = before.kind is LineKind.ITEM and before.mark[:1] == "P"
    else:
        is_item = not (before.kind is LineKind.TEXT and before.text[:2] == f"Q{line.mark[1]}")
    return line if is_item else TypedLine(LineKind.TEXT, line.indent, text)


def _bare_row(line: TypedLine, text: str, found: list[TypedLine]) -> TypedLine:
    """Recognise a row of a table without outer `|`, by the rule below its header. The header, the last of `found`, is changed in place."""
    before = found[-1] if found else BLANK
    if before.kind is LineKind.ROW and line.kind is LineKind.TEXT:
        return TypedLine(LineKind.ROW, line.indent, text)
    if before.kind is LineKind.TEXT and "|" in before.text and text[0] in "-:" and _DELIMITER.match(text):
        found[-1] = before._replace(kind=LineKind.ROW)
        return TypedLine(LineKind.ROW, line.indent, text)
    return line


def is_marked(lines: Sequence[str]) -> bool:
    """True if the `#` lines of a text are headings: most of them have blank lines around them, which comments in code seldom have."""
    hashes = spaced = 0
    fenced = False
    last = len(lines) - 1
    for at, line in enumerate(lines):
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        elif line.startswith("#") and not fenced and _HEADING.match(line):
            hashes += 1
            spaced += at == 0 or not lines[at - 1].strip() or (at < last and not lines[at + 1].strip())
    return hashes > 0 and 3 * spaced >= 2 * hashes


def single(text: str, indent: int, marked: bool) -> TypedLine:
    """Classify one line with content by itself. `text` has no white space around it; `marked` is as in `classify`."""
    first = text[0]
    if first == "#" and marked and indent <= 3:
        match = _HEADING.match(text)
        if match:
            title = _CLOSING_MARKS.sub("", match[2] or "").strip()
            return TypedLine(LineKind.HEADING, indent, title, match[1]) if title.strip("*_ ") else TypedLine(LineKind.MARKUP, indent, text)
    if first in _RULE_STARTS and _RULE.match(text):
        return TypedLine(LineKind.UNDERLINE, indent, text)
    if first in _ITEM_STARTS or text[1:2] in (".", ")"):
        match = _ITEM.match(text)
        if match:
            return _item(match, indent, marked)
    if first == "|" and text.count("|") > 1:
        return TypedLine(LineKind.ROW, indent, text)
    if first == "<" and _TAGS.match(text):
        return TypedLine(LineKind.MARKUP, indent, text)
    if first in "*TFX" and _TODO.match(text):
        return TypedLine(LineKind.TODO, indent, text)
    return TypedLine(LineKind.TEXT, indent, text)


def _item(match: re.Match[str], indent: int, marked: bool) -> TypedLine:
    """An item of a list. In an outline an item may be a heading: `- # Cells`."""
    mark, text = match[1], match[2]
    outlined = _HEADING.match(text) if marked and text[0] == "#" and mark in "-*+" else None
    if outlined and outlined[2]:
        return TypedLine(LineKind.HEADING, indent, outlined[2].strip(), outlined[1])
    return TypedLine(LineKind.TODO if _TODO.match(text) else LineKind.ITEM, indent, text, mark)


def _closed_run(lines: Sequence[str], at: int, text: str) -> int:
    """The end (exclusive) of the code, formula or comment that opens at a line, or 0 if none does."""
    first = text[0]
    if first in "`~":
        return fence_end(lines, at, text)
    if text.startswith(("$$", r"\[")):
        return _formula_end(lines, at, text)
    if first == "<" and text.startswith("<!--"):
        return _end_at(lines, at, "-->", 4)
    return 0


def fence_end(lines: Sequence[str], at: int, text: str) -> int:
    """The index after the fence that a line opens, or 0 if it opens none. `text` is the line without the white space around it."""
    opened = _FENCE.match(text)
    if not opened:
        return 0
    fence = opened[1]
    for end in range(at + 1, len(lines)):
        line = lines[end].strip()
        if line.startswith(fence) and not line.strip(fence[0]):
            return end + 1
    return len(lines)


def _formula_end(lines: Sequence[str], at: int, text: str) -> int:
    closing = _FORMULA_END[text[:2]]
    end = _end_at(lines, at, closing, 2)
    # Text after the closing sign, as in "$$x$$ is small", makes the line a sentence.
    return end if end and lines[end - 1].rstrip(" .,;").endswith(closing) else 0


def _end_at(lines: Sequence[str], at: int, closing: str, skip: int) -> int:
    """The end (exclusive) of a run that opens at a line and is closed by `closing`, or 0. `skip` is the length of the opening sign."""
    if closing in lines[at].strip()[skip:]:
        return at + 1
    for end in range(at + 1, min(at + _FORMULA_REACH, len(lines))):
        if closing in lines[end]:
            return end + 1
    return 0
