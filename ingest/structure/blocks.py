"""Grouping neighbouring lines into pieces of one kind: paragraphs, lists, tables, code, formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from ingest.model import Kind
from ingest.structure.lines import Line, LineKind
from ingest.structure.patterns import continues_code, is_code, is_definition, is_formula, is_inline_callout, is_pointer
from ingest.structure.questions import is_answer_mark


class Piece(NamedTuple):
    """Whole lines of one kind, as indices (both inclusive)."""

    kind: Kind
    first: int
    last: int


_SIMPLE = {
    LineKind.ROW: Kind.TABLE,
    LineKind.CODE: Kind.CODE,
    LineKind.FORMULA: Kind.FORMULA,
    LineKind.MARKUP: Kind.METADATA,
    LineKind.UNDERLINE: Kind.METADATA,
    LineKind.TODO: Kind.TODO,
    LineKind.HEADING: Kind.HEADING,
}
_LINK_ITEM = re.compile(r"\[[^\]]+\]\(#[^)]*\)$")
_FLAT_JOINT = re.compile(r"[a-zé\d)²][A-Z]")
_WRAP = 60
"""A line at least this long that ends no sentence was wrapped: the next line goes on with it."""


def group(lines: Sequence[Line], at: int, stops: Set[int]) -> Piece:
    """The piece that starts at a content line. It ends before any of `stops`, the lines that open a section or ask a question."""
    kind = lines[at].kind
    if kind is LineKind.ITEM:
        return _list(lines, at, stops)
    if kind is LineKind.TEXT:
        return _paragraph(lines, at, stops)
    last = at
    while last + 1 < len(lines) and lines[last + 1].kind is kind and last + 1 not in stops:
        last += 1
    if kind is LineKind.ROW and _is_page_table(lines[at : last + 1]):
        return Piece(Kind.CONTENTS, at, last)
    return Piece(_SIMPLE[kind], at, last)


def _list(lines: Sequence[Line], at: int, stops: Set[int]) -> Piece:
    """Items, and what is indented below them. A blank line ends the list unless an item or more indented text follows."""
    base = lines[at].indent
    last = at
    end = at + 1
    while end < len(lines) and end not in stops:
        line = lines[end]
        if line.kind is LineKind.BLANK:
            end += 1
            continue
        near = end == last + 1
        if line.kind is LineKind.ITEM:
            if line.indent < base and not near:
                break
        elif line.kind is not LineKind.TEXT or not (line.indent > base or (near and _runs_on(lines[last].text, line.text))):
            break
        last = end
        end += 1
    items = [line for line in lines[at : last + 1] if line.kind is LineKind.ITEM]
    if len(items) > 2 and all(_LINK_ITEM.match(item.text) for item in items):
        return Piece(Kind.CONTENTS, at, last)
    return Piece(Kind.LIST, at, last)


def _runs_on(before: str, text: str) -> bool:
    return text[0].islower() or (len(before) >= _WRAP and before[-1] not in ".!?:;")


def _paragraph(lines: Sequence[Line], at: int, stops: Set[int]) -> Piece:
    text = lines[at].text
    if is_code(text) or (_text_at(lines, at + 1, stops) and is_code(lines[at + 1].text) and continues_code(text)):
        return _code(lines, at, stops)
    if is_formula(text):
        last = at
        while _text_at(lines, last + 1, stops) and _goes_on_formula(lines[last + 1].text):
            last += 1
        return Piece(Kind.FORMULA, at, last)
    if is_pointer(text):
        return Piece(Kind.CONTENTS, at, at)
    last = at
    while _text_at(lines, last + 1, stops) and not _breaks(lines[last + 1].text, lines[last].text):
        last += 1
    if is_answer_mark(text):
        return Piece(Kind.ANSWER, at, last)
    if is_inline_callout(text):
        return Piece(Kind.CALLOUT, at, last)
    if _is_flat_table(lines[at : last + 1]):
        return Piece(Kind.TABLE, at, last)
    explained = last > at and lines[at + 1].text.startswith(": ")
    return Piece(Kind.DEFINITION if explained or is_definition(text) else Kind.PROSE, at, last)


def _text_at(lines: Sequence[Line], at: int, stops: Set[int]) -> bool:
    return at < len(lines) and lines[at].kind is LineKind.TEXT and at not in stops


def _breaks(text: str, before: str) -> bool:
    """Whether a line ends the paragraph of the line before it."""
    if _runs_on(before, text) and not is_formula(text):
        return False
    return is_code(text) or is_formula(text) or is_pointer(text) or is_answer_mark(text) or is_answer_mark(before) or is_definition(text)


def _goes_on_formula(text: str) -> bool:
    return is_formula(text) or text[0] in "=+-→≤≥|{[(─━" or not any(len(word) > 3 and word.isalpha() for word in text.split())


def _code(lines: Sequence[Line], at: int, stops: Set[int]) -> Piece:
    last = at
    end = at + 1
    while end < len(lines) and end not in stops:
        line = lines[end]
        if line.kind is LineKind.BLANK:
            end += 1
            continue
        if (
            line.kind is not LineKind.TEXT
            or not continues_code(line.text)
            or (end != last + 1 and not is_code(line.text) and line.indent == 0)
        ):
            break
        last = end
        end += 1
    return Piece(Kind.CODE, at, last)


def _is_page_table(rows: Sequence[Line]) -> bool:
    """Rows that mostly end in a page number, which never falls: a table of contents."""
    cells = [row.text.strip("| ").rsplit("|", 1)[-1].strip() for row in rows]
    pages = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 5]
    return len(pages) >= 5 and 10 * len(pages) >= 8 * (len(rows) - 2) and pages == sorted(pages)


def _is_flat_table(lines: Sequence[Line]) -> bool:
    """Short lines in which two cells have run together (`RateStep size`): what is left of a table saved as text."""
    if len(lines) < 3 or any(len(line.text) > 160 or line.text[-1] in ".:;" for line in lines):
        return False
    return 2 * sum(_FLAT_JOINT.search(line.text) is not None for line in lines) >= len(lines)
