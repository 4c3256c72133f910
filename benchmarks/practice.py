"""How fast practice is with many items and reviews, and how it fares with a simulated learner.

    python -m benchmarks.practice                  the times with 10,000 items and 100,000 reviews
    python -m benchmarks.practice --learner        90 days of a learner in five subjects, with and without implicit credit

The learner forgets as FSRS predicts, so this shows what the queue and credit do, not whether FSRS is right.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from assistant.practice.items.drafts import draft
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.keeping.events import Act, Event, new_event
from assistant.practice.keeping.store import append, load_items, load_log, save_items
from assistant.practice.schedule.credit import Credit, credit_of
from assistant.practice.schedule.memory import Memory, Rating, reviewed
from assistant.practice.schedule.state import replay
from assistant.practice.sessions.queue import interleaved, waiting
from assistant.settings import RETENTION
from assistant.storage.snapshots import Layout
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Signal
from graph.overlay.parts import confidence_of
from ingest.data import data_folder
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
        learner(given.days, given.seed)
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
    """Measure what a user waits for: reading the log, replaying it, choosing the next question, writing an answer."""
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


SUBJECTS = ("linear-algebra-and-calculus", "probability-and-statistics", "deep-learning", "reinforcement-learning", "computing")
ITEMS_A_CONCEPT, CONCEPTS, NEW, MOST_A_DAY = 3, 60, 10, 120
FIRST = 0.6  # the probability of answering a new question


@dataclass(frozen=True, slots=True)
class Course:
    """The material: items in the order of learning, and the parts of concepts that an answer exercises."""

    items: tuple[Item, ...]
    credit: Credit


def course(subject: str) -> Course:
    """The concepts of a field of the atlas, the most needed first, each with three items."""
    from graph.atlas.reading import read_atlas

    entries = {id_: one for id_, one in read_atlas(data_folder("atlas")).entries.items() if one.field == subject}
    needed = Counter(one.concept for entry in entries.values() for one in entry.requires)
    kept = sorted(entries, key=lambda id_: (-needed[id_], id_))[:CONCEPTS]
    edges = [
        Prerequisite(one.concept, id_, confidence_of(one.part), Origin.ATLAS, (_seen(one.why),))
        for id_ in kept
        for one in entries[id_].requires
        if one.concept in kept
    ]
    graph = Graph({id_: Concept(id_, id_) for id_ in kept}, tuple(edges))
    order = [graph.outline.ids[number] for number in graph.outline.topological()]
    items = []
    for number in range(len(order) * ITEMS_A_CONCEPT):
        concept, place = order[number // ITEMS_A_CONCEPT], Span(number + 1, number + 1)
        items.append(draft(ItemKind.WHY, f"Why: {number}?", "Because", concept, "a.md", place, "q").called(f"{number:06}"))
    return Course(tuple(items), credit_of(graph, items))


def _seen(why: str) -> Evidence:
    return Evidence(Signal.ATLAS, "a.toml", Span(1, 1), why)


class Mind:
    """A learner whose memory is FSRS itself. `transfer`: answering exercises what the concept builds on, as far as the atlas says."""

    def __init__(self, taught: Course, rng: random.Random, *, transfer: bool) -> None:
        self._taught, self._rng, self._transfer = taught, rng, transfer
        self._of: dict[str, list[str]] = {}
        for item in taught.items:
            self._of.setdefault(item.concept, []).append(item.id)
        self.memories: dict[str, Memory] = {}

    def answer(self, item: str, day: int) -> Rating:
        """Answer a question; memory changes by that."""
        memory = self.memories.get(item)
        recall = FIRST if memory is None else memory.retrievability(day)
        rating = Rating.GOOD if self._rng.random() < recall else Rating.AGAIN
        self.memories[item] = reviewed(memory, rating, day)
        if self._transfer and rating is Rating.GOOD:
            for concept, weight in self._taught.credit.given(item):
                for other in self._of.get(concept, ()):
                    self._exercise(other, weight, day)
        return rating

    def _exercise(self, item: str, weight: float, day: int) -> None:
        """A part of a successful review: that part of the growth, and of the time since the last one taken away."""
        memory = self.memories.get(item)
        if memory is None:
            return
        after = reviewed(memory, Rating.GOOD, day)
        stability = memory.stability + weight * max(0.0, after.stability - memory.stability)
        self.memories[item] = replace(memory, stability=stability, last=memory.last + round(weight * (day - memory.last)))

    def recall(self, day: int) -> float:
        """The share of items met so far that are known on a day."""
        known = [memory.retrievability(day) for memory in self.memories.values()]
        return sum(known) / len(known) if known else 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Answers given to what was met before, and the mean recall of all that was met, over the last 30 days."""

    reviews: int
    recall: float


