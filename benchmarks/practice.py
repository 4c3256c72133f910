"""How fast practice is with many items and reviews, and how it fares with a simulated learner.

    python -m benchmarks.practice                  the times with 10,000 items and 100,000 reviews
    python -m benchmarks.practice --learner        90 days of a learner whose memory is FSRS itself, with a fixed seed

The learner forgets as FSRS predicts, so this shows what the queue and the budget of time do, not whether FSRS is right.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from assistant.practice.items.drafts import draft
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.keeping.events import Act, Event, new_event
from assistant.practice.keeping.store import append, load_items, load_log, save_items
from assistant.practice.schedule.memory import Rating
from assistant.practice.schedule.state import replay
from assistant.practice.sessions.queue import interleaved, waiting
from assistant.storage.snapshots import Layout
from ingest.model import Span

ITEMS, REVIEWS = 10_000, 100_000
BEGIN = datetime(2026, 1, 1, 18, tzinfo=UTC)
_Value = TypeVar("_Value")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learner", action="store_true")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.learner:
        learner(given.days, random.Random(given.seed))
    else:
        times(random.Random(given.seed))


def made(count: int, concepts: int) -> list[Item]:
    """Items spread over concepts."""
    found = []
    for number in range(count):
        place = Span(number + 1, number + 1)
        found.append(draft(ItemKind.WHY, f"Why: {number}?", "Because", f"c{number % concepts}", "a.md", place, "q").called(f"{number:016}"))
    return found


def times(rng: random.Random) -> None:
    """What takes a user's time: reading the log, replaying it, choosing what is next, writing an answer."""
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        items = made(ITEMS, 800)
        log = []
        for number in range(REVIEWS):
            at = BEGIN + timedelta(seconds=number * 700)
            log.append(new_event(at, at.toordinal(), Act.REVIEW, rng.choice(items).id, rating=rng.choice((1, 3, 3, 3, 3, 4)), seconds=6))
        taken("write all items", lambda: save_items(layout, items, (), "s", BEGIN))
        taken("write the log", lambda: append(layout, log))
        kept = taken("read the items", lambda: load_items(layout))
        read = taken("read the log", lambda: load_log(layout))
        state = taken("replay the log", lambda: replay(read))
        day = log[-1].day
        worth = {f"c{number}": float(number % 7) for number in range(800)}
        there = [one.item for one in kept]
        due, new = taken("choose a session", lambda: waiting(there, state, day, worth=worth, new=10))
        taken("mix the concepts", lambda: interleaved(due[:200]))
        event = new_event(BEGIN, day, Act.REVIEW, items[0].id, rating=3)
        taken("write an answer", lambda: append(layout, [event]))
        taken("add it to the state", lambda: state.add(event))
        print(f"{len(due):,} due, {len(new)} new; the file has {layout.practice.stat().st_size / 1e6:.0f} MB")


def taken(what: str, do: Callable[[], _Value]) -> _Value:
    """Do something and print how much processor time it took."""
    begin = time.process_time()
    value = do()
    print(f"{what:<22} {1000 * (time.process_time() - begin):9.1f} ms")
    return value


def learner(days: int, rng: random.Random) -> None:
    """A learner with a quarter of an hour a day, who takes 20 seconds for a question."""
    items = made(400, 80)
    log: list[Event] = []
    state = replay([])
    right = asked = 0
    for ahead in range(days):
        at = BEGIN + timedelta(days=ahead)
        day = at.toordinal()
        due, new = waiting(items, state, day, worth={f"c{number}": float(number % 7) for number in range(80)}, new=10)
        for number, item in enumerate([*interleaved(due), *interleaved(new)][:45]):
            memory = state.memories.get(item.id)
            recall = 0.6 if memory is None else memory.retrievability(day)
            rating = Rating.GOOD if rng.random() < recall else Rating.AGAIN
            if memory is not None:
                asked, right = asked + 1, right + (rating is Rating.GOOD)
            moment = at + timedelta(seconds=20 * number)
            event = Event(f"{ahead:04}{number:04}", moment, day, Act.REVIEW.value, item.id, {"rating": int(rating)})
            log.append(event)
            state.add(event)
    last = (BEGIN + timedelta(days=days)).toordinal()
    known = sum(memory.retrievability(last) for memory in state.memories.values())
    print(f"{len(log):,} answers in {days} days, {len(state.memories)} of {len(items)} items met")
    print(f"recalled when asked again: {right / asked:.1%}; expected to be known at the end: {known:.0f} items")


if __name__ == "__main__":
    main()
