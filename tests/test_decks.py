"""Cards are read as questions with answers, at their lines."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile

import pytest

from assistant.wording.display import tidy
from ingest.chunking.chunking import chunk_document
from ingest.errors import BadDocument
from ingest.model import Document, Kind
from ingest.readers import read_document

EXPORT = """#separator:tab
#html:true
#deck:Rivers
#tags column:3
What does a <b>delta</b> do?\tIt drops silt.<br>It grows.\tgeo::river
{{c1::Rain}} feeds {{c2::rivers::water}}.\t\tgeo
"What is the ""fall line""?"\t"The edge of the <i>hard</i> rock
<div>by the coast</div>"\tgeo
"""


def _cards(document: Document) -> list[tuple[str, str]]:
    """Each question of a document with the units of its answer as they are shown."""
    said: dict[str, list[str]] = {}
    for chunk in chunk_document(document):
        for unit in chunk.units:
            question = next((q.text for q in document.questions if q.answer and q.answer.overlaps(unit.span)), "")
            said.setdefault(question, []).append(tidy(unit.text))
    return [(question, " ".join(units)) for question, units in said.items()]


def test_an_export_of_anki_holds_questions_with_answers() -> None:
    document = read_document("deck.txt", EXPORT.encode())
    assert document.title == "Rivers"
    assert _cards(document) == [
        ("What does a delta do?", "It drops silt. It grows."),
        ("", "Rain feeds rivers."),
        ('What is the "fall line"?', "The edge of the hard rock by the coast"),
    ]
    assert [q.span.first for q in document.questions] == [5, 7]
    assert document.questions[1].span.last == 8


@pytest.mark.parametrize(
    ("name", "text", "cards"),
    [
        ("a.csv", "front,back\nWhat is silt?,Fine soil.\n", [("What is silt?", "Fine soil.")]),
        ("a.csv", "Term;Definition\nsilt;fine soil\n", [("silt", "fine soil")]),
        ("a.tsv", "What is silt?\tFine soil.\nWhat is sand?\tGrains.\n", [("What is silt?", "Fine soil."), ("What is sand?", "Grains.")]),
        ("a.csv", "river,length\nNile,6650\n", [("", "| river | length |\n| Nile | 6650 |")]),
        ("a.md", "The rock under a river::its bed of stone\n", [("The rock under a river", "its bed of stone")]),
        ("a.md", "What is silt?\n?\nFine soil.\n", [("What is silt?", "Fine soil.")]),
        ("a.md", "- What is silt? #card\n\t- Fine soil.\n- A river flows.\n", [("What is silt?", "Fine soil."), ("", "A river flows.")]),
        ("a.md", "# Silt #flashcard\n\nFine soil.\n", [("", "Fine soil.")]),
        ("a.md", "Use the std::move of a value to move it.\n", [("", "Use the std::move of a value to move it.")]),
    ],
)
def test_cards_in_tables_and_notes(name: str, text: str, cards: list[tuple[str, str]]) -> None:
    document = read_document(name, text.encode())
    if name == "a.md" and "flashcard" in text:
        assert document.questions[0].text == "Silt"
        cards = [("Silt", "Fine soil.")]
    assert _cards(document) == cards


def test_long_tables_of_data_are_no_text() -> None:
    document = read_document("a.csv", ("x,y\n" + "1,2\n" * 100).encode())
    assert [block.kind for block in document.blocks] == [Kind.METADATA]
    assert "101 rows of data" in document.notices[0]


def _package(member: str = "collection.anki2") -> bytes:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE notes (id INTEGER, flds TEXT)")
    base.execute("CREATE TABLE col (decks TEXT)")
    base.execute("INSERT INTO col VALUES (?)", (json.dumps({"1": {"name": "Default"}, "7": {"name": "Geo::Rivers"}}),))
    base.execute("INSERT INTO notes VALUES (1, ?)", ("What is <b>silt</b>?\x1fFine soil.<br>Very \\(x^2\\).[sound:a.mp3]",))
    base.execute("INSERT INTO notes VALUES (2, ?)", ("{{c1::Rain}} feeds rivers.\x1f",))
    base.commit()
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(member, base.serialize())
    base.close()
    return held.getvalue()


def test_a_package_of_anki_is_read_card_by_card() -> None:
    document = read_document("rivers.apkg", _package())
    assert document.title == "Geo › Rivers"
    assert _cards(document) == [("What is silt?", "Fine soil. Very $x^2$."), ("", "Rain feeds rivers.")]
    assert [text.part.kind for text in document.texts if text.part] == ["card", "card"]


@pytest.mark.parametrize("data", [_package("collection.anki21b"), _package("other"), b"PK\x03\x04 broken", b""])
def test_packages_that_cannot_be_read_say_why(data: bytes) -> None:
    with pytest.raises(BadDocument):
        read_document("rivers.apkg", data)
