"""A tiny engine in memory: brute force over lists and dicts, to show that search needs nothing but the protocol."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from index.engine import Entry, Scores
from index.filters import EVERYTHING, Filter
from index.indexed_text import embedded_parts, lexical_text
from ingest.model import Chunk, Encoder
from ingest.text.terms import analyze


class MemoryEngine:
    """Keeps chunks in the given order; those of one document are consecutive."""

    def __init__(self, chunks: Sequence[Chunk], encoder: Encoder) -> None:
        self._chunks = {chunk.id: chunk for chunk in chunks}
        self._terms = {chunk.id: analyze(lexical_text(chunk)) for chunk in chunks}
        self._units = {chunk.id: encoder.encode_parts(embedded_parts(chunk)) for chunk in chunks}
        self._bm25 = BM25Okapi(list(self._terms.values())) if any(self._terms.values()) else None

    @property
    def size(self) -> int:
        return len(self._chunks)

    def count(self, within: Filter = EVERYTHING) -> int:
        return sum(self._is_left(id_, within) for id_ in self._chunks)

    def lexical(self, terms: Sequence[str], k: int, within: Filter = EVERYTHING) -> Scores:
        holders = [id_ for id_, own in self._terms.items() if set(own) & set(terms) and self._is_left(id_, within)]
        return _best(self.lexical_scores(terms, holders), k)

    def lexical_scores(self, terms: Sequence[str], ids: Sequence[str]) -> Scores:
        scores = self._bm25.get_scores(terms).tolist() if self._bm25 else [0.0] * self.size
        by_id = dict(zip(self._chunks, scores, strict=True))
        return {id_: by_id[id_] for id_ in ids}

    def dense(self, vector: NDArray[np.float32], k: int, within: Filter = EVERYTHING) -> Scores:
        return _best(self.dense_scores(vector, [id_ for id_ in self._chunks if self._is_left(id_, within)]), k)

    def dense_scores(self, vector: NDArray[np.float32], ids: Sequence[str]) -> Scores:
        found = {}
        for id_ in ids:
            if len(units := self._units[id_]):
                centre = units.mean(axis=0)
                found[id_] = float((units @ vector).max() + centre @ vector / np.linalg.norm(centre)) / 2
        return found

    def entries(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        return {id_: Entry(self._chunks[id_].document, self._own(id_).index(id_), self._chunks[id_].kind) for id_ in ids}

    def fetch(self, ids: Sequence[str]) -> list[Chunk]:
        return [self._chunks[id_] for id_ in ids]

    def around(self, id_: str, before: int, after: int) -> list[Chunk]:
        own = self._own(id_)
        at = own.index(id_)
        return self.fetch(own[max(0, at - before) : at + after + 1])

    def units(self, ids: Sequence[str]) -> list[NDArray[np.float32]]:
        return [self._units[id_] for id_ in ids]

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        return [sum(term in own for own in self._terms.values()) for term in terms]

    def shares(self, terms: Sequence[str], id_: str) -> Mapping[str, float]:
        own = self._terms[id_]
        return {term: list(terms).count(term) * self.lexical_scores([term], [id_])[id_] for term in terms if term in own}

    def respell(self, term: str) -> str:
        return term

    def chunks(self) -> Iterator[Chunk]:
        return iter(self._chunks.values())

    def close(self) -> None:
        pass

    def _own(self, id_: str) -> list[str]:
        """The ids of the document that a chunk belongs to."""
        return [other for other, chunk in self._chunks.items() if chunk.document == self._chunks[id_].document]

    def _is_left(self, id_: str, within: Filter) -> bool:
        chunk = self._chunks[id_]
        return (
            (within.documents is None or chunk.document in within.documents)
            and (not within.kinds or chunk.holds(within.kinds))
            and within.is_under((chunk.title, *chunk.section))
            and not within.collection
        )


def _best(scores: Scores, k: int) -> Scores:
    return dict(sorted(scores.items(), key=lambda item: -item[1])[:k])
