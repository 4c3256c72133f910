"""A graph as columns of numbers and names, for walking and searching it without reading any quotes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.model.values import Concept

REQUIRED, BY_COURSE, IN_DEFINITION, BY_USER, BY_MODEL, BY_ATLAS, LISTED = 1, 2, 4, 8, 16, 32, 64  # the flags of an edge
AUTHORED = BY_COURSE | BY_ATLAS
"""LISTED edges are requirements of the atlas; other edges BY_ATLAS go to concepts that an entry merely names among those before it."""

SECTION = 0.7  # places of this weight are whole sections or answers about a concept; others are single sentences
_OWN = 0.81  # the least weight of a section or question that is about the concept itself rather than about kinds or uses of it
TREATED = 0.5  # the least weight of a concept with a definition or a section of its own: there is something to learn it from
_WORTHLESS = 0.25  # the factor on the weight of a concept that should not be a step
_UNTREATED = 0.25, 0.45  # the weights of a concept with neither: mentioned little or much in passing


@dataclass(frozen=True, slots=True)
class Outline:
    """Concepts and edges by their numbers.

    `labels` are the concepts' names as shown, `names` holds the normal forms of all their names; `weight` in (0, 1] says how much each
    concept deserves to be a step; `minutes` is nan where the time is unknown. `before`, `after`, `confidence` and `flags` have one entry
    per edge, in the order of the graph's prerequisites; `related` holds the two numbers of each related pair, in order.
    """

    ids: Sequence[str]
    labels: Sequence[str]
    names: Sequence[Sequence[str]]
    importance: Sequence[float]
    weight: Sequence[float]
    minutes: Sequence[float]
    before: Sequence[int]
    after: Sequence[int]
    confidence: Sequence[float]
    flags: Sequence[int]
    related: Sequence[Sequence[int]] = ()
    _cache: dict[str, list[list[int]]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _named: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _numbers: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _shares: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    def shares(self) -> list[float]:
        """For each concept the share of the atlas that builds on it, directly or not. Computed on first use."""
        if not self._shares:
            behind = [0] * len(self.ids)
            count = 0
            for number in reversed(self.topological()):
                into = [edge for edge in self.into(number) if self.flags[edge] & BY_ATLAS]
                count += bool(into)
                for edge in into:
                    behind[self.before[edge]] |= behind[number] | (1 << number)
            self._shares[:] = [needing.bit_count() / max(1, count) for needing in behind]
        return self._shares

    def knowing(self, shares: Sequence[float]) -> Outline:
        """This outline with shares that were computed before."""
        self._shares[:] = shares
        return self

    def number(self, concept: str) -> int:
        """The number of a concept id. Raises KeyError."""
        if not self._numbers:
            self._numbers.update((name, number) for number, name in enumerate(self.ids))
        return self._numbers[concept]

    def named(self, words: Sequence[str]) -> list[int]:
        """The concepts with a name of these words in normal form, wherever the blanks are."""
        spaced, joined = " ".join(words), "".join(words)
        if self._named:
            found = sorted({*self._named.get(spaced, ()), *self._named.get(joined, ())})
        else:
            found = [number for number, names in enumerate(self.names) if spaced in names or joined in names]
        first = joined[:1]
        parted = (  # a name in one word was found above
            number
            for number, names in enumerate(self.names)
            for name in names
            if name[:1] == first and " " in name and name.replace(" ", "") == joined
        )
        return found or list(dict.fromkeys(parted))

    def index_names(self) -> None:
        """Build an index of names for repeated lookups."""
        for number, names in enumerate(self.names):
            for name in names:
                self._named.setdefault(name, []).append(number)

    def own(self) -> list[int]:
        """The concepts of the user's documents, without those that only the atlas has."""
        return [number for number, importance in enumerate(self.importance) if importance > 0]

    def into(self, number: int) -> list[int]:
        """The edges that lead into a concept."""
        return (self._cache.get("into") or self._by(self.after, "into"))[number]

    def out_of(self, number: int) -> list[int]:
        """The edges that lead out of a concept."""
        return (self._cache.get("out of") or self._by(self.before, "out of"))[number]

    def sorted_into(self, number: int) -> list[int]:
        """The same as `into`, by descending confidence."""
        return sorted(self.into(number), key=lambda edge: (-self.confidence[edge], self.ids[self.before[edge]]))

    def sorted_out_of(self, number: int) -> list[int]:
        """The same as `out_of`, by descending confidence."""
        return sorted(self.out_of(number), key=lambda edge: (-self.confidence[edge], self.ids[self.after[edge]]))

    def behind(self, starts: Sequence[int], without: frozenset[int] = frozenset()) -> Iterator[int]:
        """The starts and everything that they need, directly or not, nearest first. Concepts in `without` are not passed through."""
        seen = {start for start in starts if start not in without}
        queue = list(seen)
        into, before = self._by(self.after, "into"), self.before
        for number in queue:
            yield number
            for edge in into[number]:
                found = before[edge]
                if found not in seen and found not in without:
                    seen.add(found)
                    queue.append(found)

    def topological(self) -> list[int]:
        """All concepts, each after everything that it needs. Concepts in a cycle, and what needs them, are left out."""
        missing = [len(edges) for edges in self._by(self.after, "into")]
        out_of, after = self._by(self.before, "out of"), self.after
        order = [number for number, count in enumerate(missing) if count == 0]
        for number in order:
            for edge in out_of[number]:
                missing[after[edge]] -= 1
                if missing[after[edge]] == 0:
                    order.append(after[edge])
        return order

    def _by(self, ends: Sequence[int], name: str) -> list[list[int]]:
        found = self._cache.get(name)
        if found is None:
            self._cache[name] = found = [[] for _ in self.ids]
            for edge, number in enumerate(ends):
                found[number].append(edge)
        return found


def weight(concept: Concept) -> float:
    """How much a concept deserves to be a step, in (0, 1]: less if it has little text of its own, or a low probability of being worth a
    step."""
    return _by_text(concept) * min(1.0, _WORTHLESS + concept.worth)


def _by_text(concept: Concept) -> float:
    """The weight of a concept by the amount of text about it, in [0.25, 1]."""
    treated = sum(place.weight if place.weight >= SECTION else place.weight / 4 for place in concept.about)
    share = min(1.0, math.log1p(treated) / 1.2)
    if concept.definition is not None or any(place.weight >= _OWN for place in concept.about):
        return TREATED + (1 - TREATED) * share
    least, most = _UNTREATED
    return least + (most - least) * share
