"""How well an item is remembered, and when to ask it again: FSRS-6 over study days (Ye, Su and Cao 2022 for the model)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.practice.schedule.days import as_moment
from assistant.settings import RETENTION

if TYPE_CHECKING:
    from fsrs import Scheduler

LONGEST = 36_500
_ID = 1


class Rating(IntEnum):
    """How well an answer was remembered."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """The state of an item after its reviews: `stability` in days, `difficulty` from 1 to 10, the study days of the last and the next
    review, how often it was reviewed and how often forgotten."""

    stability: float
    difficulty: float
    last: int
    due: int
    reviews: int = 1
    lapses: int = 0

    def retrievability(self, day: int) -> float:
        """The probability that it is remembered on a study day."""
        return _retrievability(self.stability, max(0, day - self.last))


def reviewed(memory: Memory | None, rating: Rating, day: int, retention: float = RETENTION) -> Memory:
    """The state after one more review. A day before the last review, as a clock set back gives it, counts as that day."""
    import fsrs

    scheduler = _scheduler(retention)
    day = day if memory is None else max(day, memory.last)
    card = fsrs.Card(_ID, due=as_moment(day))
    if memory is not None:
        card = fsrs.Card(_ID, fsrs.State.Review, None, memory.stability, memory.difficulty, as_moment(memory.due), as_moment(memory.last))
    after, _ = scheduler.review_card(card, fsrs.Rating(int(rating)), as_moment(day))
    if after.stability is None or after.difficulty is None:
        raise AssertionError("a reviewed card has a state")
    due = day + max(1, (after.due - as_moment(day)) // timedelta(days=1))
    is_lapse = memory is not None and rating is Rating.AGAIN
    count, lapses = (0, 0) if memory is None else (memory.reviews, memory.lapses)
    return Memory(after.stability, after.difficulty, day, due, count + 1, lapses + is_lapse)


def replayed(reviews: Iterable[tuple[int, Rating]], retention: float = RETENTION) -> Memory | None:
    """The state after reviews in their order, each a study day and a rating; None if there are none."""
    memory: Memory | None = None
    for day, rating in reviews:
        memory = reviewed(memory, rating, day, retention)
    return memory


@lru_cache(maxsize=8)
def _scheduler(retention: float) -> Scheduler:
    import fsrs

    return fsrs.Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False
    )


def _retrievability(stability: float, days: int) -> float:
    decay = -_scheduler(RETENTION).parameters[20]
    factor = 0.9 ** (1 / decay) - 1
    return float((1 + factor * days / stability) ** decay)
