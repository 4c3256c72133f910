"""Read a query term that no chunk holds as the nearest known term: `gradeint` as `gradient`. Known terms never change.

Only known terms that begin with the first or the second letter of the typed one are compared: people seldom mistype the first letter,
except by swapping it with the second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHORTEST = 5
"""Shorter terms have too many neighbours."""
_TWO_EDITS_FROM = 9
_MOST = 200_000
"""The most known terms compared per first letter, so that questions stay quick with a huge vocabulary."""


def nearest_term(term: str, terms: NDArray[np.bytes_], starts: NDArray[np.int64]) -> str | None:
    """The known term that a misspelt term stands for, or None if none is similar.

    `terms` is sorted; `starts[t + 1] - starts[t]` chunks hold term t. Similar means one edit away, or up to two for terms of nine letters
    and more; an edit inserts, deletes or replaces a letter, or swaps two neighbours (optimal string alignment distance). Among equally
    similar terms the one in the most chunks wins.
    """
    word = term.encode()
    if len(word) < SHORTEST or not term.isascii() or not term.isalpha():
        return None
    from rapidfuzz import process  # takes 40 ms to import, and is needed only for a term that no chunk holds
    from rapidfuzz.distance import OSA

    allowed = 2 if len(word) >= _TWO_EDITS_FROM else 1
    found: list[tuple[int, int, bytes]] = []
    for letter in sorted({word[:1], word[1:2]}):
        first, stop = np.searchsorted(terms, np.array([letter, bytes([letter[0] + 1])], dtype=terms.dtype)).tolist()
        candidates = terms[first : min(stop, first + _MOST)].tolist()
        near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None)
        found += [(int(distance), int(starts[first + at] - starts[first + at + 1]), known) for known, distance, at in near]
    return min(found)[2].decode() if found else None
