"""The memory of an item, and its next review: FSRS-6 over study days (Ye, Su and Cao 2022 for the model)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from assistant.practice.schedule.days import as_moment
from assistant.settings import RETENTION

if TYPE_CHECKING:
    from fsrs import Card, Scheduler
    from fsrs import Rating as FsrsRating

LONGEST = 36_500
_ID = 1
_BEGIN = 700_000  # a study day to count from: only differences of days matter
DECAY = 0.1542
"""The decay of the forgetting curve with the default parameters."""
Parameters = tuple[float, ...]
"""The 21 parameters of FSRS-6; empty for the default ones."""


class Rating(IntEnum):
    """The rating of an answer."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """The state of an item after its reviews: `stability` in days, `difficulty` from 1 to 10, the study days of the last and the next
    review, how often it was reviewed and how often forgotten. `decay` is that of the parameters."""

    stability: float
    difficulty: float
    last: int
    due: int
    reviews: int = 1
    lapses: int = 0
    decay: float = DECAY

    def retrievability(self, day: int) -> float:
        """The probability that it is remembered on a study day."""
        return _retrievability(self.stability, max(0, day - self.last), self.decay)


def reviewed(memory: Memory | None, rating: Rating, day: int, retention: float = RETENTION, parameters: Parameters = ()) -> Memory:
    """The state after one more review. A day before the last review, as a clock set back gives it, counts as that day."""
    if memory is None:
        stability, difficulty, interval = _first(rating, retention, parameters)
        return Memory(stability, difficulty, day, day + interval, decay=parameters[-1] if parameters else DECAY)
    day = max(day, memory.last)
    stability, difficulty, interval = _later(memory.stability, memory.difficulty, day - memory.last, rating, retention, parameters)
    is_lapse = rating is Rating.AGAIN
    return Memory(stability, difficulty, day, day + interval, memory.reviews + 1, memory.lapses + is_lapse, memory.decay)


@lru_cache(maxsize=64)
def _first(rating: Rating, retention: float, parameters: Parameters) -> tuple[float, float, int]:
    """Stability, difficulty and days to the next review after a first review."""
    import fsrs

    return _scheduled(fsrs.Card(_ID, due=as_moment(_BEGIN)), rating, 0, retention, parameters)


@lru_cache(maxsize=1 << 17)
def _later(
    stability: float, difficulty: float, days: int, rating: Rating, retention: float, parameters: Parameters
) -> tuple[float, float, int]:
    """The same after one more review, `days` after the last. It is cached, since many items have the same history."""
    import fsrs

    begin = as_moment(_BEGIN)
    return _scheduled(fsrs.Card(_ID, fsrs.State.Review, None, stability, difficulty, begin, begin), rating, days, retention, parameters)


def _scheduled(card: Card, rating: Rating, days: int, retention: float, parameters: Parameters) -> tuple[float, float, int]:
    at = as_moment(_BEGIN + days)
    after, _ = _scheduler(retention, parameters).review_card(card, _ratings()[rating], at)
    if after.stability is None or after.difficulty is None:
        raise AssertionError("a reviewed card has a state")
    return after.stability, after.difficulty, max(1, (after.due - at).days)


@cache
def _ratings() -> dict[Rating, FsrsRating]:
    import fsrs

    return {rating: fsrs.Rating(int(rating)) for rating in Rating}


def usable(values: Iterable[float]) -> Parameters:
    """Values as parameters; empty, which means the default ones, if FSRS rejects them."""
    found = tuple(map(float, values))
    try:
        _scheduler(RETENTION, found)
    except (ValueError, TypeError):
        return ()
    return found


@lru_cache(maxsize=8)
def _scheduler(retention: float, parameters: Parameters) -> Scheduler:
    import fsrs

    return fsrs.Scheduler(
        parameters=parameters or fsrs.scheduler.DEFAULT_PARAMETERS,
        desired_retention=retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST,
        enable_fuzzing=False,
    )


def _retrievability(stability: float, days: int, decay: float) -> float:
    decay = -decay
    factor = 0.9 ** (1 / decay) - 1
    return float((1 + factor * days / stability) ** decay)
