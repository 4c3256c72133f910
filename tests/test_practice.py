"""Practice as a student meets it: a session in the terminal, questions that come again, what is known, and notes that change meanwhile."""

from __future__ import annotations

import random
import re
import shutil
import signal
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from terminal import study, study_process

from assistant.library.library import Library
from assistant.library.practice import Practice
from assistant.practice.errors import NothingToPractise, NothingToUndo, UnknownItem
from assistant.practice.items.drafts import draft
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.keeping.events import Act, new_event
from assistant.practice.keeping.store import load_log
from assistant.practice.mastery.mastery import Stage, mastery_of
from assistant.practice.schedule.memory import Rating
from assistant.practice.schedule.state import replay
from assistant.practice.sessions.placement import MOST, Placement
from assistant.practice.sessions.queue import interleaved, waiting
from assistant.practice.sessions.session import Round
from assistant.practice.sessions.statistics import statistics
from graph.errors import UnknownConcept
from ingest.errors import StudyError, UsageError
from ingest.model import Span

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTES = {
    "vector.md": "# Vector\n\nA **vector** is a list of numbers that has a direction and a length.\n",
    "dot-product.md": "---\nrequires:\n  - Vector\n---\n# Dot product\n\nThe **dot product** is the sum of the products of the entries of "
    "two vectors.\n\nThe dot product of long vectors is larger, because every entry adds to the sum.\n",
    "attention.md": "---\nrequires:\n  - Dot product\n---\n# Attention\n\n**Attention** is a weighted average of values whose weights come "
    "from dot products.\n\n## Check\n\n**Q:** Why are the scores divided by the square root of the dimension?\n**A:** The variance of a "
    "dot product grows with the dimension.\n\n**Q:** What do the weights of a row add up to?\n**A:** They add up to one.\n",
    "owl.md": "# Owl\n\nAn **owl** is a bird of prey that hunts at night.\n",
}
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = NOON.toordinal()


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    """A library of the notes, from which each test takes a copy."""
    folder = tmp_path_factory.mktemp("practice")
    for name, text in NOTES.items():
        (folder / "notes").mkdir(exist_ok=True)
        (folder / "notes" / name).write_text(text)
    with Library.open(folder / "library") as library:
        library.ingest(folder / "notes")
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(made: Path) -> Library:
    """The library with nothing practised yet; its documents are not changed by the tests that share it."""
    for left in (made / "library").glob("practice.sqlite*"):
        left.unlink()
    return Library.open(made / "library")


@pytest.fixture
def practice(library: Library, clock: Clock) -> Practice:
    return Practice(library, clock, UTC)


def test_a_session_asks_records_and_comes_back_when_it_is_time(practice: Practice, clock: Clock) -> None:
    session = practice.session(to="attention", new=4)
    assert (session.due, session.new) == (0, 4)
    asked = []
    while (item := session.next()) is not None:
        asked.append(item)
        assert item.concept != "owl"
        entry = session.answer(item, Rating.GOOD, seconds=5)
        assert entry.memory is not None
        assert entry.memory.due > DAY
    assert len({item.id for item in asked}) == 4
    assert asked[0].concept == "vector"
    assert practice.session(to="attention", new=0).left == 0
    clock.wait(days=30)
    again = practice.session(to="attention", new=0)
    assert again.due == 4
    assert {item.id for item in again.questions()} == {item.id for item in asked}


def test_a_miss_comes_again_and_counts_once(practice: Practice) -> None:
    session = practice.session(new=2)
    first = session.next()
    assert first is not None
    session.answer(first, Rating.AGAIN)
    second = session.next()
    assert second is not None
    assert second.id != first.id
    session.answer(second, Rating.GOOD)
    again = session.next()
    assert again is not None
    assert again.id == first.id
    session.answer(again, Rating.GOOD)
    assert session.next() is None
    assert (session.asked, session.missed) == (3, 1)
    memory = practice.state().memories[first.id]
    assert (memory.reviews, memory.lapses) == (1, 0)


def test_a_session_ends_with_its_time_but_keeps_what_was_answered(practice: Practice, clock: Clock) -> None:
    session = practice.session(minutes=5, new=5)
    item = session.next()
    assert item is not None
    clock.wait(minutes=6)
    session.answer(item, Rating.GOOD)
    assert session.next() is None
    assert session.left > 0
    assert len(practice.state().events) == 1


