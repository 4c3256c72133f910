"""Write a snapshot into Milvus (`index.engine.EngineWriter`) as a new generation of rows, which readers cannot see before it is complete.
New passages are `born` in the new generation, and removed ones have `died` in it, so that readers of the live generation see no change. The
generation becomes live when the snapshot's folder, which names it, is published. If a writer was killed, the next one cleans up: it deletes
the rows of a generation that never became live, and revives the rows that it had marked as died.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine import Embed
from index.indexed_text import embedded_parts
from index.local.chunks import ChunkStore, ChunkWriter
from index.milvus.database import FOREVER, PREFIX, Database, Told, living, quoted
from index.milvus.manifest import FILE, Manifest, Stored, load_documents, save_documents
from index.milvus.rows import chunk_in, chunk_row, tokens, unit_rows
from index.milvus.statistics import Statistics, added
from ingest.model import Chunk

_AT_ONCE = 200
"""The number of rows that are sent together: vectors of 384 numbers in about 1 MB."""


_NOTHING = Manifest("", "", 0, 0, 0, 0)


class MilvusWriter:
    """Writes a generation. Small files go into the snapshot's folder; `earlier` is the folder of the live snapshot, if any."""

    def __init__(
        self, folder: Path, uri: str, earlier: Path | None = None, replaced: Path | None = None, told: Told = lambda _: None
    ) -> None:
        """A library has its own collections with random names. Those of a `replaced` snapshot are dropped by the next writer.

        Raises EngineUnavailable and IndexDamaged.
        """
        self._folder = folder
        self._before = Manifest.load(earlier) if earlier is not None else None
        self._held = load_documents(earlier) if earlier is not None else {}
        self._earlier = earlier
        name = self._before.name if self._before else f"{PREFIX}{token_hex(8)}"
        self._database = Database(uri, name, told)
        self._generation = self._before.generation + 1 if self._before else 1
        self._documents: dict[str, Stored] = {}
        self._pending = folder / ".pending"
        self._pending.mkdir()
        self._chunks = ChunkWriter(self._pending)
        other = Manifest.load(replaced) if replaced is not None and (replaced / FILE).exists() else None
        self._replaces = ((other.uri, other.name),) if other and other.name != name else ()
        for left in (other or self._before or _NOTHING).replaces:
            Database(*left, told).drop()
        if self._before:
            self._database.check()
            self._mend(self._before.generation)

    @property
    def size(self) -> int:
        return sum(one.chunks for one in self._documents.values())

    @property
    def units(self) -> int:
        return sum(one.units for one in self._documents.values())

    def add(self, chunks: Sequence[Chunk], collection: str = "") -> None:
        if not chunks:
            return
        name = chunks[0].document
        known = self._documents.get(name) or Stored(name, f"{_key(name)}:{self._generation}", collection, 0, 0)
        units = sum(len(chunk.units) for chunk in chunks)
        self._documents[name] = Stored(name, known.key, collection, known.chunks + len(chunks), known.units + units)
        self._chunks.add(chunks, collection)

    def copy(self, document: str, collection: str = "") -> None:
        held = self._held.get(document)
        if held is None:
            return
        if held.collection == collection:
            self._documents[document] = held
            return
        # A document in another collection needs other rows; its vectors come from the cache.
        assert self._before is not None
        where = f"{living(self._before.generation)} and document == {quoted(document)}"
        rows = self._database.all_rows(self._database.chunks, where, ["number", "body"])
        self.add([chunk_in(row["body"]) for row in sorted(rows, key=lambda row: int(row["number"]))], collection)

    def finish(self, embed: Embed, compiling: Callable[[], None] = lambda: None) -> None:
        self._chunks.finish()
        gone = [one for one in self._held.values() if self._documents.get(one.name) != one]
        counts, size, length = self._earlier_counts()
        for one in gone:
            rows = self._rows_of(one, self._database.chunks, ["terms"])
            left = added(counts, (str(row["terms"]).split() for row in rows), -1)
            size, length = size - left[0], length - left[1]
        dimension = self._write(embed, self._before.dimension if self._before else 0)
        compiling()
        with closing(ChunkStore(self._pending)) as store:
            new = added(counts, (tokens(chunk) for chunk in store.iterate(0, store.size)))
        size, length = size + new[0], length + new[1]
        for one in gone:
            self._end(one)
        self._database.seal()
        Statistics.build(counts, size, length).save(self._folder)
        save_documents(self._folder, self._documents)
        Manifest(self._database.uri, self._database.name, self._generation, dimension, size, length, self._replaces).save(self._folder)
        shutil.rmtree(self._pending)

    def close(self) -> None:
        self._chunks.close()
        shutil.rmtree(self._pending, ignore_errors=True)

    def _earlier_counts(self) -> tuple[Counter[str], int, int]:
        if self._earlier is None or self._before is None:
            return Counter(), 0, 0
        before = self._before
        return Statistics.load(self._earlier, before.size, before.length).counts(), before.size, before.length

    def _write(self, embed: Embed, dimension: int) -> int:
        """Send the new passages with their vectors. Returns the dimension of the vectors."""
        with closing(ChunkStore(self._pending)) as store:
            parts = (part for chunk in store.iterate(0, store.size) for part in embedded_parts(chunk))
            count = sum(one.units for one in self._documents.values() if self._held.get(one.name) != one)
            vectors = _Vectors(embed(parts, count) if count else iter(()))
            dimension = vectors.dimension or dimension
            self._database.create(dimension or 1)
            chunk_rows: list[dict[str, Any]] = []
            rows_of_units: list[dict[str, Any]] = []
            numbers: Counter[str] = Counter()
            for chunk in store.iterate(0, store.size):
                stored = self._documents[chunk.document]
                at = (stored.key, numbers[chunk.document], self._generation, stored.collection)
                numbers[chunk.document] += 1
                chunk_rows.append(chunk_row(chunk, *at))
                rows_of_units += unit_rows(chunk, *at, vectors.take(len(chunk.units)))
                if len(chunk_rows) >= _AT_ONCE or len(rows_of_units) >= _AT_ONCE:
                    self._send(chunk_rows, rows_of_units)
            self._send(chunk_rows, rows_of_units)
        return dimension

    def _send(self, chunk_rows: list[dict[str, Any]], rows_of_units: list[dict[str, Any]]) -> None:
        for collection, rows in ((self._database.chunks, chunk_rows), (self._database.units, rows_of_units)):
            for first in range(0, len(rows), _AT_ONCE):
                self._database.insert(collection, rows[first : first + _AT_ONCE])
            rows.clear()

    def _end(self, one: Stored) -> None:
        """Mark the rows of a document as died in this generation."""
        for collection in (self._database.chunks, self._database.units):
            keys = [str(row["pk"]) for row in self._rows_of(one, collection, ["pk"])]
            self._set_died(collection, keys, self._generation)

    def _rows_of(self, one: Stored, collection: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        assert self._before is not None
        where = f"{living(self._before.generation)} and document == {quoted(one.name)}"
        return self._database.all_rows(collection, where, fields)

    def _mend(self, live: int) -> None:
        """Undo the changes of an interrupted writer after the live generation, and delete rows that no reader can see any more."""
        for collection in (self._database.chunks, self._database.units):
            self._database.delete(collection, f"born > {live}")
            doomed = [str(row["pk"]) for row in self._database.all_rows(collection, f"died > {live} and died < {FOREVER}", ["pk"])]
            self._set_died(collection, doomed, FOREVER)
            # Readers of the previous generation may still be active for a while.
            self._database.delete(collection, f"died < {live}")

    def _set_died(self, collection: str, keys: Sequence[str], generation: int) -> None:
        for first in range(0, len(keys), _AT_ONCE):
            rows = [{"pk": key, "died": generation} for key in keys[first : first + _AT_ONCE]]
            self._database.upsert(collection, rows, partial=True)


class _Vectors:
    """Regroups blocks of vectors into blocks of other sizes. `dimension` is that of the first block, 0 without any."""

    def __init__(self, blocks: Iterator[NDArray[np.float32]]) -> None:
        self._blocks = blocks
        self._rest: NDArray[np.float32] = next(blocks, np.empty((0, 0), np.float32))
        self.dimension = self._rest.shape[1]

    def take(self, count: int) -> list[list[float]]:
        taken: list[list[float]] = []
        while len(taken) < count:
            if not len(self._rest):
                self._rest = next(self._blocks)
            wanted = count - len(taken)
            taken += self._rest[:wanted].tolist()
            self._rest = self._rest[wanted:]
        return taken


def _key(document: str) -> str:
    """The document's part of its rows' keys: a safe form of its name."""
    return sha256(document.encode("utf-8", "surrogateescape")).hexdigest()[:24]
