"""Read PDF. Every page is a numbered text in reading order, without what the pages repeat at their top and foot."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.pdf.lines import joined_hyphens, placed_lines, text_lines
from ingest.readers.pdf.rows import Fragment, Row, rows_of
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
_WRITTEN_FOR = str.maketrans(
    {"\x02": "-", "\xad": "-", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st"}
    | {"\ufb06": "st", "\uf0b7": "•", "\uf0a7": "▪", "\xa0": " ", "\ufffe": "-", "\uffff": "", "\x88": "•", "\x7f": "•"}
)
"""Hyphens at the end of a line, ligatures and bullets, as PDFium reports them, with what they stand for."""
_BOLD = re.compile(rb"bold|black|heavy|semibd|demi(?!\w*light)|CMBX|SFBX|CMSSBX", re.IGNORECASE)
"""Names of bold fonts, with those of TeX."""
_SAMPLE = 400
"""Characters of a page by which it is decided which way its text runs."""
_STRAIGHT = 0.07
"""The part of a quarter turn, 6 degrees, by which a character may be askew and still count as straight."""
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
            pages, heights, pictured, _ = _pages(name, document)
            declared = document.get_metadata_value("Title").replace("\0", "").strip()
        finally:
            document.close()
    rows = joined_hyphens(without_running([rows_of(page) for page in pages], heights))
    lines, marked = text_lines(rows)
    if not any(lines):
        raise BadDocument(
            name, f"needs OCR: its pages ({len(pages)}) hold pictures, no text.", "Run it through ocrmypdf and ingest the result."
        )
    texts = [Text(found, Part("page", number)) for number, found in enumerate(lines, start=1)]
    title = first_heading(texts) or (None if _NO_TITLE.match(declared) else declared) or None
    read = join_parts(name, digest, texts, title=title, marked=marked)
    return replace(read, notices=(_without_text(pictured),)) if pictured else read


class Box(NamedTuple):
    """A rectangle on a page, in points from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


def line_boxes(name: str, data: bytes) -> list[list[tuple[Box, ...]]]:
    """Where on its page every line of every page stands, by the same reading that made the lines. An empty line has no box.

    Raises BadDocument.
    """
    with PDFIUM:
        document = _open(name, data)
        try:
            pages, heights, _, turned = _pages(name, document)
        finally:
            document.close()
    placed, _ = placed_lines(joined_hyphens(without_running([rows_of(page) for page in pages], heights)))
    return [[tuple(_box(row, *turn) for row in line.rows) for line in lines] for lines, turn in zip(placed, turned, strict=True)]


_ABOVE, _BELOW = 0.78, 0.24
"""How far letters reach above and below their baseline, in heights of their boxes."""


def _box(row: Row, turn: int, wide: float, high: float) -> Box:
    """The box of a row on the page as it is shown, whose text is turned by so many quarters."""
    left, top, right, bottom = row.x0, row.y - _ABOVE * row.size, max(row.x1, row.x0), row.y + _BELOW * row.size
    if turn == 1:
        return Box(wide - bottom, left, wide - top, right)
    if turn == 2:
        return Box(wide - right, high - bottom, wide - left, high - top)
    if turn == 3:
        return Box(top, high - right, bottom, high - left)
    return Box(left, top, right, bottom)


def _without_text(pages: Sequence[int]) -> str:
    """The notice that some pages hold pictures and no text."""
    named = ", ".join(map(str, pages[:_MOST_NAMED])) + (f" and {len(pages) - _MOST_NAMED} more" if len(pages) > _MOST_NAMED else "")
    subject = f"page {named} holds" if len(pages) == 1 else f"pages {named} hold"
    return f"{subject} pictures and no text (need OCR). Run the file through ocrmypdf and ingest the result to have them too."


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


