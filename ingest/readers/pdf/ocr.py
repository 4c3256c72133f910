"""Read pages without text by OCR, if Tesseract and the extra `ocr` are installed. What it reads may be wrong, and is named as such."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_DOTS = 300 / 72
"""Dots for each point of a page: 300 to the inch, what Tesseract was trained for."""
_SECONDS = 60
"""Time for one page. Text takes a second or two, a photograph may take forever."""
MOST_PAGES = 500
"""Pages of a document that are read so, a bound on time."""


@cache
def has_ocr() -> bool:
    """True if pages can be read by OCR on this machine."""
    return shutil.which("tesseract") is not None and find_spec("pytesseract") is not None


def ocr_lines(page: PdfPage) -> tuple[str, ...]:
    """The lines of a page as Tesseract reads its picture, with blank lines between paragraphs; none if it finds no text."""
    import pytesseract

    picture = page.render(scale=_DOTS).to_pil()
    try:
        text = str(pytesseract.image_to_string(picture, timeout=_SECONDS))
    except (RuntimeError, OSError):  # out of time, or no language data
        return ()
    lines = [" ".join(line.replace("\f", " ").split()) for line in text.strip().split("\n")]
    # Two blank lines or more are one.
    return tuple(line for at, line in enumerate(lines) if line or (at and lines[at - 1])) if any(lines) else ()
