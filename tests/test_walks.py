"""Walks as a student goes them: step by step, over several days, with questions, and with notes that change meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from terminal import study

from assistant.library.library import Library
from assistant.library.practice import Practice
from assistant.library.walks import Walk
from assistant.practice.errors import NoStep, NoWalk
from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.memory import Rating
from assistant.practice.walks.explaining import explain
from assistant.practice.walks.progress import walks_of
from assistant.practice.walks.values import Did, From, Standing
from graph.model.values import Concept, Place
from ingest.errors import StudyError
from ingest.model import Span
from ingest.readers import read_document

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTES = {
    "flour.md": "# Flour\n\n**Flour** is a powder of ground grain that holds starch and protein.\n",
    "dough.md": "---\nrequires:\n  - Flour\n---\n# Dough\n\n**Dough** is a mixture of flour and water kneaded until it is smooth.\n\n"
    "A dough of strong flour is tougher, because more protein makes more gluten.\n",
    "loaf.md": "---\nrequires:\n  - Dough\n---\n# Loaf\n\nA **loaf** is a shaped piece of dough that was baked in an oven.\n\n"
    "## Check\n\n**Q:** Why is a loaf scored before it is baked?\n**A:** The cut lets the steam out where the baker wants it.\n\n"
    "**Q:** How does one hear that a loaf is done?\n**A:** It sounds hollow when it is tapped.\n",
    "owl.md": "# Owl\n\nAn **owl** is a bird of prey that hunts at night.\n",
}
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    """Notes and a library of them, from which each test takes a copy."""
    folder = tmp_path_factory.mktemp("walks")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text)
    with Library.open(folder / "library") as library:
        library.ingest(folder / "notes")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "library", tmp_path / "library")
    return tmp_path


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(folder / "library") as library:
        yield library


def names(walk: Walk) -> list[tuple[str, str]]:
    return [(step.name, step.standing.value) for step in walk.steps()]


def test_a_walk_leads_through_the_path_and_what_it_teaches_is_remembered(library: Library) -> None:
    walk = library.walks.begin("loaf")
    path = [step.concept.id for step in library.path("loaf").steps]
    assert [step.concept for step in walk.steps()] == path
    assert path == ["flour", "dough", "loaf"]
    answered = 0
    while (lesson := walk.lesson(model=False)) is not None:
        if lesson.concept.id == "dough":
            assert [reason.concept for reason in lesson.because] == ["flour", "loaf"]
            assert lesson.explanation.words_of is From.NOTES
            assert lesson.explanation.text.startswith("Dough is a mixture of flour and water")
            assert lesson.explanation.citations[0].document == "dough.md"
        assert len(lesson.questions) <= 3
        spans = [(item.document, item.span) for item in lesson.questions]
        assert not any(one[0] == other[0] and one[1].overlaps(other[1]) for one, other in combinations(spans, 2))
        session = walk.session(lesson)
        while (item := session.next()) is not None:
            session.answer(item, Rating.GOOD)
            answered += 1
        assert walk.lesson(model=False).questions == ()  # type: ignore[union-attr]
        walk.go_on()
    assert answered >= 5
    assert {standing for _, standing in names(walk)} <= {"learned", "known"}
    assert library.mastery()["dough"].practised
    assert len(library.practice.state().memories) == answered
    with pytest.raises(NoStep):
        walk.go_on()


def test_a_walk_goes_on_another_day_and_after_an_ingest(library: Library, folder: Path) -> None:
    walk = library.walks.begin("loaf")
    before = [step.concept for step in walk.steps()]
    while walk.now is not None and walk.now.concept != "dough":
        walk.go_on()
    notes = folder / "notes"
    notes.mkdir()
    for name, text in NOTES.items():
        (notes / name).write_text(text.replace("until it is smooth", "until it is elastic"))
    (notes / "owl.md").unlink()
    library.ingest(notes)
    with Library.open(folder / "library") as again:
        later = Practice(again, lambda: NOON + timedelta(days=900), UTC)
        again.__dict__["practice"] = later
        walk = again.walks.begin("loaf")
        assert [step.concept for step in walk.steps()] == before
        assert walk.now is not None
        assert walk.now.concept == "dough"
        lesson = walk.lesson(model=False)
        assert lesson is not None
        assert "until it is elastic" in lesson.explanation.text
        assert [one.target for one in again.walks.all()] == ["loaf"]


def test_what_was_learned_lately_is_asked_for_once_only(library: Library) -> None:
    walk = library.walks.begin("loaf")
    while (lesson := walk.lesson(model=False)) is not None:
        for item in lesson.questions:
            library.practice.review(item.id, Rating.GOOD)
        walk.go_on()
    for step in library.walks.begin("loaf", again=True).steps():
        again = library.walks.walk("loaf").lesson(model=False)
        if again is not None and again.concept.id == step.concept:
            memories = library.practice.state().memories
            assert sum(item.id in memories for item in again.questions) <= 1
            library.walks.walk("loaf").go_on()


def test_what_is_known_is_passed_by_and_back_takes_it_up_again(library: Library) -> None:
    walk = library.walks.begin("loaf")
    while walk.now is not None and walk.now.concept != "flour":
        walk.go_on()
    assert walk.know() is not None
    assert ("Flour", "known") in names(walk)
    assert "flour" in library.practice.known
    assert walk.back() == next(step for step in walk.steps() if step.concept == "flour")
    assert "flour" not in library.practice.known
    library.practice.know("flour")
    assert walk.now is not None
    assert walk.now.concept == "dough"
    for _ in walk.steps():
        try:
            walk.back()
        except NoStep:
            break
    assert not any(step.standing is Standing.LEARNED for step in walk.steps())


def test_what_one_lacks_is_put_before_the_step(library: Library) -> None:
    walk = library.walks.begin("loaf")
    while walk.now is not None and walk.now.concept != "dough":
        lesson = walk.lesson(model=False)
        assert lesson is not None
        session = walk.session(lesson)
        while lesson.concept.id == "flour" and (item := session.next()) is not None:
            session.answer(item, Rating.AGAIN)
        walk.go_on()
    first = walk.lacking()[0]
    assert (first.concept, first.is_behind, first.missed > 0) == ("flour", True, True)
    now = walk.insert(first.concept)
    assert now is not None
    assert (now.concept, now.is_inserted) == ("flour", True)
    after = walk.go_on()
    assert after is not None
    assert after.concept == "dough"
    with pytest.raises(NoStep):
        walk.insert("loaf")


def test_a_question_is_answered_from_the_step_and_else_from_all_notes(library: Library) -> None:
    from assistant.answers.events import last_result

    walk = library.walks.begin("loaf")
    while walk.now is not None and walk.now.concept != "dough":
        walk.go_on()
    near = last_result(walk.ask("why is it tougher with strong flour?", model=False)).answer
    assert "more gluten" in str(near)
    assert "other notes" not in near.note
    far = last_result(walk.ask("what does an owl hunt at night?", model=False)).answer
    assert not far.abstained
    assert "other notes" in far.note


def test_walks_are_begun_anew_and_given_up(library: Library) -> None:
    walk = library.walks.begin("loaf")
    walk.go_on()
    assert library.walks.begin("loaf").steps()[0].standing is Standing.LEARNED
    assert library.walks.begin("loaf", again=True).steps()[0].standing is not Standing.LEARNED
    walk.give_up()
    assert library.walks.all() == []
    with pytest.raises(NoWalk):
        library.walks.walk("loaf")


def walked(at: int, did: str, **value: object) -> Event:
    return Event(f"{at:03}", NOON + timedelta(minutes=at), NOON.toordinal(), Act.WALK.value, "t", {"did": did, **value})


def test_progress_is_what_the_log_says() -> None:
    log = [
        walked(0, "begin", steps=["a", "b", "t"]),
        walked(1, "learned", step="a"),
        walked(2, "insert", step="x", before="b"),
        walked(3, "insert", step="a", before="b"),
        walked(4, "dance", step="b"),
    ]
    walk = walks_of(log)["t"]
    assert walk.plan == ("x", "a", "b", "t")
    assert walk.done == {}
    assert walks_of([*log, walked(5, "known", step="x")])["t"].done == {"x": Did.KNOWN}
    assert walks_of([*log, walked(6, "end")]) == {}
    assert walks_of(log[1:]) == {}


@pytest.mark.parametrize(
    ("text", "lines", "said"),
    [
        ("# Cell\n\nA cell is the unit of life.\n", (3, 3), "A cell is the unit of life."),
        ("# Cell\n\n> [!def] Cell\n> The unit of life that divides.\n", (3, 3), "Cell: The unit of life that divides."),
        ("# Cell\n\n## Parts\n\n- a wall around it\n- a nucleus in it\n", (3, 6), "Parts: a wall around it a nucleus in it"),
        ("# Cell\n\nHow long?\n\n![[cell.png]]\n\nIt lives for days or weeks.\n", (1, 7), "It lives for days or weeks."),
        (
            "# Cell\n\nIt stores energy in fat\nIt divides in two\nIt dies at last\n",
            (3, 5),
            "It stores energy in fat It divides in two It dies at last",
        ),
    ],
)
def test_an_explanation_is_in_the_words_of_the_notes(text: str, lines: tuple[int, int], said: str) -> None:
    place = Place("cell.md", Span(*lines), "Cell", (), "", 1.0)
    document = read_document("cell.md", text.encode())
    found = explain(Concept("cell", "cell", about=(place,)), (place,), lambda _: document)
    assert " ".join(found.text.split()) == said


def test_the_answer_to_a_question_in_a_title_explains_only_where_it_asks_what_the_thing_is() -> None:
    other = "# Cell\n\n## Why does a cell swell?\n\nWater comes in faster than it leaves the inside.\n"
    what = "\n## What is a cell?\n\nThe unit of which all living things are made.\n"
    for text, said in ((other + what, "The unit of which"), (other, "Water comes in")):
        document = read_document("cell.md", text.encode())
        place = Place("cell.md", Span(1, len(text.split("\n")) - 1), "Cell", (), "", 1.0)
        found = explain(Concept("cell", "cell", about=(place,)), (place,), {"cell.md": document}.__getitem__)
        assert found.text.startswith(said)


def test_of_a_list_of_terms_only_the_one_asked_for_is_said() -> None:
    text = "# Terms\n\n- Wall: what surrounds the cell\n- Cell: the unit of life\n- Gene: a stretch of DNA\n"
    place = Place("cell.md", Span(4, 4), "Terms", (), "Cell: the unit of life", 1.0)
    document = read_document("cell.md", text.encode())
    found = explain(Concept("cell", "cell", definition=place, about=(place,)), (place,), lambda _: document)
    assert found.text == "Cell: the unit of life."


def test_what_no_note_explains_is_explained_by_the_atlas_or_by_nobody() -> None:
    def gone(name: str) -> object:
        raise StudyError(name)

    place = Place("atlas:a.toml", Span(3, 3), "Cell", (), "A cell is the unit of life.", 1.0)
    found = explain(Concept("cell", "cell", definition=place), (), gone)  # type: ignore[arg-type]
    assert (found.words_of, found.text) == (From.ATLAS, "A cell is the unit of life.")
    assert explain(Concept("cell", "cell"), (), gone).words_of is From.NOBODY  # type: ignore[arg-type]


def test_a_walk_in_the_terminal(folder: Path) -> None:
    place = ("--library", folder / "library")
    ran = study("walk", "--to", "loaf", *place, stdin="?\nwhat is flour?\nr\nw\nk\nq\n")
    assert ran.code == 0, ran.err
    assert "Walk to Loaf" in ran.out
    assert "I know this" in ran.out
    assert "Go on with: study walk --to Loaf" in " ".join(ran.out.split())
    ran = study("walk", *place)
    assert "Loaf: 1 of" in ran.out
    lines = "t\nn\n" + "\n" * 60
    ran = study("walk", "--to", "loaf", *place, stdin=lines)
    assert ran.code == 0, ran.err
    assert "You have arrived: Loaf." in ran.out
    assert "at its end" in study("walk", *place).out
    assert study("walk", "--to", "loaf", "--forget", *place).out == "Given up: Loaf.\n"
    assert study("walk", "--to", "loaf", "--forget", *place).code == 1
    assert study("walk", "--again", *place).code == 2
