"""Read pages without text by OCR, if Tesseract and the extra `ocr` are installed. The text may have errors, and a notice says so."""

from __future__ import annotations

import shutil
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_DOTS = 300 / 72
"""Dots per point of a page: 300 per inch, the resolution that Tesseract was trained for."""
_SECONDS = 60
"""Seconds for one page. Text takes one or two, a photograph may take forever."""
MOST_PAGES = 500
"""The most pages of a document that are read by OCR, a limit on time."""


@cache
def has_ocr() -> bool:
    """True if pages can be read by OCR on this machine."""
    return shutil.which("tesseract") is not None and find_spec("pytesseract") is not None


def ocr_lines(page: PdfPage) -> tuple[str, ...]:
    """The lines that Tesseract reads in the picture of a page, with blank lines between paragraphs; empty if it finds no text."""
    import pytesseract

    picture = page.render(scale=_DOTS).to_pil()
    try:
        text = str(pytesseract.image_to_string(picture, timeout=_SECONDS))
    except (RuntimeError, OSError):  # out of time, or no language data
        return ()
    lines = [" ".join(line.replace("\f", " ").split()) for line in text.strip().split("\n")]
    return tuple(line for at, line in enumerate(lines) if line or (at and lines[at - 1])) if any(lines) else ()
