"""What to learn, in which order and why, to reach one or several concepts."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.model.columns import LISTED, REQUIRED, Outline
from graph.model.lazy import read_ahead, read_named
from graph.model.reading import reading
from graph.model.values import ATLAS, COURSE, Concept, Graph, Place, Prerequisite
from graph.queries.needs import Bounds, Needs, minutes_of
from graph.queries.resolve import find_concept

LIMIT = 15
BRIEF = 7


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step is there: `concept` is a step that it builds on, or, for a step that builds on none, the one it is needed for."""

    concept: str
    edge: Prerequisite


@dataclass(frozen=True, slots=True)
class Step:
    """One concept to learn, with its reasons, what to read (best first) and how long that takes.

    `assumes` holds the ids of what it directly requires that is neither a step nor known: it was folded.
    """

    concept: Concept
    because: tuple[Reason, ...]
    reading: tuple[Place, ...]
    minutes: float
    assumes: tuple[str, ...] = ()

    @property
    def is_gap(self) -> bool:
        """True if the user's own notes have nothing to read about it."""
        return all(place.document.startswith((ATLAS, COURSE)) for place in self.reading)


@dataclass(frozen=True, slots=True)
class LearningPath:
    """Steps in topological order with a target last.

    `folded` holds the ids of ancestors left out, most essential first; `unaffordable` those of them that only the time left out; `known`
    what was left out because the person knows it. `graph` is the graph that the path leads through.
    """

    target: str
    steps: tuple[Step, ...]
    folded: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    unaffordable: tuple[str, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)

    def name(self, concept: str) -> str:
        """The name of a concept by its id."""
        return self.graph.concepts[concept].name

    @property
    def minutes(self) -> float:
        """The time of all steps together."""
        return sum(step.minutes for step in self.steps)


def learning_path(
    graph: Graph,
    target: str | Sequence[str],
    limit: int | None = LIMIT,
    *,
    start: Iterable[str] = (),
    known: Iterable[str] = (),
    minutes: float | None = None,
) -> LearningPath:
    """The path to the concept or concepts called `target`, of at most `limit` steps (None: no limit; the targets are always steps).

    It takes the ancestors that matter most: by the confidence along the best chain to a target, the length of that chain, and how much the
    documents say of them; with `minutes` only while their time fits. It leaves out what the person knows (the concepts `known`, and each
    `start` with everything before it) and what only these need. Raises `UnknownConcept`.
    """
    named = [find_concept(graph, name) for name in ([target] if isinstance(target, str) else target)]
    outline = graph.outline
    goals = list(dict.fromkeys(outline.number(found) for found, _ in named))
    mastered = {*_numbers(graph, known), *outline.behind(_numbers(graph, start))}
    wanted = [goal for goal in goals if goal not in mastered]
    # If all targets are known, they are shown alone.
    closed = mastered if wanted else mastered.union(outline.behind(goals)).difference(goals)
    needs = Needs(outline, wanted or goals, frozenset(closed))
    bounds = Bounds(math.inf if limit is None else max(limit, len(goals)), math.inf)
    whole = needs.essential(bounds)
    chosen = whole if minutes is None else needs.essential(Bounds(bounds.steps, minutes))
    order = needs.in_order(chosen)
    ids, ranked = outline.ids, needs.ranked()
    return LearningPath(
        target=ids[order[-1]],
        steps=tuple(_steps(graph, chosen, order, mastered)),
        folded=tuple(ids[number] for number in ranked if number not in chosen),
        alternatives=tuple(dict.fromkeys(other for _, others in named for other in others)),
        targets=tuple(ids[goal] for goal in goals),
        known=tuple(sorted(ids[number] for number in _met(outline, needs.reached, goals, mastered))),
        unaffordable=tuple(ids[number] for number in ranked if number in whole and number not in chosen),
        graph=graph,
    )


def _numbers(graph: Graph, names: Iterable[str]) -> list[int]:
    return [graph.outline.number(find_concept(graph, name)[0]) for name in names]


def _met(outline: Outline, reached: Iterable[int], goals: Iterable[int], mastered: Collection[int]) -> set[int]:
    """What the person knows of the goals and of what is directly before a step."""
    if not mastered:
        return set()
    before = {outline.before[edge] for number in reached for edge in outline.into(number)}
    return before.union(goals).intersection(mastered)


def _steps(graph: Graph, chosen: Collection[int], order: Sequence[int], known: Collection[int]) -> Iterator[Step]:
    outline = graph.outline
    reasons: list[list[tuple[int, int]]] = []
    for number in order:
        because = [(outline.before[edge], edge) for edge in outline.sorted_into(number) if outline.before[edge] in chosen]
        if not because:
            because = [(outline.after[edge], edge) for edge in outline.sorted_out_of(number) if outline.after[edge] in chosen][:2]
        reasons.append(because)
    read_named(graph.concepts, (outline.ids[number] for number in order))
    read_ahead(graph.prerequisites, (edge for because in reasons for _, edge in because))
    for number, because in zip(order, reasons, strict=True):
        concept = graph.concepts[outline.ids[number]]
        said = tuple(Reason(outline.ids[other], graph.prerequisites[edge]) for other, edge in because)
        listed = (edge for edge in outline.sorted_into(number) if outline.flags[edge] & (LISTED | REQUIRED))
        folded = tuple(
            outline.ids[outline.before[edge]] for edge in listed if outline.before[edge] not in chosen and outline.before[edge] not in known
        )
        yield Step(concept, said, reading(concept), minutes_of(concept.minutes), folded)
