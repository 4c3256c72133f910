"""Read PDF. Every page is a numbered text in reading order, without running headers and footers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.pdf.columns import in_reading_order
from ingest.readers.pdf.fragments import PageText, page_text
from ingest.readers.pdf.glyphs import turn_of
from ingest.readers.pdf.lines import joined_hyphens, placed_lines, text_lines
from ingest.readers.pdf.ocr import MOST_PAGES, has_ocr, ocr_lines
from ingest.readers.pdf.rows import Row, rows_of
from ingest.readers.pdf.running import without_running
from ingest.structure.parts import first_heading, join_parts

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

PDFIUM = Lock()
"""PDFium may be used by one thread at a time."""
_MOST_PAGES = 5_000
"""Pages of a document, a bound on time: 100 full pages take about 2 s."""
_MOST_SIGNS = 20_000_000
"""Characters of a document: several times the longest books. A bound on memory, as `_MOST_PAGES` is on time."""
_TAIL = 8_192
"""Bytes at the end of a file in which its end mark stands. Some programs append a little."""
_PASSWORD = 4
"""PDFium's error code for a document that needs a password."""
_MOST_NAMED = 12
"""Page numbers that a notice names."""
_NO_TITLE = re.compile(r"(?:untitled|microsoft (?:word|powerpoint)|.*\.\w{2,5}$|\(?anonymous\)?|document\d*$)", re.IGNORECASE)


def read_pdf(name: str, digest: str, data: bytes) -> Document:
    """The text of a PDF. Raises BadDocument if it is encrypted, cut short, damaged, too long, or has no text."""
    if b"%PDF-" not in data[:1024]:
        raise BadDocument(name, "is not a PDF.", "Open it to see what it is, and give it the right extension.")
    if b"%%EOF" not in data[-_TAIL:]:
        raise BadDocument(name, "is cut short: its end is missing.", "Fetch or export it again.")
    with PDFIUM:
        document = _open(name, data)
        try:
            pages = _pages(name, document)
            declared = document.get_metadata_value("Title").replace("\0", "").strip()
        finally:
            document.close()
    found, marked = text_lines(_rows(pages))
    lines = [page.by_ocr or each for each, page in zip(found, pages, strict=True)]
    if not any(lines):
        garbled = any(page.text.unreadable for page in pages)
        raise BadDocument(
            name,
            f"needs OCR: its pages ({len(pages)}) hold {'letters without a meaning' if garbled else 'pictures'}, no text.",
            "Have an OCR program (ocrmypdf) read its pages again, and ingest the result."
            if garbled
            else "Run it through ocrmypdf and ingest the result.",
        )
    texts = [Text(each, Part("page", number)) for number, each in enumerate(lines, start=1)]
    title = first_heading(texts) or (None if _NO_TITLE.match(declared) else declared) or None
    read = join_parts(name, digest, texts, title=title, marked=marked)
    notices = _notices(pages)
    return replace(read, notices=notices) if notices else read


def _notices(pages: Sequence[_Page]) -> tuple[str, ...]:
    """Notices about pages without text."""
    by_ocr = [page.number for page in pages if page.by_ocr]
    pictured = [page.number for page in pages if page.pictured and not page.by_ocr]
    garbled = [page.number for page in pages if page.text.unreadable and not page.by_ocr]
    return (
        *((_read_by_ocr(by_ocr),) if by_ocr else ()),
        *((_without_text(pictured, "pictures and no text"),) if pictured else ()),
        *((_without_text(garbled, "letters that no program can tell apart"),) if garbled else ()),
    )


def _rows(pages: Sequence[_Page]) -> list[list[Row]]:
    """The lines of the pages without running headers and footers, and with hyphenated words joined."""
    kept = without_running([rows_of(page.text.fragments) for page in pages], [page.height for page in pages])
    return joined_hyphens([in_reading_order(rows) for rows in kept])


