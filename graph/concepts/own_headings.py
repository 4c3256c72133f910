"""An abbreviation that has headings of its own which have nothing to do with what it is spelled out as elsewhere: two things.

"MAP" heads sections about an estimate of parameters, and a list of metrics says "mean average precision (MAP)". What stands under the
headings is never spelled out, so only its distance from the other tells.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from graph.concepts.homonyms import telling
from graph.text.normal import is_acronym, words
from graph.text.units import Corpus, Place, upwards

_LEAST_HEADINGS = 2
_LEAST_WORDS = 12  # different telling words under the headings
_LEAST_BESIDE = 8  # and where it is spelled out: none of them may stand in both


class OwnHeadings:
    """Where abbreviations have headings of their own, found once for a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._titled: dict[str, list[Place]] = defaultdict(list)
        for number, document in enumerate(corpus.documents):
            for index, section in enumerate(document.sections):
                for short in {word for word in section.title.replace("(", " ").replace(")", " ").split() if is_acronym(word)}:
                    self._titled["".join(words(short))].append((number, index))
        self._units: dict[Place, list[int]] = {}

    def are_apart(self, short: str, long: Sequence[str]) -> bool:
        """Whether the headings with the abbreviation of this key are about something else than what these words name."""
        return bool(self.places(short, long))

    def places(self, short: str, long: Sequence[str]) -> frozenset[Place]:
        """The sections that spell the abbreviation out as these words, where it is something else under its headings; none if it is not."""
        headed = [place for place in self._titled.get(short, ()) if not {*long} <= {*words(self._title(place))}]
        if len(headed) < _LEAST_HEADINGS:
            return frozenset()
        spelled = frozenset(self._spelled(long))
        under = [number for place in headed for number in self._below(place)]
        if not spelled or any(above in headed for place in spelled for above in upwards(self._corpus, place)):
            return frozenset()
        treated = telling(self._corpus, under, {short})
        beside = telling(self._corpus, [number for place in spelled for number in self._below(place)], {short})
        return spelled if not treated & beside and len(treated) >= _LEAST_WORDS and len(beside) >= _LEAST_BESIDE else frozenset()

    def _title(self, place: Place) -> str:
        return self._corpus.documents[place[0]].sections[place[1]].title

    def _spelled(self, long: Sequence[str]) -> Iterator[Place]:
        size, wanted = len(long), tuple(long)
        for unit in (self._corpus.units[number] for number in self._holding.get(wanted[0], ())):
            norms = unit.tokens.norms
            if any(norms[at : at + size] == wanted for at in range(len(norms) - size + 1)):
                yield unit.document, unit.section

    @cached_property
    def _holding(self) -> Mapping[str, array[int]]:
        """The units that hold a word."""
        found: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, unit in enumerate(self._corpus.units):
            for word in frozenset(unit.tokens.norms):
                found[word].append(number)
        return found

    def _below(self, place: Place) -> Sequence[int]:
        if not self._units:
            found: Mapping[Place, list[int]] = defaultdict(list)
            for number, unit in enumerate(self._corpus.units):
                if unit.position >= 0:
                    found[unit.document, unit.section].append(number)
            self._units.update(found)
        return self._units.get(place, ())
