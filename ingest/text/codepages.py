"""Guess the old code page of a text: of those in which it is valid, the one that gives the most common characters of its language.

A text in a wrong code page is full of rare characters (Li and Momoi 2001, "A composite approach to language/encoding detection").
"""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import NamedTuple

from ingest.language.language import Language


class CodePage(NamedTuple):
    """A code page: the name of its decoder, and its usual name."""

    codec: str
    name: str


class _Candidate(NamedTuple):
    """A code page, the language that is written in it, and the least share of that language's characters among those beyond ASCII."""

    page: CodePage
    language: str
    least: float


_JIS7 = CodePage("iso2022_jp", "ISO-2022-JP")
_WIDE = (
    _Candidate(CodePage("cp932", "Shift-JIS"), "ja", 0.3),
    _Candidate(CodePage("euc_jp", "EUC-JP"), "ja", 0.3),
    _Candidate(CodePage("gb18030", "GB18030"), "zh", 0.2),
    _Candidate(CodePage("big5hkscs", "Big5"), "zh", 0.2),
    _Candidate(CodePage("cp949", "EUC-KR"), "ko", 0.3),
)
"""Code pages of two bytes a character."""
_NARROW = (
    _Candidate(CodePage("cp1251", "Windows-1251"), "ru", 0.7),
    _Candidate(CodePage("koi8_r", "KOI8-R"), "ru", 0.7),
    _Candidate(CodePage("cp866", "code page 866"), "ru", 0.7),
    _Candidate(CodePage("cp1253", "Windows-1253"), "el", 0.7),
)
"""Code pages of one byte a character, in which every text is valid."""
_SAMPLE = 200_000
"""The most bytes of a text that are examined."""
_FEWEST = 8
"""The code page of a text with fewer characters beyond ASCII is not guessed."""
_FOREIGN = 0.5
"""The least share of letters beyond ASCII in a text of another alphabet. Accented letters of Latin text are far fewer."""
_ESCAPES = re.compile(rb"\x1b\$[@B]|\x1b\([BJ]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f\u3000-\u3002\uff00-\uff1f]")
_LETTER = re.compile(r"[^\W\d_]")
_OUTSIDE = re.compile(r"[\ue000-\uf8ff\uff61-\uff9f\x80-\x9f]")
"""Characters that are a sign of a wrong decoding: private ones, half-width ones, controls."""


def code_page_of(data: bytes) -> CodePage | None:
    """The code page of a text that is not UTF-8, or None if it is Western or cannot be guessed.

    >>> code_page_of("光合成とは、植物が光を使う反応である。".encode("cp932")).name
    'Shift-JIS'
    """
    sample = data[:_SAMPLE]
    if sample.isascii():
        return _JIS7 if len(_ESCAPES.findall(sample)) > 1 and _decoded(sample, _JIS7.codec) is not None else None
    scored = [(score, each.page) for each in _WIDE if (score := _score(sample, each)) >= each.least]
    if not scored:
        scored = [(score, each.page) for each in _NARROW if (score := _score(sample, each, alphabet=True)) >= each.least]
    return max(scored)[1] if scored else None


def decodes(data: bytes, page: CodePage) -> str | None:
    """The whole text, or None if a byte of it is not valid in a code page."""
    try:
        return data.decode(page.codec)
    except UnicodeDecodeError:
        return None


def _score(sample: bytes, candidate: _Candidate, *, alphabet: bool = False) -> float:
    """The share of common characters of its language among those beyond ASCII; 0 if the sample is invalid or in another alphabet."""
    text = _decoded(sample, candidate.page.codec)
    if text is None:
        return 0.0
    foreign = _NOT_ASCII.findall(text)
    if len(foreign) < _FEWEST:
        return 0.0
    if alphabet and sum(not letter.isascii() for letter in _LETTER.findall(text)) < _FOREIGN * len(_LETTER.findall(text)):
        return 0.0
    common = _common(candidate.language)
    return (sum(sign in common for sign in foreign) - len(_OUTSIDE.findall(text))) / len(foreign)


def _decoded(sample: bytes, codec: str) -> str | None:
    """A sample as text, or None if it is invalid. Its last character may be cut off."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return None


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset("".join(Language.load(language).entries("common_characters")))
