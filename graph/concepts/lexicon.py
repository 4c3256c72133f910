"""Finding the names of concepts in running text: one pass, longest match, linear in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import compress

from graph.text.normal import is_namelike, key
from graph.text.units import Corpus, Tokens, Unit
from ingest.language.language import Language

_INDEFINITE = frozenset(Language.load("en").groups("name_words")["indefinite"])
_PLAIN = frozenset({"", " ", "-"})
_BEGINNING = 12  # how many letters of a name decide early that nothing begins here
EVERYWHERE = -2
"""In place of a document: a way to say a name that holds in all of them."""
_LONGEST = 7  # words
_JOINT = re.compile(r"[\s\-–'’/_*`]*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Concept number `concept` stands at `start`:`end` of unit number `unit`."""

    unit: int
    concept: int
    start: int
    end: int


class _Beginnings(dict[str, bool]):
    """Whether any name begins with a word. It is found out once a word, for a text has many more words than different ones."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = sorted(names)

    def __missing__(self, word: str) -> bool:
        at = bisect_left(self.names, word)
        found = at < len(self.names) and self.names[at].startswith(word)
        self[word] = found
        return found


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names by key. Hyphens, spaces, plural and case do not matter (`K-means` is found in `kmeans`), except that an abbreviation of up to
    five letters must bear its capitals: `MAP` is not found in `map`, nor `ReAct` in `react`.
    `local` ways to say a name hold in one document, or everywhere, and not behind "a". What a document spells an abbreviation out as is
    `meant` there.
    """

    names: Mapping[str, int]
    capital: frozenset[str]
    begins: _Beginnings
    starts: frozenset[str]
    local: Mapping[tuple[int, str], int] = field(default_factory=dict)
    meant: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def build(cls, names: Iterable[tuple[str, int]]) -> Lexicon:
        """A lexicon of (name, concept number) pairs; the first to claim a key keeps it."""
        found: dict[str, int] = {}
        loose: set[str] = set()
        strict: set[str] = set()
        for name, concept in names:
            folded = key(name)
            if not folded:
                continue
            found.setdefault(folded, concept)
            (strict if is_namelike(name) and len(folded) <= 5 else loose).add(folded)
        return cls(found, frozenset(strict - loose), _Beginnings(found), _beginnings(found))

    def with_local(self, local: Mapping[tuple[int, str], int]) -> Lexicon:
        """The same with ways to say a name that hold in one document."""
        ways = {word for _, word in local}
        return replace(self, local=local, begins=_Beginnings({*self.names, *ways}), starts=self.starts | _beginnings(ways))

    def find(self, text: str, tokens: Tokens, document: int = -1) -> list[tuple[int, int, int]]:
        """(concept, start, end) of every name in a text, left to right, without overlaps."""
        found: list[tuple[int, int, int]] = []
        norms, places = tokens.norms, tokens.offsets
        free, count, starts = 0, len(norms), self.starts
        for at in compress(range(count), map(self.begins.__getitem__, norms)):
            if at < free:
                continue
            joined, best = norms[at], None
            for last in range(at, at + _LONGEST if at + _LONGEST < count else count):
                if last > at:
                    joined += norms[last]
                    if joined[:_BEGINNING] not in starts:
                        break
                    gap = text[places[2 * last - 1] : places[2 * last]]
                    if gap not in _PLAIN and not _JOINT.fullmatch(gap):
                        break
                concept = self.names.get(joined)
                if self.meant and concept is not None:
                    concept = self.meant.get((document, joined), concept)
                if concept is None and self.local and (at == 0 or norms[at - 1] not in _INDEFINITE):
                    concept = self.local.get((document, joined), self.local.get((EVERYWHERE, joined)) if document >= 0 else None)
                if concept is not None and (joined not in self.capital or self._is_capital(text[places[2 * at] : places[2 * last + 1]])):
                    best = (concept, last)
            if best is not None:
                found.append((best[0], places[2 * at], places[2 * best[1] + 1]))
                free = best[1] + 1
        return found

    @staticmethod
    def _is_capital(surface: str) -> bool:
        upper = sum(sign.isupper() for sign in surface)
        return upper >= 2 or (upper == 1 and sum(sign.isalpha() for sign in surface) == 1)


def _beginnings(names: Iterable[str]) -> frozenset[str]:
    """The first letters of names, as many as decide early."""
    return frozenset(name[:length] for name in names for length in range(1, _BEGINNING + 1))


Mentions = tuple[tuple[Mention, ...], ...]
"""Of every unit of a corpus."""


def find_mentions(corpus: Corpus, lexicon: Lexicon) -> Mentions:
    """The mentions in every unit of the corpus, headings included."""
    return tuple(_in_unit(number, unit, lexicon) for number, unit in enumerate(corpus.units))


def find_local(corpus: Corpus, lexicon: Lexicon, mentions: Mentions) -> Mentions:
    """The mentions that an earlier pass found, and anew those of the documents with ways of their own to say a name."""
    documents = {document for document, _ in lexicon.local}
    return tuple(
        _in_unit(number, unit, lexicon) if EVERYWHERE in documents or unit.document in documents else here
        for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True))
    )


def _in_unit(number: int, unit: Unit, lexicon: Lexicon) -> tuple[Mention, ...]:
    return tuple([Mention(number, concept, start, end) for concept, start, end in lexicon.find(unit.text, unit.tokens, unit.document)])
