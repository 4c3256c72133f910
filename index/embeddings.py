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
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            # Not a database: nothing in it can be lost that is not made again.
            file.unlink()
            self._open()

    def _open(self) -> None:
        self._connection = sqlite3.connect(self._file)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def embed(self, texts: Sequence[str], name: str, open_encoder: Callable[[], Encoder], progress: Callable[[int, int], None]) -> NDArray[np.float32]:
        """The vectors of the texts, shape (len(texts), dimension), encoding only those not seen before.

        `name` is the encoder's; it is opened only if a text is new. `progress` is told how many texts are done, and of how many.
        """
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
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?)", ((key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True))
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
