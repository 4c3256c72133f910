"""Finding the names of concepts in running text: one pass, longest match, linear in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.units import Corpus, Token
from graph.words import is_namelike, key

_INDEFINITE = frozenset({"a", "an", "another", "any", "one"})
_PLAIN = frozenset({"", " ", "-"})
_BEGINNINGS = (1, 2, 3, 4, 8)  # how many letters of a name decide early that nothing begins here
_JOINT = re.compile(r"[\s\-–'’/_*`]*")


@dataclass(frozen=True, slots=True)
class Mention:
    """Concept number `concept` stands at `start`:`end` of unit number `unit`."""

    unit: int
    concept: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names by key. Hyphens, spaces, plural and case do not matter (`K-means` is found in `kmeans`), except that an abbreviation of up to
    five letters must bear its capitals: `MAP` is not found in `map`, nor `ReAct` in `react`.
    `local` ways to say a name hold in one document, and not behind "a". What a document spells an abbreviation out as is `meant` there.
    """

    names: Mapping[str, int]
    capital: frozenset[str]
    starts: frozenset[str]
    longest: int
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
        starts = frozenset(folded[:size] for folded in found for size in _BEGINNINGS)
        return cls(found, frozenset(strict - loose), starts, 7)

    def with_local(self, local: Mapping[tuple[int, str], int]) -> Lexicon:
        """The same with ways to say a name that hold in one document."""
        return replace(self, local=local, starts=self.starts | {word[:size] for _, word in local for size in _BEGINNINGS})

    def find(self, text: str, tokens: tuple[Token, ...], document: int = -1) -> list[tuple[int, int, int]]:
        """(concept, start, end) of every name in a text, left to right, without overlaps."""
        found: list[tuple[int, int, int]] = []
        at, count = 0, len(tokens)
        while at < count:
            norm = tokens[at].norm
            if norm[:4] not in self.starts:
                at += 1
                continue
            joined, best = "", None
            for last in range(at, min(at + self.longest, count)):
                gap = text[tokens[last - 1].end : tokens[last].start] if last > at else ""
                if gap not in _PLAIN and not _JOINT.fullmatch(gap):
                    break
                joined += tokens[last].norm
                if last > at and len(joined) >= 8 and joined[:8] not in self.starts:
                    break
                concept = self.names.get(joined)
                if self.meant and concept is not None:
                    concept = self.meant.get((document, joined), concept)
                if concept is None and self.local and (at == 0 or tokens[at - 1].norm not in _INDEFINITE):
                    concept = self.local.get((document, joined))
                if concept is not None and (joined not in self.capital or self._is_capital(text[tokens[at].start : tokens[last].end])):
                    best = (concept, last)
            if best is None:
                at += 1
                continue
            found.append((best[0], tokens[at].start, tokens[best[1]].end))
            at = best[1] + 1
        return found

    @staticmethod
    def _is_capital(surface: str) -> bool:
        upper = sum(sign.isupper() for sign in surface)
        return upper >= 2 or (upper == 1 and sum(sign.isalpha() for sign in surface) == 1)


def find_mentions(corpus: Corpus, lexicon: Lexicon) -> tuple[tuple[Mention, ...], ...]:
    """The mentions in every unit of the corpus, headings included."""
    return tuple(
        tuple(Mention(number, concept, start, end) for concept, start, end in lexicon.find(unit.text, unit.tokens, unit.document))
        for number, unit in enumerate(corpus.units)
    )
