"""Cut technical prose into sentences. A sentence is a place in the text, so that it stays verbatim.

This is the only sentence splitter of the project. It knows formulas, code spans and links, which splitters for plain prose cut in two.
"""

from __future__ import annotations

import re

from ingest.language.language import Language

_ABBREVIATIONS = Language.load("en").groups("abbreviations")
_OTHERS = [Language.load(code).groups("abbreviations") for code in ("de", "es", "fr")]
"""Abbreviations of other languages. None of them is an English word."""


def _listed(group: str) -> str:
    return "|".join(map(re.escape, (*_ABBREVIATIONS[group], *(word for other in _OTHERS for word in other.get(group, ())))))


_CAPITAL = "A-ZÀ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŹŻŽȘȚΑ-ΩА-ЯЁЄІЇҐԱ-Ֆ"
_UNCASED = "\u05d0-\u05ea\u0621-\u064a\u0671-\u06d3\u0904-\u0d7f\u0e01-\u0e30\u10d0-\u10ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3"
"""Letters of scripts without capitals."""
_END = re.compile(
    rf"[.!?…؟۔][\"'”’»›)\]*_]*\s+(?=(?:[«„]\s?)?[\"'“‘‹¿¡(\[*_$`\\]*[0-9α-ω$`\\{_CAPITAL}{_UNCASED}])"
    r"|(?: »)\s+(?=\S)(?<=[.!?…] »\s)|[。！？।॥](?:[」』”’）)]+(?!と|って)\s*|(?![」』”’）)])\s*)"
)
"""The end of a sentence: a sign, closing marks and white space before what may open a sentence. Chinese and Japanese need no space."""
_PROTECTED = re.compile(r"`[^`\n]+`|\$\$.+?\$\$|\$[^$\n]{1,400}?\$|\\\(.{1,300}?\\\)|\[[^\]\n]{1,200}\]\([^)\n]{1,300}\)", re.DOTALL)
"""Code spans, formulas and links, in which no sentence ends."""
_BEFORE_INITIAL = "".join(rf"|\b{word} " for word in _ABBREVIATIONS["before_initial"])
_ABBREVIATION = re.compile(
    rf"(?:^|[\s(\[\"'])(?:(?i:{_listed('anywhere')})"
    rf"|(?:^|[(,;&]\s?{_BEFORE_INITIAL}|\b[A-Z]\.\s?)[A-Z]|^\s*\d{{1,3}})\.$"
)
"""An abbreviation, an initial, or the number of a list item that opens the text."""
_INITIAL = re.compile(rf"[{_CAPITAL}]\.\s?[{_CAPITAL}]")
"""What follows the first of two initials: `M. Forster` behind `E.`"""
_SECOND_INITIAL = re.compile(rf"\b[{_CAPITAL}]\.\s?[{_CAPITAL}]\.$")
_BEFORE_NUMBER = re.compile(rf"(?:^|(?<!\d)[\s(\[])(?:{_listed('before_number')})\.$", re.IGNORECASE)
_MAY_END = re.compile(rf"(?:{_listed('may_end_sentence')})\.$")
_LONG = 3
"""The most letters of an abbreviation. A longer word in small letters is only an abbreviation if it is listed, so most words need no
search."""
_LONG_ABBREVIATIONS = frozenset(
    word
    for lists in (_ABBREVIATIONS, *_OTHERS)
    for group in ("anywhere", "before_number")
    for word in lists.get(group, ())
    if len(word) > _LONG and word.isalpha()
)
_APART = "|".join(r"\s?".join(map(re.escape, word.split())) for other in _OTHERS for word in other["spelt_apart"])
_SPELT_APART = re.compile(rf"\b(?:{_APART})\.")
"""Abbreviations of several words, such as `z. B.` and `p. ex.`, inside which no sentence ends."""
_ORDINAL = re.compile(rf"\b(?i:{'|'.join(_OTHERS[0]['before_ordinal'])})\s\d{{1,2}}\.$")
"""A German ordinal: `im 19. Jahrhundert`."""
_REACH = 14
"""The number of characters before a full stop that are searched for its abbreviation and the word in front of it."""
_WRAP = 60
"""A line at least this long that ends no sentence was wrapped, so that the next line continues it."""


_WIDEST_WRAP = 130
"""Nobody wraps lines as wide as this. A longer line is a paragraph, or a note without a full stop."""
_STATES = re.compile(r"(?:[\w()'’/-]+ ){1,4}(?:=|:=|→|->) (?=\S)")
"""Matches a line that defines something: `septic shock = sepsis with …`."""
_WRAP_SHARE = 0.5
"""In text that a page broke into lines: the least length of a line that goes on, as a share of the longest."""
_CLOSED = ".!?。！？؟۔।"
_WIDE = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uff00-\uff60]")
"""Characters as wide as two others."""


