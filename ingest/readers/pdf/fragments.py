"""Put the characters of a PDF page together: runs of text on one baseline, from left to right or from right to left."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ingest.readers.pdf.glyphs import Glyph, glyphs, is_bold, is_unreadable, quarter
from ingest.readers.pdf.rows import Fragment

_WRITTEN_FOR = str.maketrans(
    {"\x02": "-", "\xad": "-", "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st"}
    | {"\ufb06": "st", "\uf0b7": "•", "\uf0a7": "▪", "\xa0": " ", "\ufffe": "-", "\uffff": "", "\x88": "•", "\x7f": "•"}
)
"""Hyphens at the end of a line, ligatures and bullets, as PDFium reports them, with what they stand for."""
_WIDE_GAP = 0.8
"""The gap, in heights of letters, that separates two pieces of a line."""
_BLANK = 0.3
"""The gap, in heights of letters, that stands for a blank."""
_SAME_LINE = 0.5
"""How far two baselines on a line may be apart, in heights of letters."""


class PageText(NamedTuple):
    """The text of a page in pieces. `mirrored` is true if their x coordinates are mirrored, since the page is read from right to left.
    `unreadable` is true if its letters have no Unicode meaning; then there are no pieces.
    """

    fragments: list[Fragment]
    mirrored: bool = False
    unreadable: bool = False


def page_text(text_page: Any, turn: int, wide: float, high: float) -> PageText:
    """The text of a page that is turned by `turn` quarters, in the order of the file. `wide` and `high` are its size in points."""
    found = list(glyphs(text_page, turn, wide, high))
    if is_unreadable(text_page, found):
        return PageText([], unreadable=True)
    leftward = sum(_runs_left(glyph.sign) for glyph in found)
    if not leftward:
        return PageText(list(_fragments(text_page, turn, found)))
    pieces = [piece for line in _lines(text_page, turn, found) for piece in _pieces(text_page, line)]
    if 2 * leftward < sum(not glyph.made and chr(min(glyph.sign, 0xFFFF)).isalpha() for glyph in found):
        return PageText(pieces)
    across = high if turn % 2 else wide
    return PageText([piece._replace(x0=across - piece.x1, x1=across - piece.x0) for piece in pieces], mirrored=True)


def _fragments(text_page: Any, turn: int, found: Sequence[Glyph]) -> Iterator[Fragment]:
    """Runs of text from left to right, cut where the line changes or a wide gap opens."""
    handle = text_page.raw
    name = ctypes.create_string_buffer(128)
    signs: list[str] = []
    x0 = x1 = base = size = 0.0
    first = last = 0
    spaced = False

    def fragment() -> Fragment:
        return Fragment(x0, x1, base, size, _written("".join(signs)), is_bold(handle, first, name) and is_bold(handle, last, name))

    for sign, start, end, down, tall, at, made in found:
        if made:
            spaced = True
            continue
        gap = start - x1
        if signs and abs(down - base) <= _SAME_LINE * max(size, tall) and -size < gap <= _WIDE_GAP * size:
            if spaced or gap > _BLANK * size:
                signs.append(" ")
        else:
            if quarter(handle, at) != turn:
                continue
            if signs:
                yield fragment()
            signs, x0, base, size, first = [], start, down, tall, at
        signs.append(_character(sign))
        x1, last = end, at
        size = max(size, tall) if len(signs) < 4 else size
        spaced = False
    if signs:
        yield fragment()


def _lines(text_page: Any, turn: int, found: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """The characters of each baseline, in the order in which they are read, with the blanks between them."""
    line: list[Glyph] = []
    for glyph in found:
        if glyph.made:
            if line:
                line.append(glyph)
            continue
        if quarter(text_page.raw, glyph.at) != turn:
            continue
        if line and abs(glyph.down - line[0].down) > _SAME_LINE * max(glyph.tall, line[0].tall):
            yield line
            line = []
        line.append(glyph)
    if line:
        yield line


def _pieces(text_page: Any, line: Sequence[Glyph]) -> Iterator[Fragment]:
    """A line cut at wide gaps, whatever the direction of its text. PDFium gives its characters in the order in which they are read."""
    handle = text_page.raw
    name = ctypes.create_string_buffer(128)
    size = max(glyph.tall for glyph in line[:8])
    seen = sorted((glyph for glyph in line if not glyph.made), key=lambda glyph: glyph.start)
    cuts: list[float] = []
    reach = seen[0].end
    for glyph in seen:
        if glyph.start - reach > _WIDE_GAP * size:
            cuts.append((glyph.start + reach) / 2)
        reach = max(reach, glyph.end)
    edges = [float("-inf"), *cuts, float("inf")]
    for left, right in pairwise(edges):
        own = [glyph for glyph in seen if left <= glyph.start < right]
        text = _read(line, left, right, size)
        ordered = sorted(own, key=lambda glyph: glyph.at)
        bold = is_bold(handle, ordered[0].at, name) and is_bold(handle, ordered[-1].at, name)
        yield Fragment(min(g.start for g in own), max(g.end for g in own), ordered[0].down, size, _written(text), bold)


def _read(line: Sequence[Glyph], left: float, right: float, size: float) -> str:
    """The characters of a line between two places, with a blank where the file has one or a gap stands for it."""
    signs: list[str] = []
    before: Glyph | None = None
    spaced = False
    for glyph in line:
        if glyph.made:
            spaced = True
            continue
        if not left <= glyph.start < right:
            continue
        apart = before is not None and min(abs(glyph.start - before.end), abs(before.start - glyph.end)) > _BLANK * size
        turns = before is not None and _runs_left(glyph.sign) != _runs_left(before.sign)
        if before is not None and (spaced or (apart and not turns)):
            signs.append(" ")
        signs.append(_character(glyph.sign))
        before, spaced = glyph, False
    return "".join(signs)


def _character(sign: int) -> str:
    """A character. Arabic letters that are stored in the form they have inside a word get their plain form."""
    if 0xFB1D <= sign <= 0xFDFF or 0xFE70 <= sign <= 0xFEFC:
        return unicodedata.normalize("NFKC", chr(sign))
    return chr(sign) if sign < 0x110000 and not 0xD800 <= sign < 0xE000 else "\ufffd"


def _runs_left(sign: int) -> bool:
    """True for a letter of Hebrew, Arabic and the other scripts that are written from right to left."""
    return 0x590 <= sign <= 0x8FF or 0xFB1D <= sign <= 0xFDFF or 0xFE70 <= sign <= 0xFEFC


def _written(text: str) -> str:
    return " ".join(text.translate(_WRITTEN_FOR).split())
