"""From pieces of text with their places on a page to lines in reading order: columns, running headers, paragraphs, tables, headings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from ingest.structure.parts import escaped


class Fragment(NamedTuple):
    """A run of text on one baseline. `y` grows downward; `size` is the height of its letters' boxes; `bold`: from first to last."""

    x0: float
    x1: float
    y: float
    size: float
    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it is read. `apart`: a gap, an indent or a change of size sets it off from the line before."""

    cells: tuple[str, ...]
    x0: float
    y: float
    size: float
    apart: bool
    bold: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.cells)


_EDGE = 0.12
"""The share of a page's height, at its top and at its foot, where running headers and page numbers stand."""
_FOOT = 0.75
"""The share of a page's height below which its own number, under all else, is its page number."""
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:page\s+)?(\d{1,4}|[ivxl]{1,6})(?:\s*(?:/|of)\s*\d{1,4})?(?:\s*[-–—])?$", re.IGNORECASE)
_HYPHEN = re.compile(r"([^\W\d_]{2,})-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LARGER = 1.13
_LONGEST_HEADING = 20
_LEVELS = 5
_LONGEST_BOLD = 12
_MOST_BOLD = 0.25
"""The share of a document's text that may be bold for bold lines to be headings."""
_MARKER = re.compile(r"(?:[•◦▪‣●○–*-]|\(?(?:\d{1,2}|[a-z])[.)])$")
_SECTION_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,3})*\.?$")


def rows_of(fragments: Sequence[Fragment]) -> list[Row]:
    """The lines of a page in reading order, column by column where there are columns."""
    rows: list[Row] = []
    for region, follows in _regions(list(fragments), 0):
        rows += _rows(region, follows and bool(rows))
    return rows


def without_running(pages: Sequence[Sequence[Row]], heights: Sequence[float]) -> list[list[Row]]:
    """The pages without what most of them repeat at their head or foot, and without page numbers."""
    edges = [_edge_rows(rows, height) for rows, height in zip(pages, heights, strict=True)]
    seen = Counter(key for found in edges for key in set(found.values()))
    enough = max(2, round(0.3 * len(pages)))
    kept: list[list[Row]] = []
    for number, (rows, found, height) in enumerate(zip(pages, edges, heights, strict=True), start=1):
        running = {at for at, key in found.items() if seen[key] >= enough or _is_page_number(rows[at].text, number, len(pages))}
        lowest = max(range(len(rows)), key=lambda at: rows[at].y, default=0)
        if rows and rows[lowest].y > _FOOT * height and rows[lowest].text == str(number) and len(rows) > 1:
            running.add(lowest)
        kept.append([row for at, row in enumerate(rows) if at not in running])
    return kept


