"""How much the target of a path needs each concept before it, which of them become steps, and in which order.

What is needed most is what the surest and shortest chains lead from. What the atlas takes for granted on the way to most of its concepts
counts less, so of a long way its first steps are left out.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.model.columns import BY_ATLAS, BY_COURSE, BY_USER, IN_DEFINITION, LISTED, REQUIRED, TREATED, Outline

UNTIMED = 5.0  # minutes counted for a concept of which no time is known
_SHORTEST = 2.0  # nothing is learned in less, however little there is to read
_HOP = 0.75
_HOP_NAMED = 0.85  # what the atlas names in a definition is nearer
_LEAST = 0.1
_IN_NAME = 0.3  # how much a concept without text of its own counts beside the longer name that holds it
_FAINT = 0.001  # what is needed less is not followed further: it can be no step
_COURSE = 0.75  # what the user's documents say themselves is nearer to the user than the course
_UNLISTED = 0.6  # where a note or the atlas lists what a concept requires, that comes before what is mined
_GUESSED = 0.3  # beside what the atlas lists, what is mined and not sure counts little
_SURE = 0.9
_DEFINED = 0.8  # but for what the documents' own definition uses
_BETWEEN = 1.2  # how much it counts that the atlas has a concept between two steps
_STAYS = 10.0  # outranks every score: what a goal requires
_BASIC = 0.7  # the less, the more of what is basic is kept
_MOST_SHARED = 0.9  # what a larger share of the atlas builds on is no more basic than that
SCHOOL = 0.6  # the share of the atlas that builds on what is learned at school
_ELEMENTARY = 0.2  # a target that a larger share builds on is near to that itself
_SHARED = 0.8  # how much it counts that several steps build on one
_NAMED = 1.3  # how much it counts that the definition of the target names one


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much fits: steps and minutes."""

    steps: float
    minutes: float


