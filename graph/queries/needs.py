"""Prepare the choice of a path's steps: which prerequisites count, how much, and which are basic; and order the steps."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from graph.model.columns import BY_ATLAS, BY_COURSE, BY_USER, IN_DEFINITION, LISTED, REQUIRED, TREATED, Outline
from graph.queries.choosing import Ancestry

UNTIMED = 5.0  # minutes of a concept whose time is unknown
_SHORTEST = 1.0  # the least minutes of a concept, whatever its author says
SCHOOL = 0.6  # the share of the atlas that builds on school knowledge
_LEVEL = 2.2  # the least -ln of that share at which a concept is no more basic than any target
_GROUND = 0.4  # the share of the height of a target below which a concept is the more basic the lower it stands
_LOWEST = 0.5  # and the level of an elementary target
_OWN = 1.3  # the bonus for concepts in the user's notes
_COURSE = 0.75
_UNLISTED = 0.6  # the factor on mined prerequisites of a concept whose note lists its requirements
_DEFINED = 0.7  # if the atlas lists them, only mined prerequisites in the notes' own definition of a target count
_SURE = 0.9
_IN_NAME = 0.3  # the factor on a concept without its own text beside a longer name that contains it
_PARTLY, _WHOLE = 0.7, 0.99  # the confidences of prerequisites of the atlas of which next to nothing and everything is needed
_CLEAR = 0.5  # the least confidence with which a goal needs a concept that has hardly any text of its own
_LITTLE = 0.2  # how much the first of these counts


def ancestry_of(outline: Outline, goals: Sequence[int], closed: Collection[int] = ()) -> Ancestry:
    """The targets and everything that they build on, without `closed` concepts and those that only these need."""
    inside = set(outline.behind(goals, frozenset(closed)))
    requires: dict[int, dict[int, float]] = {}
    stack = list(goals)
    while stack:
        number = stack.pop()
        if number not in requires:
            requires[number] = _requires(outline, number, goals, inside)
            stack += requires[number]
    advanced, height = advanced_of(outline, goals), _heights(outline, requires)
    top = max(height[goal] for goal in goals)
    guessed = _guessed(outline, goals, requires)
    own = {
        number: min(advanced[number], _above_ground(height[number], top))
        * (_OWN if outline.importance[number] and number not in guessed else 1.0)
        for number in requires
    }
    times = {number: _minutes(outline, number) for number in requires}
    return Ancestry(tuple(goals), requires, own, times, _naming(outline, requires), guessed)


def _guessed(outline: Outline, goals: Sequence[int], requires: Mapping[int, Mapping[int, float]]) -> dict[int, float]:
    """The concepts that only guesses lead to, each with the confidence that a goal requires it directly.

    Concepts that the goals require according to the atlas, a note or the user are left out.
    """
    listed = list(goals)
    for number in listed:
        sure = {outline.before[edge] for edge in outline.into(number) if outline.flags[edge] & (LISTED | REQUIRED | BY_USER)}
        listed += sorted(sure.intersection(requires[number]).difference(listed))
    found = dict.fromkeys(requires.keys() - set(listed), 0.0)
    for edge in (edge for goal in goals for edge in outline.into(goal) if outline.before[edge] in found):
        found[outline.before[edge]] = max(found[outline.before[edge]], outline.confidence[edge])
    return found


def _requires(outline: Outline, number: int, goals: Collection[int], inside: Collection[int]) -> dict[int, float]:
    """The direct prerequisites of a concept, each with how much it is needed."""
    into = outline.into(number)
    listed = 0
    for edge in into:
        listed |= outline.flags[edge]
    found: dict[int, float] = {}
    for edge in into:
        before = outline.before[edge]
        much = _strength(outline, edge, listed, number in goals) if before in inside else 0.0
        if much and not _is_taken_for_granted(outline, before, goals, inside):
            found[before] = max(much, found.get(before, 0.0))
    return found


def _heights(outline: Outline, requires: Mapping[int, Mapping[int, float]]) -> dict[int, int]:
    """The length of the longest chain of the atlas below each concept of it, -1 for others."""
    listed = {
        end
        for number in requires
        for edge in outline.into(number)
        if outline.flags[edge] & LISTED
        for end in (number, outline.before[edge])
    }
    height: dict[int, int] = {}
    stack = list(requires)
    while stack:
        number = stack[-1]
        missing = [before for before in requires[number] if before not in height]
        if number not in height and missing:
            stack += missing
            continue
        stack.pop()
        height[number] = max((height[before] + 1 for before in requires[number]), default=0) if number in listed else -1
    return height


def _above_ground(height: int, top: int) -> float:
    """How little a concept at this height can be taken for granted on the way to a target at the height `top`, in (0, 1]."""
    return 1.0 if height < 0 else min(1.0, (height + 1) / (1 + _GROUND * top))


def _naming(outline: Outline, among: Collection[int]) -> dict[int, set[int]]:
    """For each concept the concepts that name it: in a definition, or in a reason of the atlas."""
    naming: dict[int, set[int]] = {}
    for number in among:
        for edge in outline.into(number):
            flags = outline.flags[edge]
            if flags & IN_DEFINITION or flags & (BY_ATLAS | LISTED) == BY_ATLAS:
                naming.setdefault(outline.before[edge], set()).add(number)
    return naming


def counts(outline: Outline, edge: int, goals: Collection[int]) -> bool:
    """True if an edge can be the reason for a step: false if the atlas merely names a concept, or for a guess beside the atlas."""
    listed = 0
    for other in outline.into(outline.after[edge]):
        listed |= outline.flags[other]
    return _strength(outline, edge, listed, outline.after[edge] in goals) > 0


def _strength(outline: Outline, edge: int, listed: int, is_goal: bool) -> float:
    """How much one concept needs another according to an edge, 0 if it should not be a step; `listed` has the flags of its edges."""
    before, flags, sure = outline.before[edge], outline.flags[edge], outline.confidence[edge]
    if flags & LISTED:
        return min(1.0, max(_LITTLE, _LITTLE + (1 - _LITTLE) * (sure - _PARTLY) / (_WHOLE - _PARTLY)))
    if flags & BY_USER:
        return sure
    if flags & BY_ATLAS:  # named in a sentence, and required indirectly
        return 0.0
    sure *= _COURSE if flags & BY_COURSE else 1.0
    if not flags & REQUIRED:
        if listed & LISTED:
            used = is_goal and flags & IN_DEFINITION and outline.confidence[edge] >= _SURE
            sure *= _DEFINED if used else 0.0
        elif listed & REQUIRED:
            sure *= _UNLISTED
    return sure * outline.weight[before] * (_IN_NAME if _is_in_name(outline, before, outline.after[edge]) else 1.0)


def _is_taken_for_granted(outline: Outline, number: int, goals: Collection[int], inside: Collection[int]) -> bool:
    """True if a concept with hardly any text of its own, or hardly worth a step, should be skipped: no goal clearly needs it directly, or
    the name of the concept it leads to contains it."""
    if outline.weight[number] >= TREATED:
        return False
    out = [edge for edge in outline.out_of(number) if outline.after[edge] in inside]
    if any(_is_in_name(outline, number, outline.after[edge]) for edge in out):
        return True
    return not any(
        (outline.after[edge] in goals and outline.confidence[edge] >= _CLEAR) or outline.flags[edge] & (REQUIRED | BY_USER) for edge in out
    )


def _is_in_name(outline: Outline, before: int, after: int) -> bool:
    """True if a concept without its own text is part of the name of the concept it leads to: "distribution", "probability distribution"."""
    if outline.weight[before] >= TREATED:
        return False
    longer = [f" {name} " for name in outline.names[after]]
    return any(f" {name} " in other and name != other.strip() for name in outline.names[before] for other in longer)


def advanced_of(outline: Outline, goals: Sequence[int] = ()) -> list[float]:
    """How little each concept can be taken for granted beside the goals, in [0, 1]: less, the more of the atlas builds on it."""
    shares = outline.shares()
    level = max(_LOWEST, min(_LEVEL, *(_rareness(shares[goal]) for goal in goals))) if goals else 1.0
    return [min(1.0, _rareness(share) / level) for share in shares]


def _rareness(share: float) -> float:
    return -math.log(share) if share else math.inf


def _minutes(outline: Outline, number: int) -> float:
    minutes = outline.minutes[number]
    return minutes_of(None if math.isnan(minutes) else minutes)


def in_order(
    outline: Outline, goals: Sequence[int], reached: Collection[int], chosen: Collection[int], need: Mapping[int, float]
) -> list[int]:
    """The chosen concepts in an order of learning.

    An ancestor comes first even if the concepts between are left out. A depth-first order keeps related concepts together; among the
    prerequisites of a step, the more general one comes first.
    """
    beside = Counter(number for pair in outline.related for number in pair if number in chosen)
    needing = Counter(outline.before)
    general = {number: -needing[number] - beside[number] / 2 for number in chosen}
    before = _before(outline, goals, reached, chosen)
    order: list[int] = []
    seen: set[int] = set()
    for goal in goals:
        stack = [goal]
        while stack:
            number = stack.pop()
            if number < 0:  # all of its prerequisites are done
                order.append(~number)
            elif number not in seen:
                seen.add(number)
                needed = before[number] - seen
                stack.append(~number)
                stack += sorted(needed, key=lambda one: (general[one], need.get(one, 0.0), outline.ids[one]), reverse=True)
    return order


def _before(outline: Outline, goals: Sequence[int], reached: Collection[int], chosen: Collection[int]) -> dict[int, set[int]]:
    """For each chosen concept the chosen concepts that it needs, directly or through concepts that were left out, but not through chosen
    ones."""
    inside = set(reached)
    behind: dict[int, set[int]] = {}
    nearest: dict[int, set[int]] = {}
    stack = list(goals)
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
    """The minutes for learning a concept: the known time, but at least a minimum."""
    return UNTIMED if known is None else max(_SHORTEST, known)