def joined_hyphens(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """Words cut at the end of a line made whole; a hyphen stays where the document writes the word with one elsewhere."""
    known = {word.lower() for rows in pages for row in rows for word in _WORD.findall(row.text)}
    done: list[list[Row]] = []
    for rows in pages:
        joined: list[Row] = []
        for row in rows:
            cut = _HYPHEN.search(joined[-1].text) if joined else None
            if cut and row.text[:1].islower() and not (row.apart and row.size != joined[-1].size):
                before, after = joined[-1], row.text.split(" ", 1)
                tail = _WORD.match(after[0])
                compound = tail is not None and f"{cut[1]}-{tail[0]}".lower() in known
                text = before.text + after[0] if compound else before.text[:-1] + after[0]
                joined[-1] = replace(before, cells=(text,), bold=before.bold and row.bold)
                if len(after) > 1:
                    joined.append(replace(row, cells=(after[1],), apart=False))
            else:
                joined.append(row)
        done.append(joined)
    return done


def text_lines(pages: Sequence[Sequence[Row]]) -> tuple[list[tuple[str, ...]], bool]:
    """The lines of every page as text, headings marked with `#` by their size; and whether there are any."""
    sizes: Counter[float] = Counter()
    for row in (row for rows in pages for row in rows):
        sizes[_rounded(row.size)] += len(row.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = Counter(_rounded(row.size) for rows in pages for row in rows if _is_heading(row, body))
    levels = {size: min(level, _LEVELS) for level, size in enumerate(sorted(larger, reverse=True), start=1)}
    heads = [{at: levels[_rounded(row.size)] for at, row in enumerate(rows) if _is_heading(row, body)} for rows in pages]
    if heads:
        _take_back_authors(heads[0])
    bold = sum(len(row.text) for rows in pages for row in rows if row.bold)
    if _MOST_BOLD * sum(sizes.values()) > bold > 0:
        below = min(len(levels), _LEVELS) + 1
        for rows, found in zip(pages, heads, strict=True):
            found.update({at: below for at in range(len(rows)) if at not in found and _is_bold_heading(rows, at, body)})
    return [tuple(_page_lines(rows, found)) for rows, found in zip(pages, heads, strict=True)], any(heads)


def _page_lines(rows: Sequence[Row], heads: Mapping[int, int]) -> Iterable[str]:
    """The lines of a page; `heads` are the levels of the rows that are headings."""
    lines: list[str] = []
    at = 0
    while at < len(rows):
        row = rows[at]
        end = at + 1
        if at in heads:
            while heads.get(end) == heads[at] and _rounded(rows[end].size) == _rounded(row.size):
                if rows[end].apart and rows[end].y - rows[end - 1].y > 1.6 * row.size:
                    break
                end += 1
            title = " ".join(part.text for part in rows[at:end])
            lines += [*([""] if lines and lines[-1] else []), f"{'#' * heads[at]} {title}", ""]
        else:
            width = 1 if _is_item(row) else len(row.cells)
            while width > 1 and end < len(rows) and len(rows[end].cells) == width and end not in heads and not _is_item(rows[end]):
                end += 1
            if end - at > 1:
                lines += [*([""] if lines and lines[-1] else []), *(f"| {' | '.join(r.cells)} |" for r in rows[at:end]), ""]
            else:
                lines += [*([""] if row.apart and lines and lines[-1] else []), escaped(row.text)]
        at = end
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _take_back_authors(heads: dict[int, int]) -> None:
    """What stands in large letters right below the title and above a heading larger than itself is none: the authors, a date."""
    order = [*heads]
    end = 1
    while end < len(order) and order[end] == order[end - 1] + 1:
        end += 1
    after = heads[order[end]] if end < len(order) else 0
    for at in order[1:end]:
        if heads[order[0]] < heads[at] and heads[at] > after > 0:
            del heads[at]


def _is_bold_heading(rows: Sequence[Row], at: int, body: float) -> bool:
    """A short bold line of the text's size, set off from what stands before it, with other text below."""
    row = rows[at]
    # A column may begin with a heading.
    apart = row.apart or (at > 0 and rows[at - 1].y > row.y)
    if not row.bold or not apart or row.size < 0.9 * body or at + 1 == len(rows) or rows[at + 1].bold:
        return False
    # Between a number and its title may be a gap as wide as between cells.
    whole = len(row.cells) == 1 or (len(row.cells) == 2 and _SECTION_NUMBER.match(row.cells[0]) is not None)
    words = row.text.split()
    titled = row.text[0].isdigit() or row.text[0].isupper()
    return whole and titled and len(words) <= _LONGEST_BOLD and row.text[-1] not in ".,;:" and any(word[0].isalpha() for word in words)


def _is_item(row: Row) -> bool:
    """A list's marker and the item, with a gap between them as between the cells of a table."""
    return len(row.cells) == 2 and _MARKER.match(row.cells[0]) is not None


def _is_heading(row: Row, body: float) -> bool:
    words = row.text.split()
    return row.size >= _LARGER * body and len(words) <= _LONGEST_HEADING and any(len(word) > 2 and word[0].isalpha() for word in words)


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _regions(fragments: list[Fragment], depth: int) -> list[tuple[list[Fragment], bool]]:
    """The fragments column by column, with whether a region goes on from the one before it, as a second column does."""
    gutter = _gutter(fragments) if depth < 3 else None
    if gutter is None:
        return [(fragments, False)] if fragments else []
    across = sorted((f for f in fragments if f.x0 < gutter - 1 and f.x1 > gutter + 1), key=lambda f: f.y)
    cuts = [f.y for f in across]
    left: list[list[Fragment]] = [[] for _ in range(len(cuts) + 1)]
    right: list[list[Fragment]] = [[] for _ in range(len(cuts) + 1)]
    for f in fragments:
        if f.x1 <= gutter + 1:
            left[bisect_right(cuts, f.y)].append(f)
        elif f.x0 >= gutter - 1:
            right[bisect_right(cuts, f.y)].append(f)
    regions: list[tuple[list[Fragment], bool]] = []
    spanning: list[Fragment] = []
    for band in range(len(cuts) + 1):
        if left[band] or right[band]:
            if spanning:
                regions.append((spanning, False))
                spanning = []
            regions += _regions(left[band], depth + 1)
            regions += [(region, at == 0) for at, (region, _) in enumerate(_regions(right[band], depth + 1))]
        if band < len(cuts):
            spanning.append(across[band])
    return [*regions, (spanning, False)] if spanning else regions


def _gutter(fragments: Sequence[Fragment]) -> float | None:
    """Where a second column begins: many lines start there, few cross it, and both sides are filled as running text fills them."""
    if len(fragments) < 8:
        return None
    first, last = min(f.x0 for f in fragments), max(f.x1 for f in fragments)
    width = last - first
    starts = Counter(round(f.x0) for f in fragments if first + 0.25 * width < f.x0 < first + 0.75 * width)
    for start, count in starts.most_common(4):
        if count < 4:
            break
        edge = start - 1.5
        left = [f for f in fragments if f.x1 <= edge + 1]
        right = [f for f in fragments if f.x0 >= edge - 1]
        if len(left) < 4 or len(right) < 4 or len(fragments) - len(left) - len(right) > 0.35 * len(fragments):
            continue
        beside = min(max(f.y for f in left), max(f.y for f in right)) - max(min(f.y for f in left), min(f.y for f in right))
        if beside > 2 * left[0].size and _filled(left, width) and _filled(right, width):
            return edge
    return None


def _filled(column: Sequence[Fragment], width: float) -> bool:
    """Whether most lines of a column run from one of its sides to the other in one piece, as those of a table do not."""
    longest = max(f.x1 for f in column) - min(f.x0 for f in column)
    widest: dict[int, float] = {}
    for f in column:
        line = round(f.y / 4)
        widest[line] = max(widest.get(line, 0.0), f.x1 - f.x0)
    return longest > 0.25 * width and median(widest.values()) > 0.55 * longest


def _rows(region: Sequence[Fragment], follows: bool) -> list[Row]:
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
        rows.append(Row(tuple(f.text for f in group), group[0].x0, group[0].y, size, apart, all(f.bold for f in group)))
    return rows


def _edge_rows(rows: Sequence[Row], height: float) -> dict[int, tuple[str, int]]:
    """The lines at the head and the foot of a page, by index, with what they say but for numbers, and where."""
    order = sorted(range(len(rows)), key=lambda at: rows[at].y)
    outer = [at for at in order[:2] if rows[at].y < _EDGE * height] + [at for at in order[-2:] if rows[at].y > (1 - _EDGE) * height]
    # The page's number may stand in the same line.
    return {at: (_DIGITS.sub("#", rows[at].text).strip("# "), round(rows[at].y / 4)) for at in outer}


def _is_page_number(text: str, page: int, pages: int) -> bool:
    number = _NUMBER.match(text.strip())
    return number is not None and (pages > 1 or number[1] == str(page))
