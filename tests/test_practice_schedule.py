"""The log is the truth: states are its replay, days are the user's, logs merge, and nothing that was answered is lost."""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import fsrs
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.backup.backup import Restored, back_up, restore
from assistant.backup.errors import BackupConflict
from assistant.errors import LibraryFormat
from assistant.practice.errors import PracticeDamaged, TooFewReviews
from assistant.practice.items.drafts import draft
from assistant.practice.items.values import ItemKind
from assistant.practice.keeping.events import Act, Event, new_event
from assistant.practice.keeping.store import append, check_practice, load_items, load_log, made_of, merge_practice, save_items
from assistant.practice.schedule.credit import Credit, credit_of
from assistant.practice.schedule.days import as_moment, study_day
from assistant.practice.schedule.fitting import fit
from assistant.practice.schedule.memory import Memory, Rating, reviewed
from assistant.practice.schedule.state import last_done, replay
from assistant.storage.snapshots import Layout
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Signal
from graph.overlay.parts import confidence_of
from ingest.model import Part, Span

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = NOON.toordinal()
ITEM = draft(ItemKind.WHY, "Why: a?", "Because b", "c", "a.md", Span(1, 2, Part("page", 3)), "a because b", points=("b", "c")).called("i")


def review(item: str, rating: int, day: int = 0, at: datetime | None = None) -> Event:
    return new_event(at or NOON + timedelta(days=day), DAY + day, Act.REVIEW, item, rating=rating, seconds=3)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    root = tmp_path / "library"
    root.mkdir()
    (root / "library.json").write_text('{"format": 3}')
    return Layout(root)


# Days


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-03-10T03:59:00+00:00", "UTC", date(2026, 3, 9)),
        ("2026-03-10T04:00:00+00:00", "UTC", date(2026, 3, 10)),
        ("2026-03-10T20:00:00+00:00", "Asia/Tokyo", date(2026, 3, 11)),
        ("2026-03-10T18:59:00+00:00", "Asia/Tokyo", date(2026, 3, 10)),
        # The night of 29 March 2026 has no hour from 2 to 3 in Berlin, that of 25 October has it twice.
        ("2026-03-29T01:59:00+00:00", "Europe/Berlin", date(2026, 3, 28)),
        ("2026-03-29T02:00:00+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-10-25T02:59:00+00:00", "Europe/Berlin", date(2026, 10, 24)),
        ("2026-10-25T03:00:00+00:00", "Europe/Berlin", date(2026, 10, 25)),
    ],
)
def test_a_study_day_begins_at_four_on_the_wall(at: str, zone: str, day: date) -> None:
    assert study_day(datetime.fromisoformat(at), 4, ZoneInfo(zone)) == day


def test_a_study_day_may_begin_at_another_hour_and_needs_a_zone() -> None:
    assert study_day(datetime(2026, 3, 10, 0, 30, tzinfo=UTC), 0, UTC) == date(2026, 3, 10)
    with pytest.raises(ValueError, match="time zone"):
        study_day(datetime(2026, 3, 10))


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Auckland"]))
def test_study_days_never_go_back_while_time_goes_on(moment: datetime, zone: str) -> None:
    at = moment.replace(tzinfo=UTC)
    days = [study_day(at + timedelta(hours=step), 4, ZoneInfo(zone)) for step in range(49)]
    assert days == sorted(days)
    assert (days[-1] - days[0]).days in (2, 1, 3)


# Memory


def test_the_memory_is_that_of_fsrs() -> None:
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card = fsrs.Card(1)
    memory: Memory | None = None
    for day, rating in ((0, 3), (0, 2), (4, 3), (20, 1), (21, 4), (90, 3)):
        card, _ = scheduler.review_card(card, fsrs.Rating(rating), as_moment(DAY + day))
        memory = reviewed(memory, Rating(rating), DAY + day)
        assert memory.stability == card.stability
        assert memory.difficulty == card.difficulty
        assert as_moment(memory.due) == card.due
        assert memory.retrievability(DAY + day + 7) == pytest.approx(
            scheduler.get_card_retrievability(card, as_moment(DAY + day + 7)), abs=1e-12
        )
    assert memory is not None
    assert (memory.reviews, memory.lapses) == (6, 1)


