"""What to learn, in which order and why, to reach one or several concepts."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from graph.model.columns import BY_USER, LISTED, REQUIRED, Outline
from graph.model.lazy import read_ahead, read_named
from graph.model.reading import reading
from graph.model.values import ATLAS, COURSE, Concept, Graph, Place, Prerequisite
from graph.queries.choosing import Ancestry, choose
from graph.queries.needs import ancestry_of, counts, in_order, minutes_of
from graph.queries.resolve import find_concept

LIMIT = 15
BRIEF = 7
_THIN = 1  # a target with at most this many concepts before it has a thin path


@dataclass(frozen=True, slots=True)
class Reason:
    """The reason for a step: `concept` is a step that it builds on, or, if it builds on none, a step that needs it."""

    concept: str
    edge: Prerequisite


@dataclass(frozen=True, slots=True)
class Step:
    """One concept to learn, with its reasons, places to read (best first) and their time.

    `assumes` holds the ids of direct requirements that are neither steps nor known (they are folded).
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

    `folded` holds the ids of ancestors that were left out, most essential first; `unaffordable` those of them that were left out only for
    lack of time; `known` those that the user knows. `thin` holds the targets with hardly any known prerequisites. `graph` is the graph of
    the path.
    """

    target: str
    steps: tuple[Step, ...]
    folded: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    unaffordable: tuple[str, ...] = ()
    thin: tuple[str, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)

    def name(self, concept: str) -> str:
        """The name of a concept by its id."""
        return self.graph.concepts[concept].name

    @property
    def minutes(self) -> float:
        """The total time of all steps."""
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

    With a limit it takes the ancestors whose absence would hurt most (`graph.queries.choosing`), with `minutes` only while their time fits.
    It leaves out what the user knows (the concepts `known`, and each `start` with everything before it) and concepts that only these need.
    Raises `UnknownConcept`.
    """
    named = _found(graph, target)
    outline = graph.outline
    goals = list(dict.fromkeys(outline.number(found) for found, _ in named))
    mastered = {*_numbers(graph, known), *outline.behind(_numbers(graph, start))}
    # If all targets are known, they are shown alone.
    wanted = [goal for goal in goals if goal not in mastered]
    closed = mastered if wanted else mastered.union(outline.behind(goals)).difference(goals)
    wanted = wanted or goals
    reached = list(outline.behind(wanted, frozenset(closed)))
    ancestry = ancestry_of(outline, wanted, closed)
    whole = set(reached) if limit is None else choose(ancestry, max(limit, len(goals)))
    chosen = whole if minutes is None else choose(ancestry, math.inf if limit is None else max(limit, len(goals)), minutes)
    order = in_order(outline, wanted, reached, chosen, ancestry.need)
    ids = outline.ids
    folded = [number for number in _ranked(ancestry, reached) if number not in chosen]
    return LearningPath(
        target=ids[order[-1]],
        steps=tuple(_steps(graph, wanted, chosen, order, mastered)),
        folded=tuple(ids[number] for number in folded),
        alternatives=tuple(dict.fromkeys(other for _, others in named for other in others)),
        targets=tuple(ids[goal] for goal in goals),
        known=tuple(sorted(ids[number] for number in _met(outline, reached, goals, mastered))),
        unaffordable=tuple(ids[number] for number in folded if number in whole),
        thin=tuple(ids[goal] for goal in _thin(outline, wanted, goals)),
        graph=graph,
    )


def _found(graph: Graph, target: str | Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    return [find_concept(graph, name) for name in ([target] if isinstance(target, str) else target)]


def _ranked(ancestry: Ancestry, reached: Iterable[int]) -> list[int]:
    """All ancestors, first those whose absence hurts most; last those that no step needs, the nearest first."""
    near = sorted(ancestry.need, key=lambda number: (-ancestry.worth(number), -ancestry.need[number], number))
    return near + [number for number in reached if number not in ancestry.need]


def _numbers(graph: Graph, names: Iterable[str]) -> list[int]:
    return [graph.outline.number(find_concept(graph, name)[0]) for name in names]


def _met(outline: Outline, reached: Iterable[int], goals: Iterable[int], mastered: Collection[int]) -> set[int]:
    """The known concepts among the goals and the direct prerequisites of steps."""
    if not mastered:
        return set()
    before = {outline.before[edge] for number in reached for edge in outline.into(number)}
    return before.union(goals).intersection(mastered)


def _thin(outline: Outline, wanted: Sequence[int], goals: Sequence[int]) -> list[int]:
    """The goals with hardly any known prerequisites; empty if the user knows some of these."""
    return [goal for goal in wanted if _is_thin(outline, goal)] if wanted == goals else []


def _is_thin(outline: Outline, goal: int) -> bool:
    """True if the goal has at most one known prerequisite, direct or indirect, and no note, user or atlas entry lists them."""
    return len(list(islice(outline.behind([goal]), _THIN + 2))) <= _THIN + 1 and not outline.shares()[goal] and not any(
        outline.flags[edge] & (REQUIRED | BY_USER | LISTED) for edge in outline.into(goal)
    )  # fmt: skip


def _steps(graph: Graph, goals: Collection[int], chosen: Collection[int], order: Sequence[int], known: Collection[int]) -> Iterator[Step]:
    outline = graph.outline
    reasons = [_because(outline, number, goals, chosen) for number in order]
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


def _because(outline: Outline, number: int, goals: Collection[int], chosen: Collection[int]) -> list[tuple[int, int]]:
    """The steps that one builds on, each with the edge; if there are none, two that need it.

    Concepts that the atlas merely names, and guesses beside it, are reasons only if there is no other.
    """
    into = [edge for edge in outline.sorted_into(number) if outline.before[edge] in chosen]
    counting = [edge for edge in into if counts(outline, edge, goals)]
    if counting:
        return [(outline.before[edge], edge) for edge in counting]
    out = [edge for edge in outline.sorted_out_of(number) if outline.after[edge] in chosen]
    counting = [edge for edge in out if counts(outline, edge, goals)]
    if into and not counting:
        return [(outline.before[edge], edge) for edge in into]
    return [(outline.after[edge], edge) for edge in counting or out][:2]
