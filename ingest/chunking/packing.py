"""Pack atoms into passages of about one length, and the atoms of a passage into units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.chunking.atoms import Atom, Offsets
from ingest.model import Kind

_LETTER = re.compile(r"[^\W_]")
""""""
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>|\[\d{1,3}\]")
_WHOLE = 1.45
"""A section of up to this many times the target size is one passage. Each half would be too short to stand alone."""
_FULL = 1.3
"""A passage takes in the next block up to this many times the target size."""
_ENOUGH = 0.5
"""A passage below this share of the target size takes in the next block as long as the result fits the encoder."""
_TAIL = 0.4
"""A last passage below this share of the target size is joined with the one before it."""
_WITH_TAIL = 1.7
"""The longest passage that this may give, in target sizes."""
_SHORT_ITEM = 19
"""Tokens of a list item up to which it shares a unit with its neighbours. A longer one says enough by itself."""
_SHORT_SENTENCE = 8
"""Tokens of a sentence below which it shares a unit with a neighbour: "This is wrong." says nothing by itself."""
_LABEL = 6
"""Tokens of a line that announces something, up to which it is joined with the start of that, however long."""
_LISTED = (Kind.LIST, Kind.TABLE, Kind.CODE, Kind.CONTENTS, Kind.CALLOUT)
"""Kinds whose atoms are items, each of which is about as important as the next."""


def pack(atoms: Sequence[Atom], target: int, longest: int) -> list[range]:
    """Join neighbouring atoms into passages of about `target` tokens. Returns ranges that cover all atoms in order.

    If possible, a passage begins where a block begins, and does not end with an atom that announces the next. Only a single atom may make a
    passage longer than `longest`.
    """
    if not atoms:
        return []
    if sum(atom.tokens for atom in atoms) <= min(_WHOLE * target, longest):
        return [range(len(atoms))]
    filled: list[range] = []
    held: list[int] = []
    for segment in _segments(atoms, target, longest):
        count = sum(atoms[at].tokens for at in segment)
        joined = held[-1] + count if held else 0
        wants_more = bool(filled) and (
            joined <= _FULL * target or held[-1] < _ENOUGH * target or atoms[filled[-1].stop - 1].lead or atoms[filled[-1].stop - 1].bound
        )
        if wants_more and joined <= longest:
            filled[-1] = range(filled[-1].start, segment.stop)
            held[-1] = joined
        else:
            filled.append(segment)
            held.append(count)
    if len(filled) > 1 and held[-1] < _TAIL * target and held[-1] + held[-2] <= min(longest, _WITH_TAIL * target):
        tail = filled.pop()
        filled[-1] = range(filled[-1].start, tail.stop)
    return filled


def units_of(text: str, atoms: Sequence[Atom], length: int) -> list[Offsets]:
    """The units of a passage as places in the text: its atoms, short ones joined up to about `length` tokens.

    A line that announces something, as a label does, is joined with the start of what it announces.
    """
    places: list[Offsets] = []
    current: tuple[int, int, int, Atom] | None = None
    for atom in atoms:
        # A comment between two atoms keeps them apart, unless one announces the other.
        joined = current is not None and (current[3].lead or current[3].bound or not text[current[1] : atom.start].strip())
        if current is not None and joined and _joins(current[3], current[2], atom, length):
            current = (current[0], atom.end, current[2] + atom.tokens, atom)
            continue
        if current is not None:
            places.append(current[:2])
        current = (atom.body, atom.end, atom.tokens, atom)
    if current is not None:
        places.append(current[:2])
    return [place for place in places if _says(text, *place)] or places


def _says(text: str, start: int, end: int) -> bool:
    """True if a place has a letter or a digit outside of tags and footnote numbers."""
    if text.find("<", start, end) < 0:
        return _LETTER.search(text, start, end) is not None
    return _LETTER.search(_TAG.sub("", text[start:end])) is not None


def _joins(last: Atom, tokens: int, atom: Atom, length: int) -> bool:
    """True if an atom joins the unit that ends with `last` and has `tokens` so far."""
    total = tokens + atom.tokens
    if last.bound:
        return True
    if last.lead:
        return total <= 2 * length or tokens <= _LABEL
    if total > length or last.kind is not atom.kind or atom.lead or not (last.mergeable and atom.mergeable):
        return False
    if atom.kind in _LISTED:
        return last.tokens <= _SHORT_ITEM and atom.tokens <= _SHORT_ITEM
    return last.tokens < _SHORT_SENTENCE or atom.tokens < _SHORT_SENTENCE


def _segments(atoms: Sequence[Atom], target: int, longest: int) -> Iterator[range]:
    """The blocks, each with what it announces, as ranges of atoms. A long block is cut into even parts."""
    start = 0
    for at in range(1, len(atoms) + 1):
        if at < len(atoms) and (not atoms[at].opens or atoms[at - 1].lead or atoms[at - 1].bound):
            continue
        yield from _even_parts(atoms, range(start, at), target, longest)
        start = at


def _even_parts(atoms: Sequence[Atom], segment: range, target: int, longest: int) -> Iterator[range]:
    """A segment in parts of about equal length, near to the target. A part does not end with an atom that announces the next."""
    total = sum(atoms[at].tokens for at in segment)
    if total <= min(_WHOLE * target, longest):
        yield segment
        return
    share = total / max(2, round(total / target))
    start = segment.start
    held = 0
    for at in segment:
        count = atoms[at].tokens
        full = held + count > longest or (held + count / 2 > share and not (atoms[at - 1].lead or atoms[at - 1].bound))
        if at > start and full:
            yield range(start, at)
            start, held = at, 0
        held += count
    yield range(start, segment.stop)
