"""Group neighbouring lines into runs of one kind: paragraphs, lists, tables, code, formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from ingest.model import Kind
from ingest.structure.lines import LineKind, TypedLine
from ingest.structure.patterns import continues_code, is_code, is_definition, is_formula, is_inline_callout, is_pointer
from ingest.structure.questions import is_answer_mark


class LineRun(NamedTuple):
    """Whole lines of one kind. `first` and `last` are their indices, both inclusive."""

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
"""The kinds of line whose runs are blocks without further checks."""
_LINK_ITEM = re.compile(r"\[[^\]]+\]\(#[^)]*\)$")
_JOINED_CELLS = re.compile(r"[a-zé\d)²][A-Z]")
"""Matches where two cells have run together: `RateStep`."""
_WRAP = 60
"""A line at least this long that ends no sentence was wrapped: the next line continues it."""
_LONGEST_ROW = 160
"""The longest row of a table. A paragraph with a name such as `OpenAI` in it is longer."""


def group(lines: Sequence[TypedLine], at: int, stops: Set[int]) -> LineRun:
    """The run that starts at a line with content. It ends before any of `stops`, the lines that open a section or ask a question."""
    kind = lines[at].kind
    if kind is LineKind.ITEM:
        return _list(lines, at, stops)
    if kind is LineKind.TEXT:
        return _paragraph(lines, at, stops)
    last = at
    while last + 1 < len(lines) and lines[last + 1].kind is kind and last + 1 not in stops:
        last += 1
    if kind is LineKind.ROW and _is_page_table(lines[at : last + 1]):
        return LineRun(Kind.CONTENTS, at, last)
    return LineRun(_SIMPLE[kind], at, last)


def _list(lines: Sequence[TypedLine], at: int, stops: Set[int]) -> LineRun:
    """Items with the text that is indented below them. A blank line ends the list unless an item or more indented text follows."""
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
        elif line.kind is not LineKind.TEXT or not (line.indent > base or (near and _continues(lines[last].text, line.text))):
            break
        last = end
        end += 1
    items = [line for line in lines[at : last + 1] if line.kind is LineKind.ITEM]
    if len(items) > 2 and all(_LINK_ITEM.match(item.text) for item in items):
        return LineRun(Kind.CONTENTS, at, last)
    return LineRun(Kind.LIST, at, last)


def _continues(before: str, text: str) -> bool:
    """True if a line continues the sentence of the line before."""
    return text[0].islower() or (len(before) >= _WRAP and before[-1] not in ".!?:;")


def _paragraph(lines: Sequence[TypedLine], at: int, stops: Set[int]) -> LineRun:
    """The run that a line of text starts: code, a formula, a pointer, or a paragraph with its kind."""
    text = lines[at].text
    if is_code(text) or (_is_text(lines, at + 1, stops) and is_code(lines[at + 1].text) and continues_code(text)):
        return _code(lines, at, stops)
    if is_formula(text):
        last = at
        while _is_text(lines, last + 1, stops) and _continues_formula(lines[last + 1].text):
            last += 1
        return LineRun(Kind.FORMULA, at, last)
    if is_pointer(text):
        return LineRun(Kind.CONTENTS, at, at)
    last = at
    while _is_text(lines, last + 1, stops) and not _ends_paragraph(lines[last + 1].text, lines[last].text):
        last += 1
    if is_answer_mark(text):
        return LineRun(Kind.ANSWER, at, last)
    if is_inline_callout(text):
        return LineRun(Kind.CALLOUT, at, last)
    if _is_flat_table(lines[at : last + 1]):
        return LineRun(Kind.TABLE, at, last)
    explained = last > at and lines[at + 1].text.startswith(": ")
    return LineRun(Kind.DEFINITION if explained or is_definition(text) else Kind.PROSE, at, last)


def _is_text(lines: Sequence[TypedLine], at: int, stops: Set[int]) -> bool:
    return at < len(lines) and lines[at].kind is LineKind.TEXT and at not in stops


def _ends_paragraph(text: str, before: str) -> bool:
    """True if a line starts something new, so that the paragraph of the line before ends."""
    if _continues(before, text) and not is_formula(text):
        return False
    return is_code(text) or is_formula(text) or is_pointer(text) or is_answer_mark(text) or is_answer_mark(before) or is_definition(text)


def _continues_formula(text: str) -> bool:
    return is_formula(text) or text[0] in "=+-→≤≥|{[(─━" or not any(len(word) > 3 and word.isalpha() for word in text.split())


def _code(lines: Sequence[TypedLine], at: int, stops: Set[int]) -> LineRun:
    """Lines of code. After a blank line the code goes on only with an indented line or one that is code beyond doubt."""
    last = at
    end = at + 1
    while end < len(lines) and end not in stops:
        line = lines[end]
        if line.kind is LineKind.BLANK:
            end += 1
            continue
        if line.kind is not LineKind.TEXT or not continues_code(line.text):
            break
        if end != last + 1 and not is_code(line.text) and line.indent == 0:
            break
        last = end
        end += 1
    return LineRun(Kind.CODE, at, last)


def _is_page_table(rows: Sequence[TypedLine]) -> bool:
    """True for a table of contents: at least four of five rows, header and rule aside, end in a page number, and these never fall."""
    cells = [row.text.strip("| ").rsplit("|", 1)[-1].strip() for row in rows]
    pages = [int(cell) for cell in cells if cell.isascii() and cell.isdigit() and len(cell) < 5]
    return len(pages) >= 5 and 10 * len(pages) >= 8 * (len(rows) - 2) and pages == sorted(pages)


def _is_flat_table(lines: Sequence[TypedLine]) -> bool:
    """True for short lines of which half have two cells that ran together (`RateStep size`): the remains of a table saved as text."""
    if len(lines) < 3 or any(len(line.text) > _LONGEST_ROW or line.text[-1] in ".:;" for line in lines):
        return False
    return 2 * sum(_JOINED_CELLS.search(line.text) is not None for line in lines) >= len(lines)
