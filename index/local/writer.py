"""Write an index of any size into a folder: chunks are added document by document, vectors follow as they are embedded. An unchanged
document is copied from an earlier index, without analysing or embedding it again. An index with copies equals one that is written from
scratch.
"""

from __future__ import annotations

import os
import shutil
from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engine import Embed
from index.indexed_text import embedded_parts, lexical_text
from index.local.chunks import ChunkStore, ChunkWriter
from index.local.dense import earlier_vectors, write_dense
from index.local.entries import EntryWriter
from index.local.postings import LexicalWriter
from ingest.model import Chunk, TextPart
from ingest.text.terms import analyze


class IndexWriter:
    """Writes an index into an empty folder."""

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        """`earlier` is the folder of an index with the same encoder and chunking, whose documents can be copied."""
        self._folder = folder
        self._earlier = earlier
        self._store = ChunkStore(earlier) if earlier is not None else None
        self._ranges = self._store.ranges() if self._store is not None else {}
        self._first_units = _first_units(earlier, self._store.size) if earlier is not None and self._store is not None else np.zeros(1, int)
        self._chunks = ChunkWriter(folder, earlier)
        self._lexical = LexicalWriter(folder, earlier)
        self._entries = EntryWriter(earlier)
        self._units = array("i")
        self._runs: list[tuple[bool, int, int]] = []
        """Runs of rows: whether they are copied, then first and stop (exclusive) in the earlier index for copies, else among the new
        rows."""

    @property
    def size(self) -> int:
        """The number of chunks so far."""
        return self._chunks.size

    @property
    def units(self) -> int:
        """The number of units of the chunks so far."""
        return sum(self._units)

    def add(self, chunks: Sequence[Chunk], collection: str = "") -> None:
        """Add chunks of a document. `collection` is "" for a document without one."""
        first = self.size
        self._chunks.add(chunks, collection)
        self._entries.add(chunks)
        for chunk in chunks:
            self._lexical.add(analyze(lexical_text(chunk)))
            self._units.append(len(chunk.units))
        self._run(False, first, self.size)

    def copy(self, document: str, collection: str = "") -> None:
        """Copy the chunks of a document from the earlier index."""
        first, stop = self._ranges.get(document, (0, 0))
        self._chunks.copy(first, stop, collection)
        self._lexical.copy(first, stop)
        self._units.extend(np.diff(self._first_units[first : stop + 1]).tolist())
        self._entries.copy(document, first, stop)
        self._run(True, first, stop)

    def finish(self, embed: Embed, compiling: Callable[[], None] = lambda: None) -> None:
        """Embed the new units and write everything. `compiling` is called when embedding is over."""
        self._chunks.finish()
        if self._store is not None and self._earlier is not None and self._runs == [(True, 0, self._store.size)]:
            compiling()
            self._lexical.discard()
            for file in sorted(self._earlier.iterdir()):
                if not (self._folder / file.name).exists():
                    link_or_copy(file, self._folder / file.name)
            return
        with closing(self._vectors(embed)) as vectors:
            first = next(vectors, np.empty((0, 1), np.float32))
            write_dense(self._folder, chain([first], vectors), self._units, first.shape[1])
        compiling()
        self._lexical.finish()
        self._entries.write(self._folder)

    def close(self) -> None:
        """Close all files. An unfinished index is useless."""
        self._chunks.close()
        self._lexical.close()
        if self._store is not None:
            self._store.close()

    def _run(self, copied: bool, first: int, stop: int) -> None:
        if first == stop:
            return
        if self._runs and self._runs[-1][0] == copied and self._runs[-1][2] == first:
            first = self._runs.pop()[1]
        self._runs.append((copied, first, stop))

    def _vectors(self, embed: Embed) -> Generator[NDArray[np.generic], None, None]:
        """The vectors of all units in order, from the earlier index and from the encoder."""
        first_units = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.asarray(self._units, np.int64))])
        count = int(sum(first_units[stop] - first_units[first] for copied, first, stop in self._runs if not copied))
        embedded = _Rows(embed(self._parts(), count)) if count else None
        for copied, first, stop in self._runs:
            if copied:
                assert self._earlier is not None
                yield from earlier_vectors(self._earlier, int(self._first_units[first]), int(self._first_units[stop]))
            elif embedded is not None:
                yield from embedded.take(int(first_units[stop] - first_units[first]))

    def _parts(self) -> Iterator[TextPart]:
        store = ChunkStore(self._folder)
        try:
            for copied, first, stop in self._runs:
                if not copied:
                    for chunk in store.iterate(first, stop):
                        yield from embedded_parts(chunk)
        finally:
            store.close()


def write_index(chunks: Sequence[Chunk], vectors: NDArray[np.float32], folder: Path) -> None:
    """Write an index of the chunks into an empty folder. `vectors` are the vectors of `embedded_parts` of every chunk, in order."""
    with closing(IndexWriter(folder)) as writer:
        writer.add(chunks)
        writer.finish(lambda _parts, _count: iter([vectors]))


class _Rows:
    """Regroups blocks of rows into blocks of other sizes."""

    def __init__(self, blocks: Iterator[NDArray[np.float32]]) -> None:
        self._blocks = blocks
        self._rest: NDArray[np.float32] | None = None

    def take(self, count: int) -> Iterator[NDArray[np.float32]]:
        while count:
            block = self._rest if self._rest is not None and len(self._rest) else next(self._blocks)
            some, self._rest = block[:count], block[count:]
            count -= len(some)
            yield some


def link_or_copy(file: Path, to: Path) -> None:
    """Hard-link a file, or copy it where links are not possible. Snapshots never change, so they can share files."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copyfile(file, to)


def _first_units(folder: Path, size: int) -> NDArray[np.int64]:
    """For every chunk of an index the number of its first unit, followed by the number of all units."""
    chunks = np.load(folder / "dense.chunks.npy", mmap_mode="r", allow_pickle=False)
    return np.searchsorted(chunks, np.arange(size + 1, dtype=chunks.dtype)).astype(np.int64)
