"""What of the documents can stand for a definition by the atlas."""

from __future__ import annotations

from collections.abc import Iterable

from graph.text.normal import words

_SHORTEST = 5
"""The fewest words of a definition."""
_MARKS = ("=", ";", ":", "$", "\\")  # of labels, lists and formulas
_ARTICLES = {"a", "an", "the"}


def is_definition(text: str, names: Iterable[str]) -> bool:
    """True if a text is a sentence about what bears one of the names: not a label, the beginning of a list or a formula.

    >>> is_definition("A dot product measures the overlap of two vectors.", ["Dot product"])
    True
    >>> is_definition("**Convolution:** Uses fixed, learned weights.", ["Convolution"])
    False
    """
    said = words(text)
    if not text.strip().endswith(".") or len(text.split()) < _SHORTEST or any(mark in text for mark in _MARKS):
        return False
    start = said[1:] if said[:1] and said[0] in _ARTICLES else said
    return any(called and start[: len(called)] == called for called in map(words, names))
