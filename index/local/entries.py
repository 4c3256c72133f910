"""The entries of an index: the id, the kind and the document of every chunk, by row, in memory-mapped arrays.

Ranking reads hundreds of them for every question, which would take SQLite a millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engine import Entry
from ingest.model import Chunk, Kind

_CHUNKS = "entries.chunks.npy"
_DOCUMENTS = "entries.documents.npy"
_KINDS = {kind.value.encode(): kind for kind in Kind}
_WIDEST_KIND = max(map(len, _KINDS))


class EntryWriter:
    """Collects the entries of chunks in order."""

    def __init__(self, earlier: Path | None = None) -> None:
        """`earlier` is the folder of an index whose entries can be copied."""
        self._earlier = np.load(earlier / _CHUNKS, mmap_mode="r", allow_pickle=False) if earlier is not None else None
        self._blocks: list[NDArray[np.void]] = []
        self._names: list[bytes] = []
        self._firsts: list[int] = []
        self._size = 0

    def add(self, chunks: Sequence[Chunk]) -> None:
        """The next chunks."""
        for document, run in groupby(chunks, key=lambda chunk: chunk.document):
            self._append(document, _block([(_bytes(chunk.id), chunk.kind.value.encode()) for chunk in run]))

    def copy(self, document: str, first: int, stop: int) -> None:
        """Copy the entries of a document, rows `first` to `stop` (exclusive) of the earlier index."""
        assert self._earlier is not None
        if first < stop:
            self._append(document, np.array(self._earlier[first:stop]))

    def write(self, folder: Path) -> None:
        """Write the arrays."""
        np.save(folder / _CHUNKS, np.concatenate([_block([]), *self._blocks]), allow_pickle=False)
        widest = max(map(len, self._names), default=1)
        documents = np.array(list(zip(self._names, self._firsts, strict=True)), [("name", f"S{widest}"), ("first", np.int64)])
        np.save(folder / _DOCUMENTS, documents, allow_pickle=False)

    def _append(self, document: str, block: NDArray[np.void]) -> None:
        name = _bytes(document)
        if not self._names or self._names[-1] != name:
            self._names.append(name)
            self._firsts.append(self._size)
        self._blocks.append(block)
        self._size += len(block)


class Entries:
    """The arrays of an `EntryWriter`, mapped into memory. Raises OSError or ValueError if the files are damaged."""

    def __init__(self, folder: Path, size: int) -> None:
        self._chunks = np.load(folder / _CHUNKS, mmap_mode="r", allow_pickle=False)
        self._documents = np.load(folder / _DOCUMENTS, mmap_mode="r", allow_pickle=False)
        if len(self._chunks) != size:
            raise ValueError(f"{size} chunks have {len(self._chunks)} entries")
        self._ids, self._kinds = self._chunks["id"], self._chunks["kind"]
        self._names, self._firsts = self._documents["name"], np.array(self._documents["first"])

    def ids(self, rows: NDArray[np.int64]) -> list[str]:
        """The ids of the chunks in these rows."""
        return [_text(id_) for id_ in self._ids[rows].tolist()]

    def entries(self, rows: NDArray[np.int64]) -> list[Entry]:
        """The entries of the chunks in these rows."""
        documents = np.searchsorted(self._firsts, rows, side="right") - 1
        names = [_text(name) for name in self._names[documents].tolist()]
        numbers = (rows - self._firsts[documents]).tolist()
        kinds = [_KINDS[kind] for kind in self._kinds[rows].tolist()]
        return list(map(Entry, names, numbers, kinds))

    def rows_of_document(self, row: int) -> range:
        """The rows of the document that a row belongs to."""
        document = int(np.searchsorted(self._firsts, row, side="right")) - 1
        stop = self._firsts[document + 1] if document + 1 < len(self._firsts) else len(self._chunks)
        return range(int(self._firsts[document]), int(stop))


def _block(entries: Sequence[tuple[bytes, bytes]]) -> NDArray[np.void]:
    widest = max((len(id_) for id_, _ in entries), default=1)
    return np.array(entries, [("id", f"S{widest}"), ("kind", f"S{_WIDEST_KIND}")])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
