"""Put the pieces of text of a PDF page into lines in reading order, column by column."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple


class Fragment(NamedTuple):
    """A run of text on one baseline. Lengths are in points, and `y` grows downward from the top of the page.

    `size` is the height of the boxes of its letters. `bold` says that it is bold from its first letter to its last.
    """

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of text as it is read. Wide gaps divide it into `cells`. Lengths are as in `Fragment`.

    `apart` is true if a gap, an indentation or a change of size sets it off from the line before. `x1` is the right end of its last letter.
    `spans` has the start and end of each cell, if the row is unchanged from the page.
    """

    cells: tuple[str, ...]
    x0: float
    y: float
    size: float
    apart: bool
    bold: bool = False
    x1: float = 0.0
    spans: tuple[tuple[float, float], ...] = ()

    @property
    def text(self) -> str:
        """The text of the line."""
        return " ".join(self.cells)


class Region(NamedTuple):
    """A part of a page that is read as one column. `follows` is true if it continues the region before, as a second column does."""

    fragments: list[Fragment]
    follows: bool


_MOST_NESTED = 3
"""How often regions are divided into columns, one inside another. Real pages have columns inside columns once at most."""
_FEWEST_LINES = 4
"""The fewest lines of a column. Fewer are a table, or a caption beside a picture."""
_MOST_ACROSS = 0.35
"""The share of the fragments that may cross the gap between two columns: titles, wide tables."""
_CANDIDATES = 4
"""The most places that are tried as the start of a column, those with the most lines first."""


def rows_of(fragments: Sequence[Fragment]) -> list[Row]:
    """The lines of a page in reading order, column by column if it has columns."""
    rows: list[Row] = []
    for region in _regions(list(fragments), 0):
        rows += _rows(region.fragments, region.follows and bool(rows))
    return rows


def _regions(fragments: list[Fragment], depth: int) -> list[Region]:
    """The regions of a page, or of a column of it, in reading order. Text across both columns separates the regions above it from those
    below."""
    gutter = _gutter(fragments) if depth < _MOST_NESTED else None
    if gutter is None:
        return [Region(fragments, False)] if fragments else []
    across = sorted((f for f in fragments if f.x0 < gutter - 1 and f.x1 > gutter + 1), key=lambda f: f.y)
    cuts = [f.y for f in across]
    left: list[list[Fragment]] = [[] for _ in range(len(cuts) + 1)]
    right: list[list[Fragment]] = [[] for _ in range(len(cuts) + 1)]
    for f in fragments:
        if f.x1 <= gutter + 1:
            left[bisect_right(cuts, f.y)].append(f)
        elif f.x0 >= gutter - 1:
            right[bisect_right(cuts, f.y)].append(f)
    regions: list[Region] = []
    spanning: list[Fragment] = []
    for band in range(len(cuts) + 1):
        if left[band] or right[band]:
            if spanning:
                regions.append(Region(spanning, False))
                spanning = []
            regions += _regions(left[band], depth + 1)
            regions += [Region(region.fragments, at == 0) for at, region in enumerate(_regions(right[band], depth + 1))]
        if band < len(cuts):
            spanning.append(across[band])
    return [*regions, Region(spanning, False)] if spanning else regions


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """The x at which a second column begins, or None without a second column. Only the inner part of the page is searched."""
    if len(fragments) < 2 * _FEWEST_LINES:
        return None
    first, last = min(f.x0 for f in fragments), max(f.x1 for f in fragments)
    width = last - first
    starts = Counter(round(f.x0) for f in fragments if first + 0.25 * width < f.x0 < first + 0.75 * width)
    for start, count in starts.most_common(_CANDIDATES):
        if count < _FEWEST_LINES:
            break
        if _parts_columns(fragments, start - 1.5, width):
            return start - 1.5
    return None


def _parts_columns(fragments: Sequence[Fragment], edge: float, width: float) -> bool:
    """True if two columns meet at an x: few fragments cross it, and both sides are filled with running text at the same heights."""
    left = [f for f in fragments if f.x1 <= edge + 1]
    right = [f for f in fragments if f.x0 >= edge - 1]
    across = len(fragments) - len(left) - len(right)
    if len(left) < _FEWEST_LINES or len(right) < _FEWEST_LINES or across > _MOST_ACROSS * len(fragments):
        return False
    beside = min(max(f.y for f in left), max(f.y for f in right)) - max(min(f.y for f in left), min(f.y for f in right))
    return beside > 2 * left[0].size and _is_filled(left, width) and _is_filled(right, width)


def _is_filled(column: Sequence[Fragment], width: float) -> bool:
    """True if most lines of a column run from one side to the other in one piece, which the lines of a table do not."""
    longest = max(f.x1 for f in column) - min(f.x0 for f in column)
    widest: dict[int, float] = {}
    for f in column:
        line = round(f.y / 4)
        widest[line] = max(widest.get(line, 0.0), f.x1 - f.x0)
    return longest > 0.25 * width and median(widest.values()) > 0.55 * longest


def _rows(region: Sequence[Fragment], follows: bool) -> list[Row]:
    """The lines of a region. Fragments less than two fifths of a letter's height apart are on one line."""
    groups: list[list[Fragment]] = []
    for f in sorted(region, key=lambda f: f.y):
        if groups and f.y - groups[-1][0].y <= 0.4 * max(f.size, groups[-1][0].size):
            groups[-1].append(f)
        else:
            groups.append([f])
    steps = [b[0].y - a[0].y for a, b in pairwise(groups)]
    step = median(steps) if steps else 0.0
    margin = min((f.x0 for f in region), default=0.0)
    rows: list[Row] = []
    for at, group in enumerate(groups):
        group.sort(key=lambda f: f.x0)
        size = max(group, key=lambda f: len(f.text)).size
        apart = not (follows and at == 0)
        if at:
            before = rows[-1]
            indented = group[0].x0 - margin > 0.7 * size and before.x0 - margin < 0.3 * size and before.text[-1:] in ".!?:"
            apart = steps[at - 1] > 1.3 * step or abs(size - before.size) > 0.1 * size or indented
        ends = max(f.x1 for f in group)
        spans = tuple((f.x0, f.x1) for f in group)
        rows.append(Row(tuple(f.text for f in group), group[0].x0, group[0].y, size, apart, all(f.bold for f in group), ends, spans))
    return rows
