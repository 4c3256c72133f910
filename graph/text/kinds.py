"""Classify the words of a name: everyday nouns, verbs, adjectives and adverbs, names of people and places, words of a subject."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from graph.text.normal import words
from ingest.language.language import Language

KINDS = (
    "adjective head", "adjective by itself", "irregular verb head", "verb head", "adverb head", "unknown head", "unknown by itself",
    "noun head", "noun by itself", "noun or verb head", "noun or adjective head", "verb in front", "adverb in front",
    "adjective in front", "noun in front", "proper noun", "proper nouns", "verb behind", "unknown share",
)  # fmt: skip
_NAMING = frozenset("np")


@cache
def _known() -> Mapping[str, frozenset[str]]:
    groups = Language.load("en").groups("word_kinds")
    return {word: frozenset(letters) for letters, several in groups.items() for word in several}


def is_everyday(word: str) -> bool:
    """True for an everyday word or a single letter: "evolution", but not "kalman" or "f1"."""
    return len(word) == 1 or word in _known()


def kinds(name: str) -> tuple[float, ...]:
    """The features of the kinds of words in a name, a number for each of `KINDS`."""
    known = _known()
    found = [known.get(word, frozenset()) for word in words(name)] or [frozenset[str]()]
    return tuple(map(float, (*_of_head(found[-1], len(found) == 1), *_of_front(found), *_of_all(found))))


def _of_head(head: frozenset[str], alone: bool) -> tuple[float, ...]:
    """The features of the last word of a name."""
    is_noun, is_adjective = bool(head & _NAMING), "a" in head and not head & (_NAMING | {"v"})
    return (
        is_adjective,
        is_adjective and alone,
        "i" in head and not is_noun,
        "v" in head and not is_noun,
        "d" in head and not is_noun,
        not head,
        not head and alone,
        head == {"n"},
        head == {"n"} and alone,
        {"n", "v"} <= head,
        {"n", "a"} <= head,
    )


def _of_front(found: list[frozenset[str]]) -> tuple[float, ...]:
    """The features of the first of several words of a name."""
    first = found[0] if len(found) > 1 else frozenset()
    return (
        not first & (_NAMING | {"a"}) and bool(first & {"v", "i"}),
        first == {"d"},
        "a" in first and not first & (_NAMING | {"v"}),
        first == {"n"},
    )


def _of_all(found: list[frozenset[str]]) -> tuple[float, ...]:
    """How many words of a name are proper nouns, verbs, or not everyday words."""
    return (
        any("p" in each and "n" not in each for each in found),
        all("p" in each for each in found),
        any(each & {"v", "i"} and not each & (_NAMING | {"a"}) for each in found[1:]),
        sum(not each for each in found) / len(found),
    )
