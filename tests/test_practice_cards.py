"""Cards go to Anki and come back: Anki's own importer takes them, updates them without duplicates, and keeps their schedules."""

from __future__ import annotations

import sqlite3
import warnings
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from terminal import study

from assistant.library.library import Library
from assistant.library.practice import Practice
from assistant.practice.cards.fields import cloze_field, field
from assistant.practice.cards.reading import read_package, text_of
from assistant.practice.cards.writing import markdown_of, table_of, write_package
from assistant.practice.errors import BadDeck
from assistant.practice.items.drafts import draft
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.sessions.entries import Entry
from ingest.errors import UsageError
from ingest.model import Span

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def item(prompt: str, answer: str, kind: ItemKind = ItemKind.QUESTION, *points: str) -> Item:
    made = draft(kind, prompt, answer, "soft-max", "a b.md", Span(1, 2), answer, points=points)
    return made.called(made.key)


ITEMS = [
    item("What is 1 < 2 & $a < b$?", "True, by $$x = \\frac{1}{2}$$ and `a_b`"),
    item(f"The rate is {GAP} too long. (higher or lower)", "higher", ItemKind.CLOZE),
    item(f"The set is {GAP} here.", "{{1}} :: x", ItemKind.CLOZE),
    item("Steps? (two steps, in order)", "a; b", ItemKind.STEPS, "Take a", "Leave b"),
]
ENTRIES = [Entry(one, "new") for one in ITEMS]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("so $a < b$ holds", r"so \(a &lt; b\) holds"),
        ("$$\\frac{a}{b}$$", r"\[\frac{a}{b}\]"),
        ("use `x < y`", "use <code>x &lt; y</code>"),
        ("it costs $5", "it costs $5"),
    ],
)
def test_a_text_as_a_field(text: str, html: str) -> None:
    assert field(text) == html
    assert text_of(html).replace("$$", "$") == text.replace("`", "").replace("$$", "$")


def test_nothing_inside_a_gap_ends_it() -> None:
    assert cloze_field(ITEMS[1]) == "The rate is {{c1::higher::higher or lower}} too long."
    assert cloze_field(ITEMS[2]) == "The set is {{c1::{ {1} } : : x}} here."
    assert cloze_field(ITEMS[0]) is None


def test_tables_and_markdown() -> None:
    lines = table_of([*ENTRIES, Entry(item("=SUM(A1)", "-1"), "new")]).split("\n")
    assert lines[0] == "id,kind,question,answer,concept,source"
    assert ",'=SUM(A1),'-1," in lines[-2]
    text = markdown_of(ENTRIES)
    assert "**Q:** Steps? (two steps, in order)\n**A:** \n\n- Take a\n- Leave b" in text
    assert "*a b.md:1-2*" in text


def test_a_package_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "cards.apkg"
    write_package(ENTRIES, file, {"a b.md": "study::x"}, NOON.timestamp())
    deck = read_package(file, lambda at: at.toordinal(), lambda text: "")
    assert deck.items == ()  # they are ours
    assert deck.reviews == ()
    with zipfile.ZipFile(file) as archive:
        (tmp_path / "c").write_bytes(archive.read("collection.anki2"))
    with sqlite3.connect(tmp_path / "c") as base:
        base.execute("UPDATE notes SET guid = 'x' || guid")
        (card,) = base.execute("SELECT MIN(id) FROM cards").fetchone()
        base.execute("INSERT INTO revlog VALUES (?, ?, 0, 3, 4, 1, 2500, 5000, 1)", (int(NOON.timestamp() * 1000), card))
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(tmp_path / "c", "collection.anki2")
    deck = read_package(file, lambda at: at.toordinal(), lambda text: "c")
    assert [(one.prompt, one.answer) for one in deck.items] == [
        ("What is 1 < 2 & $a < b$?", "True, by $x = \\frac{1}{2}$ and a_b"),
        (f"The rate is {GAP} too long.", "higher"),
        (f"The set is {GAP} here.", "{ {1} } : : x"),
        ("Steps? (two steps, in order)", "Take a Leave b"),
    ]
    (review,) = deck.reviews
    assert (review.about, review.at, review.value["rating"], review.value["seconds"]) == (deck.items[0].id, NOON, 3, 5.0)


