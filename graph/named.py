"""Where a text names concepts."""

from __future__ import annotations

import re
from collections.abc import Collection

from graph.words import words

_LONGEST_NAME = 5


def mentions(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """Where concepts are named, the longest names first where they overlap, in the order of the text."""
    places = [(match.start(), match.end()) for match in re.finditer(r"[^\s?!,;()\"]+", text)]
    found: list[tuple[int, int]] = []
    for length in range(_LONGEST_NAME, 0, -1):
        for at in range(len(places) - length + 1):
            start, end = places[at][0], places[at + length - 1][1]
            if " ".join(words(text[start:end])) in names and not any(start < b and a < end for a, b in found):
                found.append((start, end))
    return sorted(found)
