"""Cut blocks into atoms, the smallest pieces of passages: sentences, list items, table rows, formulas, groups of code lines.

An atom is a place in the text, so everything that is built from atoms is verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ingest.chunking.tokens import Window
from ingest.model import Kind
from ingest.text.list_marks import LIST_MARK
from ingest.text.sentences import sentences

Offsets = tuple[int, int]
"""A place in a text: the offsets of its start and its end (exclusive)."""

_TEX_ITEM = r"\\(?:item|bibitem|question)\b(?:\{[^{}\n]{0,80}\})?"
_MARK = re.compile(rf"\s*(?:{LIST_MARK}[ \t]+|{_TEX_ITEM}\s+)(?=\S)")
_QUOTE_MARK = re.compile(r"\s*(?:>\s*)+")
_WORD = re.compile(r"\S+")
_ITEM_START = re.compile(rf"^\s*(?:{LIST_MARK}[ \t]|{_TEX_ITEM}(?=[ \t\[]|$))", re.MULTILINE)
_TITLE = re.compile(
    r"(?:\\begin\s*\{[A-Za-z]{2,20}\*?\}\s*(?:\[[^\]\n]{1,160}\]|\{[^{}\n]{1,160}\})(?:\\label\{[^{}\n]*\})?|(?:>\s*)+\[!\w{1,20}\][-+]?[^\n]*)\Z"
)
"""Matches the line that names a definition, a theorem or a callout."""
_TABLE_RULE = re.compile(r"[\s|:=+-]*$|\s*\\(?:hline|toprule|midrule|bottomrule|cline|cmidrule|endhead)\b[^&]*$")
_MARKED = (Kind.LIST, Kind.CALLOUT, Kind.CONTENTS, Kind.TODO, Kind.QUESTION)
"""Kinds whose blocks start with a mark that says nothing by itself."""
_NEVER_LEADING = (Kind.TABLE, Kind.CODE, Kind.QUESTION, Kind.TODO)
"""Kinds whose blocks announce nothing when they end in a colon."""
_LONG_ITEM = 60
"""Tokens above which a list item is cut into its sentences. It is half a passage of the usual size."""
_CODE_GROUP = 40
"""Tokens up to which neighbouring lines of code share an atom. A line of code alone says little to an encoder."""


class Atom(NamedTuple):
    """A piece of text from offset `start` to `end` (exclusive). Its text begins at `body`, after any list mark.

    `tokens` is its length as the encoder counts it. `lead` is true if it announces what follows, as a heading, a label or a sentence that
    ends in a colon does: it should not be the last atom of a passage. `opens` is true for the first atom of a block, where a passage may
    begin, `mergeable` if the atom may share a unit with its neighbours.
    """

    start: int
    end: int
    body: int
    tokens: int
    kind: Kind
    lead: bool
    opens: bool
    mergeable: bool
    bound: bool = False


def atoms_of(kind: Kind, text: str, start: int, end: int, window: Window, *, wrapped: bool = False) -> list[Atom]:
    """The atoms of a block of kind `kind` at `text[start:end]`. Each fits into the window. `wrapped` is as for `sentences`."""
    count = window.count
    if kind in (Kind.HEADING, Kind.FORMULA, Kind.QUESTION):
        places = [(start, end)]
    elif kind in (Kind.LIST, Kind.CONTENTS) or (kind is Kind.CALLOUT and _MARK.match(text, start)):
        places = _items(text, start, end, count, wrapped)
    elif kind is Kind.TABLE:
        places = _lines(text, start, end, with_rules=True)
    elif kind is Kind.CODE:
        places = _code_groups(text, start, end, count)
    else:
        places = [(start + a, start + b) for a, b in sentences(text[start:end], wrapped=wrapped)]
    found: list[Atom] = []
    for a, b in places:
        tokens = count(text[a:b])
        if tokens <= window.limit:
            found.append(_atom(text, a, b, tokens, kind, first=not found))
            continue
        for x, y, part in _cut(text, a, b, window):
            found.append(_atom(text, x, y, part, kind, first=not found))
    return found


def _atom(text: str, start: int, end: int, tokens: int, kind: Kind, *, first: bool) -> Atom:
    while start < end and text[start] in " \t\n":
        start += 1
    body = start
    if kind in _MARKED:
        mark = _MARK.match(text, start, end) or (_QUOTE_MARK.match(text, start, end) if text[start] == ">" else None)
        body = mark.end() if mark else start
    titles = kind not in _NEVER_LEADING and text[start] in ">\\" and _TITLE.match(text, start, end) is not None
    lead = kind is Kind.HEADING or titles or (text[end - 1] == ":" and kind not in _NEVER_LEADING)
    mergeable = kind is not Kind.FORMULA
    return Atom(start, end, body, tokens, kind, lead, first, mergeable, titles)


def _items(text: str, start: int, end: int, count: Callable[[str], int], wrapped: bool) -> list[Offsets]:
    """The items of a list. Long items are cut into sentences."""
    starts = [match.start() for match in _ITEM_START.finditer(text, start, end)]
    if not starts or starts[0] > start:
        starts.insert(0, start)
    places: list[Offsets] = []
    for a, b in zip(starts, [*starts[1:], end], strict=True):
        stop = a + len(text[a:b].rstrip())
        if stop - a > _LONG_ITEM and count(text[a:stop]) > _LONG_ITEM:
            places.extend((a + x, a + y) for x, y in sentences(text[a:stop], wrapped=wrapped))
        elif stop > a:
            places.append((a, stop))
    return places


def _lines(text: str, start: int, end: int, *, with_rules: bool) -> list[Offsets]:
    """The lines with content. `with_rules` joins the rule below the header of a table with the header."""
    places: list[Offsets] = []
    at = start
    for line in text[start:end].split("\n"):
        stop = at + len(line.rstrip())
        ruled = with_rules and places and _TABLE_RULE.match(line)
        if ruled:
            places[-1] = (places[-1][0], stop)
        elif line.strip():
            places.append((at, stop))
        at += len(line) + 1
    return places


def _code_groups(text: str, start: int, end: int, count: Callable[[str], int]) -> list[Offsets]:
    """Lines of code in groups of about the length of a unit."""
    groups: list[Offsets] = []
    held = 0
    for a, b in _lines(text, start, end, with_rules=False):
        tokens = count(text[a:b])
        if groups and held + tokens <= _CODE_GROUP:
            groups[-1] = (groups[-1][0], b)
            held += tokens
        else:
            groups.append((a, b))
            held = tokens
    return groups


def _cut(text: str, start: int, end: int, window: Window) -> Iterator[tuple[int, int, int]]:
    """Cut a place into pieces that fit into the window, and return their offsets with their numbers of tokens. Cuts are made at a line end
    if one is near, or else between words. Only a word that does not fit into the window is cut itself.
    """
    held: list[tuple[int, int, int]] = []
    tokens = 0
    for word in _words(text, start, end, window):
        if held and tokens + word[2] > window.limit:
            stop = _line_end(text, held)
            yield held[0][0], held[stop - 1][1], sum(count for _, _, count in held[:stop])
            held = held[stop:]
            tokens = sum(count for _, _, count in held)
        held.append(word)
        tokens += word[2]
    if held:
        yield held[0][0], held[-1][1], tokens


def _line_end(text: str, words: Sequence[tuple[int, int, int]]) -> int:
    """The number of words before the last line end in their second half, or of all words if none stands there."""
    for at in range(len(words) - 1, len(words) // 2, -1):
        if "\n" in text[words[at - 1][1] : words[at][0]]:
            return at
    return len(words)


def _words(text: str, start: int, end: int, window: Window) -> Iterator[tuple[int, int, int]]:
    """The words of a place: their offsets with their tokens. A word that would fill half the window is cut into short pieces.

    Such a piece counts as many tokens as it has bytes, which no tokenizer exceeds.
    """
    for match in _WORD.finditer(text, start, end):
        a, b = match.span()
        tokens = window.count(match[0])
        if tokens <= window.limit // 2:
            yield a, b, tokens
            continue
        for x in range(a, b, window.limit // 8):
            y = min(x + window.limit // 8, b)
            yield x, y, len(text[x:y].encode("utf-8", "surrogatepass"))
