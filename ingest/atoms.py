"""The smallest pieces that a passage is made of: sentences, list items, table rows, formulas, groups of code lines.

An atom is a place in the text, so that whatever is built of atoms is verbatim by construction.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.model import Kind
from ingest.sentences import sentences

_TEX_ITEM = r"\\(?:item|bibitem|question)\b(?:\{[^{}\n]{0,80}\})?"
_MARKER = re.compile(rf"\s*(?:[-*+•◦▪‣●○–]|(?:\d{{1,3}}|[A-Za-z#])[.)]|\((?:\d{{1,3}}|[a-z])\))[ \t]+(?=\S)|\s*{_TEX_ITEM}\s+(?=\S)")
_QUOTE_MARK = re.compile(r"\s*(?:>\s*)+")
_ITEM_START = re.compile(
    rf"^\s*(?:(?:[-*+•◦▪‣●○–]|\d{{1,3}}[.)]|[A-Za-z#][.)]|\((?:\d{{1,3}}|[a-z])\))[ \t]|{_TEX_ITEM}(?=[ \t\[]|$))", re.MULTILINE
)
_TABLE_RULE = re.compile(r"[\s|:=+-]*$|\s*\\(?:hline|toprule|midrule|bottomrule|cline|cmidrule|endhead)\b[^&]*$")
_LONG_ITEM = 45
"""Words from which a list item is cut into its sentences."""


class Atom(NamedTuple):
    """A piece of text from `start` to `end` (exclusive). `body` is where its own words begin, after a list marker.

    `lead`: it announces what follows (a heading, a label, a sentence ending in a colon) and so is never the last of a passage.
    `opens`: a passage may well begin here. `mergeable`: it may share a unit with its neighbours.
    """

    start: int
    end: int
    body: int
    words: int
    kind: Kind
    lead: bool
    opens: bool
    mergeable: bool


def atoms_of(kind: Kind, text: str, start: int, end: int, longest: int) -> list[Atom]:
    """The atoms of a block of a kind that stands at `text[start:end]`; none is longer than `longest` words unless it is a single word."""
    if kind in (Kind.HEADING, Kind.FORMULA, Kind.QUESTION):
        places = [(start, end)]
    elif kind in (Kind.LIST, Kind.CONTENTS) or (kind is Kind.CALLOUT and _MARKER.match(text, start)):
        places = _items(text, start, end)
    elif kind is Kind.TABLE:
        places = _lines(text, start, end, keep_header=True)
    elif kind is Kind.CODE:
        places = _code_groups(text, start, end)
    else:
        places = [(start + a, start + b) for a, b in sentences(text[start:end])]
    found: list[Atom] = []
    for a, b in places:
        for x, y in _bounded(text, a, b, longest):
            found.append(_atom(text, x, y, kind, first=not found))
    return found


def size(text: str) -> int:
    """The length of a text in words; a formula without spaces counts as the words it would take to say."""
    return max(len(text.split()), len(text) // 10)


def _atom(text: str, start: int, end: int, kind: Kind, *, first: bool) -> Atom:
    while start < end and text[start] in " \t\n":
        start += 1
    body = start
    if kind in (Kind.LIST, Kind.CALLOUT, Kind.CONTENTS, Kind.TODO, Kind.QUESTION):
        marker = _MARKER.match(text, start, end) or _QUOTE_MARK.match(text, start, end)
        body = marker.end() if marker else start
    lead = kind is Kind.HEADING or (text[end - 1] == ":" and kind not in (Kind.TABLE, Kind.CODE, Kind.QUESTION, Kind.TODO))
    mergeable = kind is not Kind.FORMULA
    return Atom(start, end, body, size(text[start:end]), kind, lead, first, mergeable)


def _items(text: str, start: int, end: int) -> list[tuple[int, int]]:
    starts = [match.start() for match in _ITEM_START.finditer(text, start, end)]
    if not starts or starts[0] > start:
        starts.insert(0, start)
    places: list[tuple[int, int]] = []
    for a, b in zip(starts, [*starts[1:], end], strict=True):
        stop = a + len(text[a:b].rstrip())
        if size(text[a:stop]) > _LONG_ITEM:
            places.extend((a + x, a + y) for x, y in sentences(text[a:stop]))
        elif stop > a:
            places.append((a, stop))
    return places


def _lines(text: str, start: int, end: int, *, keep_header: bool) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    at = start
    for line in text[start:end].split("\n"):
        stop = at + len(line.rstrip())
        ruled = keep_header and places and _TABLE_RULE.match(line)
        if ruled:
            places[-1] = (places[-1][0], stop)
        elif line.strip():
            places.append((at, stop))
        at += len(line) + 1
    return places


def _code_groups(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Code lines in groups of about a unit's length."""
    groups: list[tuple[int, int]] = []
    words = 0
    for a, b in _lines(text, start, end, keep_header=False):
        count = size(text[a:b])
        if groups and words + count <= 30:
            groups[-1] = (groups[-1][0], b)
            words += count
        else:
            groups.append((a, b))
            words = count
    return groups


def _bounded(text: str, start: int, end: int, longest: int) -> list[tuple[int, int]]:
    """A place cut at lines, then at words, where it is longer than a passage may be."""
    if end - start <= longest * 4 or size(text[start:end]) <= longest:
        return [(start, end)]
    places: list[tuple[int, int]] = []
    at = start
    reach = longest * 8
    while end - at > reach:
        cut = max(text.rfind("\n", at + reach // 2, at + reach), -1)
        if cut < 0:
            cut = text.rfind(" ", at + reach // 2, at + reach)
        if cut < 0:
            cut = at + reach - 1
        places.append((at, cut + 1))
        at = cut + 1
    places.append((at, end))
    return [(a, b) for a, b in places if text[a:b].strip()]
