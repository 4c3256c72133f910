"""The places to read about a concept, and the time for them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

from graph.model.columns import SECTION
from graph.model.values import ATLAS, COURSE, Concept, Place
from ingest.model import Kind, Part

if TYPE_CHECKING:
    from graph.text.units import Corpus

WORDS_A_MINUTE = 200
MINUTES_A_FORMULA = 0.5
_MOST_READING = 3


def reading(concept: Concept) -> tuple[Place, ...]:
    """The best places to read, whole sections before single sentences, without overlaps inside a document.

    A lesson of the starter course is included only if the documents have no section on the concept.
    """
    chosen: list[Place] = []
    own = [place for place in (concept.definition, *concept.mentioned[:1]) if place and not place.document.startswith(ATLAS)]
    about = sorted(concept.about, key=lambda place: (place.weight < SECTION, -place.weight))
    if any(place.weight >= SECTION and not place.document.startswith(COURSE) for place in about):
        about = [place for place in about if not place.document.startswith(COURSE)]
    for place in about or own[:1]:
        if not any(place.document == other.document and place.span.overlaps(other.span) for other in chosen):
            chosen.append(place)
        if len(chosen) == _MOST_READING:
            break
    return tuple(chosen)


class ReadingTimes:
    """The reading time of lines of a corpus: words at reading speed, and half a minute per formula."""

    def __init__(self, corpus: Corpus) -> None:
        units: dict[tuple[str, Part | None], list[tuple[int, float]]] = defaultdict(list)
        for unit in corpus.units:
            time = len(unit.tokens) / WORDS_A_MINUTE + (MINUTES_A_FORMULA if unit.kind is Kind.FORMULA else 0.0)
            units[(corpus.documents[unit.document].name, unit.span.part)].append((unit.span.first, time))
        self._lines: dict[tuple[str, Part | None], list[int]] = {}
        self._sums: dict[tuple[str, Part | None], list[float]] = {}
        for where, timed in units.items():
            timed.sort()
            self._lines[where] = [line for line, _ in timed]
            self._sums[where] = list(accumulate((time for _, time in timed), initial=0.0))

    def minutes(self, places: Iterable[Place]) -> float | None:
        """Whole minutes for all the places, at least two, since nothing is learned in less; None without places."""
        total = 0.0
        for place in places:
            where = (place.document, place.span.part)
            lines, sums = self._lines.get(where, []), self._sums.get(where, [0.0])
            total += sums[bisect_right(lines, place.span.last)] - sums[bisect_left(lines, place.span.first)]
        return float(max(2, math.ceil(total - 1e-9))) if total else None
