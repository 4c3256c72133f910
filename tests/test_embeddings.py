"""The cache of embeddings: no text is embedded twice, whatever interrupts."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from samples import WordEncoder

from index.models.embeddings import BATCH, EmbeddingCache
from ingest.model import Encoder, TextPart

TEXTS = [f"text number {number}" for number in range(2 * BATCH + 88)]


class CountingEncoder(WordEncoder):
    """Remembers what it was given; stops as if interrupted before batch `stop`."""

    def __init__(self, stop: int | None = None) -> None:
        self.batches: list[list[str]] = []
        self.stop = stop

    @property
    def seen(self) -> list[str]:
        return [text for batch in self.batches for text in batch]

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        if len(self.batches) == self.stop:
            raise KeyboardInterrupt
        self.batches.append([part.text for part in parts])
        return super().encode_parts(parts)


def embed(file: Path, texts: Sequence[str], encoder: CountingEncoder, name: str = "words@1") -> NDArray[np.float32]:
    with closing(EmbeddingCache(file)) as cache:
        return cache.embed(whole(texts), name, lambda: encoder, lambda done, total: None)


def whole(texts: Sequence[str]) -> list[TextPart]:
    return [TextPart.whole(text) for text in texts]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "embeddings.sqlite"


@pytest.fixture
def counting() -> CountingEncoder:
    return CountingEncoder()


def never() -> Encoder:
    raise AssertionError("the encoder was opened for texts that are known")


def test_vectors_come_in_the_order_of_the_texts(file: Path, counting: CountingEncoder) -> None:
    texts = ["a longer text about gradients", "short", "a longer text about gradients", "loss"]
    np.testing.assert_array_equal(embed(file, texts, counting), WordEncoder().encode(texts))


def test_nothing_is_embedded_twice(file: Path, counting: CountingEncoder) -> None:
    embed(file, [*TEXTS, *TEXTS[:50]], counting)
    assert sorted(counting.seen) == sorted(TEXTS)
    again = embed(file, [*TEXTS[:100], "a new text"], counting)
    assert counting.seen[len(TEXTS) :] == ["a new text"]
    np.testing.assert_array_equal(again, WordEncoder().encode([*TEXTS[:100], "a new text"]))


def test_the_encoder_is_not_opened_where_every_text_is_known(file: Path, counting: CountingEncoder) -> None:
    embed(file, TEXTS[:3], counting)
    with closing(EmbeddingCache(file)) as cache:
        assert cache.embed(whole(TEXTS[:3]), "words@1", never, lambda done, total: None).shape == (3, WordEncoder.dimension)
        assert cache.embed([], "words@1", never, lambda done, total: None).shape[0] == 0


def test_another_encoder_has_vectors_of_its_own(file: Path, counting: CountingEncoder) -> None:
    embed(file, ["text"], counting)
    embed(file, ["text"], counting, name="other@1")
    assert counting.seen == ["text", "text"]


def test_an_interrupted_run_goes_on_where_it_stopped(file: Path) -> None:
    interrupted, resumed = CountingEncoder(stop=1), CountingEncoder()
    with pytest.raises(KeyboardInterrupt):
        embed(file, TEXTS, interrupted)
    assert len(interrupted.seen) == BATCH
    np.testing.assert_array_equal(embed(file, TEXTS, resumed), WordEncoder().encode(TEXTS))
    assert sorted(interrupted.seen + resumed.seen) == sorted(TEXTS)


def test_progress_counts_every_text_up_to_the_last(file: Path, counting: CountingEncoder) -> None:
    embed(file, TEXTS[:100], counting)
    told: list[tuple[int, int]] = []
    with closing(EmbeddingCache(file)) as cache:
        cache.embed(whole(TEXTS), "words@1", lambda: counting, lambda done, total: told.append((done, total)))
    assert told[0] == (100, len(TEXTS))
    assert told[-1] == (len(TEXTS), len(TEXTS))
    assert told == sorted(told)


def test_a_file_that_is_no_database_is_replaced(file: Path, counting: CountingEncoder) -> None:
    file.write_bytes(b"no database at all " * 500)
    file.with_name(f"{file.name}-wal").write_bytes(b"left behind")
    assert embed(file, ["text"], counting).shape == (1, WordEncoder.dimension)
    embed(file, ["text"], counting)
    assert counting.seen == ["text"]


def test_a_database_damaged_inside_is_replaced(file: Path, counting: CountingEncoder) -> None:
    expected = embed(file, TEXTS, counting)
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    data = bytearray(file.read_bytes())
    data[size:] = b"\xff" * (len(data) - size)
    file.write_bytes(data)
    np.testing.assert_array_equal(embed(file, TEXTS, counting), expected)
    assert len(counting.seen) == 2 * len(TEXTS)


def test_a_cache_that_cannot_be_opened_is_left_alone(tmp_path: Path, counting: CountingEncoder) -> None:
    with pytest.raises(sqlite3.OperationalError):
        embed(tmp_path / "no such folder" / "embeddings.sqlite", ["text"], counting)


def test_a_part_keeps_the_key_that_caches_in_use_are_full_of(file: Path, counting: CountingEncoder) -> None:
    with closing(EmbeddingCache(file)) as cache:
        cache.embed([TextPart("Loss: One.\nTwo.", 6, 10)], "words@1", lambda: counting, lambda done, total: None)
    with closing(sqlite3.connect(file)) as connection:
        (key,) = connection.execute("SELECT key FROM embeddings").fetchone()
    assert key == hashlib.sha256(b"words@1\0Loss: \x02One.\x03\nTwo.").digest()[:16]


def test_control_characters_of_a_text_take_no_part_for_another(file: Path, counting: CountingEncoder) -> None:
    parts = [TextPart("a \x02b\x03 c", 2, 5), TextPart("a b\x03 c", 2, 3), TextPart("a \x02b c", 3, 4), TextPart("a b c", 2, 3)]
    parts += [TextPart("\x02b\x03", 0, 3), TextPart("\x02b\x03", 1, 2), TextPart.whole("b")]
    with closing(EmbeddingCache(file)) as cache:
        vectors = cache.embed(parts, "words@1", lambda: counting, lambda done, total: None)
    assert len(counting.seen) == len(parts)
    np.testing.assert_array_equal(vectors, WordEncoder().encode_parts(parts))
