"""Reference distance (Liang et al. 2015): a statistic of which concept the text about another one refers to."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from graph.concepts.extract import Terms
from graph.prerequisites.signs import Passage


def reference_distance(terms: Terms, about: Sequence[Passage], pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """RefD in [-1, 1] for pairs of concepts: positive if the concepts around the second refer to the first more than the other way round.

    The reference of one concept to another is the share of the units about it that mention the other. The concepts around it are those that
    it refers to most by tf-idf, including itself.
    """
    size = len(terms.terms)
    refers: list[dict[int, float]] = [defaultdict(float) for _ in range(size)]
    length = [0.0] * size
    for here, passage in zip(terms.mentions, about, strict=True):
        for subject, weight, _ in passage.subjects:
            if weight < 0.5:
                continue
            length[subject] += weight
            for concept in {mention.concept for mention in here} - {subject}:
                refers[subject][concept] += weight
    total = sum(terms.spread) + 1
    related: list[dict[int, float]] = []
    for concept in range(size):
        found = {other: count * math.log(total / (1 + terms.spread[other])) for other, count in refers[concept].items()}
        top = dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:20])
        top[concept] = max(top.values(), default=1.0) * 1.5
        related.append(top)
    share = [
        {other: min(1.0, 4 * count / length[concept]) for other, count in refers[concept].items()} if length[concept] else {}
        for concept in range(size)
    ]
    whole = [sum(found.values()) for found in related]
    distance = {}
    for one, two in pairs:
        if length[one] and length[two]:
            distance[(one, two)] = _refers(related[two], share, one, whole[two]) - _refers(related[one], share, two, whole[one])
    return distance


def _refers(related: dict[int, float], share: Sequence[dict[int, float]], target: int, whole: float) -> float:
    return sum(weight * share[other].get(target, 0.0) for other, weight in related.items()) / whole if whole else 0.0
