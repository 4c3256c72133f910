"""Turn the rows of PDF pages into lines of Markdown: join hyphenated words, find headings by size or weight, tables by cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from ingest.readers.as_markdown import escaped
from ingest.readers.pdf.columns import is_table
from ingest.readers.pdf.rows import Row
from ingest.readers.pdf.titles import may_be_heading, without_passages
from ingest.text.list_marks import LIST_MARK

_HYPHEN = re.compile(r"([^\W\d_]{2,})-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LARGER = 1.13
"""The least ratio of a heading's size to the text's: 12.5 points to 11."""
_LEVELS = 5
"""The most sizes of headings that are distinguished."""
_LONGEST_HEADING = 20
"""The most words of a heading in large letters. Titles of papers are the longest."""
_LONGEST_BOLD = 12
"""The most words of a heading in bold letters of the text's size."""
_MOST_BOLD = 0.25
"""The share of a document's text that may be bold for bold lines to be headings."""
_TITLE_STEP = 1.6
"""The largest step between lines of one heading, in heights of its letters. A wider step begins another heading."""
_MARK = re.compile(rf"{LIST_MARK}$")
_SECTION_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,3})*\.?$")


class Line(NamedTuple):
    """A line of Markdown and the rows of the page that it is made of; an empty line has none."""

    text: str
    rows: tuple[Row, ...]


_BLANK = Line("", ())


def joined_hyphens(pages: Sequence[Sequence[Row]]) -> list[list[Row]]:
    """The pages with words joined that were hyphenated at the end of a line. A hyphen stays if the document has it in that word
    elsewhere."""
    known = {word.lower() for rows in pages for row in rows for word in _WORD.findall(row.text)}
    return [_joined(rows, known) for rows in pages]


def _joined(rows: Sequence[Row], known: set[str]) -> list[Row]:
    joined: list[Row] = []
    for row in rows:
        cut = _HYPHEN.search(joined[-1].text) if joined else None
        if cut and row.text[:1].islower() and not (row.apart and row.size != joined[-1].size):
            before, after = joined[-1], row.text.split(" ", 1)
            tail = _WORD.match(after[0])
            compound = tail is not None and f"{cut[1]}-{tail[0]}".lower() in known
            text = before.text + after[0] if compound else before.text[:-1] + after[0]
            joined[-1] = replace(before, cells=(text,), bold=before.bold and row.bold, spans=())
            if len(after) > 1:
                joined.append(replace(row, cells=(after[1],), apart=False, spans=()))
        else:
            joined.append(row)
    return joined


def text_lines(pages: Sequence[Sequence[Row]]) -> tuple[list[tuple[str, ...]], bool]:
    """The lines of every page as Markdown, and whether any of them is a heading."""
    placed, marked = placed_lines(pages)
    return [tuple(line.text for line in page) for page in placed], marked


def placed_lines(pages: Sequence[Sequence[Row]]) -> tuple[list[list[Line]], bool]:
    """The lines of every page as Markdown, each with its rows of the page, and whether any of them is a heading."""
    heads = _headings(pages)
    return [_page_lines(rows, found) for rows, found in zip(pages, heads, strict=True)], any(heads)


