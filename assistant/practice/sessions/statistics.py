"""Statistics of practice: coming reviews, recall, accuracy of predictions, time spent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.memory import Memory, Parameters, Rating, reviewed
from assistant.practice.schedule.state import Practised

FORECAST = 14
_BINS = ((0.0, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01))
_LONGEST_ANSWER = 600


@dataclass(frozen=True, slots=True)
class Bin:
    """Reviews whose recall was predicted between `low` and `high`: how many, the mean prediction, and the share that was recalled."""

    low: float
    high: float
    reviews: int
    predicted: float
    recalled: float


@dataclass(frozen=True, slots=True)
class PracticeStatistics:
    """The statistics.

    `forecast[n]` is the number of items due n days from now, with overdue ones counted today. `recalled` is the share of hits among reviews
    after an item's first one, None without any; `agreed` the share of suggested ratings that the user took; `days` counts reviews by the
    ordinal of the study day.
    """

    items: int
    practised: int
    away: int
    due: int
    forecast: tuple[int, ...]
    reviews: int
    minutes: float
    recalled: float | None
    predicted: float | None
    calibration: tuple[Bin, ...]
    agreed: float | None
    days: dict[int, int]


def statistics(items: Collection[str], state: Practised, day: int) -> PracticeStatistics:
    """The statistics of the current items on a study day, and of the whole log."""
    there = [due for id_ in items if (due := state.due(id_)) is not None and not state.is_away(id_, day)]
    coming = Counter(max(0, due - day) for due in there)
    reviews = [event for event in state.events if event.act == Act.REVIEW]
    answers = [event for event in state.events if event.act in (Act.REVIEW, Act.REPEAT)]
    pairs = predictions(reviews, state.retention, state.parameters)
    suggested = [event for event in answers if event.value.get("suggested")]
    return PracticeStatistics(
        items=len(items),
        practised=sum(id_ in state.memories for id_ in items),
        away=sum(state.is_away(id_, day) for id_ in items),
        due=coming[0],
        forecast=tuple(coming[ahead] for ahead in range(FORECAST)),
        reviews=len(reviews),
        minutes=sum(min(_LONGEST_ANSWER, float(event.value.get("seconds", 0))) for event in answers) / 60,
        recalled=_mean(recalled for _, recalled in pairs),
        predicted=_mean(predicted for predicted, _ in pairs),
        calibration=tuple(_bins(pairs)),
        agreed=_mean(event.value["suggested"] == event.value["rating"] for event in suggested),
        days=dict(sorted(Counter(event.day for event in answers).items())),
    )


def predictions(reviews: Iterable[Event], retention: float, parameters: Parameters = ()) -> list[tuple[float, bool]]:
    """For every review on a later day than the one before it, the predicted recall, and whether it was a hit."""
    memories: dict[str, Memory] = {}
    found: list[tuple[float, bool]] = []
    for event in reviews:
        memory = memories.get(event.about)
        rating = Rating(event.value["rating"])
        if memory is not None and event.day > memory.last:
            found.append((memory.retrievability(event.day), rating is not Rating.AGAIN))
        memories[event.about] = reviewed(memory, rating, event.day, retention, parameters)
    return found


def _bins(pairs: Iterable[tuple[float, bool]]) -> Iterable[Bin]:
    known = list(pairs)
    for low, high in _BINS:
        inside = [(predicted, recalled) for predicted, recalled in known if low <= predicted < high]
        if inside:
            predicted, recalled = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            yield Bin(low, min(high, 1.0), len(inside), predicted, recalled)


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None
