"""The first pass over a text: what each line is by itself, before anything is known of headings, questions and sections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from typing import NamedTuple


class LineKind(Enum):
    """What a line is on the face of it."""

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


class Line(NamedTuple):
    """A line: its kind, the width of its indentation, and its text without indentation, heading signs or list marker.

    `mark` is the heading's `#` signs or the item's marker, and empty otherwise.
    """

    kind: LineKind
    indent: int
    text: str
    mark: str = ""


BLANK = Line(LineKind.BLANK, 0, "")

_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$")
_CLOSING_MARKS = re.compile(r"(?:^|[ \t])#+$")
_FENCE = re.compile(r"(`{3,}|~{3,})([^`]*)$")
_ITEM = re.compile(r"([-*+•◦▪‣●○–]|(?:\d{1,3}|[A-Za-z])[.)]|\((?:\d{1,3}|[a-z])\))[ \t]+(\S.*)$")
_RULE = re.compile(r"(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|[─━═=]{3,})$")
_DELIMITER = re.compile(r":?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?$")
_TAGS = re.compile(r"(?:</?[A-Za-z][^<>]*>\s*)+$")
_TODO = re.compile(r"(?:\*\*)?(?:TODO|FIXME|TBD|XXX)\b")
_ITEM_STARTS = frozenset("-*+•◦▪‣●○–(0123456789")
_RULE_STARTS = frozenset("-*_─━═=")
_FORMULA_END = {"$$": "$$", r"\[": r"\]"}
_FORMULA_REACH = 80
"""Lines after which an unclosed `$$` is taken for text, so that one stray sign does not swallow a document."""


def classify(lines: Sequence[str], marked: bool) -> list[Line]:
    """Each line of a text with what it is on its face. `marked` says whether `#` opens a heading (else it may be a comment in code)."""
    found: list[Line] = []
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
            found.extend(Line(kind, indent, line.strip()) if line.strip() else Line(kind, indent, "") for line in lines[at:end])
            at = end
            continue
        line = single(text, indent, marked)
        if "|" in text:
            line = _bare_row(line, text, found)
        found.append(line)
        at += 1
    return found


def _bare_row(line: Line, text: str, found: list[Line]) -> Line:
    """A line of a table whose rows have no `|` at their ends, known by the rule below its header, which is changed in place."""
    before = found[-1] if found else BLANK
    if before.kind is LineKind.ROW and line.kind is LineKind.TEXT:
        return Line(LineKind.ROW, line.indent, text)
    if before.kind is LineKind.TEXT and "|" in before.text and text[0] in "-:" and _DELIMITER.match(text):
        found[-1] = before._replace(kind=LineKind.ROW)
        return Line(LineKind.ROW, line.indent, text)
    return line


def is_marked(lines: Sequence[str]) -> bool:
    """Whether `#` lines of a text are headings: most of them have space around them, which comments in code seldom have."""
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


def single(text: str, indent: int, marked: bool) -> Line:
    """What a line with content is by itself. `text`: without white space around it."""
    first = text[0]
    if first == "#" and marked and indent <= 3:
        match = _HEADING.match(text)
        if match:
            return Line(LineKind.HEADING, indent, _CLOSING_MARKS.sub("", match[2] or "").strip(), match[1])
    if first in _RULE_STARTS and _RULE.match(text):
        return Line(LineKind.UNDERLINE, indent, text)
    if first in _ITEM_STARTS or text[1:2] in (".", ")"):
        match = _ITEM.match(text)
        if match:
            kind = LineKind.TODO if _TODO.match(match[2]) else LineKind.ITEM
            return Line(kind, indent, match[2], match[1])
    if first == "|" and text.count("|") > 1:
        return Line(LineKind.ROW, indent, text)
    if first == "<" and _TAGS.match(text):
        return Line(LineKind.MARKUP, indent, text)
    if first in "*TFX" and _TODO.match(text):
        return Line(LineKind.TODO, indent, text)
    return Line(LineKind.TEXT, indent, text)


def _closed_run(lines: Sequence[str], at: int, text: str) -> int:
    """The end (exclusive) of the code, formula or comment that opens at a line, or 0 if none does."""
    first = text[0]
    if first in "`~":
        return _fence_end(lines, at, text)
    if text.startswith(("$$", r"\[")):
        return _formula_end(lines, at, text)
    if first == "<" and text.startswith("<!--"):
        return _end_at(lines, at, "-->", 4)
    return 0


def _fence_end(lines: Sequence[str], at: int, text: str) -> int:
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
    if closing in lines[at].strip()[skip:]:
        return at + 1
    for end in range(at + 1, min(at + _FORMULA_REACH, len(lines))):
        if closing in lines[end]:
            return end + 1
    return 0
