"""The local engine: chunks in SQLite, BM25 and vectors in memory-mapped arrays; all in one folder, which never changes once it is written.
Inside `index.local`, a chunk is identified by its row (its number in the index), outside by its id.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.engine import Entry, Scores
from index.errors import IndexDamaged
from index.filters import EVERYTHING, Filter
from index.local.chunks import ChunkStore
from index.local.dense import DenseIndex
from index.local.entries import Entries
from index.local.lexical import LexicalIndex
from ingest.model import Chunk

_REMEMBERED = 100_000
"""The most ids whose rows are cached: those of many questions, in about 10 MB."""
_FILTERS = 8
"""The most filters whose rows are cached: a question uses the same filter several times, and so does a conversation."""


class LocalEngine:
    """Search over the folder that an `IndexWriter` wrote (`index.engine.Engine`)."""

    def __init__(self, folder: Path) -> None:
        """Open the index. Raises IndexDamaged if its files are missing or damaged."""
        try:
            self._store = ChunkStore(folder)
            try:
                self.lexical_index = LexicalIndex.load(folder, self._store.size)
                self.dense_index = DenseIndex.load(folder)
                self._entries = Entries(folder, self._store.size)
            except BaseException:
                self._store.close()
                raise
        except (OSError, EOFError, ValueError, RuntimeError, sqlite3.Error) as error:
            raise IndexDamaged(
                f"The index in {folder} cannot be opened ({error}).", "Ingest the same folders again to rebuild it."
            ) from error
        self._known: dict[str, int] = {}
        self._masks: dict[Filter, NDArray[np.bool_]] = {}
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return self._store.size

    def count(self, within: Filter = EVERYTHING) -> int:
        allowed = self._allowed(within)
        return self.size if allowed is None else int(np.count_nonzero(allowed))

    def lexical(self, terms: Sequence[str], k: int, within: Filter = EVERYTHING) -> Scores:
        return self._named(self.lexical_index.search(terms, k, self._allowed(within)))

    def lexical_scores(self, terms: Sequence[str], ids: Sequence[str]) -> Scores:
        return dict(zip(ids, self.lexical_index.scores_of(terms, self._rows(ids)).tolist(), strict=True))

    def dense(self, vector: NDArray[np.float32], k: int, within: Filter = EVERYTHING) -> Scores:
        return self._named(self.dense_index.search(vector, k, self._allowed(within)))

    def dense_scores(self, vector: NDArray[np.float32], ids: Sequence[str]) -> Scores:
        rows, nearness = self.dense_index.nearness(vector, self._rows(ids))
        return dict(zip(self._ids(rows), nearness.tolist(), strict=True))

    def entries(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        return dict(zip(ids, self._entries.entries(self._rows(ids)), strict=True))

    def fetch(self, ids: Sequence[str]) -> list[Chunk]:
        return self._store.fetch(self._rows(ids).tolist())

    def around(self, id_: str, before: int, after: int) -> list[Chunk]:
        row = int(self._rows([id_])[0])
        own = self._entries.rows_of_document(row)
        return self._store.fetch(list(range(max(own.start, row - before), min(own.stop, row + after + 1))))

    def units(self, ids: Sequence[str]) -> list[NDArray[np.float32]]:
        return self.dense_index.units(self._rows(ids))

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        return [self.lexical_index.frequency(term) for term in terms]

    def shares(self, terms: Sequence[str], id_: str) -> Mapping[str, float]:
        return self.lexical_index.shares(terms, int(self._rows([id_])[0]))

    def respell(self, term: str) -> str:
        return self.lexical_index.respell(term)

    def chunks(self) -> Iterator[Chunk]:
        return self._store.iterate(0, self.size)

    def close(self) -> None:
        self._store.close()
        self.dense_index.close()

    def _named(self, found: Sequence[tuple[int, float]]) -> Scores:
        """Scores by row as scores by id."""
        ids = self._ids(np.array([row for row, _ in found], np.int64))
        return {id_: score for id_, (_, score) in zip(ids, found, strict=True)}

    def _ids(self, rows: NDArray[np.int64]) -> list[str]:
        ids = self._entries.ids(rows)
        if len(self._known) > _REMEMBERED:
            self._known.clear()  # other threads that look one up meanwhile ask the store
        self._known.update(zip(ids, rows.tolist(), strict=True))
        return ids

    def _rows(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """The rows of these chunks. Raises KeyError for an unknown id."""
        found = [self._known.get(id_) for id_ in ids]
        missing = [id_ for id_, row in zip(ids, found, strict=True) if row is None]
        if missing:
            rows = self._store.rows(missing)
            found = [rows[id_] if row is None else row for id_, row in zip(ids, found, strict=True)]
        return np.array(found, np.int64)

    def _allowed(self, within: Filter) -> NDArray[np.bool_] | None:
        """For each row, whether it passes a filter, shape (size,); None if all do."""
        if within.is_all:
            return None
        with self._lock:
            if within not in self._masks:
                while len(self._masks) >= _FILTERS:
                    self._masks.pop(next(iter(self._masks)))
                self._masks[within] = self._store.allowed(within)
            return self._masks[within]