class Box(NamedTuple):
    """A rectangle on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def line_boxes(name: str, data: bytes) -> list[list[tuple[Box, ...]]]:
    """The box of every line of every page on that page, by the same reading that made the lines. An empty line has no box.

    Raises BadDocument.
    """
    with PDFIUM:
        document = _open(name, data)
        try:
            pages = _pages(name, document)
        finally:
            document.close()
    placed, _ = placed_lines(_rows(pages))
    boxes = [[tuple(_box(row, page) for row in line.rows) for line in lines] for lines, page in zip(placed, pages, strict=True)]
    # The place of a line that was read by OCR is not known.
    return [[() for _ in page.by_ocr] if page.by_ocr else found for found, page in zip(boxes, pages, strict=True)]


_ABOVE, _BELOW = 0.78, 0.24
"""How far letters reach above and below their baseline, in heights of their boxes."""


def _box(row: Row, page: _Page) -> Box:
    """The box of a row on the page as it is shown. Turned and mirrored text is turned back."""
    left, top, right, bottom = row.x0, row.y - _ABOVE * row.size, max(row.x1, row.x0), row.y + _BELOW * row.size
    turn, wide, high = page.turn, page.wide, page.high
    if page.text.mirrored:
        across = high if turn % 2 else wide
        left, right = across - right, across - left
    if turn == 1:
        return Box(wide - bottom, left, wide - top, right)
    if turn == 2:
        return Box(wide - right, high - bottom, wide - left, high - top)
    if turn == 3:
        return Box(top, high - right, bottom, high - left)
    return Box(left, top, right, bottom)


def _read_by_ocr(pages: Sequence[int]) -> str:
    """The notice that some pages were read by OCR."""
    return f"{_listed(pages)} {'was' if len(pages) == 1 else 'were'} read by OCR, which misreads some words."


def _without_text(pages: Sequence[int], instead: str) -> str:
    """The notice that some pages hold no readable text, but `instead`."""
    subject = f"{_listed(pages)} {'holds' if len(pages) == 1 else 'hold'}"
    return f"{subject} {instead} (need OCR). Run the file through ocrmypdf and ingest the result to have them too."


def _listed(pages: Sequence[int]) -> str:
    more = f" and {len(pages) - _MOST_NAMED} more" if len(pages) > _MOST_NAMED else ""
    return f"{'page' if len(pages) == 1 else 'pages'} {', '.join(map(str, pages[:_MOST_NAMED]))}{more}"


def _open(name: str, data: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if error.err_code == _PASSWORD:
            reason = "is encrypted and needs a password. Save a copy without one and ingest that."
        else:
            reason = f"is damaged ({error}). Open it in a viewer and export it again."
        raise BadDocument(name, reason) from error


class _Page(NamedTuple):
    """A page: its number, its text in pieces, the quarter turns of the text, and the size of the page in points. `pictured` is true if it
    has a picture and no text. `by_ocr` are the lines of a page without text, if it was read by OCR.
    """

    number: int
    text: PageText
    turn: int
    wide: float
    high: float
    pictured: bool
    by_ocr: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        """The height of the page as it is read."""
        return self.wide if self.turn % 2 else self.high


def _pages(name: str, document: PdfDocument) -> list[_Page]:
    from pypdfium2 import PdfiumError

    count = len(document)
    if count == 0:
        raise BadDocument(name, "has no pages.", "Export it again.")
    if count > _MOST_PAGES:
        raise BadDocument(name, f"has {count} pages; {_MOST_PAGES} are the most that are read.", "Split it.")
    pages: list[_Page] = []
    left, left_for_ocr = _MOST_SIGNS, MOST_PAGES
    for number in range(count):
        try:
            page = document.get_page(number)
            text_page = page.get_textpage()
        except PdfiumError as error:
            raise BadDocument(name, f"is damaged: page {number + 1} of {count} cannot be read.", "Export it again.") from error
        left -= text_page.count_chars()
        if left < 0:
            raise BadDocument(name, f"holds more than {_MOST_SIGNS // 10**6} million characters.", "Split it.")
        turn = turn_of(text_page)
        wide, high = page.get_size()
        text = page_text(text_page, turn, wide, high)
        pictured = not text.fragments and not text.unreadable and _has_picture(page)
        unread = (pictured or text.unreadable) and has_ocr() and left_for_ocr > 0
        left_for_ocr -= unread
        pages.append(_Page(number + 1, text, turn, wide, high, pictured, ocr_lines(page) if unread else ()))
        text_page.close()
        page.close()
    return pages


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))
