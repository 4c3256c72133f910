"""A cache of embeddings in one SQLite file. Each is computed once; its key is the encoder's name and a hash of the text."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.model import Encoder, TextPart

BATCH = 64
"""The number of parts encoded between two commits: the most that an interruption can cost."""
WINDOW = 256 * BATCH
"""The number of parts in a window. Batches are formed inside a window, so that texts of similar length share one."""
SLACK = 20_000
"""The number of vectors that the cache may hold beyond twice those in use."""
_LOOK_UP = 500
"""The most keys in one query, below SQLite's limit of 999 variables in old versions."""
_OPEN, _CLOSE = "\x02", "\x03"
_SCHEMA = """
PRAGMA page_size=16384;
PRAGMA journal_mode=WAL;
PRAGMA synchronous=NORMAL;
CREATE TABLE IF NOT EXISTS embeddings (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);
"""


Encode = Callable[[Sequence[Sequence[TextPart]]], Iterator[tuple[int, NDArray[np.float32]]]]
"""Takes batches; yields the number of each with its vectors, in any order, as each is finished."""


def one_by_one(open_encoder: Callable[[], Encoder]) -> Encode:
    """Encode batches in this process. The encoder is opened for the first one."""
    opened: list[Encoder] = []

    def encode(batches: Sequence[Sequence[TextPart]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        for number, batch in enumerate(batches):
            if not opened:
                opened.append(open_encoder())
            yield number, opened[0].encode_parts(batch)

    return encode


class EmbeddingCache:
    """A store of vectors for one thread. It survives an interrupted ingest, since every batch is committed at once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = sqlite3.connect(file)
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._replace(error)

    def _prepare(self) -> None:
        self._connection.executescript(_SCHEMA)
        if self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():  # the earlier layout
            with self._connection:
                self._connection.execute("INSERT OR IGNORE INTO embeddings (key, vector) SELECT key, vector FROM vectors")
                self._connection.execute("DROP TABLE vectors")

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        """Start a new file if this one is damaged, since its vectors can be computed again. Any other error is raised again."""
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
        self, parts: Sequence[TextPart], name: str, open_encoder: Callable[[], Encoder], progress: Callable[[int, int], None]
    ) -> NDArray[np.float32]:
        """The vectors of parts of texts, shape (len(parts), dimension). Only those that are not in the cache are encoded.

        `name` is the encoder's; it is opened only if a part is new. `progress` is called with the number of parts done and the number of
        all parts.
        """
        found = list(self.stream(parts, len(parts), name, one_by_one(open_encoder), progress))
        return np.concatenate(found) if found else np.empty((0, 1), dtype=np.float32)

    def stream(
        self, parts: Iterable[TextPart], count: int, name: str, encode: Encode, progress: Callable[[int, int], None]
    ) -> Iterator[NDArray[np.float32]]:
        """The vectors of `count` parts in order, window by window, so that neither texts nor vectors are all in memory at once."""
        if not count:
            progress(0, 0)
        done = 0
        remaining = iter(parts)
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
        self,
        parts: Sequence[TextPart],
        name: str,
        encode: Encode,
        progress: Callable[[int], None],
    ) -> NDArray[np.float32]:
        keys = [_key(name, part) for part in parts]
        known = self._look_up(set(keys))
        new: dict[bytes, TextPart] = {}
        for key, part in zip(keys, parts, strict=True):
            if key not in known:
                new.setdefault(key, part)
        progress(len(parts) - len(new))
        # Texts of similar length share a batch, and parts of one text stay together, so that the text is encoded once.
        pending = sorted(new.items(), key=lambda item: (len(item[1].text), item[1].text, item[0]))
        batches = [pending[start : start + BATCH] for start in range(0, len(pending), BATCH)]
        done = len(parts) - len(new)
        for number, vectors in encode([[part for _, part in batch] for batch in batches]):
            with self._connection:
                self._connection.executemany(
                    "INSERT OR REPLACE INTO embeddings (key, vector) VALUES (?, ?)",
                    ((key, vector.tobytes()) for (key, _), vector in zip(batches[number], vectors, strict=True)),
                )
            known.update((key, vector) for (key, _), vector in zip(batches[number], vectors, strict=True))
            done += len(batches[number])
            progress(done)
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

    def prune(self, parts: Iterable[TextPart], count: int, name: str) -> int:
        """Remove the vectors of parts that are not in use, if the cache has more than twice the `count` parts in use. Returns the number
        removed. Until then they are kept, so that a text that comes back, as after an undone edit, costs nothing.
        """
        (held,) = self._connection.execute("SELECT count(*) FROM embeddings").fetchone()
        if held <= 2 * count + SLACK:
            return 0
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE used (key BLOB PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany("INSERT OR IGNORE INTO used VALUES (?)", ((_key(name, part),) for part in parts))
            gone = self._connection.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT key FROM used)").rowcount
            self._connection.execute("DROP TABLE used")
        self._connection.execute("VACUUM")
        return int(gone)


def _key(name: str, part: TextPart) -> bytes:
    """The key of a vector: the encoder's name and the text with the part between two control characters. Existing caches depend on this
    form. If the text itself contains these characters, the part's offsets are added.
    """
    text = part.text
    marked = f"{text[: part.first]}{_OPEN}{part.part}{_CLOSE}{text[part.stop :]}"
    if _OPEN in text or _CLOSE in text:
        marked = f"{part.first} {part.stop} {marked}"
    return hashlib.sha256(f"{name}\0{marked}".encode("utf-8", "surrogatepass")).digest()[:16]