def _pages(name: str, document: PdfDocument) -> tuple[list[list[Fragment]], list[float], list[int], list[tuple[int, float, float]]]:
    """The text of every page, the height of each in points as it is read, the numbers of the pages with pictures and no text, and the turn
    of the text of each with the page's width and height."""
    from pypdfium2 import PdfiumError

    count = len(document)
    if count == 0:
        raise BadDocument(name, "has no pages.", "Export it again.")
    if count > _MOST_PAGES:
        raise BadDocument(name, f"has {count} pages; {_MOST_PAGES} are the most that are read.", "Split it.")
    pages: list[list[Fragment]] = []
    heights: list[float] = []
    pictured: list[int] = []
    turned: list[tuple[int, float, float]] = []
    left = _MOST_SIGNS
    for number in range(count):
        try:
            page = document.get_page(number)
            text_page = page.get_textpage()
        except PdfiumError as error:
            raise BadDocument(name, f"is damaged: page {number + 1} of {count} cannot be read.", "Export it again.") from error
        left -= text_page.count_chars()
        if left < 0:
            raise BadDocument(name, f"holds more than {_MOST_SIGNS // 10**6} million characters.", "Split it.")
        turn = _turn(text_page)
        wide, high = page.get_size()
        heights.append(wide if turn % 2 else high)
        turned.append((turn, wide, high))
        pages.append(list(_fragments(text_page, turn, wide, high)))
        if not pages[-1] and _has_picture(page):
            pictured.append(number + 1)
        text_page.close()
        page.close()
    return pages, heights, pictured, turned


def _has_picture(page: Any) -> bool:
    from pypdfium2 import raw

    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4))


def _turn(text_page: Any) -> int:
    """By how many quarters, clockwise, most of a page's text is turned. A wide table may be printed sideways."""
    from pypdfium2 import raw

    count = raw.FPDFText_CountChars(text_page.raw)
    turns = Counter(_quarter(text_page.raw, at) for at in range(0, count, count // _SAMPLE + 1))
    turn, seen = turns.most_common(1)[0] if turns else (0, 0)
    return turn if turn > 0 and 2 * seen > turns.total() else 0


def _quarter(handle: Any, at: int) -> int:
    """The turn of a character in quarters, or -1 if it stands askew."""
    from pypdfium2 import raw

    quarters = raw.FPDFText_GetCharAngle(handle, at) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < _STRAIGHT else -1


def _is_bold(handle: Any, at: int, name: Any) -> bool:
    """True if a character is in a bold font. `name` is a buffer for the name of the font."""
    from pypdfium2 import raw

    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(handle, at, name, len(name), flags)
    return 0 < length <= len(name) and _BOLD.search(name.raw[: length - 1]) is not None


def _fragments(text_page: Any, turn: int, wide: float, high: float) -> Iterator[Fragment]:
    """The text of a page that is turned by `turn` quarters, in the order of the file, cut where the line changes or a wide gap opens.

    `wide` and `high` are the size of the page in points.
    """
    from pypdfium2 import raw

    handle = text_page.raw
    box = raw.FS_RECTF()
    name = ctypes.create_string_buffer(128)
    x, y = ctypes.c_double(), ctypes.c_double()
    signs: list[str] = []
    x0 = x1 = base = size = 0.0
    first = last = 0
    spaced = False

    def fragment() -> Fragment:
        text = " ".join("".join(signs).translate(_WRITTEN_FOR).split())
        return Fragment(x0, x1, base, size, text, _is_bold(handle, first, name) and _is_bold(handle, last, name))

    for at in range(raw.FPDFText_CountChars(handle)):
        sign = raw.FPDFText_GetUnicode(handle, at)
        if sign <= 32 and sign != 2:
            spaced = True
            continue
        raw.FPDFText_GetLooseCharBox(handle, at, box)
        raw.FPDFText_GetCharOrigin(handle, at, x, y)
        if turn == 0:
            start, end, down, tall = box.left, box.right, high - y.value, box.top - box.bottom
        elif turn == 1:
            start, end, down, tall = high - box.top, high - box.bottom, wide - x.value, box.right - box.left
        elif turn == 2:
            start, end, down, tall = wide - box.right, wide - box.left, y.value, box.top - box.bottom
        else:
            start, end, down, tall = box.bottom, box.top, x.value, box.right - box.left
        gap = start - x1
        if signs and abs(down - base) <= 0.5 * max(size, tall) and -size < gap <= 0.8 * size:
            if spaced or gap > 0.3 * size:
                signs.append(" ")
        else:
            if _quarter(handle, at) != turn:
                continue
            if signs:
                yield fragment()
            signs, x0, base, size, first = [], start, down, tall, at
        signs.append(chr(sign) if sign < 0x110000 and not 0xD800 <= sign < 0xE000 else "\ufffd")
        x1, last = end, at
        size = max(size, tall) if len(signs) < 4 else size
        spaced = False
    if signs:
        yield fragment()
