"""The characters of a PDF page with their places, as PDFium gives them, and whether they can be read at all."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

_BOLD = re.compile(rb"bold|black|heavy|semibd|demi(?!\w*light)|CMBX|SFBX|CMSSBX", re.IGNORECASE)
"""Names of bold fonts, with those of TeX."""
_SAMPLE = 400
"""The number of characters of a page from which its direction and readability are judged."""
_STRAIGHT = 0.07
"""How far a character may be askew and still count as straight, as a part of a quarter turn (6 degrees)."""
_FEWEST = 40
"""A page with fewer characters is not judged."""
_MOST_UNKNOWN = 0.3
"""The share of characters without a meaning at which a page cannot be read."""
_FEWEST_LETTERS = 0.35
"""The least share of letters and digits on a page. Signs stand in the places of letters without Unicode. Formulas have half."""
_FEWEST_VOWELS = 0.12
"""The least share of vowels among Latin letters: English has 0.38, and abbreviations and formulas bring it down to 0.2."""
_MOST_LEADERS = 0.4
"""The share of dots and dashes from which a page is a table of contents or a form."""
_MOSTLY = 0.8
_ACCENTED_LETTER = re.compile(r"[À-ɏ]")


class Glyph(NamedTuple):
    """A character, turned upright: where its box begins and ends, how far down its baseline is, and how tall its box is, in points.

    `at` is its index on the page. `made` is true for a blank or a line end that PDFium inserted.
    """

    sign: int
    start: float
    end: float
    down: float
    tall: float
    at: int
    made: bool = False


def glyphs(text_page: Any, turn: int, wide: float, high: float) -> Iterator[Glyph]:
    """The characters of a page whose text is turned by `turn` quarters, in the order of the file. The size is in points."""
    from pypdfium2 import raw

    handle = text_page.raw
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    for at in range(raw.FPDFText_CountChars(handle)):
        sign = raw.FPDFText_GetUnicode(handle, at)
        if sign <= 32 and sign != 2:
            yield Glyph(sign, 0.0, 0.0, 0.0, 0.0, at, True)
            continue
        raw.FPDFText_GetLooseCharBox(handle, at, box)
        raw.FPDFText_GetCharOrigin(handle, at, x, y)
        if turn == 0:
            yield Glyph(sign, box.left, box.right, high - y.value, box.top - box.bottom, at)
        elif turn == 1:
            yield Glyph(sign, high - box.top, high - box.bottom, wide - x.value, box.right - box.left, at)
        elif turn == 2:
            yield Glyph(sign, wide - box.right, wide - box.left, y.value, box.top - box.bottom, at)
        else:
            yield Glyph(sign, box.bottom, box.top, x.value, box.right - box.left, at)


def turn_of(text_page: Any) -> int:
    """The number of quarter turns, clockwise, of most of a page's text. A wide table may be printed sideways."""
    from pypdfium2 import raw

    count = raw.FPDFText_CountChars(text_page.raw)
    turns = Counter(quarter(text_page.raw, at) for at in range(0, count, count // _SAMPLE + 1))
    turn, seen = turns.most_common(1)[0] if turns else (0, 0)
    return turn if turn > 0 and 2 * seen > turns.total() else 0


def quarter(handle: Any, at: int) -> int:
    """The turn of a character in quarters, or -1 if it stands askew."""
    from pypdfium2 import raw

    quarters = raw.FPDFText_GetCharAngle(handle, at) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) < _STRAIGHT else -1


def is_bold(handle: Any, at: int, name: Any) -> bool:
    """True if a character is in a bold font. `name` is a buffer for the name of the font."""
    from pypdfium2 import raw

    flags = ctypes.c_int()
    length = raw.FPDFText_GetFontInfo(handle, at, name, len(name), flags)
    return 0 < length <= len(name) and _BOLD.search(name.raw[: length - 1]) is not None


def is_unreadable(text_page: Any, found: Sequence[Glyph]) -> bool:
    """True if the letters of a page have no Unicode values, so that their text would be wrong or empty."""
    from pypdfium2 import raw

    signs = [glyph for glyph in found if not glyph.made]
    if len(signs) < _FEWEST:
        return False
    sample = signs[:: len(signs) // _SAMPLE + 1]
    unknown = sum(_has_no_meaning(glyph.sign) or raw.FPDFText_HasUnicodeMapError(text_page.raw, glyph.at) > 0 for glyph in sample)
    if unknown > _MOST_UNKNOWN * len(sample):
        return True
    return _is_nonsense("".join(chr(glyph.sign) for glyph in sample if glyph.sign < 0x110000))


def _is_nonsense(text: str) -> bool:
    """True if a text has far fewer letters, or far fewer vowels among Latin letters, than readable text."""
    letters = [sign for sign in text if sign.isalnum() or unicodedata.category(sign).startswith("M")]
    leaders = sum(sign in "._-–—…" for sign in text)
    if len(letters) < _FEWEST_LETTERS * len(text) and leaders < _MOST_LEADERS * len(text):
        return True
    latin = [sign.lower() for sign in letters if sign.isascii() and sign.isalpha()]
    vowels = sum(sign in "aeiouy" for sign in latin)
    is_latin = len(latin) > _MOSTLY * len(letters) and len(letters) > 3 * _FEWEST
    return is_latin and vowels < _FEWEST_VOWELS * len(latin) and not _ACCENTED_LETTER.search(text)


def _has_no_meaning(sign: int) -> bool:
    """True for a sign that stands for no character: private, replaced, or a control."""
    return 0xE000 <= sign < 0xF000 or sign in (0, 0xFFFD) or sign >= 0xF0000 or (sign < 32 and sign != 2) or 0x7F < sign < 0xA0
