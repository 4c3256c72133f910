"""The signs for one concept before another, and the subjects of every unit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.concepts.extract import Terms
from graph.concepts.titles import titled_notes
from graph.model.values import Signal
from graph.text.units import Corpus, Location, upwards
from ingest.model import SectionKind

_LABELS = 0.45  # the least weight of what a label names
_TITULAR = 0.6  # the least weight of what a title is about
_FADE, _FADE_BESIDE = 0.95, 0.6  # the factors on the weight of a section's subject one level below, and beside the concepts in a title
_LEAST = 0.3  # the least weight that is passed on
_COMPARES = re.compile(r"\b(?:vs\.?|versus|differ\w*|compar\w+|between)\b", re.IGNORECASE)
_UNSEEN = (0.0, 0)


@dataclass(slots=True)
class Signs:
    """The signs for "a before b": for each kind the strongest weight and the number of places, and the best units of evidence."""

    kinds: dict[Signal, tuple[float, int]] = field(default_factory=dict)
    units: list[tuple[float, Signal, int]] = field(default_factory=list)

    def add(self, signal: Signal, weight: float, unit: int) -> None:
        most, count = self.kinds.get(signal, _UNSEEN)
        seen = bool(self.units) and self.units[-1][1:] == (signal, unit)
        self.kinds[signal] = (max(weight, most), count if seen else count + 1)
        if not seen and len(self.units) < 12:
            self.units.append((weight, signal, unit))

    def weight(self, signal: Signal) -> float:
        return self.kinds.get(signal, _UNSEEN)[0]


Pairs = dict[tuple[int, int], Signs]


@dataclass(frozen=True, slots=True)
class Passage:
    """The concepts that a unit is about with their weights, and its position in the text about each (0 is the first sentence)."""

    subjects: tuple[tuple[int, float, int], ...]


_Inherited = dict[int, tuple[float, Location]]
"""Concepts that a section is about, each with its weight and the section whose title names it."""


def passages(corpus: Corpus, terms: Terms) -> tuple[Passage, ...]:
    """The subjects of every unit: from its section's title, else from the nearest section above that names a concept, else from the note's
    title."""
    inherited = _inherited(corpus, terms)
    seen: dict[tuple[int, Location], int] = defaultdict(int)
    found = []
    for unit in corpus.units:
        subjects = []
        for concept, (weight, origin) in inherited.get(unit.location, {}).items():
            subjects.append((concept, weight, seen[concept, origin]))
            if unit.position >= 0:
                seen[concept, origin] += 1
        found.append(Passage(tuple(subjects)))
    return tuple(found)


def _inherited(corpus: Corpus, terms: Terms) -> Mapping[Location, _Inherited]:
    """The subjects of every section, from its own title and those above."""
    found: dict[Location, _Inherited] = {
        (number, -1): {concept: (1.0, (number, -1))} for number, concept in titled_notes(corpus, terms.lexicon).items()
    }
    for number, document in enumerate(corpus.documents):
        for index in sorted(range(len(document.sections)), key=lambda index: len(list(upwards(corpus, (number, index))))):
            here = (number, index)
            found[here] = {concept: (weight, here) for concept, weight in terms.titles[here].items()}
            above = (number, corpus.parents[number][index])
            if above in found:
                for concept, subject in _passed_on(corpus, terms, here, found[above]).items():
                    found[here].setdefault(concept, subject)
    return found


def _passed_on(corpus: Corpus, terms: Terms, location: Location, above: _Inherited) -> _Inherited:
    """The subjects that a section inherits from the section around it."""
    own, sections = terms.titles[location], corpus.documents[location[0]].sections
    is_label = sections[location[1]].kind is SectionKind.LABEL
    if any(weight >= _TITULAR for weight in own.values()) and not is_label:
        return {}
    # Below a title that compares subjects, a label that names one of them is about that one.
    parent = corpus.parents[location[0]][location[1]]
    compares = parent >= 0 and _COMPARES.search(sections[parent].title) is not None
    if compares and any(weight >= _LABELS and concept in above for concept, weight in own.items()):
        return {}
    fade = _FADE if is_label or not own else _FADE_BESIDE
    return {concept: (weight * fade, origin) for concept, (weight, origin) in above.items() if weight * fade >= _LEAST}