def _headings(pages: Sequence[Sequence[Row]]) -> list[dict[int, int]]:
    """The headings of every page: the indices of their rows with their levels, by size. Bold lines of the text's size are the lowest."""
    sizes: Counter[float] = Counter()
    for row in (row for rows in pages for row in rows):
        sizes[_rounded(row.size)] += len(row.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = Counter(_rounded(row.size) for rows in pages for row in rows if _is_large_heading(row, body))
    levels = {size: min(level, _LEVELS) for level, size in enumerate(sorted(larger, reverse=True), start=1)}
    heads = [{at: levels[_rounded(row.size)] for at, row in enumerate(rows) if _is_large_heading(row, body)} for rows in pages]
    heads = [_with_next_lines(rows, found) for rows, found in zip(pages, heads, strict=True)]
    if heads:
        _take_back_authors(heads[0])
    if _sets_bold_apart(pages):
        below = min(len(levels), _LEVELS) + 1
        for rows, found in zip(pages, heads, strict=True):
            found.update({at: below for at in range(len(rows)) if at not in found and _is_bold_heading(rows, at, body)})
    return [without_passages(rows, found) for rows, found in zip(pages, heads, strict=True)]


def _with_next_lines(rows: Sequence[Row], heads: Mapping[int, int]) -> dict[int, int]:
    """The headings of a page with their continuation lines, which may begin with a small letter."""
    found = dict(heads)
    for at in range(1, len(rows)):
        before, row = rows[at - 1], rows[at]
        if at in found or at - 1 not in found or _rounded(row.size) != _rounded(before.size) or row.apart:
            continue
        if may_be_heading(row, continues=True):
            found[at] = found[at - 1]
    return dict(sorted(found.items()))


def _sets_bold_apart(pages: Sequence[Sequence[Row]]) -> bool:
    """True if a document has bold text, but so little that it can be headings."""
    bold = sum(len(row.text) for rows in pages for row in rows if row.bold)
    return 0 < bold < _MOST_BOLD * sum(len(row.text) for rows in pages for row in rows)


def _page_lines(rows: Sequence[Row], heads: Mapping[int, int]) -> list[Line]:
    """The lines of a page. `heads` has the levels of the rows that are headings, by index."""
    lines: list[Line] = []
    at = 0
    while at < len(rows):
        level = heads.get(at)
        end = _table_end(rows, at, heads) if level is None else _heading_end(rows, at, heads)
        table = level is None and is_table(rows[at:end])
        end = end if table or level is not None else at + 1
        block = tuple(rows[at:end])
        if lines and lines[-1].text and (level is not None or table or block[0].apart):
            lines.append(_BLANK)
        if level is not None:
            lines += [Line(f"{'#' * level} {' '.join(row.text for row in block)}", block), _BLANK]
        elif table:
            lines += [*(Line(f"| {' | '.join(row.cells)} |", (row,)) for row in block), _BLANK]
        else:
            lines.append(Line(escaped(block[0].text), block))
        at = end
    while lines and not lines[-1].text:
        lines.pop()
    return lines


def _heading_end(rows: Sequence[Row], at: int, heads: Mapping[int, int]) -> int:
    """The end (exclusive) of the heading that starts at a row: rows of one level and size belong to it unless a gap parts them."""
    first = rows[at]
    end = at + 1
    while heads.get(end) == heads[at] and _rounded(rows[end].size) == _rounded(first.size):
        if rows[end].apart and rows[end].y - rows[end - 1].y > _TITLE_STEP * first.size:
            break
        end += 1
    return end


def _table_end(rows: Sequence[Row], at: int, heads: Mapping[int, int]) -> int:
    """The end (exclusive) of the rows from `at` on with the same number of cells. A single row is not a table."""
    width = 1 if _is_item(rows[at]) else len(rows[at].cells)
    end = at + 1
    while width > 1 and end < len(rows) and len(rows[end].cells) == width and end not in heads and not _is_item(rows[end]):
        end += 1
    return end


def _take_back_authors(heads: dict[int, int]) -> None:
    """Remove from the headings the large text between the title and a larger heading: authors, a date."""
    order = [*heads]
    end = 1
    while end < len(order) and order[end] == order[end - 1] + 1:
        end += 1
    after = heads[order[end]] if end < len(order) else 0
    for at in order[1:end]:
        if heads[order[0]] < heads[at] and heads[at] > after > 0:
            del heads[at]


def _is_large_heading(row: Row, body: float) -> bool:
    """True for a short row with words in letters larger than the text's size `body`."""
    words = row.text.split()
    return (
        row.size >= _LARGER * body
        and may_be_heading(row)
        and len(words) <= _LONGEST_HEADING
        and any(len(word) > 2 and word[0].isalpha() for word in words)
    )


def _is_bold_heading(rows: Sequence[Row], at: int, body: float) -> bool:
    """True for a short bold row of the text's size `body`, set off from the row before, with other text below."""
    row = rows[at]
    # A column may begin with a heading.
    apart = row.apart or (at > 0 and rows[at - 1].y > row.y)
    if not row.bold or not apart or not may_be_heading(row) or row.size < 0.9 * body or at + 1 == len(rows) or rows[at + 1].bold:
        return False
    # The gap between a number and its title may be as wide as between cells.
    whole = len(row.cells) == 1 or (len(row.cells) == 2 and _SECTION_NUMBER.match(row.cells[0]) is not None)
    words = row.text.split()
    titled = row.text[0].isdigit() or row.text[0].isupper()
    return whole and titled and len(words) <= _LONGEST_BOLD and row.text[-1] not in ".,;:" and any(word[0].isalpha() for word in words)


def _is_item(row: Row) -> bool:
    """True for a list mark and its item, with a gap between them as wide as between cells."""
    return len(row.cells) == 2 and _MARK.match(row.cells[0]) is not None


def _rounded(size: float) -> float:
    return round(size * 2) / 2