def test_a_better_rating_is_due_later_and_a_higher_retention_sooner() -> None:
    due = [reviewed(None, rating, DAY).due for rating in Rating]
    assert due == sorted(due)
    assert reviewed(None, Rating.EASY, DAY, 0.97).due < reviewed(None, Rating.EASY, DAY, 0.8).due


def test_a_clock_that_was_set_back_counts_as_the_same_day() -> None:
    memory = reviewed(None, Rating.GOOD, DAY)
    assert reviewed(memory, Rating.GOOD, DAY - 40) == reviewed(memory, Rating.GOOD, DAY)


# The state is a replay of the log

acts = st.sampled_from([Act.REVIEW, Act.REVIEW, Act.REVIEW, Act.SUSPEND, Act.RESUME, Act.BURY, Act.FLAG, Act.EDIT, Act.KNOW, Act.FIT])
steps = st.lists(st.tuples(acts, st.sampled_from("abc"), st.integers(1, 4), st.integers(0, 400), st.booleans()), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(steps, st.randoms())
def test_a_state_that_grew_is_the_replay_of_its_log(made: list[tuple[Act, str, int, int, bool]], shuffled: random.Random) -> None:
    state = replay([])
    log: list[Event] = []
    for number, (act, about, rating, day, is_undone) in enumerate(sorted(made, key=lambda step: step[3])):
        value = {"rating": rating, "parameters": [] if rating == 1 else [DEFAULT_PARAMETERS[0] * rating, *DEFAULT_PARAMETERS[1:]]}
        event = Event(f"{number:03}", NOON + timedelta(days=day, seconds=number), DAY + day, act, about, value)
        log.append(event)
        state.add(event)
        if is_undone:
            log.append(Event(f"{number:03}u", event.at + timedelta(milliseconds=1), event.day, Act.UNDO, event.id))
            state = replay(log)
    shuffled.shuffle(log)
    assert replay(log) == state


def test_an_undo_takes_back_one_event_and_only_that() -> None:
    first, second = review("a", 3), review("a", 1, 5)
    undo = new_event(NOON + timedelta(days=6), DAY + 6, Act.UNDO, second.id)
    state = replay([first, second, undo])
    assert state.memories["a"] == reviewed(None, Rating.GOOD, DAY)
    assert last_done(state) == first


def test_events_of_a_newer_version_change_nothing() -> None:
    odd = Event("x", NOON, DAY, "dream", "a", {})
    assert replay([odd, review("a", 3)]).memories == replay([review("a", 3)]).memories


def test_what_is_away_is_not_asked() -> None:
    state = replay([new_event(NOON, DAY, Act.BURY, "a"), new_event(NOON, DAY, Act.SUSPEND, "b"), new_event(NOON, DAY, Act.FLAG, "c")])
    assert [item for item in "abcd" if state.is_away(item, DAY)] == ["a", "b", "c"]
    assert [item for item in "abcd" if state.is_away(item, DAY + 1)] == ["b", "c"]


# The database


def test_items_and_events_come_back_as_they_were(layout: Layout) -> None:
    assert load_items(layout) == []
    assert load_log(layout) == []
    save_items(layout, [ITEM], [], "s1", NOON)
    (kept,) = load_items(layout)
    assert kept.item == ITEM
    assert kept.retired is None
    assert made_of(layout) == "s1"
    event = review("i", 3)
    append(layout, [event])
    append(layout, [event])
    assert load_log(layout) == [event]


def test_an_item_whose_source_is_gone_is_retired_and_comes_back(layout: Layout) -> None:
    save_items(layout, [ITEM], [], "s1", NOON)
    append(layout, [review("i", 3)])
    save_items(layout, [], ["i"], "s2", NOON)
    assert load_items(layout)[0].retired is not None
    assert len(load_log(layout)) == 1
    save_items(layout, [ITEM], [], "s3", NOON)
    assert load_items(layout)[0].retired is None


def test_the_practice_is_backed_up_restored_and_merged(layout: Layout, tmp_path: Path) -> None:
    save_items(layout, [ITEM], [], "s1", NOON)
    append(layout, [review("i", 3)])
    assert "practice.sqlite" in back_up(layout, tmp_path / "b.zip")
    other = Layout(tmp_path / "other")
    restore(other, tmp_path / "b.zip")
    append(other, [review("i", 1, 3)])
    append(layout, [review("i", 2, 2)])
    mine, theirs = load_log(layout), load_log(other)
    for one, two in ((layout, other), (other, layout)):
        copied = Layout(tmp_path / f"{one.root.name}-merged")
        copied.root.mkdir()
        for source, target in ((one, copied.practice), (two, copied.root / "theirs.sqlite")):
            with sqlite3.connect(source.practice) as base, sqlite3.connect(target) as copy:
                base.backup(copy)
        merge_practice(copied.practice, copied.root / "theirs.sqlite")
        merge_practice(copied.practice, copied.root / "theirs.sqlite")
        assert replay(load_log(copied)) == replay({event.id: event for event in (*mine, *theirs)}.values())
        assert len(load_log(copied)) == 3


def test_damage_and_a_newer_format_are_said(layout: Layout) -> None:
    save_items(layout, [ITEM], [], "s1", NOON)
    check_practice(layout.practice)
    with sqlite3.connect(layout.practice) as base:
        base.execute("INSERT INTO events VALUES ('x', 'yesterday', 1, 'review', 'i', '{}')")
    with pytest.raises(PracticeDamaged, match="cannot be read"):
        load_log(layout)
    with sqlite3.connect(layout.practice) as base:
        base.execute("PRAGMA user_version = 99")
    for read in (lambda: load_log(layout), lambda: check_practice(layout.practice)):
        with pytest.raises(LibraryFormat, match="format 99"):
            read()
    for left in layout.root.glob("practice.sqlite-*"):
        left.unlink()
    layout.practice.write_bytes(b"no database at all, but long enough to be one" * 50)
    with pytest.raises(PracticeDamaged):
        load_items(layout)
    with pytest.raises(PracticeDamaged):
        check_practice(layout.practice)


def test_an_entry_is_plain_json(layout: Layout) -> None:
    append(layout, [new_event(NOON, DAY, Act.FLAG, "i", remark="so \udcff")])
    with sqlite3.connect(layout.practice) as base:
        at, value = base.execute("SELECT at, value FROM events").fetchone()
    assert at == "2026-03-10T12:00:00.000000+00:00"
    assert json.loads(value) == {"remark": "so \\udcff"} or json.loads(value)["remark"].startswith("so ")


def learned_with(parameters: tuple[float, ...], count: int = 3000) -> list[Event]:
    """A log of a person whose memory is FSRS with some parameters: 100 items, each asked when the usual schedule asks."""
    rng = random.Random(3)
    memories: dict[str, Memory] = {}
    planned: dict[str, Memory] = {}
    log: list[Event] = []
    for day in range(400):
        for number in range(100):
            item = f"i{number}"
            if len(log) >= count or (item not in planned and number > day) or (item in planned and planned[item].due > DAY + day):
                continue
            memory = memories.get(item)
            recall = 0.5 if memory is None else memory.retrievability(DAY + day)
            rating = Rating.GOOD if rng.random() < recall else Rating.AGAIN
            memories[item] = reviewed(memory, rating, DAY + day, parameters=parameters)
            planned[item] = reviewed(planned.get(item), rating, DAY + day)
            at = NOON + timedelta(days=day, seconds=number)
            log.append(Event(f"{len(log):05}", at, DAY + day, Act.REVIEW, item, {"rating": int(rating)}))
    return log


def test_the_schedule_is_fitted_to_a_log_only_where_that_predicts_better() -> None:
    usual = tuple(DEFAULT_PARAMETERS)
    slow = (*usual[:8], 0.7, *usual[9:])  # somebody whose memory grows by a third of what is usual
    log = learned_with(slow)
    found = fit(log, ())
    assert found.is_kept
    assert found.after < found.before
    kept = Event("fit", NOON + timedelta(days=500), DAY, Act.FIT, "", {"parameters": list(found.parameters)})
    fitted = replay([*log, kept])
    assert fitted.parameters == found.parameters
    assert fitted.memories != replay(log).memories
    assert not fit(log, found.parameters).is_kept
    with pytest.raises(TooFewReviews):
        fit(learned_with(usual, 100), ())


def test_parameters_that_fsrs_does_not_take_are_none() -> None:
    odd = Event("fit", NOON, DAY, Act.FIT, "", {"parameters": [1.0, 2.0]})
    first = review("a", 3)
    assert replay([first, odd]).memories == replay([first]).memories


def credited(weight: float) -> Credit:
    return Credit({"whole": (("part", weight),)}, {"w": "whole", "p": "part"})


def test_credit_only_delays_and_goes_one_way() -> None:
    log = [review("p", 3, 0), review("w", 3, 1)]
    plain, state = replay(log), replay(log, credit=credited(0.5))
    assert state.memories == plain.memories
    assert state.due("w") == plain.due("w")
    interval = plain.memories["p"].due - plain.memories["p"].last
    assert state.due("p") == max(plain.memories["p"].due, DAY + 1 + round(0.5 * interval))
    late = replay([*log, review("w", 3, interval)], credit=credited(0.5))
    assert late.due("p") == DAY + interval + round(0.5 * interval)
    assert replay([*log, review("w", 1, interval)], credit=credited(0.5)).due("p") == state.due("p")
    assert replay([*log, review("w", 3, interval), review("p", 3, interval + 1)], credit=credited(0.5)).due("p") == replay(
        [*log, review("p", 3, interval + 1)]
    ).due("p")


def test_credit_flows_along_authored_edges_alone() -> None:
    def edge(before: str, after: str, confidence: float, kind: Signal) -> Prerequisite:
        return Prerequisite(before, after, confidence, Origin.ATLAS, (Evidence(kind, "a.toml", Span(1, 1), "why"),))

    edges = (
        edge("a", "b", confidence_of(0.5), Signal.ATLAS),
        edge("b", "c", confidence_of(0.2), Signal.ATLAS),
        edge("m", "c", 0.99, Signal.CUE),
    )
    graph = Graph({id_: Concept(id_, id_) for id_ in "abcm"}, edges)
    items = [replace(ITEM, id=f"i{id_}", concept=id_) for id_ in "abcm"]
    assert dict(credit_of(graph, items).flows) == {"a": (), "b": (("a", 0.5),), "c": (("a", 0.1), ("b", 0.2)), "m": ()}


def test_two_machines_put_their_logs_together(layout: Layout, tmp_path: Path) -> None:
    save_items(layout, [ITEM], [], "s1", NOON)
    append(layout, [review("i", 3)])
    other = Layout(tmp_path / "other")
    back_up(layout, tmp_path / "b.zip")
    restore(other, tmp_path / "b.zip")
    append(other, [review("i", 1, 3)])
    append(layout, [review("i", 2, 2)])
    back_up(other, tmp_path / "c.zip")
    with pytest.raises(BackupConflict):
        restore(layout, tmp_path / "c.zip")
    done = restore(layout, tmp_path / "c.zip", merge=True)
    assert done.changed == ("practice.sqlite",)
    assert done.kept is not None
    assert sorted(event.value["rating"] for event in load_log(layout)) == [1, 2, 3]
    assert restore(layout, tmp_path / "c.zip", merge=True) == Restored()