def test_what_the_user_does_with_an_item(practice: Practice, clock: Clock) -> None:
    item = practice.items()[0].item
    short = item.id[:6]
    assert practice.suspend(short).status == "suspended"
    assert practice.resume(short).status == "new"
    assert practice.bury(short).status == "buried"
    clock.wait(days=1)
    assert practice.items()[0].status == "new"
    assert practice.flag(short, "odd").status == "flagged"
    assert item.id not in {one.id for one in practice.session(new=99).questions()}
    assert practice.undo().act == Act.FLAG
    changed = practice.edit(short, prompt="What is it?", answer="a  thing").item
    assert (changed.prompt, changed.answer, changed.points) == ("What is it?", "a thing", ("a thing",))
    assert practice.edit(short, answer="another").item.prompt == "What is it?"
    for call in (lambda: practice.suspend("nothing"), lambda: practice.item(item.id[:2])):
        with pytest.raises(UnknownItem):
            call()
    for wrong in (
        lambda: practice.edit(short),
        lambda: practice.review(short, 5),
        lambda: practice.items(kind="riddle"),
        lambda: practice.items(status="x"),
    ):
        with pytest.raises(UsageError):
            wrong()
    with pytest.raises(UnknownConcept):
        practice.session(to="no such thing at all")


def test_undo_goes_back_step_by_step(practice: Practice) -> None:
    session = practice.session(new=3)
    for rating in (Rating.GOOD, Rating.HARD):
        item = session.next()
        assert item is not None
        session.answer(item, rating)
    back = session.undo()
    assert back is not None
    assert session.next() == back
    assert back.id not in practice.state().memories
    practice.undo()
    with pytest.raises(NothingToUndo, match="nothing to take back"):
        practice.undo()
    assert replay(load_log(practice._library.layout)) == practice.state()


def test_what_is_known_gives_no_new_questions_and_shows_as_known(practice: Practice, library: Library) -> None:
    assert practice.know("vectors") == "vector"
    assert practice.known == ["vector"]
    assert "vector" not in {item.concept for item in practice.session(new=99).questions()}
    assert practice.mastery()["vector"].stage is Stage.KNOWN
    practice.know("vector", known=False)
    assert practice.known == []
    assert library.mastery()["attention"].stage is Stage.UNSEEN


def test_a_path_leaves_out_what_is_known_and_says_how_well_the_rest_is(practice: Practice, library: Library) -> None:
    assert library.mastery() == {}
    assert "vector" in [step.concept.id for step in library.path("attention").steps]
    item = practice.items(concept="dot-product")[0].item
    practice.review(item.id, Rating.GOOD)
    practice.know("vector")
    path = Library.open(library.folder).path("attention")
    assert "vector" not in [step.concept.id for step in path.steps]
    assert "vector" in path.known
    shown = study("path", "--to", "attention", "--json", "--library", library.folder).json
    steps = {step["concept"]: step["mastery"] for step in shown["steps"]}
    assert (steps["dot-product"]["practised"], steps["dot-product"]["stage"]) == (1, "fading")  # it is long past March
    assert "vector" in practice.path_to("attention")


def test_a_placement_test_finds_what_is_known(practice: Practice) -> None:
    test = practice.placement("attention")
    while (item := test.next()) is not None:
        test.answered(item, item.concept in ("vector", "dot-product"))
    assert test.asked <= MOST
    assert {"vector", "dot-product"} <= test.known <= set(practice.path_to("attention")) - {"attention"}
    assert practice.placed(test) == practice.known
    with pytest.raises(UnknownConcept):
        practice.placement("no such thing at all")


def test_notes_without_questions_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x\n")
    with Library.open(tmp_path / "library") as library:
        library.ingest(tmp_path / "a.txt")
        with pytest.raises(NothingToPractise):
            library.practice.session()


