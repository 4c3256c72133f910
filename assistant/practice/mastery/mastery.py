"""Estimate how well each concept is known, from the present recall of its items, with an interval."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from assistant.practice.items.values import Item
from assistant.practice.schedule.memory import Memory
from assistant.practice.schedule.state import Practised

_HITS, _MISSES = 1.0, 2.0
"""The prior, as items remembered and forgotten: a concept with one item is never shown as fully known."""
_Z = 1.64  # the normal quantile of a 90 % interval
_KNOWN, _FADING = 0.85, 0.7
_LASTING = 21.0  # days of stability


class Stage(StrEnum):
    """The stage of practising a concept."""

    UNSEEN = "unseen"
    MET = "met"
    PRACTISED = "practised"
    KNOWN = "known"
    FADING = "fading"


@dataclass(frozen=True, slots=True)
class Mastery:
    """How well a concept is known: `value` in [0, 1] with the 90 % interval `low` to `high`, from the `practised` of its `items`.

    `told` is true if the user or a placement test says that it is known; then that is its stage, whatever practice shows.
    """

    concept: str
    value: float
    low: float
    high: float
    stage: Stage
    items: int
    practised: int
    told: bool = False

    @property
    def is_known(self) -> bool:
        """True if a path may leave the concept out."""
        return self.stage is Stage.KNOWN


def mastery_of(items: Iterable[Item], state: Practised, day: int) -> dict[str, Mastery]:
    """The mastery of every concept that has items, or that the user says they know."""
    memories: dict[str, list[Memory]] = defaultdict(list)
    count: dict[str, int] = defaultdict(int)
    for item in items:
        if item.concept and item.id not in state.suspended and item.id not in state.flagged:
            count[item.concept] += 1
            if item.id in state.memories:
                memories[item.concept].append(state.memories[item.id])
    concepts = sorted({*count, *state.known})
    return {concept: _mastery(concept, count[concept], memories[concept], concept in state.known, day) for concept in concepts}


def _mastery(concept: str, items: int, memories: list[Memory], told: bool, day: int) -> Mastery:
    recalled = [memory.retrievability(day) for memory in memories]
    hits, misses = _HITS + sum(recalled), _MISSES + len(recalled) - sum(recalled)
    mean = hits / (hits + misses)
    spread = _Z * math.sqrt(hits * misses / ((hits + misses) ** 2 * (hits + misses + 1)))
    stage = Stage.KNOWN if told else _stage(memories, recalled, items)
    return Mastery(concept, mean, max(0.0, mean - spread), min(1.0, mean + spread), stage, items, len(memories), told)


def _stage(memories: list[Memory], recalled: list[float], items: int) -> Stage:
    if not memories:
        return Stage.UNSEEN
    mean = sum(recalled) / len(recalled)
    if mean < _FADING:
        return Stage.FADING
    is_lasting = sum(memory.stability >= _LASTING for memory in memories) >= min(2, items)
    if mean >= _KNOWN and is_lasting:
        return Stage.KNOWN
    return Stage.PRACTISED if any(memory.reviews > 1 for memory in memories) else Stage.MET
