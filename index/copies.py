"""Find passages that are copies of others: copied notes, versions of a file, a page saved twice. Only the best ranked of them is shown.

Two passages are copies if they have the same words, or nearly: their word shingles are similar (Broder 1997), and neither has other
content. A number, a sign, a negation or a letter of a formula in only one of them makes them different, and so does a word in place of
another, unless it is a misspelling of it. Words may be added. Code, tables and formulas are copies only if they are equal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.language.language import Language
from ingest.model import Chunk, Kind, Span
from ingest.text.list_marks import LIST_MARK
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS, stem

_WIDTH = 3
"""The number of words in a shingle."""
_ALIKE = 0.8
"""The least Jaccard index of the shingles of two copies."""
_PERHAPS = 0.6
"""The least share of common words, of the passage with more words, at which two passages are compared closely."""
_LONG = 25
"""A passage with fewer words does not show its subject by itself: copies then need the same heading too."""
_LOOKED_AT = 2
"""How many times the wanted number of passages are compared. The copies of a passage are ranked close to it, but not always next."""
_SHORTEST = 5
"""The fewest letters of a word that may be misspelt. Shorter words that are one edit apart are different words: "cat", "car"."""
_LITERAL = frozenset({Kind.CODE, Kind.TABLE, Kind.FORMULA})
_TELLING = frozenset({*Language.load("en").groups("negations")["plain"], "only"})
_WORD = re.compile(r"[^\W_]{2,}")
_MARKS = re.compile(rf"^\s*(?:(?:[>*+#|-]+|{LIST_MARK})\s+)+", re.MULTILINE)
"""Marks of quotes, headings, tables and list items in front of a line's text."""
_TOKEN = re.compile(r"(?<!\w)-?\d+(?:[.,]\d+)*(?!\w)|[^\W_]+(?:'[a-z]+)?|!=|[=<>+/^%~]")

Ranked = tuple[Chunk, tuple[Chunk, ...]]
"""A chunk, and the copies of it that rank lower."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A passage prepared for comparison. `literal` is its text if every letter counts, `firm` has the tokens that a copy must have too."""

    heading: tuple[str, ...]
    words: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    firm: tuple[str, ...]
    literal: str | None

    @staticmethod
    def of(chunk: Chunk) -> _Reading:
        """Prepare a passage for comparison."""
        words = _words(chunk.text)
        return _Reading(
            heading=_words(chunk.section[-1]) if chunk.section else (),
            words=words,
            shingles=frozenset(zip(*(words[at:] for at in range(_WIDTH)), strict=False)),
            firm=tuple(word for word in words if _is_firm(word)),
            literal=" ".join(chunk.text.split()) if chunk.kind in _LITERAL else None,
        )

    def says_the_same_as(self, other: _Reading) -> bool:
        if self.literal is not None or other.literal is not None:
            return self.literal == other.literal and (self.heading == other.heading or len(self.words) >= _LONG)
        if self.heading != other.heading and min(len(self.words), len(other.words)) < _LONG:
            return False
        return self.words == other.words or self._is_near(other)

    def _is_near(self, other: _Reading) -> bool:
        fewer, more = sorted((len(self.shingles), len(other.shingles)))
        if fewer < _ALIKE * more or self.firm != other.firm:
            return False
        shared = len(self.shingles & other.shingles)
        return shared >= _ALIKE * (fewer + more - shared) > 0 and _adds_only(self.words, other.words)


class _Passage:
    """A passage whose `_reading` is computed only if another passage has about the same words, since it costs thirty times as much."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk

    @cached_property
    def _bag(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.chunk.text.lower()))

    @cached_property
    def _reading(self) -> _Reading:
        return _Reading.of(self.chunk)

    def says_the_same_as(self, other: _Passage) -> bool:
        mine, theirs = self.chunk, other.chunk
        if mine.text == theirs.text and mine.kind is theirs.kind and mine.section[-1:] == theirs.section[-1:]:
            return True  # a file may hold one passage a thousand times
        shared = len(self._bag & other._bag)
        is_alike = shared >= _PERHAPS * max(len(self._bag), len(other._bag))
        return is_alike and self._reading.says_the_same_as(other._reading)


def is_copy(one: Chunk, other: Chunk) -> bool:
    """True if two passages are copies in the sense of this module."""
    return _Passage(one).says_the_same_as(_Passage(other))


def same_words(text: str, copy: Chunk) -> Span | None:
    """The place in a copy with the same words as a text, in one unit or in neighbouring ones, or None if there is none."""
    words = _words(text)
    units = [_words(unit.text) for unit in copy.units]
    for first in range(len(units)):
        said: tuple[str, ...] = ()
        for last in range(first, len(units)):
            said += units[last]
            if said == words:
                return Span(copy.units[first].span.first, copy.units[last].span.last, copy.span.part)
            if len(said) >= len(words):
                break
    return None


def collapse(ids: Sequence[str], fetch: Callable[[Sequence[str]], Iterable[Chunk]], k: int) -> list[Ranked]:
    """The first k chunks of a ranking that are not copies of a better one, each with its copies. `ids` are the ranking, best first.

    `fetch` gives the chunks with these ids, in their order.
    """
    found: list[tuple[_Passage, list[Chunk]]] = []
    step = max(1, _LOOKED_AT * k)
    for first in range(0, len(ids), step):
        for chunk in fetch(ids[first : first + step]):
            passage = _Passage(chunk)
            copies = next((copies for known, copies in found if known.says_the_same_as(passage)), None)
            if copies is not None:
                copies.append(chunk)
            elif len(found) < k:
                found.append((passage, []))
        if len(found) >= k:
            break
    return [(passage.chunk, tuple(copies)) for passage, copies in found]


def _words(text: str) -> tuple[str, ...]:
    """The words, numbers and signs of a text in plain spelling. Single letters keep their case, since they may belong to a formula."""
    found = _TOKEN.findall(fold(_MARKS.sub("", text)))
    return tuple(word.lower() if len(word) > 1 or word == "A" else word for word in found)


def _is_firm(word: str) -> bool:
    """True for a number, a sign, a letter of a formula or a negation."""
    return not word.isalpha() or (len(word) == 1 and word not in "aI") or word in _TELLING


def _adds_only(one: Sequence[str], other: Sequence[str]) -> bool:
    """True if words were added but none replaced: content words differ on one side only, apart from misspellings."""
    counts, others = (Counter(stem(word) for word in words if word not in STOP_WORDS) for words in (one, other))
    lost, new = counts - others, others - counts
    return (
        lost.total() == 0
        or new.total() == 0
        or (lost.total() == new.total() and _are_misspelt(list(lost.elements()), list(new.elements())))
    )


def _are_misspelt(lost: list[str], new: list[str]) -> bool:
    return all(any(_is_misspelt(word, other) for other in new) for word in lost)


def _is_misspelt(word: str, other: str) -> bool:
    """True if two words of five letters or more are one edit apart, but begin with the same letter.

    An edit adds, drops or replaces a letter, or swaps two neighbours.
    """
    if min(len(word), len(other)) < _SHORTEST or word[0] != other[0] or abs(len(word) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    rest, others = word[same:], other[same:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[1:2] + rest[:1] == others[:2] and rest[2:] == others[2:])
    )
