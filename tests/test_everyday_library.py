"""A library from day to day: the course makes room, moved folders are followed, what is left out or out of date is said."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from terminal import study, unprivileged

from assistant import Library, Within
from assistant.errors import LibraryReadOnly

NOTES = {
    "rain.md": "# Rain\n\nRain is water that falls from clouds. The dew point is the temperature at which vapour condenses.\n",
    "storms/fronts.md": "# Fronts\n\nA front is the boundary between two air masses of different temperature.\n",
    "storms/hail.md": "# Hail\n\nHail is ice that grows in the updraughts of a thunderstorm.\n",
}

Form = Literal["NFC", "NFD"]

pytestmark = pytest.mark.usefixtures("encoder_cache")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    for name, text in NOTES.items():
        (tmp_path / "notes" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notes" / name).write_text(text)
    return tmp_path / "notes"


def names(*words: str | Path) -> list[str]:
    return [one["document"] for one in study("documents", "--json", *words).json["documents"]]


def test_the_course_answers_until_the_first_notes_come_and_says_that_it_does(notes: Path, embedded_course: None) -> None:
    first = study("ask", "why divide by sqrt d", "--json")
    assert "not from notes of yours" in first.json["note"]
    assert "not from notes of yours" in study("search", "softmax", "-k", "1", "--json").json["note"]
    assert "not from notes of yours" in study("path", "--to", "softmax").err
    for words in (("graph",), ("gaps",), ("graph", "stats")):
        assert study(*words).err.count("not from notes of yours") == 1, words
    ran = study("ingest", notes)
    assert "The starter course has left the library" in ran.err
    assert names() == list(NOTES)
    assert "note" not in study("ask", "what is hail", "--json").json
    assert study("documents", "--json", "softmax.md").code == 1
    # Whoever wants the course beside the notes can have it.
    course = Library.open(None)
    lessons = Path(__file__).resolve().parent.parent / "data" / "course"
    course.ingest(lessons)
    assert course.ingest(notes).documents == len(list(lessons.glob("*.md"))) + 3


def test_a_named_library_keeps_the_course(notes: Path, tmp_path: Path) -> None:
    course = Path(__file__).resolve().parent.parent / "data" / "course"
    with Library.open(tmp_path / "named") as library:
        library.ingest(course / "softmax.md", course / "entropy.md")
        assert library.ingest(notes).documents == 5
        assert "softmax.md is from the starter course" not in library.note_on(["rain.md"])


def test_a_forgotten_library_option_is_said(notes: Path, tmp_path: Path, embedded_course: None) -> None:
    assert study("ingest", notes, "--library", tmp_path / "weather").code == 0
    for words in (("ask", "what is hail"), ("path", "--to", "softmax"), ("search", "hail", "--json")):
        said = study(*words).err
        assert f"You also have {tmp_path / 'weather'}" in said, words
        assert "holds only the starter course" in said
        assert "--library" in said
    assert "You also have" not in study("ask", "what is hail", "--library", tmp_path / "weather").err
    assert study("ingest", notes).code == 0
    assert "This is the default library. You also have" in study("search", "hail").err
    assert "You also have" not in study("search", "hail").err, "once is enough where the notes are the user's own"


def test_a_question_may_come_without_quotation_marks(notes: Path) -> None:
    assert study("ingest", notes).code == 0
    assert study("search", "what", "is", "hail", "--json").json["query"] == "what is hail"
    assert study("ask", "what", "is", "hail", "--json").json["question"] == "what is hail"
    assert study("ask", "--json").code == 2


def test_what_a_note_requires_and_no_note_covers_is_said(tmp_path: Path) -> None:
    (tmp_path / "plants").mkdir()
    for title, requires in (("Xylem", "[Osmosis, Root]"), ("Root", "[]")):
        text = f"---\ntitle: {title}\nrequires: {requires}\n---\n# {title}\n\n{title} is a part of a plant that carries water.\n"
        (tmp_path / "plants" / f"{title.lower()}.md").write_text(text)
    assert study("ingest", tmp_path / "plants").code == 0
    assert "xylem.md requires 'Osmosis', which no document covers." in study("path", "--to", "xylem").err
    gaps = study("gaps").out
    assert "Required by a note, and covered by none (1)" in gaps
    assert "Osmosis" in gaps
    (found,) = [one for one in study("gaps", "--json").json["open"] if one["kind"] == "required"]
    assert (found["text"], found["document"], found["lines"]) == ("Osmosis", "xylem.md", [3, 3])
    assert "Osmosis" in study("gaps", "--to", "xylem").out


def test_status_names_what_notes_require_and_nothing_has(tmp_path: Path) -> None:
    (tmp_path / "food").mkdir()
    note = "---\nrequires: [Rice, browning onions]\n---\n# Risotto\n\nRisotto is a creamy dish.\n"  # a title by its heading alone
    (tmp_path / "food" / "risotto.md").write_text(note)
    (tmp_path / "food" / "rice.md").write_text("# Rice\n\nRice is a grain that is boiled.\n")
    missing = "found nowhere: 'browning onions'."
    assert missing in study("ingest", tmp_path / "food").err
    assert missing in study("status").out
    assert [step["concept"] for step in study("path", "--to", "risotto", "--json").json["steps"]] == ["rice", "risotto"]
    assert study("graph", "add", "browning onions").code == 0
    assert missing not in study("status").out


def test_a_word_of_the_notes_comes_before_another_name_of_the_atlas(tmp_path: Path) -> None:
    (tmp_path / "physics").mkdir()
    (tmp_path / "physics" / "lagrangian.md").write_text(
        "# Lagrangian mechanics\n\nLagrangian mechanics is a way to find motions. The Lagrangian is kinetic minus potential energy.\n"
    )
    assert study("ingest", tmp_path / "physics").code == 0
    assert study("concept", "lagrangian").out.startswith("Lagrangian mechanics")
    said = study("path", "--to", "lagrangian", "--known", "momentum of mine, lagrangian")
    assert "No concept named 'momentum of mine' in this library. So it does not count as known." in said.err
    assert "Policy" not in study("concept", "action").err  # the atlas knows this one as an action of an agent
    assert "Nothing comes before or after Lagrangian mechanics" in study("graph", "show", "lagrangian").out
    assert "study graph accept BEFORE AFTER\n" in study("path", "--to", "lagrangian").out
    assert "Nearest" not in study("atlas", "show", "gluten").err
    assert "Nearest: Softmax." in study("atlas", "show", "softmx").err


def test_a_library_that_cannot_be_written_can_be_read_and_backed_up(notes: Path, tmp_path: Path) -> None:
    library, out = tmp_path / "library", tmp_path / "out"
    assert study("ingest", notes, "--library", library).code == 0
    assert study("know", "hail", "--library", library).code == 0
    out.mkdir()
    out.chmod(0o777)
    for each in (library, *library.rglob("*")):
        each.chmod(0o555 if each.is_dir() else 0o444)
    try:
        with unprivileged(library), Library.open(library) as opened:
            assert opened.practice.known == ["hail"]
            assert "practice.sqlite" in opened.back_up(out / "kept.zip")
            with pytest.raises(LibraryReadOnly):
                opened.practice.know("rain")
    finally:
        for each in (library, *library.rglob("*")):
            each.chmod(0o755 if each.is_dir() else 0o644)


def test_a_folder_of_notes_is_not_suggested_as_a_library(notes: Path) -> None:
    assert f"study ingest {notes} --library NEW-FOLDER" in study("ask", "what is hail", "--library", notes).err
    assert "study ingest FOLDER --library" in study("ask", "what is hail", "--library", notes / "nothing").err


def test_an_empty_library_is_said(notes: Path) -> None:
    assert study("ingest", notes).code == 0
    assert study("forget", "*").code == 0
    for words in (("ask", "what is hail"), ("search", "hail"), ("graph",), ("gaps",)):
        assert "The library holds no document.\n  study ingest FOLDER" in study(*words).err


def test_times_are_the_same_wherever_they_are_shown(notes: Path) -> None:
    assert study("ingest", notes).code == 0
    (step,) = study("path", "--to", "hail", "--json").json["steps"]
    assert step["minutes"] == 2
    assert study("concept", "hail").out.startswith("Hail  2 min")
    assert "  2 min" in study("walk", "--to", "hail", stdin="q\n").out


def test_gaps_show_the_most_needed_and_say_whose_they_are(embedded_course: None) -> None:
    shown = study("gaps").out
    assert "The starter course lacks" in shown
    assert shown.count(" min, needed for") <= 10
    assert "(--all shows them)" in shown
    assert study("gaps", "--all").out.count(" min, needed for") > 10


def test_forgotten_documents_stay_away_from_a_folder_that_was_moved_and_changed(notes: Path) -> None:
    assert study("ingest", notes).code == 0
    first, *others = names()
    assert study("forget", *others).code == 0
    (notes / first).write_text("# Anew\n\nAll of this is new, and snow is frozen water.\n")
    moved = notes.rename(notes.with_name("elsewhere"))
    assert study("ingest", moved).code == 0
    assert names() == [first]


def test_a_suggestion_is_near_and_from_the_users_notes(notes: Path, tmp_path: Path) -> None:
    library = tmp_path / "weather"
    assert study("ingest", notes, "--library", library).code == 0
    assert study("concept", "blackbird", "--library", library).err.startswith("study: No concept named 'blackbird' in this library.\n")
    assert "Nearest: front." in study("concept", "front line", "--library", library).err
    assert "Nearest" not in study("concept", "nope", "--library", library).err
    evolution = study("concept", "evolution", "--library", library)
    assert (evolution.code, "Nearest: Evolution strategy." in evolution.err) == (1, True), "a word of everyday talk is not the atlas's"
    mentioned = study("path", "--to", "thunderstorm updraughts", "--library", library)
    assert "Your documents mention it; ask them about it." in mentioned.err
    assert f"study ask 'thunderstorm updraughts' --library {library}" in mentioned.err
    apart = study("concept", "thunderstorm harbour", "--library", library)
    assert "Your documents mention it" not in apart.err, "words that are nowhere together"
    letters = study("why", "a", "b", "--library", library)
    assert (letters.code, "Nearest" in letters.err) == (1, False)
    jump = study("concept", "evolution strat", "--library", library)
    assert jump.code == 1 or "Your notes have no concept 'evolution strat'; this is" in jump.err
    assert "Backpropagation" not in study("path", "--to", "back pressure", "--library", library).err


def test_documents_are_named_by_path_in_any_case_and_without_ending(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert study("ingest", notes).code == 0
    monkeypatch.chdir(notes.parent)
    for asked in ("notes/storms", str(notes / "storms"), str(notes / "STORMS"), "storms/"):
        assert names(asked) == ["storms/fronts.md", "storms/hail.md"], asked
    for asked in ("hail", "Hail.md", "storms/HAIL", str(notes / "storms" / "hail.md"), "notes/storms/hail.md"):
        assert names(asked) == ["storms/hail.md"], asked
        assert study("show", f"{asked}:1", "--json").json["document"] == "storms/hail.md", asked
    assert study("documents", "ail").code == 1


def test_a_library_among_the_notes_is_no_note(notes: Path) -> None:
    for _ in range(2):
        assert study("ingest", notes, "--library", notes / "lib").code == 0
    status = study("status", "--library", notes / "lib", "--json").json
    assert (status["documents"], "Left out" in study("status", "--library", notes / "lib").out) == (3, False)


def test_a_library_and_all_in_it_are_its_owners_alone(notes: Path, tmp_path: Path, encoder_cache: Path) -> None:
    library, page = tmp_path / "weather", tmp_path / "hail.html"
    assert study("ingest", notes, "--library", library).code == 0
    assert study("know", "hail", "--library", library).code == 0
    assert [file for file in (library, *library.rglob("*")) if file.stat().st_mode & 0o077] == []
    assert study("path", "--to", "hail", "--html", "--out", page, "--library", library).err == f"{page} is written.\n"
    umask = os.umask(0o022)
    os.umask(umask)
    assert page.stat().st_mode & 0o777 == 0o666 & ~umask, "what is written to be shown to others is as the user has it"


def test_documents_are_listed_and_filtered(notes: Path) -> None:
    assert study("ingest", notes / "storms", "--collection", "storms").code == 0
    assert study("ingest", notes).code == 0
    assert names() == list(NOTES)
    assert names("storms") == ["storms/fronts.md", "storms/hail.md"]
    assert names("STORMS") == names(str(notes / "storms")) == names("storms")
    assert names("hail.md") == ["storms/hail.md"]
    assert names("--since", "1d") == list(NOTES)
    assert names("rain.md", "--collection", "storms") == []
    assert "3 documents" in study("documents").out
    assert "No document matches" in study("documents", "rain.md", "--collection", "storms").out
    assert "storms/hail.md" in study("documents", "hial.md").err


def test_what_was_left_out_is_in_the_status(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("# Outside\n")
    (notes / "out.md").symlink_to(tmp_path / "outside.md")
    (notes / "lost.md").symlink_to("nowhere.md")
    (notes / "gone").symlink_to(tmp_path / "nowhere")
    for name in ("photo.jpg", "storms/other.JPG", "README", ".hidden.md", "draft.md"):
        (notes / name).write_text("x")
    (notes / ".studyignore").write_text("draft.md\n")
    ran = study("ingest", notes, "--json")
    assert ran.json["left_out"] == {
        "ignored": 1,
        "hidden": 1,
        "links_outside": ["out.md"],
        "dangling_links": ["gone", "lost.md"],
        "other_files": {"": 1, ".jpg": 2},
    }
    assert ran.json["documents"]["failed"] == 0
    assert study("status", "--json").json["left_out"] == ran.json["left_out"]
    said = study("status").out
    for part in (
        "1 by .studyignore",
        "1 hidden",
        "3 other files (2 .jpg, 1 without an ending)",
        "1 link that leads outside (out.md)",
        "2 links that lead nowhere (gone, lost.md)",
    ):
        assert part in said


def test_a_renamed_folder_is_followed_with_all_that_was_said_about_it(notes: Path) -> None:
    study("ingest", notes, "--collection", "weather")
    study("forget", "rain.md")
    moved = notes.rename(notes.with_name("sky"))
    (moved / "storms/hail.md").write_text(NOTES["storms/hail.md"] + "\nIt can be as large as a fist.\n")
    assert study("status", "--json").json["gone"] == [str(notes)]
    ran = study("ingest", moved)
    assert f"Moved: {notes} is {moved} now." in ran.err
    assert "1 updated, 1 unchanged." in ran.out
    status = study("status", "--json").json
    assert (status["roots"], status["gone"], status["collections"], status["forgotten"]) == ([str(moved)], [], {"weather": 2}, ["rain.md"])


def test_a_moved_folder_is_found_inside_another_and_copies_do_not_count(notes: Path, tmp_path: Path) -> None:
    study("ingest", notes)
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "one.md").write_text(NOTES["rain.md"])
    assert "Moved" not in study("ingest", tmp_path / "all").err
    assert len(names()) == 4
    notes.rename(tmp_path / "all" / "weather")
    assert "Moved" in study("ingest", tmp_path / "all").err
    assert names() == ["one.md", *(f"weather/{name}" for name in NOTES)]


def test_a_root_that_is_gone_is_said_and_can_be_forgotten(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Wind\n\nWind is moving air.\n")
    study("ingest", notes, tmp_path / "other.md")
    notes.rename(tmp_path / "elsewhere")
    ran = study("ingest", notes)
    assert ran.code == 1
    assert "is no longer there; the library keeps 3 documents read from it" in ran.err
    assert "is no longer there" in study("ingest", tmp_path / "other.md").err
    assert f"{notes} (no longer there)" in study("status").out
    assert f"read from {notes}, which is no longer there" in study("ask", "what is hail").err
    assert study("forget", notes).code == 0
    status = study("status", "--json").json
    assert (status["roots"], status["forgotten"], status["documents"]) == ([str(tmp_path / "other.md")], [], 1)


def test_nothing_out_of_date_is_cited_without_a_word(notes: Path) -> None:
    study("ingest", notes)
    study("ask", "what is hail", "--chat", "one")
    (notes / "storms" / "hail.md").write_text("# Hail\n\nHail is ice.\n")
    (notes / "rain.md").unlink()
    for words in (
        ("ask", "what is hail"),
        ("ask", "what is hail", "--chat", "one"),
        ("search", "hail ice updraughts", "-k", "1"),
        ("path", "--to", "hail"),
        ("concept", "hail"),
        ("show", "storms/hail.md:3"),
    ):
        assert "storms/hail.md has changed since it was read" in study(*words).err, words
    assert "rain.md is no longer at" in study("ask", "what is the dew point", "--json").json["note"]
    standing = {one["document"]: one["standing"] for one in study("documents", "--json").json["documents"]}
    assert standing == {"rain.md": "gone", "storms/fronts.md": None, "storms/hail.md": "changed"}
    shown = study("documents").out
    assert "changed since" in shown
    assert "gone" in shown
    (notes / "storms" / "fronts.md").touch()
    assert "changed" not in study("ask", "what is a front").err


@pytest.mark.parametrize("on_disk", ["NFC", "NFD"])
def test_names_are_found_in_either_unicode_form(tmp_path: Path, on_disk: Form) -> None:
    folder = tmp_path / "notes"
    (folder / unicodedata.normalize(on_disk, "Öfen")).mkdir(parents=True)
    (folder / unicodedata.normalize(on_disk, "Öfen/Föhn.md")).write_text("# Föhn\n\nThe föhn is a warm, dry wind.\n")
    form: Form
    collection: Form
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, "Öfen/Föhn.md")
        assert study("ingest", folder / typed, "--collection", unicodedata.normalize(form, "über")).code == 0
        assert study("ingest", folder).code == 0
        assert study("show", f"{typed}:3").code == 0
        assert study("show", typed).code == 0
        assert study("search", "wind", "--document", typed).code == 0
        assert study("search", "wind", "--document", unicodedata.normalize(form, "F*n.md")).code == 0
        for collection in ("NFC", "NFD"):
            assert study("search", "wind", "--collection", unicodedata.normalize(collection, "Über")).code == 0
        assert study("concept", unicodedata.normalize(form, "föhn")).code == 0
        assert study("search", unicodedata.normalize(form, "föhn"), "--json").json["hits"]
        assert study("forget", typed).code == 0
        assert study("ingest", folder / typed).code == 0
    with Library.open() as library:
        assert len(library.documents(Within(documents=(unicodedata.normalize("NFC", "Öfen"),)))) == 1


def test_a_forgotten_file_and_an_output_among_the_notes_are_said(notes: Path) -> None:
    study("ingest", notes)
    study("forget", "rain.md")
    assert f"Left out, as you forgot it: rain.md. Ingest {notes / 'rain.md'} itself" in study("ingest", notes).err
    ran = study("path", "--to", "hail", "--markdown", "--out", notes / "path.md")
    assert ran.code == 0
    assert f"lies in {notes}, which was ingested" in ran.err
    assert "lies in" not in study("path", "--to", "hail", "--dot", "--out", notes / "path.dot").err
    assert "lies in" not in study("path", "--to", "hail", "--markdown", "--out", notes.parent / "path.md").err


def test_a_search_for_words_that_no_passage_has_says_so(notes: Path) -> None:
    study("ingest", notes)
    assert "No passage has any of these words" in study("search", "qwertz uiop").err
    assert "No passage has any of these words" in study("search", "qwertz", "--json").json["note"]
    assert "note" not in study("search", "hail qwertz", "--json").json


def test_what_was_left_out_is_said_of_the_paths_of_an_ingest_alone(notes: Path, tmp_path: Path) -> None:
    (notes / "photo.jpg").write_text("x")
    assert ".jpg" in study("ingest", notes).err
    (tmp_path / "more.md").write_text("# Wind\n\nWind is moving air.\n")
    assert "Left out" not in study("ingest", tmp_path / "more.md").err
    assert ".jpg" in study("status").out


def test_no_library_is_made_to_list_its_documents(home: Path) -> None:
    ran = study("documents")
    assert ran.code == 1
    assert ran.err.rstrip().endswith("study ingest FOLDER")
    assert not (home / ".local" / "share" / "study").exists()
