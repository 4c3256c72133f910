"""Take running headers, footers and page numbers out of the pages of a PDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.language.language import Language, alternatives
from ingest.readers.pdf.rows import Row

_WORDS = Language.load("en").groups("page_numbers")
_EDGE = 0.12
"""The share of a page's height, at its top and at its foot, where running headers and page numbers stand."""
_FOOT = 0.75
"""A number that is lower on the page than this share of its height, and than all other text, is the page number."""
_REPEATED = 0.3
"""The share of the pages that repeat a running header. Left and right pages, and chapters, have headers of their own."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    rf"(?:[-–—]\s*)?(?:{alternatives(_WORDS['page'])}\s+)?(\d{{1,4}}|[ivxl]{{1,6}})"
    rf"(?:\s*(?:/|{alternatives(_WORDS['of'])})\s*\d{{1,4}})?(?:\s*[-–—])?$",
    re.IGNORECASE,
)


def without_running(pages: Sequence[Sequence[Row]], heights: Sequence[float]) -> list[list[Row]]:
    """The pages without page numbers, and without what many of them repeat at their top or foot. `heights` are in points."""
    edges = [_edge_rows(rows, height) for rows, height in zip(pages, heights, strict=True)]
    seen = Counter(key for found in edges for key in set(found.values()))
    enough = max(2, round(_REPEATED * len(pages)))
    kept: list[list[Row]] = []
    for number, (rows, found, height) in enumerate(zip(pages, edges, heights, strict=True), start=1):
        running = {at for at, key in found.items() if seen[key] >= enough or _is_page_number(rows[at].text, number, len(pages))}
        lowest = max(range(len(rows)), key=lambda at: rows[at].y, default=0)
        if rows and rows[lowest].y > _FOOT * height and rows[lowest].text == str(number) and len(rows) > 1:
            running.add(lowest)
        kept.append([row for at, row in enumerate(rows) if at not in running])
    return kept


def _edge_rows(rows: Sequence[Row], height: float) -> dict[int, tuple[str, int]]:
    """The indices of the lines at the top and the foot of a page, each with a key by which it is recognised on other pages: its text
    without numbers, since the page number may be on the same line, and its approximate place.
    """
    order = sorted(range(len(rows)), key=lambda at: rows[at].y)
    outer = [at for at in order[:2] if rows[at].y < _EDGE * height] + [at for at in order[-2:] if rows[at].y > (1 - _EDGE) * height]
    return {at: (_DIGITS.sub("#", rows[at].text).strip("# "), round(rows[at].y / 4)) for at in outer}


def _is_page_number(text: str, page: int, pages: int) -> bool:
    """True for a page number at the edge of a page. In a document of one page it has to be 1."""
    number = _PAGE_NUMBER.match(text.strip())
    return number is not None and (pages > 1 or number[1] == str(page))