def practised(taught: Course, days: int, seed: int, *, retention: float, credit: bool, mixed: bool, transfer: bool) -> Outcome:
    """Practise every day: all due items, then new ones."""
    mind = Mind(taught, random.Random(seed), transfer=transfer)
    state = replay([], retention, taught.credit if credit else None)
    reviews, known = 0, []
    for ahead in range(days):
        at = BEGIN + timedelta(days=ahead)
        day = at.toordinal()
        due, new = waiting(taught.items, state, day, worth={}, new=NEW)
        due, new = (interleaved(due), interleaved(new)) if mixed else (sorted(due, key=lambda item: item.concept), new)
        for number, item in enumerate([*due, *new][:MOST_A_DAY]):
            reviews += item.id in mind.memories
            rating = mind.answer(item.id, day)
            moment = at + timedelta(seconds=20 * number)
            state.add(Event(f"{ahead:04}{number:04}", moment, day, Act.REVIEW.value, item.id, {"rating": int(rating)}))
        if ahead >= days - 30:
            known.append(mind.recall(day + 1))
    return Outcome(reviews, sum(known) / len(known))


def learner(days: int, seed: int) -> None:
    """Reviews and recall with and without implicit credit and mixing, for learners with and without transfer."""
    courses = [course(subject) for subject in SUBJECTS]
    print(f"{days} days, {len(SUBJECTS)} subjects, {sum(len(one.items) for one in courses)} items; reviews and recall of what was met")
    for transfer in (True, False):
        print(f"\na learner {'with' if transfer else 'without'} transfer from a concept to what it builds on")
        plain = _run(courses, days, seed, transfer=transfer, credit=False)
        _told("neither", plain, plain)
        _told("mixed concepts", _run(courses, days, seed, transfer=transfer, credit=False, mixed=True), plain)
        found = _run(courses, days, seed, transfer=transfer, credit=True, mixed=True)
        _told("credit, mixed concepts", found, plain)
        # The same recall may cost less with a lower retention: credit has to beat that.
        level = _level(courses, days, seed, transfer, found.recall)
        equal = _run(courses, days, seed, transfer=transfer, credit=False, retention=level)
        _told(f"neither, retention {level:.2f}", equal, plain)
        print(f"  at equal recall credit saves {1 - found.reviews / equal.reviews:.0%} of the reviews")


def _run(
    courses: Sequence[Course], days: int, seed: int, *, transfer: bool, credit: bool, mixed: bool = False, retention: float = RETENTION
) -> Outcome:
    found = [
        practised(one, days, seed + at, retention=retention, credit=credit, mixed=mixed, transfer=transfer)
        for at, one in enumerate(courses)
    ]
    return Outcome(sum(one.reviews for one in found), sum(one.recall for one in found) / len(found))


def _level(courses: Sequence[Course], days: int, seed: int, transfer: bool, recall: float) -> float:
    """The retention to aim at without credit that comes nearest to a recall."""
    levels = [level / 100 for level in range(70, 92, 2)]
    return min(levels, key=lambda level: abs(_run(courses, days, seed, transfer=transfer, credit=False, retention=level).recall - recall))


def _told(what: str, found: Outcome, plain: Outcome) -> None:
    print(f"  {what:<26} {found.reviews:7,} reviews ({found.reviews / plain.reviews - 1:+.0%}), recall {found.recall:.1%}")


if __name__ == "__main__":
    main()
