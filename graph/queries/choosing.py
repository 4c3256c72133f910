"""Which of the concepts before a target become steps of its path, if not all fit: what a teacher would write on one page.

The path grows backwards from the targets. What a target requires itself comes first; then, again and again, the concept whose absence
would hurt most: one that is near a target, that several steps use, and that is not much more basic than the target. So every step but
the targets is used by a later one. If a step takes a concept for granted, what that concept builds on directly is taken for granted too,
unless a target requires it itself. The longer the path already is, the more a further step has to be worth.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

HOP = 0.82
"""How much a requirement of a requirement counts beside the requirement itself."""
_SHARED = 0.5
"""How much it counts that several steps use a concept."""
_NAMED = 1.15
"""How much it counts that a step names a concept."""
_CHAINS = 3.0
"""The exponent by which chains to one concept are added up: infinite would take the best chain alone."""
_LEAST, _MOST = 0.22, 0.28
"""What a step has to be worth at least on a short path, and on one that is nearly full."""
_MARGIN = 1.05
"""How much more than a step what takes its place has to be worth."""
_SHORT, _LONG = 6, 15
"""How many steps a short path has, and a full one."""


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Some targets and all that they build on.

    `requires` gives for each concept what it builds on directly, and how much, in (0, 1]; it has no cycle. `advanced` says how little a
    concept can be taken for granted by somebody at the level of the targets, from 0: everybody knows it. `times` are minutes. `naming`
    gives the concepts that name each one in their definitions or reasons.
    """

    goals: tuple[int, ...]
    requires: Mapping[int, Mapping[int, float]]
    advanced: Mapping[int, float]
    times: Mapping[int, float]
    naming: Mapping[int, Collection[int]] = field(default_factory=dict)
    need: Mapping[int, float] = field(init=False, repr=False)
    """How much the targets need each concept: what the chains to them amount to, less for every further hop."""
    users: Mapping[int, Collection[int]] = field(init=False, repr=False)
    """The concepts that build directly on each concept."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "need", _need(self.goals, self.requires))
        object.__setattr__(self, "users", _users(self.goals, self.requires))

    def worth(self, number: int, chosen: Collection[int] = ()) -> float:
        """How much the absence of a concept would hurt on a path of the chosen ones."""
        using = sum(user in chosen for user in self.users[number])
        named = _NAMED if any(one in chosen for one in self.naming.get(number, ())) else 1.0
        return self.need[number] * self.advanced[number] * named * (1 + _SHARED * math.log(max(1, using)))

    def direct(self) -> set[int]:
        """What the targets require themselves."""
        return {before for goal in self.goals for before in self.requires.get(goal, ())}.difference(self.goals)


def _need(goals: Iterable[int], requires: Mapping[int, Mapping[int, float]]) -> dict[int, float]:
    """How much the goals need each concept, at most 1: each hop lessens it, and what many chains lead to is needed more.

    So a concept counts that the target rests on through all of its parts, although none of its requirements is that concept.
    """
    first = set(goals)
    users = _users(first, requires)
    left = {number: len(using) for number, using in users.items()}
    ready = [number for number, count in left.items() if not count]
    need: dict[int, float] = {}
    while ready:
        number = ready.pop()
        chains = (need[user] * (1.0 if user in first else HOP) * requires[user][number] for user in users[number])
        need[number] = 1.0 if number in first else min(1.0, sum(value**_CHAINS for value in chains) ** (1 / _CHAINS))
        for before in requires.get(number, ()):
            left[before] -= 1
            if not left[before]:
                ready.append(before)
    return need


def _users(goals: Iterable[int], requires: Mapping[int, Mapping[int, float]]) -> dict[int, list[int]]:
    """For each concept that the goals build on, and each goal, what builds directly on it."""
    users: dict[int, list[int]] = {goal: [] for goal in goals}
    stack = list(users)
    while stack:
        number = stack.pop()
        for before in requires.get(number, ()):
            if before not in users:
                users[before] = []
                stack.append(before)
            users[before].append(number)
    return users


def choose(ancestry: Ancestry, steps: float = math.inf, minutes: float = math.inf) -> set[int]:
    """The targets, and of what they build on what is worth most, within so many steps and minutes."""
    chosen = set(ancestry.goals)
    spent = sum(ancestry.times[goal] for goal in chosen)
    refused: set[int] = set()

    def add(group: Collection[int]) -> bool:
        nonlocal spent
        cost = sum(ancestry.times[number] for number in group)
        if len(chosen) + len(group) > steps or spent + cost > minutes:
            return False
        chosen.update(group)
        spent += cost
        return True

    for number in sorted(ancestry.direct(), key=lambda one: (-ancestry.worth(one), -ancestry.need[one], one)):
        add([number])
    while found := _best(ancestry, chosen, refused):
        if not add(found[1]):
            refused.add(found[0])
    return _improved(ancestry, chosen, minutes)


def _best(ancestry: Ancestry, chosen: Collection[int], refused: Collection[int], most: float = math.inf) -> tuple[int, list[int]] | None:
    """The concept that is worth most of those that steps use, with what has to come along, at most so many; None if none is worth it."""
    assumed = {before for number in chosen for before in ancestry.requires.get(number, ())}.difference(chosen)
    best: tuple[int, list[int]] | None = None
    highest = _least(len(chosen))
    for number in sorted(assumed.difference(refused)):
        group = _with_users(ancestry, number, assumed)
        worth = sum(ancestry.worth(one, chosen) for one in group) / len(group)
        if len(group) <= most and worth >= highest and (best is None or worth > highest):
            best, highest = (number, group), worth
    return best


def _improved(ancestry: Ancestry, chosen: set[int], minutes: float) -> set[int]:
    """The same path, but that what turned out to be worth least gives way to what turned out to be worth more.

    What several steps use is worth more than it was when the path had but one of them.
    """
    fixed = ancestry.direct().union(ancestry.goals)
    for _ in range(len(chosen)):
        ends = [one for one in chosen - fixed if chosen.isdisjoint(ancestry.requires.get(one, ()))]
        if not ends:
            break
        weakest = min(ends, key=lambda one: (ancestry.worth(one, chosen), one))
        others = chosen - {weakest}
        found = _best(ancestry, others, {weakest}, most=1)
        if found is None or ancestry.worth(found[0], others) <= ancestry.worth(weakest, chosen) * _MARGIN:
            break
        if sum(ancestry.times[one] for one in others.union(found[1])) > minutes:
            break
        chosen = others.union(found[1])
    return chosen


def _least(length: int) -> float:
    """What the next step of a path of this length has to be worth."""
    return _LEAST + (_MOST - _LEAST) * min(1.0, max(0, length - _SHORT) / (_LONG - 1 - _SHORT))


def _with_users(ancestry: Ancestry, number: int, assumed: Collection[int]) -> list[int]:
    """A concept and those that steps take for granted and that build on it, directly or through others of these."""
    group = [number]
    for one in group:
        group += [user for user in ancestry.users[one] if user in assumed and user not in group]
    return group
