"""Tell tables from two things that look alike: short columns of running text, where a sentence runs down the left column and then down the
right one, and formulas, whose signs stand far apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.readers.pdf.rows import Row

_NEAR = 0.6
"""How far apart the beginnings of the lines of a column may be, in heights of letters."""
_FEWEST_WORDS = 2.5
"""The least average number of words in a column's lines. Cells of tables have fewer."""
_GOES_ON = 0.5
"""The least share of lines that go on in the middle of a sentence."""
_ENDS = '.!?:;”")'
_MOST_ROWS = 12
"""The most rows of such columns. Longer columns are found by the gap between them."""


_SIGNS = re.compile(r"(?:^|\s)[=≤≥≈≡∈∝∼+−±](?:\s|$)|[∑∏∫√∇∂‖φψε∞]")
_TICKS = "✓✗✔✘xX+-–—•YN?"
"""Text that may fill a cell of a table by itself."""
_MOST_SIGNS = 0.3
"""The share of cells of a table that may look like pieces of a formula."""


def in_reading_order(rows: Sequence[Row]) -> list[Row]:
    """The rows of a page in reading order: where two cells side by side are lines of two columns, the left column comes first."""
    found: list[Row] = []
    at = 0
    while at < len(rows):
        columns = _columns(rows, at)
        if columns is None:
            found.append(rows[at])
            at += 1
            continue
        left, right, at = columns
        found += [*left, *right]
    return found


def is_table(rows: Sequence[Row]) -> bool:
    """True if rows with the same number of cells are a table. The cells of a formula are single letters, and signs of relations."""
    cells = [cell for row in rows for cell in row.cells]
    signs = sum(_SIGNS.search(cell) is not None or (len(cell) == 1 and not cell.isdigit() and cell not in _TICKS) for cell in cells)
    return len(rows) > 1 and signs <= _MOST_SIGNS * len(cells)


def _columns(rows: Sequence[Row], at: int) -> tuple[list[Row], list[Row], int] | None:
    """The lines of two columns that begin at a row, and the index of the row after them. None if there are none."""
    first = rows[at]
    if len(first.cells) != 2 or len(first.spans) != 2:
        return None
    left: list[Row] = []
    right: list[Row] = []
    end = at
    while end < min(len(rows), at + _MOST_ROWS) and (end == at or rows[end].y > rows[end - 1].y):
        row = rows[end]
        if len(row.spans) != len(row.cells) or len(row.cells) > 2 or abs(row.size - first.size) > 0.1 * first.size:
            break
        homes = [_home(start, first) for start, _ in row.spans]
        if homes not in ([0, 1], [0], [1]) or (end > at and row.apart and len(row.cells) == 1):
            break
        for home, text, (start, stop) in zip(homes, row.cells, row.spans, strict=True):
            column = (left, right)[home]
            apart = row.apart if not column and home == 0 else False
            column.append(replace(row, cells=(text,), x0=start, x1=stop, spans=((start, stop),), apart=apart))
        end += 1
    return (left, right, end) if len(left) > 1 and len(right) > 1 and _reads_on(left, right) else None


def _home(start: float, first: Row) -> int:
    """The column, 0 or 1, that a piece belongs to by where it begins; -1 if it begins elsewhere."""
    return next((at for at, (own, _) in enumerate(first.spans) if abs(start - own) <= _NEAR * first.size), -1)


def _reads_on(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """True if the lines form running text when read down the left column and then down the right one."""
    texts = [row.text for row in (*left, *right)]
    if not any(text[-1] in ".!?" for text in texts) or not texts[0][0].isupper():
        return False
    if any(sum(len(row.text.split()) for row in column) < _FEWEST_WORDS * len(column) for column in (left, right)):
        return False
    steps = list(pairwise(texts))
    within = sum(before[-1] not in _ENDS and after[0].islower() for before, after in steps)
    broken = sum(before[-1] not in _ENDS and not after[0].islower() for before, after in steps)
    return within >= _GOES_ON * len(steps) and broken <= len(steps) // 4
