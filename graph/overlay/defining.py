"""Decide which texts of the documents can replace a definition of the atlas."""

from __future__ import annotations

from collections.abc import Iterable

from graph.text.normal import words

_SHORTEST = 5
"""The fewest words of a definition."""
_FARTHEST = 8
"""The most words before the verb."""
_MARKS = ("=", ";", ":", "$", "\\")  # of labels, lists and formulas
_ARTICLES = {"a", "an", "the"}
_VERBS = {"is": _ARTICLES | {"one", "any"}, "are": None, "means": None}
"""Verbs of a definition, with what has to follow: "is useful" is not a definition."""


def is_definition(text: str, names: Iterable[str]) -> bool:
    """True if a text defines the thing with one of the names, and is not a label, the beginning of a list, a formula or a use.

    >>> is_definition("The dot product of two vectors is a sum of products.", ["Dot product"])
    True
    >>> is_definition("A dot product represents the overlap of two vectors.", ["Dot product"])
    False
    """
    said = words(text)
    if not text.strip().endswith(".") or len(text.split()) < _SHORTEST or any(mark in text for mark in _MARKS):
        return False
    start = said[1:] if said[:1] and said[0] in _ARTICLES else said
    if not any(called and start[: len(called)] == called for called in map(words, names)):
        return False
    at = next((place for place, word in enumerate(said[:_FARTHEST]) if word in _VERBS), None)
    if at is None:
        return False
    following = _VERBS[said[at]]
    return following is None or said[at + 1 : at + 2] in [[word] for word in following]
