"""Where a text names concepts."""

from __future__ import annotations

import re
from collections.abc import Collection

from graph.text.normal import STOP, words

_LONGEST_NAME = 5


def mentions(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Where concepts are named, the longest names first where they overlap, in the order of the text."""
    places = [(match.start(), match.end()) for match in re.finditer(r"[^\s?!,;()\"]+", text)]
    found: list[tuple[int, int]] = []
    for length in range(_LONGEST_NAME, 0, -1):
        for at in range(len(places) - length + 1):
            start, end = places[at][0], places[at + length - 1][1]
            named = text[start:end]
            if " ".join(words(named)) in names and not _is_function_word(named) and not any(start < b and a < end for a, b in found):
                found.append((start, end))
    return sorted(found)


def _is_function_word(text: str) -> bool:
    """Whether a word is no name here: `is` is none, though `IS` may be."""
    return text.lower() in STOP and not text.isupper()
