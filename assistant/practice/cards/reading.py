"""Read the cards of an Anki package as items, and its reviews as events."""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.practice.cards.writing import GUID
from assistant.practice.errors import BadDeck
from assistant.practice.items.values import GAP, Item, ItemKind
from assistant.practice.keeping.events import Act, Event
from ingest.model import Span

_NEW, _COLLECTIONS = "collection.anki21b", ("collection.anki21", "collection.anki2")
_LARGEST = 1 << 30
_SEPARATOR = "\x1f"
_TAG = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_MEDIA = re.compile(r"<(?:img|audio|video|object)\b|\[sound:", re.IGNORECASE)
_CLOZE = re.compile(r"\{\{c(\d+)::(.*?)(?:::(.*?))?\}\}", re.DOTALL)
_MATHJAX = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)
_OLDER = "In Anki, export it again with “Support older Anki versions”."


@dataclass(frozen=True, slots=True)
class Deck:
    """The contents of a package: items, the reviews of them and of exported items, the number of notes without text, and of
    exported cards."""

    items: tuple[Item, ...]
    reviews: tuple[Event, ...]
    skipped: int
    own: int


def read_package(file: Path, day_of: Callable[[datetime], int], concept_of: Callable[[str], str]) -> Deck:
    """Read a package. Notes that study exported are skipped, but their reviews are read. Raises BadDeck."""
    try:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            held = next((name for name in _COLLECTIONS if name in names), None)
            if _NEW in names or held is None:
                why = "is in Anki's newest format" if _NEW in names else "holds no collection of cards"
                raise BadDeck(f"{file} {why}.", _OLDER)
            if archive.getinfo(held).file_size > _LARGEST:
                raise BadDeck(f"{file} is too large.")
            unpacked = Path(folder) / "collection"
            unpacked.write_bytes(archive.read(held))
            with closing(sqlite3.connect(unpacked)) as base:
                return _deck(base, file.name, day_of, concept_of)
    except FileNotFoundError as error:
        raise BadDeck(f"There is no file {file}.", "Check the path.") from error
    except IsADirectoryError as error:
        raise BadDeck(f"{file} is a folder.", "Name a package of Anki (.apkg).") from error
    except PermissionError as error:
        raise BadDeck(f"{file} cannot be opened (permission denied).", "Check who may read it.") from error
    except (OSError, zipfile.BadZipFile, sqlite3.DatabaseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadDeck(f"{file} cannot be read as a package of Anki.", _OLDER) from error


def _deck(base: sqlite3.Connection, name: str, day_of: Callable[[datetime], int], concept_of: Callable[[str], str]) -> Deck:
    models = json.loads(base.execute("SELECT models FROM col").fetchone()[0])
    items: dict[str, Item] = {}
    by_card: dict[int, str] = {}
    skipped: set[int] = set()
    rows = base.execute(
        "SELECT cards.id, cards.ord, notes.id, guid, mid, flds FROM cards JOIN notes ON cards.nid = notes.id ORDER BY cards.id"
    )
    for number, (card, ord_, note, guid, model, fields) in enumerate(rows, start=1):
        if guid.startswith(GUID):
            by_card[card] = guid.removeprefix(GUID)
            continue
        said = _said(fields.split(_SEPARATOR), ord_, int(models[str(model)]["type"]) == 1)
        if said is None:
            skipped.add(note)
            continue
        prompt, answer = said
        id_ = hashlib.sha256(f"{guid}\0{ord_}".encode()).hexdigest()[:16]
        by_card[card] = id_
        place = Span(number, number)
        items[id_] = Item(id_, id_, ItemKind.CARD, prompt, answer, (answer,), concept_of(f"{prompt} {answer}"), name, place, answer)
    return Deck(tuple(items.values()), tuple(_reviews(base, by_card, day_of)), len(skipped), len(by_card) - len(items))


def _said(fields: list[str], ord_: int, is_cloze: bool) -> tuple[str, str] | None:
    """The two sides of a card as text; None for a card of pictures or sounds, or with an empty side."""
    if _MEDIA.search("".join(fields)):
        return None
    if is_cloze:
        gaps = [match[2] for match in _CLOZE.finditer(fields[0]) if int(match[1]) == ord_ + 1]
        prompt = _CLOZE.sub(lambda match: GAP if int(match[1]) == ord_ + 1 else match[2], fields[0])
        sides = text_of(prompt), text_of("; ".join(gaps))
    elif len(fields) > 1:
        front, back = fields[:2] if ord_ % 2 == 0 else (fields[1], fields[0])
        sides = text_of(front), text_of(back)
    else:
        return None
    return sides if all(map(str.strip, sides)) else None


def text_of(field: str) -> str:
    """A field as text on one line: no HTML, formulas in dollars."""
    plain = html.unescape(_ANY_TAG.sub("", _TAG.sub(" ", field)))
    plain = _MATHJAX.sub(lambda match: f"${(match[1] or match[2]).strip()}$", plain)
    return " ".join(plain.split())


def _reviews(base: sqlite3.Connection, by_card: dict[int, str], day_of: Callable[[datetime], int]) -> Iterator[Event]:
    """The reviews of a package. Their ids come from Anki's, so that reading a package again adds nothing."""
    for id_, card, ease, taken in base.execute("SELECT id, cid, ease, time FROM revlog ORDER BY id"):
        if card in by_card and ease in (1, 2, 3, 4):
            at = datetime.fromtimestamp(id_ / 1000, UTC)
            value = {"rating": ease, "seconds": round(taken / 1000, 1)}
            yield Event(f"anki-{id_}-{card}", at, day_of(at), Act.REVIEW.value, by_card[card], value)
