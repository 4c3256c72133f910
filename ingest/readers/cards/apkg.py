"""Read the notes of an Anki package. Every note is a numbered text: its question, then its answer."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import PurePosixPath

from ingest.errors import BadDocument
from ingest.model import Block, Document, Kind, Part, Question, Section, SectionKind, Span, Text
from ingest.readers.archive import Archive
from ingest.structure.parts import join_parts
from ingest.structure.structure import Structure
from ingest.text.fields import card_lines

_COLLECTIONS = ("collection.anki21", "collection.anki2")
_NEWEST = "collection.anki21b"
_SEPARATOR = "\x1f"
_MOST_NOTES = 50_000
_OLDER = "In Anki, export it again with “Support older Anki versions”."


def read_apkg(name: str, digest: str, data: bytes) -> Document:
    """The notes of a package (`.apkg`, `.colpkg`). Raises BadDocument if it is not a package, or is in Anki's newest format."""
    archive = Archive(name, data)
    held = next((member for member in _COLLECTIONS if archive.has(member)), None)
    if archive.has(_NEWEST) or held is None:
        reason = "is in Anki's newest format." if archive.has(_NEWEST) else "holds no collection of cards."
        raise BadDocument(name, reason, _OLDER)
    try:
        notes, deck = _notes(archive.read(held))
    except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDocument(name, f"is damaged ({error}).", _OLDER) from error
    texts: list[Text] = []
    prepared: list[Structure | None] = []
    for fields in notes:
        sides = [lines for field in fields if (lines := card_lines(field))]
        if not sides:
            continue
        part = Part("card", len(texts) + 1)
        is_cloze = "{{c" in fields[0]
        text, structure = _card(sides, part, is_cloze=is_cloze)
        texts.append(text)
        prepared.append(structure)
    return join_parts(name, digest, texts, title=deck or PurePosixPath(name).stem, continues=False, prepared=prepared)


def _notes(data: bytes) -> tuple[list[list[str]], str]:
    """The fields of each note, and the name of the only deck."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        rows = base.execute("SELECT flds FROM notes ORDER BY id LIMIT ?", (_MOST_NOTES,)).fetchall()
        try:
            decks = json.loads(base.execute("SELECT decks FROM col").fetchone()[0])
            names = [str(deck["name"]) for key, deck in decks.items() if key != "1"]
        except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError):
            names = []  # newer packages keep them elsewhere
    return [str(row[0]).split(_SEPARATOR) for row in rows], names[0].replace("::", " › ") if len(names) == 1 else ""


def _card(sides: list[list[str]], part: Part, *, is_cloze: bool) -> tuple[Text, Structure]:
    """The text of a note and its structure: its first field asks, the others answer. A text with gaps (cloze) has no separate answer."""
    front, back = sides[0], [line for side in sides[1:] for line in side]
    lines = (*front, *back)
    asked = Span(1, len(front), part)
    if is_cloze or not back:
        return Text(lines, part), Structure((Block(Kind.PROSE, "\n".join(lines), Span(1, len(lines), part)),), (), ())
    answer = Span(len(front) + 1, len(lines), part)
    question = " ".join(front)
    blocks = (Block(Kind.QUESTION, "\n".join(front), asked), Block(Kind.ANSWER, "\n".join(back), answer, (question,)))
    section = Section(question, (question,), 1, SectionKind.QUESTION, Span(1, len(lines), part))
    return Text(lines, part), Structure(blocks, (section,), (Question(question, asked, answer),))
