"""Passages as the encoder reads them: a state for every token, under the passage's heading and between its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.indexed_text import embedded_parts
from ingest.model import Chunk, TextPart, TokenEncoder, Tokens

_READERS = 2

States = NDArray[np.float32]
"""Token states of length 1, shape (tokens, dimension)."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadPassage:
    """The states of a passage's heading, and of each of its units in their order."""

    heading: States
    units: tuple[States, ...]

    @property
    def whole(self) -> States:
        return np.concatenate([self.heading, *self.units])


class PassageReader:
    """Reads passages with an encoder, none of them twice. Reading is what an answer takes most of its time for."""

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, ReadPassage] = {}

    def read(self, chunks: Sequence[Chunk]) -> list[ReadPassage]:
        """What the encoder makes of each passage."""
        new = {chunk.id: embedded_parts(chunk) for chunk in chunks if chunk.id not in self._known}
        texts = list(dict.fromkeys(part.text for parts in new.values() for part in parts))
        with ThreadPoolExecutor(_READERS) as readers:
            tokens = dict(zip(texts, readers.map(self._encoder.read, texts), strict=True))
        self._known.update((id_, _read(parts, tokens)) for id_, parts in new.items())
        return [self._known[chunk.id] for chunk in chunks]


def _read(parts: Sequence[TextPart], tokens: dict[str, Tokens]) -> ReadPassage:
    if not parts:
        nothing = np.zeros((0, 0), np.float32)
        return ReadPassage(nothing, ())
    first = tokens[parts[0].text]
    return ReadPassage(first.vectors[first.places[:, 1] <= parts[0].first], tuple(_inside(tokens[part.text], part) for part in parts))


def _inside(tokens: Tokens, part: TextPart) -> States:
    return tokens.vectors[(tokens.places[:, 0] >= part.first) & (tokens.places[:, 1] <= part.stop)]
