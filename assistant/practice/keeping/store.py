"""The practice of a library: its items and the log of the user, in a database beside the snapshots that is never rebuilt."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.practice.errors import PracticeDamaged
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.keeping.events import Event
from assistant.storage.database import RESTORE, UserDatabase, plain
from assistant.storage.snapshots import Layout
from ingest.model import Part, Span

_MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE items (
        id TEXT PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, prompt TEXT NOT NULL, answer TEXT NOT NULL, points TEXT NOT NULL,
        concept TEXT NOT NULL, document TEXT NOT NULL, part TEXT, number INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL,
        quote TEXT NOT NULL, made TEXT NOT NULL, retired TEXT
    ) WITHOUT ROWID;
    CREATE TABLE events (
        id TEXT PRIMARY KEY, at TEXT NOT NULL, day INTEGER NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL, value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
)
_DATABASE = UserDatabase("practice", frozenset({"items", "events", "facts"}), _MIGRATIONS, PracticeDamaged)
_MADE_OF = "made of"
_COLUMNS = "id, key, kind, prompt, answer, points, concept, document, part, number, first, last, quote"


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored item. `retired` is the time when its source was found missing, None while it exists."""

    item: Item
    retired: str | None = None


def load_items(layout: Layout) -> list[Kept]:
    """All items, including those whose source is gone."""
    if not layout.practice.exists():
        return []
    with _DATABASE.opened(layout.practice) as base:
        rows = base.execute(f"SELECT {_COLUMNS}, retired FROM items ORDER BY document, part, number, first, id").fetchall()
    return [Kept(_item(row, layout.practice), row[-1]) for row in rows]


def made_of(layout: Layout) -> str:
    """The recorded source of the last making of items; empty if there was none."""
    if not layout.practice.exists():
        return ""
    with _DATABASE.opened(layout.practice) as base:
        row = base.execute("SELECT value FROM facts WHERE name = ?", (_MADE_OF,)).fetchone()
    return str(row[0]) if row else ""


def save_items(layout: Layout, present: Sequence[Item], gone: Iterable[str], source: str, at: datetime) -> None:
    """Store the current items, and retire those with the ids `gone`, in one transaction."""
    time = _time(at)
    with _DATABASE.opened(layout.practice) as base, base:
        base.executemany(
            f"INSERT INTO items ({_COLUMNS}, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
            + ", retired = NULL",
            ((*_row(item), time) for item in present),
        )
        base.executemany("UPDATE items SET retired = ? WHERE id = ? AND retired IS NULL", ((time, id_) for id_ in gone))
        if source:
            base.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (_MADE_OF, source))


def load_log(layout: Layout) -> list[Event]:
    """The whole log, in no particular order. Raises PracticeDamaged for an entry that cannot be read."""
    if not layout.practice.exists():
        return []
    with _DATABASE.opened(layout.practice) as base:
        rows = base.execute("SELECT id, at, day, act, about, value FROM events").fetchall()
    try:
        return [Event(id_, datetime.fromisoformat(at), day, act, about, json.loads(value)) for id_, at, day, act, about, value in rows]
    except (ValueError, TypeError) as error:
        raise PracticeDamaged(f"{layout.practice} holds an entry that cannot be read ({error}).", RESTORE) from error


def count_events(layout: Layout) -> int:
    """How many entries the log has."""
    if not layout.practice.exists():
        return 0
    with _DATABASE.opened(layout.practice) as base:
        return int(base.execute("SELECT COUNT(*) FROM events").fetchone()[0])


def append(layout: Layout, events: Sequence[Event]) -> None:
    """Add events to the log in one transaction. Existing events are not added twice."""
    with _DATABASE.opened(layout.practice) as base, base:
        base.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING", map(_entry, events))


def merge_practice(mine: Path, other: Path) -> int:
    """Merge another database of practice into one.

    Returns the number of added events and items. For an item in both, the later version is kept.
    """
    with closing(sqlite3.connect(mine)) as base, base:
        base.execute("ATTACH ? AS other", (str(other),))
        events = base.execute("INSERT INTO events SELECT * FROM other.events WHERE true ON CONFLICT (id) DO NOTHING").rowcount
        items = base.execute(
            "INSERT INTO items SELECT * FROM other.items WHERE true ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f"{name} = excluded.{name}" for name in [*_COLUMNS.split(", ")[1:], "made", "retired"])
            + " WHERE excluded.made > items.made"
        ).rowcount
        base.execute("DELETE FROM facts")  # the items of both are compared with the documents again
    return events + items


def check_practice(file: Path) -> None:
    """Raises PracticeDamaged, or LibraryFormat, for a file without a practice that this version of study can read."""
    _DATABASE.check(file)


def _row(item: Item) -> tuple[object, ...]:
    part = item.span.part
    return (
        item.id,
        item.key,
        item.kind.value,
        *map(plain, (item.prompt, item.answer, json.dumps(item.points, ensure_ascii=False), item.concept, item.document)),
        part.kind if part else None,
        part.number if part else None,
        item.span.first,
        item.span.last,
        plain(item.quote),
    )


def _item(row: Sequence[object], file: Path) -> Item:
    id_, key, kind, prompt, answer, points, concept, document, part, number, first, last, quote = row[:13]
    try:
        span = Span(int(str(first)), int(str(last)), Part(str(part), int(str(number))) if part else None)
        said = tuple(map(str, json.loads(str(points))))
        return Item(str(id_), str(key), ItemKind(str(kind)), str(prompt), str(answer), said, str(concept), str(document), span, str(quote))
    except (ValueError, TypeError) as error:
        raise PracticeDamaged(f"{file} holds an item that cannot be read ({error}).", RESTORE) from error


def _entry(event: Event) -> tuple[object, ...]:
    value = plain(json.dumps(dict(event.value), ensure_ascii=False, sort_keys=True))
    return event.id, _time(event.at), event.day, event.act, plain(event.about), value


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