def test_items_survive_edits_moves_and_come_back(tmp_path: Path, clock: Clock) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, text in NOTES.items():
        (notes / name).write_text(text)
    with Library.open(tmp_path / "library") as library:
        library.ingest(notes)
        practice = Practice(library, clock, UTC)
        before = {entry.item.prompt: entry.item.id for entry in practice.items()}
        why = next(entry.item for entry in practice.items() if entry.item.kind is ItemKind.WHY)
        owl = next(entry.item for entry in practice.items(concept="owl"))
        for item in (why, owl):
            practice.review(item.id, Rating.GOOD)
        (notes / "sub").mkdir()
        (notes / "attention.md").rename(notes / "sub" / "weights.md")
        text = NOTES["dot-product.md"].replace("of long vectors is larger", "of two long vectors is usually larger")
        (notes / "dot-product.md").write_text(text)
        (notes / "owl.md").unlink()
        library.ingest(notes)
        after = {entry.item.prompt: entry for entry in practice.items()}
        assert after["Why: The dot product of two long vectors is usually larger?"].item.id == why.id
        assert after["Why: The dot product of two long vectors is usually larger?"].memory is not None
        moved = next(entry.item for entry in practice.items() if entry.item.document == "sub/weights.md")
        assert before[moved.prompt] == moved.id
        assert [entry.item.id for entry in practice.items(status="retired") if entry.item.id == owl.id] == [owl.id]
        assert owl.id in practice.state().memories
        (notes / "owl.md").write_text(NOTES["owl.md"])
        library.ingest(notes)
        assert practice.item(owl.id).prompt == owl.prompt
        assert any(entry.item.id == owl.id for entry in practice.items())


# The parts


def item(number: int, concept: str, kind: ItemKind = ItemKind.WHY) -> Item:
    return draft(kind, f"Why: {number}?", "Because", concept, "a.md", Span(number, number), "q").called(f"i{number:03}")


def test_due_before_new_and_the_most_valuable_first() -> None:
    items = [item(1, "a"), item(2, "b"), item(3, "c"), item(4, "c"), item(5, "d")]
    state = replay([new_event(NOON - timedelta(days=60), DAY - 60, Act.REVIEW, f"i00{number}", rating=3) for number in (1, 2)])
    due, new = waiting(items, state, DAY, worth={"b": 5.0, "c": 2.0}, new=2)
    assert [one.id for one in due] == ["i002", "i001"]
    assert [one.id for one in new] == ["i003", "i005"]
    _, along = waiting(items, state, DAY, worth={}, new=9, order=["d", "c"])
    assert [one.id for one in along] == ["i005", "i003", "i004"]
    state.known.add("d")
    assert [one.id for one in waiting(items, state, DAY, worth={}, new=9, order=["d", "c"])[1]] == ["i003", "i004"]


def test_concepts_are_mixed() -> None:
    mixed = interleaved([item(number, concept) for number, concept in enumerate("aaabbc")])
    assert [one.concept for one in mixed[:3]] == ["a", "b", "c"]
    assert sorted(one.id for one in mixed) == sorted(f"i{number:03}" for number in range(6))


def test_a_round_asks_a_miss_no_more_than_three_times_again() -> None:
    round_ = Round([item(1, "a")], [], 10, lambda: NOON)
    acts = []
    while (one := round_.next()) is not None:
        acts.append(round_.act_of(one))
        round_.answered(one, Rating.AGAIN)
    assert acts == [Act.REVIEW, Act.REPEAT, Act.REPEAT, Act.REPEAT]


def test_mastery_grows_with_evidence_and_never_from_one_item_alone() -> None:
    items = [item(number, "a") for number in range(6)]
    values = []
    for count in range(7):
        log = [new_event(NOON, DAY, Act.REVIEW, one.id, rating=4) for one in items[:count]]
        found = mastery_of(items, replay(log), DAY)["a"]
        assert found.low <= found.value <= found.high
        values.append((found.value, found.high - found.low))
    assert [value for value, _ in values] == sorted(value for value, _ in values)
    assert values[1][0] == 0.5
    assert values[6][1] < values[1][1]
    assert mastery_of(items, replay([new_event(NOON, DAY, Act.REVIEW, "i000", rating=1)]), DAY + 90)["a"].stage is Stage.FADING


