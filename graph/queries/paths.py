"""What to learn, in which order and why, to reach one or several concepts."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from graph.model.columns import BY_COURSE, BY_USER, IN_DEFINITION, REQUIRED, TREATED, Outline
from graph.model.lazy import read_ahead, read_named
from graph.model.reading import reading
from graph.model.values import Concept, Graph, Place, Prerequisite
from graph.queries.resolve import find_concept

LIMIT = 15
BRIEF = 7
UNTIMED = 2.0  # minutes counted for a concept of which no time is known
_HOP = 0.75
_LEAST = 0.1
_IN_NAME = 0.3  # how much a concept without text of its own counts beside the longer name that holds it
_FAINT = 0.001  # what is needed less is not followed further: it can be no step
_COURSE = 0.75  # what the user's documents say themselves is nearer to the user than the course
_UNLISTED = 0.6  # where a note lists what its concept requires, that comes before what is mined
_SHARED = 0.8  # how much it counts that several steps build on one
_NAMED = 1.3  # how much it counts that the definition of the target names one


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step is there: `concept` is a step that it builds on, or, for a step that builds on none, the one it is needed for."""

    concept: str
    edge: Prerequisite


@dataclass(frozen=True, slots=True)
class Step:
    """One concept to learn, with its reasons, what to read (best first) and how long that takes."""

    concept: Concept
    because: tuple[Reason, ...]
    reading: tuple[Place, ...]
    minutes: float | None


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
        return sum(step.minutes or 0.0 for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """How much fits: steps and minutes."""

    steps: float
    minutes: float


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
    needs = _Needs(outline, wanted or goals, frozenset(closed))
    bounds = _Bounds(math.inf if limit is None else max(limit, len(goals)), math.inf)
    whole = needs.essential(bounds)
    chosen = whole if minutes is None else needs.essential(_Bounds(bounds.steps, minutes))
    order = needs.in_order(chosen)
    ids, ranked = outline.ids, needs.ranked()
    return LearningPath(
        target=ids[order[-1]],
        steps=tuple(_steps(graph, chosen, order)),
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


class _Needs:
    """How much the goals need each of their ancestors."""

    def __init__(self, outline: Outline, goals: Sequence[int], closed: frozenset[int]) -> None:
        self._outline = outline
        self._goals = goals
        self._closed = closed
        self.reached = list(outline.behind(goals, closed))
        self._need: dict[int, float] = {}
        self._via: dict[int, int] = {}
        self._weigh()

    def _weigh(self) -> None:
        """The best product of confidences along a chain to a goal (Dijkstra), less for every hop, in (0, 1].

        With it the next concept on that chain, which is needed at least as much. What a note requires counts more than what is mined
        beside it.
        """
        outline, need = self._outline, self._need
        goals = set(self._goals)
        heap = [(-1.0, goal, -1) for goal in self._goals]
        while heap:
            value, number, after = heapq.heappop(heap)
            if number in need:
                continue
            need[number], self._via[number] = -value, after
            into = outline.into(number)
            stated = any(outline.flags[edge] & REQUIRED for edge in into)
            hop = value * (1.0 if number in goals else _HOP)
            for edge in into:
                before, flags = outline.before[edge], outline.flags[edge]
                if before in need or before in self._closed:
                    continue
                sure = outline.confidence[edge] * (_COURSE if flags & BY_COURSE else 1.0)
                sure *= _UNLISTED if stated and not flags & (REQUIRED | BY_USER) else 1.0
                if not flags & BY_USER:  # what the user put there is a step, however little is written
                    sure *= outline.weight[before] * (_IN_NAME if self._is_in_name(before, number) else 1.0)
                further = hop * sure
                if -further >= _FAINT:
                    heapq.heappush(heap, (further, before, number))

    def _is_taken_for_granted(self, number: int, chosen: Collection[int]) -> bool:
        """True if a concept with no text of its own should be skipped: no goal needs it itself, or the name of a step holds it."""
        outline = self._outline
        if outline.weight[number] >= TREATED:
            return False
        out = outline.out_of(number)
        if any(outline.after[edge] in chosen and self._is_in_name(number, outline.after[edge]) for edge in out):
            return True
        goals = set(self._goals)
        return not any(outline.after[edge] in goals or outline.flags[edge] & (REQUIRED | BY_USER) for edge in out)

    def _is_in_name(self, before: int, after: int) -> bool:
        """True if a concept with no text of its own is part of the name it leads to: "distribution", "probability distribution"."""
        if self._outline.weight[before] >= TREATED:
            return False
        longer = [f" {name} " for name in self._outline.names[after]]
        return any(f" {name} " in other and name != other.strip() for name in self._outline.names[before] for other in longer)

    def ranked(self) -> list[int]:
        """All ancestors, most needed first; what is too far off to matter comes last, the nearest first."""
        goals = set(self._goals)
        near = sorted((number for number in self._need if number not in goals), key=lambda number: (-self._need[number], number))
        return near + [number for number in self.reached if number not in self._need]

    def essential(self, bounds: _Bounds) -> set[int]:
        """The goals and the ancestors that matter most, each with the chain that leads to a goal, as far as the bounds allow.

        What a goal's definition names matters more than what is only far below it.
        """
        if math.isinf(bounds.steps) and math.isinf(bounds.minutes):
            return set(self.reached)
        outline = self._outline
        named = {outline.before[edge] for goal in self._goals for edge in outline.into(goal) if outline.flags[edge] & IN_DEFINITION}
        support = self._support()
        score = {
            number: value * (1 + _SHARED * math.log1p(support[number])) * (_NAMED if number in named else 1.0)
            for number, value in self._need.items()
            if value >= _LEAST
        }
        chosen = set(self._goals)
        spent = sum(map(self._minutes, chosen))
        for number in sorted(score, key=lambda number: (-score[number], outline.ids[number])):
            if self._is_taken_for_granted(number, chosen):
                continue
            chain = []
            while number not in chosen:
                chain.append(number)
                number = self._via[number]
            cost = sum(map(self._minutes, chain))
            if len(chosen) + len(chain) <= bounds.steps and spent + cost <= bounds.minutes:
                chosen.update(chain)
                spent += cost
        return chosen

    def _support(self) -> dict[int, float]:
        """How much of what is needed builds on each ancestor: the sum of confidences, weighted by need."""
        outline = self._outline
        support: dict[int, float] = defaultdict(float)
        for number, value in self._need.items():
            for edge in outline.into(number):
                support[outline.before[edge]] += value * outline.confidence[edge]
        return support

    def _minutes(self, number: int) -> float:
        minutes = self._outline.minutes[number]
        return UNTIMED if math.isnan(minutes) else minutes

    def in_order(self, chosen: Collection[int]) -> list[int]:
        """The chosen concepts in topological order of the whole graph: also an ancestor through concepts left out comes first.

        A depth-first order keeps what belongs together side by side; what more depends on and has to do with comes first.
        """
        outline, need = self._outline, self._need
        beside = Counter(number for pair in outline.related for number in pair)
        general = {number: -len(outline.out_of(number)) - beside[number] / 2 for number in chosen}
        others = self._closed.union(chosen)
        first = [number for number in self.reached if number not in others]  # what leads to steps comes before they do
        first += sorted(chosen, key=lambda number: (general[number], need.get(number, 0.0), outline.ids[number]))
        place = {number: at for at, number in enumerate(first)}

        order: list[int] = []
        seen: set[int] = set()
        for goal in self._goals:
            stack = [goal]
            while stack:
                number = stack.pop()
                if number < 0:  # all that it needs has been there
                    if ~number in chosen:
                        order.append(~number)
                elif number not in seen:
                    seen.add(number)
                    needed = {outline.before[edge] for edge in outline.into(number)} - self._closed - seen
                    stack.append(~number)
                    stack += sorted(needed, key=place.__getitem__, reverse=True)
        return order


def _steps(graph: Graph, chosen: Collection[int], order: Sequence[int]) -> Iterator[Step]:
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
        yield Step(concept, said, reading(concept), concept.minutes)
