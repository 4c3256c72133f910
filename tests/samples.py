"""Small real objects for tests: an encoder, chunks, indexes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.indexed_text import embedded_parts
from index.local.engine import LocalEngine
from index.local.writer import write_index
from index.search import Index
from ingest.chunking.chunking import chunk_document
from ingest.model import Chunk, Encoder, Excerpt, Kind, Span, TextPart, Tokens
from ingest.readers import read_document
from ingest.text.terms import analyze

_CONTEXT = 0.5


class WordEncoder:
    """Adds up one fixed random direction per word: equal texts give equal vectors, and texts with common words give similar ones.

    Of the text around a part the words count a little.
    """

    name = "words@1"
    dimension = 64

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_parts([TextPart.whole(text) for text in texts])

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        vectors = np.stack([self._vector(part) for part in parts]) if parts else np.empty((0, self.dimension))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def read_question(self, text: str) -> Tokens:
        return self.read(text)

    def read(self, text: str) -> Tokens:
        """Each word is a token with its direction as its state."""
        words = list(re.finditer(r"\w+", text))
        vectors = np.array([self._vector(TextPart.whole(word.group())) for word in words]).reshape(-1, self.dimension)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        places = np.array([word.span() for word in words], np.int64).reshape(-1, 2)
        return Tokens(places, vectors.astype(np.float32), self.encode([text])[0])

    def _vector(self, part: TextPart) -> NDArray[np.float64]:
        own = np.sum([self._direction(word) for word in analyze(part.part) or [""]], axis=0)
        if part.is_whole:
            return np.asarray(own)
        return np.asarray(own + _CONTEXT * np.sum([self._direction(word) for word in analyze(part.text)], axis=0))

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.dimension)


def make_chunk(text: str, *, document: str = "notes.md", section: tuple[str, ...] = (), kind: Kind = Kind.PROSE, line: int = 1) -> Chunk:
    """A chunk whose units are the lines of its text."""
    lines = text.split("\n")
    units = tuple(Excerpt(words, Span(line + at, line + at)) for at, words in enumerate(lines) if words)
    id_ = hashlib.sha256(f"{document}\0{line}\0{text}".encode()).hexdigest()[:16]
    return Chunk(id_, document, "Notes", section, kind, Span(line, line + len(lines) - 1), text, units)


def read_chunks(name: str, text: str) -> list[Chunk]:
    """The chunks of a note, as an ingest makes them."""
    return chunk_document(read_document(name, text.encode()))


def make_index(chunks: Sequence[Chunk], encoder: Encoder, folder: Path) -> Index:
    """An index of the chunks, written to the folder and opened from there."""
    folder.mkdir(parents=True, exist_ok=True)
    write_index(chunks, encoder.encode_parts([part for chunk in chunks for part in embedded_parts(chunk)]), folder)
    return Index(LocalEngine(folder))
