"""Lay out a table whose cells span rows and columns: every position gets the text of the cell that covers it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_WIDEST = 64
"""The most columns that a cell may span. A page may declare millions."""
_MOST_HEADS = 4
"""The most rows of a header."""


class Cell(NamedTuple):
    """A cell: its text, how many columns and rows it covers, and whether it is marked as a header."""

    text: str
    wide: int = 1
    high: int = 1
    head: bool = False


class Grid(NamedTuple):
    """A table with the same number of cells in every row. The first row is the header. `caption` is a title row above it, or empty."""

    caption: str
    rows: list[list[str]]


def laid_out(rows: Sequence[Sequence[Cell]]) -> Grid:
    """The grid of a table. Cells that span several positions repeat their text, and several header lines become one: `Melting C`, `Melting
    K`.

    >>> laid_out([[Cell("Metal", high=2), Cell("Melting", wide=2)], [Cell("C"), Cell("K")], [Cell("Tin"), Cell("232"), Cell("505")]]).rows
    [['Metal', 'Melting C', 'Melting K'], ['Tin', '232', '505']]
    """
    placed = [row for row in _placed(rows) if any(cell.text for cell in row)]
    width = max((len(row) for row in placed), default=0)
    caption: list[str] = []
    while len(placed) > 1 and width > 1 and _is_title(placed[0], width):
        caption.append(placed.pop(0)[0].text)
    heads = _heads(placed)
    header = [_joined([row[at].text for row in placed[:heads] if at < len(row)]) for at in range(width)]
    body = [[row[0].text] if _is_title(row, width) else [cell.text for cell in row] for row in placed[heads:]]
    return Grid(" ".join(caption), [header, *body] if width else [])


def _placed(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows with a cell at every position. A cell that spans more rows than exist fills only the existing ones."""
    found: list[list[Cell]] = []
    open_cells: dict[int, Cell] = {}
    for cells in rows:
        row: list[Cell] = []
        below: dict[int, Cell] = {}

        for cell in cells:
            _fill(row, open_cells, below)
            for _ in range(max(1, min(cell.wide, _WIDEST))):
                if cell.high > 1:
                    below[len(row)] = cell
                open_cells.pop(len(row), None)
                row.append(cell)
        _fill(row, open_cells, below)
        open_cells = below
        found.append(row)
    return found


def _fill(row: list[Cell], open_cells: dict[int, Cell], below: dict[int, Cell]) -> None:
    """Add to a row the cells from above that cover its next places, and to `below` those that go on."""
    while (covering := open_cells.pop(len(row), None)) is not None:
        if covering.high > 2:
            below[len(row)] = covering._replace(high=covering.high - 1)
        row.append(covering._replace(high=1))


def _is_title(row: Sequence[Cell], width: int) -> bool:
    """True if one cell spans a whole row."""
    return width > 1 and row[0].wide >= width and all(cell == row[0] for cell in row)


def _heads(rows: Sequence[Sequence[Cell]]) -> int:
    """The number of header rows: those marked as such at the top, and the row below one whose cells span columns. At least one row remains
    below."""
    heads = 1
    while heads < min(len(rows) - 1, _MOST_HEADS):
        marked = all(cell.head for cell in rows[heads])
        if not marked and not any(cell.wide > 1 and cell.text for cell in rows[heads - 1]):
            break
        heads += 1
    return min(heads, len(rows))


def _joined(texts: Sequence[str]) -> str:
    """The lines of a header above one column, without repeating a text that spans several."""
    return " ".join(text for before, text in pairwise(["", *texts]) if text and text != before)
