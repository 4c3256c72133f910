"""Embeddings are computed once: a cache in one SQLite file, keyed by the encoder's name and the text's hash."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.model import Encoder

BATCH = 256
_LOOK_UP = 500


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
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

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
        try:
            return self._embed(texts, name, open_encoder, progress)
        except sqlite3.DatabaseError as error:
            self._replace(error)
            return self._embed(texts, name, open_encoder, progress)

    def _embed(
        self, texts: Sequence[str], name: str, open_encoder: Callable[[], Encoder], progress: Callable[[int, int], None]
    ) -> NDArray[np.float32]:
        keys = [hashlib.sha256(f"{name}\0{text}".encode()).digest()[:16] for text in texts]
        known = self._look_up(set(keys))
        new: dict[bytes, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in known:
                new.setdefault(key, text)
        progress(len(texts) - len(new), len(texts))
        if new:
            encoder = open_encoder()
            # Texts of like length share a batch; the key settles ties, so a resumed run makes the same batches.
            pending = sorted(new.items(), key=lambda item: (len(item[1]), item[0]))
            for start in range(0, len(pending), BATCH):
                batch = pending[start : start + BATCH]
                vectors = encoder.encode([text for _, text in batch])
                with self._connection:
                    self._connection.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                        ((key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)),
                    )
                known.update((key, vector) for (key, _), vector in zip(batch, vectors, strict=True))
                progress(len(texts) - len(new) + start + len(batch), len(texts))
        return np.stack([known[key] for key in keys]) if keys else np.empty((0, 1), dtype=np.float32)

    def _look_up(self, keys: set[bytes]) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), _LOOK_UP):
            some = wanted[start : start + _LOOK_UP]
            marks = ",".join("?" * len(some))
            for key, vector in self._connection.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some):
                found[key] = np.frombuffer(vector, dtype=np.float32)
        return found
