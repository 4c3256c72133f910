"""Find statements that run over several atoms: a definition or a theorem with a title, and `X is a norm if:` with its conditions.

Each is one unit, since its parts say little alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ingest.chunking.atoms import Atom, Offsets
from ingest.model import Kind

_LONGEST = 120
"""Tokens of a statement that is kept whole: about a passage of the usual size."""
_CONDITIONS = re.compile(
    r"\b(?:if|iff|only if|such that|so that|satisf(?:y|ies|ying)|provided(?: that)?|whenever|when|unless"
    r"|(?:axioms|conditions|properties|requirements)(?: (?:hold|are (?:met|satisfied|fulfilled)))?)[*_\s]*:[*_]{0,3}\Z",
    re.IGNORECASE,
)
_REACH = 80
"""Only this many characters at the end of a sentence are searched."""


def bound_atoms(text: str, atoms: Sequence[Atom], titled: Sequence[Offsets]) -> Iterator[int]:
    """The numbers of the atoms that share a unit with the next. `titled` has the places of definitions and theorems with a title."""
    starts = [atom.start for atom in atoms]
    for first, stop in titled:
        yield from _bound(atoms, bisect_left(starts, first), bisect_left(starts, stop))
    for at, atom in enumerate(atoms):
        if not atom.lead or atom.kind is Kind.HEADING or not _CONDITIONS.search(text, max(atom.start, atom.end - _REACH), atom.end):
            continue
        end = at + 1
        while end < len(atoms) and atoms[end].kind in (Kind.LIST, Kind.FORMULA) and not (atoms[end].opens and end > at + 1):
            end += 1
        if end < len(atoms) and end > at + 1 and text[atoms[end].start].islower():
            end += 1
        yield from _bound(atoms, at, end)


def _bound(atoms: Sequence[Atom], first: int, end: int) -> Iterator[int]:
    """All atoms from `first` up to `end` (exclusive) except the last, if together they are short enough."""
    if end - first > 1 and sum(atom.tokens for atom in atoms[first:end]) <= _LONGEST:
        yield from range(first, end - 1)
