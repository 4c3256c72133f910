"""Choose which of the concepts before a target become steps of its path, if not all fit, as a teacher would on one page.

The path grows backwards from the targets. Direct requirements of a target come first, then repeatedly the concept whose absence would hurt
most: one near a target, used by several steps, and not much more basic than the target. So every step but the targets is used by a later
one. If a step takes a concept for granted, that concept's direct prerequisites are taken for granted too, unless a target requires them
itself. The longer the path already is, the more a further step has to be worth.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

HOP = 0.82
"""How much a requirement of a requirement counts beside the requirement itself."""
_SHARED = 0.5
"""The weight of being used by several steps."""
_NAMED = 1.15
"""The weight of being named by a step."""
_CHAINS = 3.0
"""The exponent by which chains to one concept are added up: infinity would count the best chain alone."""
_LEAST, _MOST = 0.22, 0.28
"""The least value of a step on a short path, and on one that is nearly full."""
_LIKELY, _LIKELY_DIRECT, _LIKELIEST = 0.4, 0.36, 0.27
"""For concepts that only guesses lead to: the least value of a step, the least confidence of a direct requirement of a target, and the
least confidence of the most likely direct requirement if none reaches that."""
_MARGIN = 1.05
"""How much more valuable the replacement of a step has to be."""
_SHORT, _LONG = 6, 15
"""The number of steps of a short path, and of a full one."""


@dataclass(frozen=True, slots=True)
class Ancestry:
    """Some targets and everything that they build on.

    `requires` gives for each concept what it builds on directly, and how much, in (0, 1]; it has no cycle. `advanced` says how little a
    concept can be taken for granted at the level of the targets; 0 means that everybody knows it. `times` are minutes. `naming` gives the
    concepts that name each one in their definitions or reasons. `guessed` holds the concepts that only guesses from the text lead to, each
    with the confidence that a target requires it directly (0 if none does).
    """

    goals: tuple[int, ...]
    requires: Mapping[int, Mapping[int, float]]
    advanced: Mapping[int, float]
    times: Mapping[int, float]
    naming: Mapping[int, Collection[int]] = field(default_factory=dict)
    guessed: Mapping[int, float] = field(default_factory=dict)
    need: Mapping[int, float] = field(init=False, repr=False)
    """How much the targets need each concept: the sum over the chains to them, less for every further hop."""
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

    def least(self, number: int, length: int) -> float:
        """The least value of a concept as the next step of a path of this length."""
        if number in self.guessed:
            return _LIKELY
        return _LEAST + (_MOST - _LEAST) * min(1.0, max(0, length - _SHORT) / (_LONG - 1 - _SHORT))

    def direct(self) -> set[int]:
        """The direct requirements of the targets: the listed ones and likely guesses; if there is neither, the most likely guess."""
        found = {before for goal in self.goals for before in self.requires.get(goal, ())}.difference(self.goals)
        likely = {number for number in found if self.guessed.get(number, 1.0) >= _LIKELY_DIRECT}
        best = max(found, key=lambda number: (self.guessed.get(number, 1.0), -number), default=None)
        if not likely and best is not None and self.guessed[best] >= _LIKELIEST:
            return {best}
        return likely


def _need(goals: Iterable[int], requires: Mapping[int, Mapping[int, float]]) -> dict[int, float]:
    """How much the goals need each concept, at most 1: less with each hop, and more if many chains lead to it.

    So a concept counts if the target depends on it through several of its parts, even if it is not a direct requirement.
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
    """For each goal and each concept that the goals build on, the concepts that build directly on it."""
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
    """The targets, and the most valuable concepts that they build on, within the limits of steps and minutes."""
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
    """The most valuable concept that steps use, with the concepts that it brings along, at most `most`; None if none is worth a step."""
    assumed = {before for number in chosen for before in ancestry.requires.get(number, ())}.difference(chosen)
    best: tuple[int, list[int]] | None = None
    highest = 0.0
    for number in sorted(assumed.difference(refused)):
        group = _with_users(ancestry, number, assumed)
        worth = sum(ancestry.worth(one, chosen) for one in group) / len(group)
        if len(group) <= most and worth > highest and worth >= ancestry.least(number, len(chosen)):
            best, highest = (number, group), worth
    return best


def _improved(ancestry: Ancestry, chosen: set[int], minutes: float) -> set[int]:
    """The path after exchanging the least valuable steps for more valuable concepts.

    The value of a concept that several steps use has grown since the path had only one of them.
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


def _with_users(ancestry: Ancestry, number: int, assumed: Collection[int]) -> list[int]:
    """A concept with the assumed concepts that build on it, directly or through others of these."""
    group = [number]
    for one in group:
        group += [user for user in ancestry.users[one] if user in assumed and user not in group]
    return group