@pytest.mark.parametrize(
    "content", [None, {}, {"collection.anki21b": b"zstd"}, {"collection.anki2": b"no database at all"}, {"collection.anki2": b""}]
)
def test_what_is_no_package_is_said(tmp_path: Path, content: dict[str, bytes] | None) -> None:
    file = tmp_path / "bad.apkg"
    if content is None:
        file.write_bytes(b"no zip")
    else:
        with zipfile.ZipFile(file, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
    with pytest.raises(BadDeck):
        read_package(file, lambda at: 1, lambda text: "")


# Anki as the judge


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Any]:
    """An empty collection of Anki itself, where it is installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        anki = pytest.importorskip("anki.collection")
        opened = anki.Collection(str(tmp_path / "collection.anki2"))
    yield opened
    opened.close()


def imported(collection: Any, file: Path) -> Any:
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    return collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(file), options=ImportAnkiPackageOptions())).log


@pytest.mark.filterwarnings("ignore")
def test_anki_takes_a_package_and_updates_it_without_duplicates(collection: Any, tmp_path: Path) -> None:
    file = tmp_path / "cards.apkg"
    write_package(ENTRIES, file, {}, NOON.timestamp())
    log = imported(collection, file)
    assert (len(log.new), len(log.conflicting)) == (4, 0)
    assert collection.card_count() == 4
    collection.db.execute("UPDATE cards SET type = 2, queue = 2, ivl = 33, reps = 5")
    changed = [Entry(item("What is 1 < 2 & $a < b$?", "True indeed"), "new"), *ENTRIES[1:]]
    assert changed[0].item.id == ENTRIES[0].item.id
    write_package(changed, file, {}, (NOON + timedelta(days=400)).timestamp())
    log = imported(collection, file)
    assert (len(log.new), len(log.conflicting)) == (0, 0)
    assert collection.card_count() == 4
    assert set(collection.db.list("SELECT ivl FROM cards")) == {33}
    assert any("True indeed" in fields for fields in collection.db.list("SELECT flds FROM notes"))
    for card in collection.find_cards(""):
        shown = collection.get_card(card)
        assert "{{" not in shown.question()
        assert "cloze" not in shown.answer().lower() or "class=" in shown.answer()


# In the library

NOTES = {
    "owl.md": "# Owl\n\nAn **owl** is a bird of prey that hunts at night.\n",
    "deep/hawk.md": "# Hawk\n\nA **hawk** is a bird with broad wings that soars over fields by day.\n",
}


@pytest.fixture
def library(tmp_path: Path, encoder_cache: Path) -> Iterator[Library]:
    for name, text in NOTES.items():
        (tmp_path / "notes" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notes" / name).write_text(text)
    with Library.open(tmp_path / "library") as opened:
        opened.ingest(tmp_path / "notes")
        yield opened


@pytest.mark.filterwarnings("ignore")
def test_cards_of_a_library_keep_their_schedules_when_notes_change(library: Library, collection: Any, tmp_path: Path) -> None:
    practice = Practice(library, lambda: NOON, UTC)
    kind, cards, retired = practice.export(tmp_path / "a.apkg")
    assert (kind, cards, retired) == ("apkg", 4, 0)
    assert len(imported(collection, tmp_path / "a.apkg").new) == 4
    assert sorted(deck.name for deck in collection.decks.all_names_and_ids() if deck.name.startswith("study")) == ["study", "study::deep"]
    collection.db.execute("UPDATE cards SET type = 2, queue = 2, ivl = 33, reps = 5")
    (tmp_path / "notes" / "owl.md").write_text("# Owl\n\nAn **owl** is a bird of prey that mostly hunts at night.\n")
    library.ingest(tmp_path / "notes")
    later = Practice(library, lambda: NOON + timedelta(days=300), UTC)
    assert later.export(tmp_path / "a.apkg", overwrite=True)[1] == 4
    log = imported(collection, tmp_path / "a.apkg")
    assert (len(log.new), len(log.conflicting)) == (0, 0)
    assert set(collection.db.list("SELECT ivl FROM cards")) == {33}


def test_a_deck_is_taken_once(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "d.apkg"
    write_package([Entry(item("When does an owl hunt?", "At night"), "new")], file, {}, NOON.timestamp())
    with zipfile.ZipFile(file) as archive:
        (tmp_path / "c").write_bytes(archive.read("collection.anki2"))
    with sqlite3.connect(tmp_path / "c") as base:
        base.execute("UPDATE notes SET guid = 'mine'")
        base.execute("INSERT INTO revlog SELECT ?, id, 0, 3, 4, 1, 2500, 5000, 1 FROM cards", (int(NOON.timestamp() * 1000),))
    with zipfile.ZipFile(file, "w") as archive:
        archive.write(tmp_path / "c", "collection.anki2")
    practice = library.practice
    assert practice.import_cards(file) == (1, 1, 1, 0, 0)
    assert practice.import_cards(file) == (1, 0, 0, 0, 0)
    (entry,) = practice.items(kind="card")
    assert (entry.item.concept, entry.memory and entry.memory.reviews) == ("owl", 1)
    practice.refresh(again=True)
    assert practice.items(kind="card") == [entry]


def test_cards_in_the_terminal(library: Library, tmp_path: Path) -> None:
    for name in ("a.apkg", "a.csv", "a.md"):
        ran = study("cards", "export", tmp_path / name, "--library", library.folder)
        assert ran.out == f"4 cards in {tmp_path / name}.\n"
    assert study("cards", "export", tmp_path / "a.md", "--library", library.folder).code == 1
    again = study("cards", "export", tmp_path / "a.md", "--force", "--json", "--library", library.folder)
    assert again.json["format"] == "markdown"
    ran = study("cards", "import", tmp_path / "a.apkg", "--library", library.folder)
    assert ran.out.startswith(f"0 cards, 0 of them new, and 0 reviews taken from {tmp_path / 'a.apkg'}. 4 cards came from study and stay")
    assert study("cards", "import", tmp_path / "a.csv", "--library", library.folder).code == 1
    with pytest.raises(UsageError, match="cannot be written to"):
        library.practice.export(tmp_path / "a.txt")
