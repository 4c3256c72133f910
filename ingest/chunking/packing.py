"""Packing atoms into passages of about one length, and into the units inside a passage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.chunking.atoms import Atom
from ingest.model import Kind

_SAYS = re.compile(r"[^\W_]")
"""A letter or a digit."""
_WHOLE = 1.45
"""A section of up to so many targets is one passage: two halves would each be too short to stand alone."""
_FULL = 1.3
_ENOUGH = 0.5
_TAIL = 0.4
_SHORT_ITEM = 19
_SHORT_SENTENCE = 8
_LABEL = 6
_LISTED = (Kind.LIST, Kind.TABLE, Kind.CODE, Kind.CONTENTS, Kind.CALLOUT)


def pack(atoms: Sequence[Atom], target: int, longest: int) -> list[range]:
    """Which neighbouring atoms make a passage, as ranges that cover all of them in order.

    Passages break where a block begins if they can, not after an atom that announces the next, and are of about `target` tokens;
    only a single atom makes one longer than `longest`.
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
        if filled and (
            joined <= min(_FULL * target, longest)
            or (held[-1] < _ENOUGH * target and joined <= longest)
            or (_leads(atoms, filled[-1]) and joined <= longest)
        ):
            filled[-1] = range(filled[-1].start, segment.stop)
            held[-1] = joined
        else:
            filled.append(segment)
            held.append(count)
    if len(filled) > 1 and held[-1] < _TAIL * target and held[-1] + held[-2] <= min(longest, 1.7 * target):
        tail = filled.pop()
        filled[-1] = range(filled[-1].start, tail.stop)
    return filled


def units_of(text: str, atoms: Sequence[Atom], length: int) -> list[tuple[int, int]]:
    """The units of a passage as places in the text: atoms, the short ones joined up to about `length` tokens.

    A line that announces something (a label, a sentence ending in a colon) is joined with the start of what it announces.
    """
    places: list[tuple[int, int]] = []
    current: tuple[int, int, int, Atom] | None = None
    for atom in atoms:
        # What stands between two atoms and is none, as a comment, parts them, unless one announces the other.
        joined = current is not None and (current[3].lead or not text[current[1] : atom.start].strip())
        if current is not None and joined and _joins(current[3], current[2], atom, length):
            current = (current[0], atom.end, current[2] + atom.tokens, atom)
            continue
        if current is not None:
            places.append(current[:2])
        current = (atom.body, atom.end, atom.tokens, atom)
    if current is not None:
        places.append(current[:2])
    worthy = [place for place in places if _SAYS.search(text, *place)]
    return worthy or places


def _joins(last: Atom, tokens: int, atom: Atom, length: int) -> bool:
    total = tokens + atom.tokens
    if last.lead:
        return total <= 2 * length or tokens <= _LABEL
    if total > length or last.kind is not atom.kind or atom.lead or not (last.mergeable and atom.mergeable):
        return False
    if atom.kind in _LISTED:
        return last.tokens <= _SHORT_ITEM and atom.tokens <= _SHORT_ITEM
    return last.tokens < _SHORT_SENTENCE or atom.tokens < _SHORT_SENTENCE


def _segments(atoms: Sequence[Atom], target: int, longest: int) -> Iterator[range]:
    """Runs of atoms that belong together; a long one is cut into even parts."""
    start = 0
    for at in range(1, len(atoms) + 1):
        if at < len(atoms) and (not atoms[at].opens or atoms[at - 1].lead):
            continue
        yield from _even_parts(atoms, range(start, at), target, longest)
        start = at


def _even_parts(atoms: Sequence[Atom], segment: range, target: int, longest: int) -> Iterator[range]:
    total = sum(atoms[at].tokens for at in segment)
    if total <= min(_WHOLE * target, longest):
        yield segment
        return
    share = total / max(2, round(total / target))
    start = segment.start
    held = 0
    for at in segment:
        count = atoms[at].tokens
        full = held + count > longest or (held + count / 2 > share and not atoms[at - 1].lead)
        if at > start and full:
            yield range(start, at)
            start, held = at, 0
        held += count
    yield range(start, segment.stop)


def _leads(atoms: Sequence[Atom], run: range) -> bool:
    return atoms[run.stop - 1].lead
