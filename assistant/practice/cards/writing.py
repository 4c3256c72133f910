"""Write items as cards: a package for Anki, a table, or Markdown.

In a package every note has a stable GUID, so that a later export updates notes and keeps their schedules. The note types are fixed: their
ids and fields must never change, since Anki treats a changed note type as a different one. Two spare fields are for future use.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.practice.cards.fields import cloze_field, field, points_field
from assistant.practice.items.values import Item
from assistant.practice.sessions.entries import Entry

GUID = "study-"
"""The prefix of the GUIDs of notes, followed by the item's id."""
GONE = "study::gone"
"""The tag of a note whose source is gone, since a package cannot delete notes."""
_BASIC_ID, _CLOZE_ID = 1_622_570_413, 1_622_570_414
_DECK_IDS = 1 << 30
_STYLE = ".card { font-family: sans-serif; font-size: 20px; text-align: left; } .source { color: gray; font-size: 14px; }"
_SOURCE = '<hr><div class="source">{{Source}}</div>'


def write_package(entries: Sequence[Entry], file: Path, decks: Mapping[str, str], seconds: float) -> None:
    """Write a package for Anki. `decks` names the deck of each document; `seconds` is the time of the export since 1970."""
    import genanki

    basic = genanki.Model(
        _BASIC_ID,
        "study: question",
        fields=[{"name": name} for name in ("Front", "Back", "Source", "Spare 1", "Spare 2")],
        templates=[{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}" + _SOURCE}],
        css=_STYLE,
    )
    cloze = genanki.Model(
        _CLOZE_ID,
        "study: gap",
        fields=[{"name": name} for name in ("Text", "Extra", "Source", "Spare 1", "Spare 2")],
        templates=[{"name": "Cloze", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}<br>{{Extra}}" + _SOURCE}],
        css=_STYLE,
        model_type=genanki.Model.CLOZE,
    )
    made: dict[str, Any] = {}
    for entry in entries:
        item = entry.item
        name = decks.get(item.document, "study")
        deck = made.setdefault(name, genanki.Deck(_deck_id(name), name))
        gap = cloze_field(item)
        fields = [field(item.prompt), points_field(item), field(place_of(item)), "", ""]
        if gap is not None:
            fields = [gap, "", field(place_of(item)), "", ""]
        deck.add_note(genanki.Note(model=basic if gap is None else cloze, fields=fields, guid=f"{GUID}{item.id}", tags=_tags(entry)))
    genanki.Package(list(made.values())).write_to_file(str(file), timestamp=seconds)


def table_of(entries: Sequence[Entry]) -> str:
    """The items as CSV with a line of headings."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "kind", "question", "answer", "concept", "source"])
    for entry in entries:
        item = entry.item
        writer.writerow([item.id, item.kind.value, _cell(item.prompt), _cell("; ".join(item.points)), item.concept, _cell(place_of(item))])
    return out.getvalue()


def markdown_of(entries: Sequence[Entry]) -> str:
    """The items as questions and answers in Markdown, which can be read as notes again."""
    found = []
    for entry in entries:
        item = entry.item
        points = item.points[0] if len(item.points) == 1 else "\n\n" + "\n".join(f"- {point}" for point in item.points)
        found.append(f"**Q:** {item.prompt}\n**A:** {points}\n\n*{place_of(item)}*\n")
    return "\n".join(found)


def place_of(item: Item) -> str:
    """The place of an item's source, written like a citation."""
    part = f" {item.span.part.kind} {item.span.part.number}" if item.span.part else ""
    lines = f"{item.span.first}" if item.span.first == item.span.last else f"{item.span.first}-{item.span.last}"
    return f"{item.document}{part}:{lines}"


def _tags(entry: Entry) -> list[str]:
    tags = ["study", f"study::kind::{entry.item.kind.value}"]
    tags += [f"study::concept::{entry.item.concept.replace(' ', '-')}"] if entry.item.concept else []
    return [*tags, GONE] if entry.status == "retired" else tags


def _deck_id(name: str) -> int:
    return _DECK_IDS + int.from_bytes(hashlib.sha256(name.encode("utf-8", "backslashreplace")).digest()[:4]) % _DECK_IDS


def _cell(text: str) -> str:
    """A text escaped so that a spreadsheet does not read it as a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" else text
