"""Terms that no chunk holds, read as the known terms nearest to them: `gradeint` as `gradient`. A known term is never touched.

Compared are the parts of the sorted vocabulary that begin with the first or the second letter typed, by numpy, all at once: people seldom
get the first letter wrong, except by swapping it with the second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHORTEST = 5
"""Shorter terms have too many neighbours."""
_TWO_EDITS_FROM = 9
_MOST = 200_000


def nearest_term(term: str, terms: NDArray[np.bytes_], starts: NDArray[np.int64]) -> str | None:
    """The known term that a misspelt one stands for, None where none is near.

    `terms` is sorted, and `starts[t + 1] - starts[t]` chunks hold term t. Near is one edit away, from nine letters on two (optimal string
    alignment: a letter put in, left out, replaced, or two swapped). Of equally near ones it is the one that most chunks hold.
    """
    word = term.encode()
    if len(word) < SHORTEST or not term.isascii() or not term.isalpha():
        return None
    allowed = 2 if len(word) >= _TWO_EDITS_FROM else 1
    found = []
    for letter in sorted({word[:1], word[1:2]}):
        first, stop = np.searchsorted(terms, np.array([letter, bytes([letter[0] + 1])], dtype=terms.dtype))
        at = np.arange(first, min(int(stop), int(first) + _MOST))
        near = np.asarray(terms[first : at[-1] + 1]) if len(at) else np.empty(0, terms.dtype)
        lengths = np.char.str_len(near)
        fits = abs(lengths - len(word)) <= allowed
        distances = _distances(word, near[fits], lengths[fits])
        for row in np.flatnonzero(distances <= allowed):
            place = int(at[fits][row])
            found.append((int(distances[row]), -int(starts[place + 1] - starts[place]), bytes(terms[place])))
    return min(found)[2].decode() if found else None


def _distances(word: bytes, others: NDArray[np.bytes_], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The optimal string alignment distance of a word to each of the others, column by column for all of them."""
    if not len(others):
        return np.empty(0, np.int64)
    width = int(lengths.max())
    letters = np.frombuffer(others.tobytes(), np.uint8).reshape(len(others), others.dtype.itemsize)[:, :width]
    rows = [np.broadcast_to(np.arange(width + 1), (len(others), width + 1)).astype(np.int64)]
    for i, letter in enumerate(word, start=1):
        above = rows[-1]
        row = np.empty_like(above)
        row[:, 0] = i
        for j in range(1, width + 1):
            same = letters[:, j - 1] == letter
            row[:, j] = np.minimum(np.minimum(above[:, j], row[:, j - 1]) + 1, above[:, j - 1] + ~same)
            if i > 1 and j > 1:
                swapped = (letters[:, j - 2] == letter) & (letters[:, j - 1] == word[i - 2])
                row[:, j] = np.where(swapped, np.minimum(row[:, j], rows[-2][:, j - 2] + 1), row[:, j])
        rows.append(row)
    found: NDArray[np.int64] = rows[-1][np.arange(len(others)), lengths]
    return found