def sentences(text: str, *, wrapped: bool = False) -> list[tuple[int, int]]:
    """The sentences of a paragraph, as pairs of offsets (start, end exclusive) in characters, without the white space between them.

    No sentence ends inside a formula, a code span or parentheses, nor after an abbreviation or an initial. A line end ends a sentence if
    the line is complete in itself, but not if it was wrapped. `wrapped` says that all lines were, as on a page of a PDF.

    >>> text = "It is fast, e.g. on a GPU. See Fig. 2 (p. 3)."
    >>> [text[a:b] for a, b in sentences(text)]
    ['It is fast, e.g. on a GPU.', 'See Fig. 2 (p. 3).']
    """
    found: list[tuple[int, int]] = []
    for first, last in _joined_lines(text, wrapped):
        start = first
        for cut in _cuts(text[first:last]):
            _add(text, start, first + cut, found)
            start = first + cut
        _add(text, start, last, found)
    return found


def _joined_lines(text: str, wrapped: bool) -> list[tuple[int, int]]:
    """The lines of a text as pairs of offsets, each joined with the lines that continue it."""
    if "\n" not in text:
        return [(0, len(text))]
    runs: list[tuple[int, int]] = []
    at = 0
    before = ""
    lines = text.split("\n")
    widest = max(map(len, lines))
    least = _WRAP_SHARE * widest if wrapped else 0.0
    for line in lines:
        end = at + len(line)
        stripped = line.strip()
        if runs and before and stripped and (_goes_on(before, stripped, least) if wrapped else continues(before, stripped, widest)):
            runs[-1] = (runs[-1][0], end)
        elif stripped:
            runs.append((at, end))
        before = stripped or before
        at = end + 1
    return runs


def continues(before: str, line: str, widest: int) -> bool:
    """True if a line continues the sentence of the line before; `widest` is the length of the longest line of the paragraph.

    An author whose lines are wider than any page does not wrap them, so each line is complete. A line that defines something (`MAP = …`)
    does not continue the line before either.
    """
    if before[-1] in ".!?:。！？":
        return before[-1] == "." and len(before) >= _WRAP and _is_abbreviated(f"{before} {line}", len(before))
    is_long = len(before) >= _WRAP or (not before.isascii() and _is_wide(before))
    if before[-1] == "," or (is_long and widest <= _WIDEST_WRAP):
        return True
    return line[0].islower() and not _STATES.match(line)


def _is_wide(line: str) -> bool:
    """True for a line that fills the width of a page with Chinese, Japanese or Korean letters."""
    return len(line) + len(_WIDE.findall(line)) >= _WRAP


def _goes_on(before: str, line: str, least: float) -> bool:
    """True if the next line of wrapped text continues this one. Punctuation alone decides whether a sentence ends there."""
    if before[-1] == ":":
        return line[0].islower()
    return before[-1] in _CLOSED or len(before) >= least or line[0].islower() or before[-1] in ",;-–—"


def _cuts(run: str) -> list[int]:
    """The offsets in a run of text at which the next sentence begins."""
    ends = list(_END.finditer(run))
    if not ends:
        return []
    if not any(sign in run for sign in "`$(["):
        return [match.end() for match in ends if not _is_abbreviated(run, match.start() + 1)]
    protected = [match.span() for match in _PROTECTED.finditer(run)] if "$" in run or "`" in run or "(" in run else []
    last_closing = max(run.rfind(")"), run.rfind("]"))
    depth = at = inside = 0
    cuts: list[int] = []
    for match in ends:
        stop = match.start() + 1
        piece = run[at:stop]
        depth = max(0, depth + piece.count("(") + piece.count("[") - piece.count(")") - piece.count("]"))
        at = stop
        while inside < len(protected) and protected[inside][1] <= match.start():
            inside += 1
        closing = run[stop : match.end()]
        level = depth - closing.count(")") - closing.count("]")
        # A bracket that is never closed must not hold the rest of a paragraph together.
        closed = level <= 0 or stop > last_closing
        if closed and not (inside < len(protected) and protected[inside][0] < match.start()) and not _is_abbreviated(run, stop):
            cuts.append(match.end())
    return cuts


def _is_abbreviated(run: str, stop: int) -> bool:
    """True if the full stop before an offset belongs to an abbreviation and ends no sentence."""
    if run[stop - 1] != ".":
        return False
    word = run[run.rfind(" ", 0, stop) + 1 : stop - 1]
    if len(word) < _LONG and _is_foreign_short(run, stop, word):
        return True
    if len(word) > _LONG and word.isalpha() and word.islower() and word not in _LONG_ABBREVIATIONS:
        return False
    tail = run[max(0, stop - _REACH) : stop]
    following = run[stop : stop + 8].lstrip()
    if len(word) == 1 and word.isupper() and (_INITIAL.match(following) or _SECOND_INITIAL.search(tail)):
        return True
    if _BEFORE_NUMBER.search(tail):
        return following[:1].isdigit() or following[:1] in "$("
    if not _ABBREVIATION.search(tail):
        return False
    return not (_MAY_END.search(tail) and following[:1].isupper())


def _is_foreign_short(run: str, stop: int, word: str) -> bool:
    """True if a full stop stands inside an abbreviation of another language, or behind a German ordinal."""
    if word.isdigit():
        return _ORDINAL.search(run[max(0, stop - _REACH) : stop]) is not None
    first = max(0, stop - _REACH)
    return any(first + found.start() < stop <= first + found.end() for found in _SPELT_APART.finditer(run[first : stop + _REACH]))


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    """Add a sentence without the white space around it, unless nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))
