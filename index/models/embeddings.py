"""Embeddings are computed once: a cache in one SQLite file, keyed by the encoder's name and the text's hash."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.models.context import read_marked
from ingest.model import Encoder

BATCH = 256
WINDOW = 64 * BATCH
"""Texts that are held at once. Batches are made inside of a window, so that texts of like length share one."""
SLACK = 20_000
"""Vectors that the cache may hold beyond twice those in use."""
_LOOK_UP = 500
_SCHEMA = """
PRAGMA page_size=16384;
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
CREATE TABLE IF NOT EXISTS embeddings (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);
"""


class EmbeddingCache:
    """A store of vectors that survives an interrupted ingest: every batch is committed as it is made."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = sqlite3.connect(file)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._replace(error)

    def _prepare(self) -> None:
        self._connection.executescript(_SCHEMA)
        if self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():  # as it was kept at first
            with self._connection:
                self._connection.execute("INSERT OR IGNORE INTO embeddings (key, vector) SELECT key, vector FROM vectors")
                self._connection.execute("DROP TABLE vectors")

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        """Start anew where the file is damaged: nothing in it can be lost that is not made again. Any other error is raised again."""
        self._connection.close()
        if isinstance(error, sqlite3.OperationalError):  # busy, a full disk
            raise error
        for suffix in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        self._connection = sqlite3.connect(self._file)
        self._prepare()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def embed(
        self, texts: Sequence[str], name: str, open_encoder: Callable[[], Encoder], progress: Callable[[int, int], None]
    ) -> NDArray[np.float32]:
        """The vectors of the texts, shape (len(texts), dimension), encoding only those not seen before.

        `name` is the encoder's; it is opened only if a text is new. `progress` is told how many texts are done, and of how many.
        """
        found = list(self.stream(texts, len(texts), name, open_encoder, progress))
        return np.concatenate(found) if found else np.empty((0, 1), dtype=np.float32)

    def stream(
        self, texts: Iterable[str], count: int, name: str, open_encoder: Callable[[], Encoder], progress: Callable[[int, int], None]
    ) -> Iterator[NDArray[np.float32]]:
        """The vectors of `count` texts in order, a window of them at a time: neither texts nor vectors are held all at once."""
        opened: list[Encoder] = []

        def encode(batch: Sequence[str]) -> NDArray[np.float32]:
            if not opened:
                opened.append(open_encoder())
            return opened[0].encode(batch)

        if not count:
            progress(0, 0)
        done = 0
        remaining = iter(texts)
        while window := list(islice(remaining, WINDOW)):

            def tell(known: int, before: int = done) -> None:
                progress(before + known, count)

            try:
                vectors = self._embed(window, name, encode, tell)
            except sqlite3.DatabaseError as error:
                self._replace(error)
                vectors = self._embed(window, name, encode, tell)
            done += len(window)
            yield vectors

    def _embed(
        self, texts: Sequence[str], name: str, encode: Callable[[Sequence[str]], NDArray[np.float32]], progress: Callable[[int], None]
    ) -> NDArray[np.float32]:
        keys = [_key(name, text) for text in texts]
        known = self._look_up(set(keys))
        new: dict[bytes, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in known:
                new.setdefault(key, text)
        progress(len(texts) - len(new))
        # Texts of like length share a batch, and those that differ only in their marked part stand together: they are run once.
        pending = sorted(new.items(), key=lambda item: (len(item[1]), read_marked(item[1]).text, item[0]))
        for start in range(0, len(pending), BATCH):
            batch = pending[start : start + BATCH]
            vectors = encode([text for _, text in batch])
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO embeddings (key, vector) VALUES (?, ?)",
                    ((key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)),
                )
            known.update((key, vector) for (key, _), vector in zip(batch, vectors, strict=True))
            progress(len(texts) - len(new) + start + len(batch))
        return np.stack([known[key] for key in keys])

    def _look_up(self, keys: set[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _LOOK_UP):
            some = wanted[start : start + _LOOK_UP]
            marks = ",".join("?" * len(some))
            for key, vector in self._connection.execute(f"SELECT key, vector FROM embeddings WHERE key IN ({marks})", some):
                found[key] = np.frombuffer(vector, dtype=np.float32)
        return found

    def prune(self, texts: Iterable[str], count: int, name: str) -> int:
        """Drop what is not a vector of the `count` texts in use, once that is more than they are themselves; how many went.

        Some are kept beyond need: a text that comes back, after an edit that was undone or a change of branch, costs nothing.
        """
        (held,) = self._connection.execute("SELECT count(*) FROM embeddings").fetchone()
        if held <= 2 * count + SLACK:
            return 0
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((_key(name, text),) for text in texts))
            gone = self._connection.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT key FROM used)").rowcount
            self._connection.execute("DROP TABLE used")
        self._connection.execute("VACUUM")
        return int(gone)


def _key(name: str, text: str) -> bytes:
    return hashlib.sha256(f"{name}\0{text}".encode("utf-8", "surrogatepass")).digest()[:16]
