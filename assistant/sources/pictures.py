"""Pictures of the pages of a PDF, and the boxes of its lines on them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from assistant.errors import UnknownPlace
from assistant.sources.sources import Source
from ingest.errors import BadDocument
from ingest.readers.pdf.pages import PDFIUM, Box, line_boxes

_CHANGED = "Ingest it again to see its pages."
_MOST_PIXELS = 12_000_000
_KEPT = 8


@dataclass(frozen=True, slots=True)
class PageView:
    """A page: its size in points and the boxes of each of its lines, the first line first."""

    width: float
    height: float
    boxes: tuple[tuple[Box, ...], ...]


def has_pages(source: Source) -> bool:
    """True if pictures of the document's pages can be made: a PDF whose file is unchanged."""
    return source.file is not None and source.file.suffix.lower() == ".pdf" and _is_unchanged(source)


def page_view(source: Source, page: int) -> PageView:
    """The size of a page, counted from 1, and the boxes of its lines. Raises UnknownPlace, BadDocument."""
    data = _read(source)
    boxes = _boxes(source.document.name, source.document.digest, data)
    with PDFIUM:
        width, height = _sized(data, page)
    return PageView(width, height, tuple(boxes[page - 1]) if page <= len(boxes) else ())


def page_picture(source: Source, page: int, width: int) -> bytes:
    """A page as a PNG, `width` pixels wide. Raises UnknownPlace, BadDocument."""
    data = _read(source)
    with PDFIUM:
        return _picture(data, page, width)


def _read(source: Source) -> bytes:
    """The bytes of the file. Raises UnknownPlace if it has changed since it was read."""
    if source.file is None or source.file.suffix.lower() != ".pdf":
        raise UnknownPlace(f"{source.document.name} has no pages that can be shown.")
    try:
        data = source.file.read_bytes()
    except OSError as error:
        raise UnknownPlace(f"{source.document.name} is no longer where it was read.", _CHANGED) from error
    if sha256(data).hexdigest() != source.document.digest:
        raise UnknownPlace(f"{source.document.name} has changed since it was read.", _CHANGED)
    return data


def _is_unchanged(source: Source) -> bool:
    try:
        _read(source)
    except UnknownPlace:
        return False
    return True


_boxes_of: dict[str, list[list[tuple[Box, ...]]]] = {}


def _boxes(name: str, digest: str, data: bytes) -> list[list[tuple[Box, ...]]]:
    """The boxes of a document, cached for the last few documents, since all pages have to be read."""
    if digest not in _boxes_of:
        while len(_boxes_of) >= _KEPT:
            del _boxes_of[next(iter(_boxes_of))]
        _boxes_of[digest] = line_boxes(name, data)
    return _boxes_of[digest]


def _opened(data: bytes, page: int) -> tuple[Any, Any]:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
        if not 1 <= page <= len(document):
            raise UnknownPlace(f"There are pages 1 to {len(document)}, but not {page}.")
        return document, document.get_page(page - 1)
    except PdfiumError as error:
        raise BadDocument("the file", f"cannot be drawn ({error}).") from error


def _sized(data: bytes, page: int) -> tuple[float, float]:
    document, opened = _opened(data, page)
    try:
        wide, high = opened.get_size()
        return float(wide), float(high)
    finally:
        opened.close()
        document.close()


def _picture(data: bytes, page: int, width: int) -> bytes:
    document, opened = _opened(data, page)
    try:
        wide, high = opened.get_size()
        scale = min(width / max(wide, 1.0), (_MOST_PIXELS / max(wide * high, 1.0)) ** 0.5)
        bitmap = opened.render(scale=scale, grayscale=False, rev_byteorder=True, prefer_bgrx=False)
        pixels = bitmap.to_numpy()
        return _png(pixels[:, :, :3].copy())
    finally:
        opened.close()
        document.close()


def _png(pixels: Any) -> bytes:
    """A picture of height × width × 3 bytes in red, green and blue as a PNG (RFC 2083)."""
    high, wide, _ = pixels.shape
    rows = b"".join(b"\0" + pixels[row].tobytes() for row in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 3)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
