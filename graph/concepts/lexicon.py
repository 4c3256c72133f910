"""Find the names of concepts in a text: one pass, the longest match, linear in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

from graph.text.normal import STOP, is_namelike, key, words
from graph.text.units import Corpus, Tokens, Unit
from ingest.language.language import Language

EVERYWHERE = -2
"""In place of a document number: a short form that holds in all documents."""
_INDEFINITE = frozenset(Language.load("en").groups("name_words")["indefinite"])
_PLAIN = frozenset({"", " ", "-"})
_JOINT = re.compile(r"[\s\-–'’/_*`]*")
_BEGINNING = 12  # names are indexed by this many first letters, so that most texts are rejected early
_LONGEST = 7  # words of a name
_LONGEST_SHOWN = 5  # the most words of a name in a text that was not mined
_CAPITALS = 5  # abbreviations of up to this many letters must have their capitals


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of concept number `concept` at `start`:`end` of unit number `unit`."""

    unit: int
    concept: int
    start: int
    end: int


Mentions = tuple[tuple[Mention, ...], ...]
"""The mentions in every unit of a corpus, in the order of the text."""


class _Beginnings(dict[str, bool]):
    """True for a word with which any name begins. Each word is looked up once: a text has many more words than different ones."""

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
    """Concept numbers by the keys of their names.

    Hyphens, spaces, plural and case do not matter (`K-means` is found in `kmeans`), but an abbreviation of up to five letters must have its
    capitals: `MAP` is not found in `map`, nor `ReAct` in `react`. The short forms of a name are `local`: they are valid in one document, or
    `EVERYWHERE`, but not after an indefinite article. `meant` has the abbreviations to which a document gives its own meaning.
    """

    names: Mapping[str, int]
    capital: frozenset[str]
    begins: _Beginnings
    starts: frozenset[str]
    local: Mapping[tuple[int, str], int] = field(default_factory=dict)
    meant: Mapping[tuple[int, str], int] = field(default_factory=dict)

    @classmethod
    def build(cls, names: Iterable[tuple[str, int]]) -> Lexicon:
        """A lexicon of pairs (name, concept number). The first name with a key keeps it."""
        found: dict[str, int] = {}
        loose: set[str] = set()
        strict: set[str] = set()
        for name, concept in names:
            folded = key(name)
            if not folded:
                continue
            found.setdefault(folded, concept)
            (strict if is_namelike(name) and len(folded) <= _CAPITALS else loose).add(folded)
        return cls(found, frozenset(strict - loose), _Beginnings(found), _beginnings(found))

    def with_local(self, local: Mapping[tuple[int, str], int]) -> Lexicon:
        """The same lexicon with these short forms, by document and key."""
        forms = {form for _, form in local}
        return replace(self, local=local, begins=_Beginnings({*self.names, *forms}), starts=self.starts | _beginnings(forms))

    def find(self, text: str, tokens: Tokens, document: int = -1) -> list[tuple[int, int, int]]:
        """(concept, start, end) of every name in a text, left to right, without overlaps. Short forms need the number of the document."""
        found: list[tuple[int, int, int]] = []
        norms, offsets = tokens.norms, tokens.offsets
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
                    gap = text[offsets[2 * last - 1] : offsets[2 * last]]
                    if gap not in _PLAIN and not _JOINT.fullmatch(gap):
                        break
                concept = self._concept(joined, document, norms[at - 1] if at else "")
                if concept is not None and (joined not in self.capital or _is_capital(text[offsets[2 * at] : offsets[2 * last + 1]])):
                    best = (concept, last)
            if best is not None:
                found.append((best[0], offsets[2 * at], offsets[2 * best[1] + 1]))
                free = best[1] + 1
        return found

    def _concept(self, folded: str, document: int, before: str) -> int | None:
        """The concept that a key means in a document, after the word `before`."""
        concept = self.names.get(folded)
        if concept is not None:
            return self.meant.get((document, folded), concept) if self.meant else concept
        if not self.local or before in _INDEFINITE:
            return None
        everywhere = self.local.get((EVERYWHERE, folded)) if document >= 0 else None
        return self.local.get((document, folded), everywhere)


def _is_capital(text: str) -> bool:
    upper = sum(sign.isupper() for sign in text)
    return upper >= 2 or (upper == 1 and sum(sign.isalpha() for sign in text) == 1)


def _beginnings(names: Iterable[str]) -> frozenset[str]:
    """The first letters of names, of every length up to `_BEGINNING`."""
    return frozenset(name[:length] for name in names for length in range(1, _BEGINNING + 1))


def find_mentions(corpus: Corpus, lexicon: Lexicon) -> Mentions:
    """The mentions in every unit of the corpus, headings included."""
    return tuple(_in_unit(number, unit, lexicon) for number, unit in enumerate(corpus.units))


def find_local(corpus: Corpus, lexicon: Lexicon, mentions: Mentions) -> Mentions:
    """The mentions found so far, searched again in documents that have their own short forms."""
    documents = {document for document, _ in lexicon.local}
    return tuple(
        _in_unit(number, unit, lexicon) if EVERYWHERE in documents or unit.document in documents else here
        for number, (unit, here) in enumerate(zip(corpus.units, mentions, strict=True))
    )


def count_mentions(corpus: Corpus, mentions: Sequence[Sequence[Mention]], size: int) -> tuple[list[int], list[int]]:
    """For each of `size` concepts, how many running units and how many sections mention it."""
    units = [0] * size
    sections: list[set[tuple[int, int]]] = [set() for _ in range(size)]
    for unit, here in zip(corpus.units, mentions, strict=True):
        for concept in {mention.concept for mention in here}:
            sections[concept].add(unit.location)
            units[concept] += unit.position >= 0
    return units, [len(found) for found in sections]


def count_uses(corpus: Corpus, mentions: Sequence[Sequence[Mention]], size: int) -> list[tuple[int, int, int]]:
    """For each of `size` concepts, how many running units, sections and documents mention it."""
    units, sections = count_mentions(corpus, mentions, size)
    documents: list[set[int]] = [set() for _ in range(size)]
    for unit, here in zip(corpus.units, mentions, strict=True):
        for mention in here:
            documents[mention.concept].add(unit.document)
    return list(zip(units, sections, map(len, documents), strict=True))


def find_names(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    """The places (start, end) in a text of any of `names`, which are in normal form with blanks, in the order of the text.

    Of overlapping names the longest counts. `is` is not a name, but `IS` may be one.
    """
    places = [(match.start(), match.end(), words(match[0])) for match in re.finditer(r"[^\s?!,;()\"]+", text)]
    found: list[tuple[int, int]] = []
    for length in range(_LONGEST_SHOWN, 0, -1):
        for at in range(len(places) - length + 1):
            if " ".join([word for _, _, inside in places[at : at + length] for word in inside]) not in names:
                continue
            start, end = places[at][0], places[at + length - 1][1]
            name = text[start:end]
            is_function_word = name.lower() in STOP and not name.isupper()
            if not is_function_word and not any(start < b and a < end for a, b in found):
                found.append((start, end))
    return sorted(found)


def _in_unit(number: int, unit: Unit, lexicon: Lexicon) -> tuple[Mention, ...]:
    return tuple([Mention(number, concept, start, end) for concept, start, end in lexicon.find(unit.text, unit.tokens, unit.document)])
