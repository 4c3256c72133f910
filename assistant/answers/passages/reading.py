"""Token states of passages: every token is encoded in context, under the passage's heading."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from index.indexed_text import embedded_parts
from ingest.model import Chunk, TextPart, TokenEncoder, Tokens

_READERS = 2
_MOST_KEPT = 128
"""The number of passages whose states are cached, in about 30 MB."""

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
    """Reads passages with an encoder, none of them twice.

    Reading takes most of the time of an answer. Readers of one encoder share a cache of recent passages, which the next question of a
    conversation or a reopened page needs again.
    """

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder = encoder
        self._known: dict[str, ReadPassage] = {}
        self._kept = _kept_of(encoder)

    def read(self, chunks: Sequence[Chunk]) -> list[ReadPassage]:
        """The token states of each passage."""
        new = {chunk.id: embedded_parts(chunk) for chunk in chunks if chunk.id not in self._known}
        for id_, parts in list(new.items()):
            if (kept := self._kept.get(tuple(parts))) is not None:
                self._known[id_] = kept
                del new[id_]
        texts = list(dict.fromkeys(part.text for parts in new.values() for part in parts))
        if texts:
            with ThreadPoolExecutor(_READERS) as readers:
                tokens = dict(zip(texts, readers.map(self._encoder.read, texts), strict=True))
        for id_, parts in new.items():
            self._known[id_] = _read(parts, tokens if parts else {})
            self._kept.put(tuple(parts), self._known[id_])
        return [self._known[chunk.id] for chunk in chunks]


class _Kept:
    """A cache of recently read passages."""

    def __init__(self) -> None:
        self._passages: OrderedDict[tuple[TextPart, ...], ReadPassage] = OrderedDict()
        self._lock = Lock()

    def get(self, parts: tuple[TextPart, ...]) -> ReadPassage | None:
        with self._lock:
            if parts in self._passages:
                self._passages.move_to_end(parts)
            return self._passages.get(parts)

    def put(self, parts: tuple[TextPart, ...], passage: ReadPassage) -> None:
        with self._lock:
            self._passages[parts] = passage
            while len(self._passages) > _MOST_KEPT:
                self._passages.popitem(last=False)


_KEPT: WeakKeyDictionary[TokenEncoder, _Kept] = WeakKeyDictionary()


def _kept_of(encoder: TokenEncoder) -> _Kept:
    try:
        return _KEPT.setdefault(encoder, _Kept())
    except TypeError:  # the encoder does not allow weak references
        return _Kept()


def _read(parts: Sequence[TextPart], tokens: dict[str, Tokens]) -> ReadPassage:
    if not parts:
        nothing = np.zeros((0, 0), np.float32)
        return ReadPassage(nothing, ())
    first = tokens[parts[0].text]
    return ReadPassage(first.vectors[first.places[:, 1] <= parts[0].first], tuple(_inside(tokens[part.text], part) for part in parts))


def _inside(tokens: Tokens, part: TextPart) -> States:
    return tokens.vectors[(tokens.places[:, 0] >= part.first) & (tokens.places[:, 1] <= part.stop)]
