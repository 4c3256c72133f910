"""The chunks of an index, in one SQLite file, fetched by row."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.filters import Filter
from ingest.model import Chunk, Excerpt, Kind, Part, Span

_FILE = "chunks.sqlite"
_COLUMNS = "id, document, title, section, kind, part_kind, part_number, first, last, text, units, context, kinds"
_SCHEMA = """
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL, document TEXT NOT NULL, title TEXT NOT NULL, section TEXT NOT NULL, kind TEXT NOT NULL,
    part_kind TEXT, part_number INTEGER, first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL, units TEXT NOT NULL,
    context TEXT NOT NULL, kinds INTEGER NOT NULL, collection TEXT NOT NULL
)
"""
# The columns that filters need, so that no passage is read for them.
_FACETS = "CREATE INDEX facets ON chunks (document, kind, kinds, collection, title, section)"
_IDS = "CREATE INDEX ids ON chunks (id)"
_BITS = {kind: 1 << number for number, kind in enumerate(Kind)}
"""A set of kinds is stored as a number with a bit for each of them."""
_AT_ONCE = 500
"""The number of chunks in a block. Other threads can read between two blocks."""


class ChunkWriter:
    """Writes chunks into a new file. Their rows are numbered in order, from 0."""

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        """`earlier` is the folder of an index whose chunks can be copied."""
        self._connection = sqlite3.connect((folder / _FILE).absolute().as_uri(), uri=True)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")
        if earlier is not None:
            uri = f"{(earlier / _FILE).absolute().as_uri()}?mode=ro&immutable=1"
            self._connection.execute("ATTACH ? AS earlier", (uri,))
        self.size = 0

    def add(self, chunks: Iterable[Chunk], collection: str) -> None:
        """Append the chunks of a document. `collection` is "" for a document without one."""
        rows = [(row, *columns_of(chunk), collection) for row, chunk in enumerate(chunks, start=self.size)]
        self._connection.executemany("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self.size += len(rows)

    def copy(self, first: int, stop: int, collection: str) -> None:
        """Append rows `first` to `stop` (exclusive) of the earlier chunks."""
        self._connection.execute(
            f"INSERT INTO chunks SELECT row + ?, {_COLUMNS}, ? FROM earlier.chunks WHERE row >= ? AND row < ? ORDER BY row",
            (self.size - first, collection, first, stop),
        )
        self.size += stop - first

    def finish(self) -> None:
        """Write everything to the file."""
        self._connection.execute(_FACETS)
        self._connection.execute(_IDS)
        self._connection.commit()
        self.close()

    def close(self) -> None:
        """Close the file. An unfinished file is useless."""
        self._connection.close()


class ChunkStore:
    """Read access to the file of a `ChunkWriter`. Raises sqlite3.Error if it is damaged."""

    def __init__(self, folder: Path) -> None:
        # Immutable: a published snapshot never changes, and its disk may be read-only.
        uri = f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        try:
            self.size: int = self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        except sqlite3.Error:
            self._connection.close()
            raise

    def fetch(self, rows: Sequence[int]) -> list[Chunk]:
        """The chunks of these rows, in the same order."""
        marks = ",".join("?" * len(rows))
        found = {
            values[0]: chunk_of(values[1:]) for values in self._all(f"SELECT row, {_COLUMNS} FROM chunks WHERE row IN ({marks})", rows)
        }
        return [found[row] for row in rows]

    def iterate(self, first: int, stop: int) -> Iterator[Chunk]:
        """The chunks of rows `first` to `stop` (exclusive), in blocks."""
        for start in range(first, stop, _AT_ONCE):
            some = (start, min(start + _AT_ONCE, stop))
            yield from map(chunk_of, self._all(f"SELECT {_COLUMNS} FROM chunks WHERE row >= ? AND row < ? ORDER BY row", some))

    def rows(self, ids: Sequence[str]) -> dict[str, int]:
        """The rows of the chunks with these ids. Unknown ids are left out."""
        found = self._all("SELECT id, row FROM chunks WHERE id IN (SELECT value FROM json_each(?))", [json.dumps(list(ids))])
        return {str(id_): int(row) for id_, row in found}

    def allowed(self, only: Filter) -> NDArray[np.bool_]:
        """For each row, whether it passes a filter, shape (size,)."""
        conditions: list[str] = []
        values: list[str | int] = []
        if only.documents is not None:
            conditions.append("document IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(sorted(only.documents)))
        if only.kinds:
            conditions.append("(kinds & ? OR kind IN (SELECT value FROM json_each(?)))")
            values += [_bits(only.kinds), json.dumps(sorted(only.kinds))]
        if only.collection:
            conditions.append("collection = ?")
            values.append(only.collection)
        if only.section:
            titles = self._all("SELECT DISTINCT title, section FROM chunks")
            under = [(title, section) for title, section in titles if only.is_under((title, *json.loads(section)))]
            conditions.append("(title, section) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))")
            values.append(json.dumps(under))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = np.fromiter((row for (row,) in self._all(f"SELECT row FROM chunks{where}", values)), np.int64)
        allowed = np.zeros(self.size, dtype=np.bool_)
        allowed[rows] = True
        return allowed

    def ranges(self) -> dict[str, tuple[int, int]]:
        """The rows of every document, as first and stop (exclusive): the chunks of a document are consecutive."""
        rows = self._all("SELECT document, min(row), max(row) + 1 FROM chunks GROUP BY document")
        return {str(document): (int(first), int(stop)) for document, first, stop in rows}

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _all(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """The whole result of a query. Threads share the connection, one statement at a time."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def columns_of(chunk: Chunk) -> tuple[object, ...]:
    """A chunk as plain values: numbers and texts."""
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
        _bits(chunk.kinds),
    )


def _bits(kinds: Iterable[Kind]) -> int:
    return sum(_BITS[kind] for kind in kinds)


def chunk_of(values: Sequence[object]) -> Chunk:
    """The chunk of some plain values: the inverse of `columns_of`."""
    id_, document, title, section, kind, part_kind, part_number, first, last, text, units, context, kinds = values
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
        kinds=frozenset(kind for kind, bit in _BITS.items() if int(str(kinds)) & bit),
    )
