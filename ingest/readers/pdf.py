"""PDF: every page is a numbered text, in reading order, without what the pages repeat at head and foot."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.parts import first_heading, join_parts
from ingest.readers.layout import Fragment, joined_hyphens, rows_of, text_lines, without_running

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MOST_PAGES = 5_000
_MOST_SIGNS = 20_000_000
_TAIL = 8_192
_PASSWORD = 4
"""PDFium's number for a document that needs a password."""
_WRITTEN_FOR = str.maketrans(
    {"\x02": "-", "\xad": "-", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st"}
    | {"\ufb06": "st", "\uf0b7": "•", "\uf0a7": "▪", "\xa0": " ", "\ufffe": "-", "\uffff": ""}
)
_NO_TITLE = re.compile(r"(?:untitled|microsoft (?:word|powerpoint)|.*\.\w{2,5}$|\(?anonymous\)?|document\d*$)", re.IGNORECASE)


def read_pdf(name: str, digest: str, data: bytes) -> Document:
    """The text of a PDF. Raises `BadDocument` for one that is encrypted, cut short, damaged, too long, or has no text."""
    if b"%PDF-" not in data[:1024]:
        raise BadDocument(name, "is not a PDF. Open it to see what it is, and give it the right extension.")
    if b"%%EOF" not in data[-_TAIL:]:
        raise BadDocument(name, "is cut short: its end is missing. Fetch or export it again.")
    document = _open(name, data)
    try:
        pages, heights = _pages(name, document)
        declared = document.get_metadata_value("Title").replace("\0", "").strip()
    finally:
        document.close()
    rows = joined_hyphens(without_running([rows_of(page) for page in pages], heights))
    lines, marked = text_lines(rows)
    if not any(lines):
        raise BadDocument(name, f"needs OCR: its {len(pages)} pages hold pictures, no text. Run it through ocrmypdf and ingest the result.")
    texts = [Text(found, Part("page", number)) for number, found in enumerate(lines, start=1)]
    title = first_heading(texts) or (None if _NO_TITLE.match(declared) else declared) or None
    return join_parts(name, digest, texts, title=title, marked=marked)


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


def _pages(name: str, document: PdfDocument) -> tuple[list[list[Fragment]], list[float]]:
    from pypdfium2 import PdfiumError

    count = len(document)
    if count == 0:
        raise BadDocument(name, "has no pages. Export it again.")
    if count > _MOST_PAGES:
        raise BadDocument(name, f"has {count} pages; {_MOST_PAGES} are the most that are read. Split it.")
    pages: list[list[Fragment]] = []
    heights: list[float] = []
    left = _MOST_SIGNS
    for number in range(count):
        try:
            page = document.get_page(number)
            text_page = page.get_textpage()
        except PdfiumError as error:
            raise BadDocument(name, f"is damaged: page {number + 1} of {count} cannot be read. Export it again.") from error
        left -= text_page.count_chars()
        if left < 0:
            raise BadDocument(name, f"holds more than {_MOST_SIGNS // 10**6} million signs. Split it.")
        heights.append(page.get_height())
        pages.append(list(_fragments(text_page, heights[-1])))
        text_page.close()
        page.close()
    return pages, heights


def _fragments(text_page: Any, height: float) -> Iterator[Fragment]:
    """The text of a page in the order it was written, cut where the line changes or a wide gap opens. Text that is turned is left out."""
    from pypdfium2 import raw

    handle = text_page.raw
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    signs: list[str] = []
    x0 = x1 = base = size = 0.0
    spaced = False
    for at in range(raw.FPDFText_CountChars(handle)):
        sign = raw.FPDFText_GetUnicode(handle, at)
        if sign <= 32 and sign != 2:
            spaced = True
            continue
        raw.FPDFText_GetLooseCharBox(handle, at, box)
        raw.FPDFText_GetCharOrigin(handle, at, x, y)
        tall = box.top - box.bottom
        gap = box.left - x1
        if signs and abs(y.value - base) <= 0.5 * max(size, tall) and -size < gap <= 0.8 * size:
            if spaced or gap > 0.3 * size:
                signs.append(" ")
        else:
            angle = raw.FPDFText_GetCharAngle(handle, at)
            if 0.1 < angle < 6.18:
                continue
            if signs:
                yield _fragment(x0, x1, height - base, size, signs)
            signs, x0, base, size = [], box.left, y.value, tall
        signs.append(chr(sign) if sign < 0x110000 and not 0xD800 <= sign < 0xE000 else "\ufffd")
        x1 = box.right
        size = max(size, tall) if len(signs) < 4 else size
        spaced = False
    if signs:
        yield _fragment(x0, x1, height - base, size, signs)


def _fragment(x0: float, x1: float, y: float, size: float, signs: list[str]) -> Fragment:
    return Fragment(x0, x1, y, size, " ".join("".join(signs).translate(_WRITTEN_FOR).split()))