class Needs:
    """How much the goals need each of their ancestors."""

    def __init__(self, outline: Outline, goals: Sequence[int], closed: frozenset[int]) -> None:
        self._outline = outline
        self._goals = goals
        self._closed = closed
        self.reached = list(outline.behind(goals, closed))
        self.need: dict[int, float] = {}
        """The need of each ancestor that is near enough to matter, in (0, 1]."""
        self._via: dict[int, int] = {}
        self._weigh()

    def _weigh(self) -> None:
        """The best product of confidences along a chain to a goal (Dijkstra), less for every hop, in (0, 1].

        With it the next concept on that chain, which is needed at least as much. What a note requires counts more than what is mined
        beside it.
        """
        outline, need = self._outline, self.need
        goals = set(self._goals)
        heap = [(-1.0, goal, -1) for goal in self._goals]
        while heap:
            value, number, after = heapq.heappop(heap)
            if number in need:
                continue
            need[number], self._via[number] = -value, after
            into = outline.into(number)
            listed = 0
            for edge in into:
                listed |= outline.flags[edge]
            for edge in into:
                before = outline.before[edge]
                if before in need or before in self._closed:
                    continue
                hop = 1.0 if number in goals else _HOP
                if outline.flags[edge] & BY_ATLAS and outline.flags[edge] & IN_DEFINITION:
                    hop = max(hop, _HOP_NAMED)
                further = value * hop * self._sure(edge, number, listed)
                if -further >= _FAINT:
                    heapq.heappush(heap, (further, before, number))

    def _sure(self, edge: int, number: int, listed: int) -> float:
        """How much one concept needs another by an edge into it; `listed` are the flags of all edges into it."""
        outline = self._outline
        before, flags, sure = outline.before[edge], outline.flags[edge], outline.confidence[edge]
        if flags & BY_ATLAS:
            return sure
        sure *= _COURSE if flags & BY_COURSE else 1.0
        if not flags & (REQUIRED | BY_USER):
            if listed & BY_ATLAS and flags & IN_DEFINITION and outline.confidence[edge] >= _SURE:
                return sure * _DEFINED
            if listed & BY_ATLAS:
                sure *= _UNLISTED if outline.confidence[edge] >= _SURE else _GUESSED
            elif listed & REQUIRED:
                sure *= _UNLISTED
        if not flags & BY_USER:  # what the user put there is a step, however little is written
            sure *= outline.weight[before] * (_IN_NAME if self._is_in_name(before, number) else 1.0)
        return sure

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
        near = sorted((number for number in self.need if number not in goals), key=lambda number: (-self.need[number], number))
        return near + [number for number in self.reached if number not in self.need]

    def essential(self, bounds: Bounds) -> set[int]:
        """The goals and the ancestors that matter most, each with the chain that leads to a goal, as far as the bounds allow.

        What a goal's definition names matters more than what is only far below it.
        """
        if math.isinf(bounds.steps) and math.isinf(bounds.minutes):
            return set(self.reached)
        outline = self._outline
        named = {outline.before[edge] for goal in self._goals for edge in outline.into(goal) if outline.flags[edge] & IN_DEFINITION}
        support = self._support()
        advanced = advanced_of(outline)
        score = {
            number: value * (1 + _SHARED * math.log1p(support[number])) * (_NAMED if number in named else 1.0) * advanced[number]
            for number, value in self.need.items()
            if value >= _LEAST
        }
        for number in self._school():
            score.pop(number, None)
        for number in self._direct().intersection(score):  # what a goal requires stays, however basic it is
            score[number] += _STAYS
        return self._chosen(score, bounds)

    def _chosen(self, score: Mapping[int, float], bounds: Bounds) -> set[int]:
        """The goals and what scores best, each with its chain to a goal. What the atlas has between two steps counts more."""
        outline, ids = self._outline, self._outline.ids
        chosen: set[int] = set()
        spent = 0.0
        above: set[int] = set()
        below: set[int] = set()
        heap = [(-value, ids[number], number) for number, value in score.items()]
        heapq.heapify(heap)
        done: set[int] = set()

        def add(chain: Iterable[int]) -> None:
            for number in chain:
                chosen.add(number)
                into = {outline.before[edge] for edge in outline.into(number) if outline.flags[edge] & LISTED}
                out = {outline.after[edge] for edge in outline.out_of(number) if outline.flags[edge] & LISTED}
                for other in (into - below) & (above | out) | (out - above) & (below | into):
                    if other in score and other not in chosen:
                        heapq.heappush(heap, (-score[other] * _BETWEEN, ids[other], other))
                below.update(into)
                above.update(out)

        add(self._goals)
        spent = sum(map(self._minutes, chosen))
        while heap:
            _, _, number = heapq.heappop(heap)
            if number in done or self._is_taken_for_granted(number, chosen):
                continue
            done.add(number)
            chain = []
            while number not in chosen:
                chain.append(number)
                number = self._via[number]
            cost = sum(map(self._minutes, chain))
            if len(chosen) + len(chain) <= bounds.steps and spent + cost <= bounds.minutes:
                add(chain)
                spent += cost
        return chosen

    def _school(self) -> list[int]:
        """What everybody who goes so far learned at school: most of the atlas builds on it, and no note of the user is about it."""
        shares, importance = self._outline.shares(), self._outline.importance
        if any(shares[goal] >= _ELEMENTARY for goal in self._goals):
            return []
        direct = self._direct()
        return [number for number in self.need if shares[number] >= SCHOOL and not importance[number] and number not in direct]

    def _direct(self) -> set[int]:
        """What a goal requires itself."""
        outline = self._outline
        into = (edge for goal in self._goals for edge in outline.into(goal))
        return {outline.before[edge] for edge in into if outline.flags[edge] & (LISTED | REQUIRED | BY_USER)}

    def _support(self) -> dict[int, float]:
        """How much of what is needed builds on each ancestor: the sum of confidences, weighted by need."""
        outline = self._outline
        support: dict[int, float] = defaultdict(float)
        for number, value in self.need.items():
            for edge in outline.into(number):
                if outline.flags[edge] & (LISTED | BY_ATLAS) != BY_ATLAS:  # what the atlas only names is often basic
                    support[outline.before[edge]] += value * outline.confidence[edge]
        return support

    def _minutes(self, number: int) -> float:
        minutes = self._outline.minutes[number]
        return minutes_of(None if math.isnan(minutes) else minutes)

    def in_order(self, chosen: Collection[int]) -> list[int]:
        """The chosen concepts in an order of learning: also an ancestor through concepts left out comes first.

        A depth-first order keeps what belongs together side by side; of what a step builds on, the more general comes first.
        """
        outline, need = self._outline, self.need
        beside = Counter(number for pair in outline.related for number in pair if number in chosen)
        general = {number: -len(outline.out_of(number)) - beside[number] / 2 for number in chosen}
        before = self._before(chosen)
        order: list[int] = []
        seen: set[int] = set()
        for goal in self._goals:
            stack = [goal]
            while stack:
                number = stack.pop()
                if number < 0:  # all that it needs has been there
                    order.append(~number)
                elif number not in seen:
                    seen.add(number)
                    needed = before[number] - seen
                    stack.append(~number)
                    stack += sorted(needed, key=lambda one: (general[one], need.get(one, 0.0), outline.ids[one]), reverse=True)
        return order

    def _before(self, chosen: Collection[int]) -> dict[int, set[int]]:
        """For each chosen concept the chosen ones that it needs, directly or through others left out, but not through chosen ones."""
        outline = self._outline
        inside = set(self.reached)
        behind: dict[int, set[int]] = {}
        nearest: dict[int, set[int]] = {}
        stack = list(self._goals)
        while stack:
            number = stack[-1]
            missing = [one for edge in outline.into(number) if (one := outline.before[edge]) in inside and one not in nearest]
            if missing or number in nearest:
                stack = stack + missing if missing else stack[:-1]
                continue
            near: set[int] = set()
            for edge in outline.into(number):
                one = outline.before[edge]
                if one in inside:
                    near |= {one} if one in chosen else nearest[one]
            for one in [*near]:
                near -= behind[one]
            nearest[number] = near
            behind[number] = near.union(*(behind[one] for one in near))
        return {number: nearest[number] for number in chosen}


def minutes_of(known: float | None) -> float:
    """The minutes that learning a concept takes: what is known, but for too short a time."""
    return UNTIMED if known is None else max(_SHORTEST, known)


def advanced_of(outline: Outline) -> list[float]:
    """How little each concept is taken for granted, in (0, 1]: less the more of the atlas builds on it, directly or not."""
    return [min(1.0, -math.log(min(_MOST_SHARED, share))) ** _BASIC if share else 1.0 for share in outline.shares()]
