"""Find gaps in the user's notes: concepts that others build on, and that no note covers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from graph.model.columns import BY_ATLAS, Outline
from graph.model.lazy import read_ahead, read_named
from graph.model.values import COURSE, Concept, Graph, Place
from graph.queries.needs import SCHOOL, advanced_of, ancestry_of
from graph.queries.paths import Reason
from graph.queries.resolve import find_concept
from graph.text.normal import key

_MOST_REASONS = 3
_FURTHER = 0.5  # the share of the need for a missing concept that is passed on to its prerequisites


@dataclass(frozen=True, slots=True)
class Gap:
    """A concept that the notes do not cover.

    `because` has concepts that build on it with the prerequisite, those that need it most first; `needed_by` counts the user's concepts, or
    the steps to the target, that build on it, directly or not. `lesson` is the lesson of the starter course, if any.
    """

    concept: Concept
    because: tuple[Reason, ...]
    needed_by: int
    lesson: Place | None


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps, most needed first: on the way to `targets`, or without targets for all concepts in the notes.

    `is_known` is true if the atlas says what a concept of the notes builds on. If it says nothing, finding no gap means nothing.
    """

    targets: tuple[str, ...]
    found: tuple[Gap, ...]
    is_known: bool = True
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)


def find_gaps(graph: Graph, target: str | Sequence[str] = (), *, known: Iterable[str] = ()) -> Gaps:
    """The gaps of the notes on the way to a target, or, without one, among everything that their concepts build on. Raises
    UnknownConcept."""
    outline = graph.outline
    goals = _numbers(graph, [target] if isinstance(target, str) else target)
    closed = frozenset(_numbers(graph, known)).difference(goals)
    own = set(outline.own())
    reached = list(outline.behind(goals or sorted(own - closed), closed))
    needed = _needed(outline, goals, reached, own, closed)
    behind = _behind(outline, set(reached), own if not goals else set(reached))
    lacking = [number for number in reached if number not in own]
    shares = outline.shares()

    def rank(number: int) -> tuple[bool, float, str]:
        many = 1.0 if goals else math.log1p(behind[number])  # on the way to a target the nearest come first
        return shares[number] >= SCHOOL, -needed.get(number, 0.0) * many, outline.ids[number]

    lacking.sort(key=rank)
    reasons = {number: _reasons(outline, number, set(reached), own, needed) for number in lacking}
    read_named(graph.concepts, (outline.ids[number] for number in lacking))
    read_ahead(graph.prerequisites, (edge for edges in reasons.values() for edge in edges))
    found = []
    for number in lacking:
        concept = graph.concepts[outline.ids[number]]
        because = tuple(Reason(outline.ids[outline.after[edge]], graph.prerequisites[edge]) for edge in reasons[number])
        lesson = next((place for place in concept.about if place.document.startswith(COURSE)), None)
        found.append(Gap(concept, because, behind[number], lesson))
    is_known = any(outline.flags[edge] & BY_ATLAS for number in own.intersection(reached) for edge in outline.into(number))
    return Gaps(tuple(outline.ids[goal] for goal in goals), tuple(found), is_known, graph)


def missing_requirements(graph: Graph) -> list[tuple[str, int]]:
    """The names that notes require and that no concept of the graph has, each with the number of notes."""
    wanted = Counter(note.required for note in graph.notes if note.required)
    names = {key(name) for all_names in graph.outline.names for name in all_names} if wanted else set()
    return [(name, count) for name, count in sorted(wanted.items()) if key(name) not in names]


def _numbers(graph: Graph, names: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(graph.outline.number(find_concept(graph, name)[0]) for name in names))


def _needed(outline: Outline, goals: Sequence[int], reached: Sequence[int], own: set[int], closed: frozenset[int]) -> dict[int, float]:
    """How much each concept is needed: by the goals, or by all of the user's own concepts together. Basic concepts are needed less."""
    if goals:
        ancestry = ancestry_of(outline, goals, closed)
        return {number: ancestry.worth(number) for number in ancestry.need}
    advanced = advanced_of(outline)
    among = set(reached)
    flow = {number: float(number in own) for number in among}
    for number in reversed(outline.topological()):
        if number in among:
            for edge in outline.into(number):
                before = outline.before[edge]
                if before in among and before not in own:
                    flow[before] += flow[number] * outline.confidence[edge] * (1.0 if number in own else _FURTHER)
    return {number: value * advanced[number] for number, value in flow.items()}


def _behind(outline: Outline, among: set[int], counted: set[int]) -> dict[int, int]:
    """How many of the `counted` concepts build on each concept, directly or not."""
    bits = dict.fromkeys(among, 0)
    for number in reversed(outline.topological()):
        if number in among:
            for edge in outline.into(number):
                if outline.before[edge] in among:
                    bits[outline.before[edge]] |= bits[number] | ((1 << number) if number in counted else 0)
    return {number: found.bit_count() for number, found in bits.items()}


def _reasons(outline: Outline, number: int, among: set[int], own: set[int], needed: dict[int, float]) -> list[int]:
    """The edges to the concepts that build on one: the user's own first, then what is needed most."""
    edges = [edge for edge in outline.sorted_out_of(number) if outline.after[edge] in among]
    edges.sort(key=lambda edge: (outline.after[edge] not in own, -needed.get(outline.after[edge], 0.0)))
    return edges[:_MOST_REASONS]