def test_statistics_compare_predictions_with_what_came() -> None:
    rng = random.Random(5)
    log = [
        new_event(NOON + timedelta(days=at), DAY + at, Act.REVIEW, f"i{number}", rating=3, suggested=3, seconds=6)
        for number in range(40)
        for at in (0,)
    ]
    log += [
        new_event(
            NOON + timedelta(days=3), DAY + 3, Act.REVIEW, f"i{number}", rating=3 if rng.random() < 0.9 else 1, suggested=2, seconds=6
        )
        for number in range(40)
    ]
    found = statistics([f"i{number}" for number in range(50)], replay(log), DAY + 3)
    assert (found.items, found.practised, found.reviews) == (50, 40, 80)
    assert found.recalled == sum(event.value["rating"] == 3 for event in log[40:]) / 40
    assert found.predicted is not None
    assert sum(bin_.reviews for bin_ in found.calibration) == 40
    assert found.agreed == 0.5
    assert found.minutes == 8
    assert sum(found.forecast) <= 40
    assert found.days == {DAY: 40, DAY + 3: 40}


def test_placement_asks_at_most_twelve_and_halves_a_chain() -> None:
    concepts = [f"c{number:02}" for number in range(40)]
    before = {concept: set(concepts[:number]) for number, concept in enumerate(concepts)}
    for border in (0, 7, 23, 40):
        test = Placement(concepts, [item(number, concept) for number, concept in enumerate(concepts)], before)
        while (one := test.next()) is not None:
            test.answered(one, concepts.index(one.concept) < border)
        assert test.asked <= 7
        assert test.known == set(concepts[:border])


# In the terminal


def test_a_session_in_the_terminal(library: Library) -> None:
    typed = "?\nl\na list of numbers with a direction and length\n\n\n2\nu\ne\nWhat is meant?\n\nf\nodd\nq\n"
    ran = study("practice", "--to", "attention", "--library", library.folder, stdin=typed)
    assert ran.code == 0, ran.err
    assert "1 again, 2 hard, 3 good, 4 easy;\nl lines" in ran.out
    assert ">    3  " in ran.out
    assert "✓" in ran.out or "~" in ran.out or "·" in ran.out
    assert "left for another time." in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 110
    assert "flagged" in study("practice", "items", "--status", "flagged", "--library", library.folder).out
    stats = study("practice", "stats", "--library", library.folder)
    assert "1 answer in less than a minute on 1 day." in stats.out
    assert study("practice", "undo", "--library", library.folder).out.startswith("Taken back: flag of “")


def test_what_there_is_to_ask_and_which_item_is_meant_is_said(library: Library) -> None:
    ids = [one["id"] for one in study("practice", "items", "--json", "--library", library.folder).json["items"]]
    shared = next(first for first in {id_[0] for id_ in ids} if sum(id_.startswith(first) for id_ in ids) > 1)
    several = study("practice", "suspend", shared, "--library", library.folder)
    assert (several.code, "practice items begin with" in several.err) == (1, True)
    unseen = study("practice", "--new", "0", "--to", "attention", "--library", library.folder).out
    assert re.fullmatch(r"Nothing is due\. \d+ questions? not asked yet: --new NUMBER brings that many\.\n", unseen)


def test_a_session_stops_where_its_input_ends(library: Library) -> None:
    ran = study("practice", "--library", library.folder, stdin="an answer\n")
    assert ran.code == 0
    assert "0 answers kept." in ran.out


