"""Passages that say the same: copied notes, versions of a file, a page saved twice. Of each only the best ranked is worth a place.

Two passages are copies if their words are the same, or nearly: word shingles alike (Broder 1997), and nothing else said. A number, a sign,
a negation or a letter of a formula that only one of them has makes another passage, and so does a word in another's place, unless one is
a slip of the pen of the other. Words may be added. Code, tables and formulas are copies only to the letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.model import Chunk, Kind, Span
from ingest.structure.lines import LIST_MARK
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS, stem

_WIDTH = 3
_ALIKE = 0.8
"""The least Jaccard index of two passages' shingles."""
_PERHAPS = 0.6
"""The least share of the words of the one with more, for two passages to be read closely."""
_LONG = 25
"""Words from which on a passage says itself what it is about; a shorter one needs its heading for that."""
_LOOKED_AT = 2
"""How many times as many passages are compared as are wanted, for the copies of a passage stand close to it, not always next."""
_SHORTEST = 5
_LITERAL = frozenset({Kind.CODE, Kind.TABLE, Kind.FORMULA})
_NEGATIONS = frozenset("no not never without neither nor none cannot hardly barely only".split())
_WORD = re.compile(r"[^\W_]{2,}")
_MARKS = re.compile(rf"^\s*(?:(?:[>*+#|-]+|{LIST_MARK})\s+)+", re.MULTILINE)
"""What stands in front of the text of a line: marks of quotes, headings, tables and list items."""
_TOKEN = re.compile(r"(?<!\w)-?\d+(?:[.,]\d+)*(?!\w)|[^\W_]+(?:'[a-z]+)?|!=|[=<>+/^%~]")

Ranked = tuple[Chunk, tuple[Chunk, ...]]
"""A chunk, and the copies of it that rank lower."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A passage as it is compared. `literal` is its text where every letter counts, `firm` are the tokens that a copy must have too."""

    heading: tuple[str, ...]
    words: tuple[str, ...]
    shingles: frozenset[tuple[str, ...]]
    firm: tuple[str, ...]
    literal: str | None

    @staticmethod
    def of(chunk: Chunk) -> _Reading:
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
    """A passage that is read closely only where another has about the same words: that costs thirty times as much."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        self._bag = frozenset(_WORD.findall(chunk.text.lower()))

    @cached_property
    def _reading(self) -> _Reading:
        return _Reading.of(self.chunk)

    def says_the_same_as(self, other: _Passage) -> bool:
        shared = len(self._bag & other._bag)
        is_alike = shared >= _PERHAPS * max(len(self._bag), len(other._bag))
        return is_alike and self._reading.says_the_same_as(other._reading)


def is_copy(one: Chunk, other: Chunk) -> bool:
    """Whether two passages say the same, in the sense of this module."""
    return _Passage(one).says_the_same_as(_Passage(other))


def same_words(text: str, copy: Chunk) -> Span | None:
    """Where a copy has the words of a text, in one unit or in several that follow one another; None where it has not these."""
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
    """The first k chunks of a ranking, best first, that are no copies of those before them, each with its copies.

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
    """Words, numbers and signs, in plain spelling; single letters keep their case, for they may be of a formula."""
    found = _TOKEN.findall(fold(_MARKS.sub("", text)))
    return tuple(word.lower() if len(word) > 1 or word == "A" else word for word in found)


def _is_firm(word: str) -> bool:
    return not word.isalpha() or (len(word) == 1 and word not in "aI") or word in _NEGATIONS


def _adds_only(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether no word stands in another's place: words of content differ on one side only, slips of the pen aside."""
    counts, others = (Counter(stem(word) for word in words if word not in STOP_WORDS) for words in (one, other))
    lost, new = counts - others, others - counts
    return lost.total() == 0 or new.total() == 0 or (lost.total() == new.total() and _slips(list(lost.elements()), list(new.elements())))


def _slips(lost: list[str], new: list[str]) -> bool:
    return all(any(_is_slip(word, other) for other in new) for word in lost)


def _is_slip(word: str, other: str) -> bool:
    """Whether two words of five letters or more are one edit apart, after the first letter: one more, one less, another, or two swapped."""
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
