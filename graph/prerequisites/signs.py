"""What was seen for one concept before another, and what every unit is about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.concepts.extract import Terms
from graph.concepts.titles import titled_notes
from graph.model.values import Signal
from graph.text.units import Corpus
from ingest.model import SectionKind

_LABELS = 0.45
_COMPARES = re.compile(r"\b(?:vs\.?|versus|differ\w*|compar\w+|between)\b", re.IGNORECASE)
_UNSEEN = (0.0, 0)


@dataclass(slots=True)
class Signs:
    """What was seen for "a before b": of each kind the strongest weight and the number of places, and the units that show it best."""

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
    """The concepts a unit is about with their weight, and how far into the text about each it stands (0 is the first sentence)."""

    subjects: tuple[tuple[int, float, int], ...]


def passages(corpus: Corpus, terms: Terms) -> tuple[Passage, ...]:
    """What every unit is about: its section's title, else the nearest section above that names a concept, else the note's own title."""
    titles = terms.titles
    inherited: dict[tuple[int, int], dict[int, tuple[float, tuple[int, int]]]] = {
        (number, -1): {concept: (1.0, (number, -1))} for number, concept in titled_notes(corpus, terms.lexicon).items()
    }
    for number, document in enumerate(corpus.documents):
        for index in sorted(range(len(document.sections)), key=lambda i: _depth(corpus.parents[number], i)):
            own = titles[(number, index)]
            here = {concept: (weight, (number, index)) for concept, weight in own.items()}
            parent = corpus.parents[number][index]
            label = document.sections[index].kind is SectionKind.LABEL
            if (number, parent) in inherited and (not any(weight >= 0.6 for weight in own.values()) or label):
                fade = 0.95 if label or not own else 0.6
                # Below a title that compares subjects a label that names one of them is about that one.
                told = parent >= 0 and _COMPARES.search(document.sections[parent].title) is not None
                one = told and any(weight >= _LABELS and concept in inherited[(number, parent)] for concept, weight in own.items())
                for concept, (weight, origin) in inherited[(number, parent)].items():
                    if concept not in here and weight * fade >= 0.3 and not one:
                        here[concept] = (weight * fade, origin)
            inherited[(number, index)] = here
    seen: dict[tuple[int, tuple[int, int]], int] = defaultdict(int)
    found = []
    for unit in corpus.units:
        about = inherited.get((unit.document, unit.section), {})
        subjects = []
        for concept, (weight, origin) in about.items():
            subjects.append((concept, weight, seen[(concept, origin)]))
            if unit.position >= 0:
                seen[(concept, origin)] += 1
        found.append(Passage(tuple(subjects)))
    return tuple(found)


def _depth(parents: Sequence[int], index: int) -> int:
    depth = 0
    while parents[index] >= 0:
        index = parents[index]
        depth += 1
    return depth