def test_a_letter_is_an_answer_where_the_notes_answer_with_it(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    facts = "# Metals\n\nPotassium is a soft metal that burns in water.\n\nSodium is a soft metal that is found in salt.\n"
    (tmp_path / "notes" / "symbols.md").write_text(facts)
    assert study("ingest", tmp_path / "notes", "--library", tmp_path / "library").code == 0
    for item in study("practice", "items", "--json", "--library", tmp_path / "library").json["items"]:
        assert study("practice", "edit", item["id"], "--answer", "K", "--library", tmp_path / "library").code == 0
    ran = study("practice", "--library", tmp_path / "library", stdin="k\n3\nb\nq\n")
    assert "✓ K" in ran.out
    assert "1 answer kept." in ran.out
    assert "Not asked before tomorrow." in ran.out


def test_ctrl_c_in_a_session_says_what_is_kept(library: Library) -> None:
    library.practice.refresh()
    with study_process("practice", "--new", "5", "--library", library.folder, stdin=-1) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n3\n")
        process.stdin.flush()
        deadline = time.monotonic() + 30
        while not load_log(library.layout) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert "Stopped. 1 answer kept. " in out
    assert "Nothing was changed" not in err
    assert len(load_log(library.layout)) == 1


def test_cards_among_the_notes_are_said(library: Library) -> None:
    (root,) = library.status().roots
    ran = study("cards", "export", Path(root) / "cards.md", "--library", library.folder)
    (Path(root) / "cards.md").unlink(missing_ok=True)
    assert ran.code == 0, ran.err
    assert "the next ingest reads it as a document" in ran.err


def test_what_one_knows_in_the_terminal(library: Library) -> None:
    assert "not said yet" in study("know", "--library", library.folder).out
    assert study("know", "vector", "--library", library.folder).out == "Vector: known.\n"
    assert study("know", "--library", library.folder).out == "Vector\n"
    assert study("know", "vector", "--not", "--library", library.folder).out == "Vector: no longer known.\n"
    ran = study("know", "--test", "attention", "--library", library.folder, stdin="\n" * 12)
    assert "You know: none of them." in ran.out
    assert "No question was answered." in study("know", "--test", "attention", "--library", library.folder).out
    assert study("practice", "undo", "--library", library.folder).out == "Taken back: what you said of knowing Vector.\n"
    assert study("know", "--not", "--library", library.folder).code == 2


def test_an_answer_is_kept_whenever_the_process_is_killed(library: Library) -> None:
    library.practice.refresh()
    for answered, pause in enumerate((0.3, 0.8)):
        process = study_process("practice", "--new", "5", "--library", library.folder, stdin=-1)
        assert process.stdin is not None
        assert process.stdout is not None
        while "press Enter" not in process.stdout.readline():
            pass
        process.stdin.write("\n3\n\n")
        process.stdin.flush()
        deadline = time.monotonic() + 20
        while len(load_log(library.layout)) == answered and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert len(load_log(library.layout)) == answered + 1
    with sqlite3.connect(library.layout.practice) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_two_sessions_at_once_see_each_other(practice: Practice, library: Library, clock: Clock) -> None:
    other = Practice(library, clock, UTC)
    first, second = (entry.item for entry in practice.items()[:2])
    practice.review(first.id, Rating.GOOD)
    other.review(second.id, Rating.GOOD)
    assert set(practice.state().memories) == set(other.state().memories) == {first.id, second.id}


def test_a_library_that_is_deleted_in_a_session_is_said_and_not_made_anew(library: Library, clock: Clock, tmp_path: Path) -> None:
    shutil.copytree(library.folder, tmp_path / "library")
    with Library.open(tmp_path / "library") as copy:
        practice = Practice(copy, clock, UTC)
        item = practice.items()[0].item
        shutil.rmtree(copy.folder)
        with pytest.raises(StudyError):
            practice.review(item.id, Rating.GOOD)
        assert not copy.folder.exists()


class Scribe:
    """A language model that says what it is told to, one thing after the other."""

    def __init__(self, *said: str) -> None:
        self.said = list(said)

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        return self.said.pop(0) if self.said else "I cannot."


def test_what_a_model_writes_is_kept_only_if_the_notes_support_it(
    practice: Practice, library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = {entry.item.id for entry in practice.items()}
    good = "Question: What does an owl hunt at?\nAnswer: An owl is a bird of prey that hunts at night.\n"
    false = "Question: What does an owl eat?\nAnswer: An owl eats 12 cakes in Paris every day.\n"
    for said in (good, false, "No idea.", "Question: What is an owl that hunts at night?\nAnswer: hunts at night\n"):
        monkeypatch.setattr(library, "open_model", lambda _named, said=said: Scribe(*[said] * 9))
        found = practice.write("any", most=9)
        assert [item.prompt for item in found] == (["What does an owl hunt at?"] if said is good else [])
    assert {entry.item.id for entry in practice.items(kind="written")} == {entry.item.id for entry in practice.items()} - before
    practice.refresh(again=True)
    assert [entry.item.concept for entry in practice.items(kind="written")] == ["owl"]
