"""The chunks of an index, in one SQLite file, fetched by row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from ingest.model import Chunk, Excerpt, Kind, Part, Span

_FILE = "chunks.sqlite"
_SCHEMA = """
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, document TEXT NOT NULL, title TEXT NOT NULL, section TEXT NOT NULL, kind TEXT NOT NULL,
    part_kind TEXT, part_number INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL, units TEXT NOT NULL,
    context TEXT NOT NULL
)
"""


def save_chunks(chunks: Iterable[Chunk], folder: Path) -> None:
    """Write the chunks; their order gives their rows, from 0."""
    with closing(sqlite3.connect(folder / _FILE)) as connection, connection:
        connection.execute(_SCHEMA)
        connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ((row, *_columns(chunk)) for row, chunk in enumerate(chunks)),
        )


class ChunkStore:
    """Read access to what `save_chunks` wrote. Raises sqlite3.Error where the file is not what it should be."""

    def __init__(self, folder: Path) -> None:
        # Immutable: a published snapshot never changes, and its disk may be read-only.
        uri = f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            self.size: int = self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        except sqlite3.Error:
            self._connection.close()
            raise

    def fetch(self, rows: Sequence[int]) -> list[Chunk]:
        """The chunks of these rows, in the order asked for."""
        marks = ",".join("?" * len(rows))
        found = {values[0]: _chunk(values[1:]) for values in self._connection.execute(f"SELECT * FROM chunks WHERE row IN ({marks})", rows)}
        return [found[row] for row in rows]

    def fetch_all(self) -> list[Chunk]:
        """Every chunk, by row."""
        return [_chunk(values[1:]) for values in self._connection.execute("SELECT * FROM chunks ORDER BY row")]

    def close(self) -> None:
        self._connection.close()


def _columns(chunk: Chunk) -> tuple[object, ...]:
    part = chunk.span.part
    return (
        chunk.id,
        chunk.document,
        chunk.title,
        json.dumps(chunk.section, ensure_ascii=False),
        chunk.kind.value,
        part.kind if part else None,
        part.number if part else None,
        chunk.span.first,
        chunk.span.last,
        chunk.text,
        json.dumps([(unit.text, unit.span.first, unit.span.last) for unit in chunk.units], ensure_ascii=False),
        json.dumps(chunk.context, ensure_ascii=False),
    )


def _chunk(values: tuple[object, ...]) -> Chunk:
    id_, document, title, section, kind, part_kind, part_number, first, last, text, units, context = values
    part = Part(str(part_kind), int(str(part_number))) if part_kind is not None else None
    return Chunk(
        id=str(id_),
        document=str(document),
        title=str(title),
        section=tuple(json.loads(str(section))),
        kind=Kind(str(kind)),
        span=Span(int(str(first)), int(str(last)), part),
        text=str(text),
        units=tuple(Excerpt(unit, Span(a, b, part)) for unit, a, b in json.loads(str(units))),
        context=tuple(json.loads(str(context))),
    )
