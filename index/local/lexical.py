"""Lexical search: BM25, compiled once into a sparse term × chunk matrix, so that a query is a few row sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.local.postings import LexicalWriter
from index.local.spelling import nearest_term


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 weights in compressed rows: term t has the chunks `rows[starts[t]:starts[t + 1]]` with the weights beside them.

    `terms` is sorted UTF-8 (numpy bytes), so a term is found by bisection without reading the array into memory.
    """

    terms: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    size: int

    @staticmethod
    def build(corpus: Iterable[Sequence[str]]) -> LexicalIndex:
        """Compile BM25 (Robertson and Zaragoza 2009, with rank_bm25's floor under negative idf) over the terms of every chunk."""
        from tempfile import TemporaryDirectory  # slow to import, and not needed for search

        with TemporaryDirectory() as work:
            found = LexicalIndex.load(Path(work), LexicalIndex.write(corpus, Path(work)))
            return LexicalIndex(np.array(found.terms), np.array(found.starts), np.array(found.rows), np.array(found.weights), found.size)

    @staticmethod
    def write(corpus: Iterable[Sequence[str]], folder: Path) -> int:
        """Compile into a folder. Returns the number of chunks."""
        writer = LexicalWriter(folder)
        for terms in corpus:
            writer.add(terms)
        writer.finish()
        return writer.size

    @staticmethod
    def load(folder: Path, size: int) -> LexicalIndex:
        """Memory-map an index of `size` chunks. Raises OSError, EOFError or ValueError if the files are damaged."""
        terms, starts, rows, weights, frequencies, lengths = (
            np.load(folder / f"lexical.{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("terms", "starts", "rows", "weights", "frequencies", "lengths")
        )
        if not len(rows) == len(weights) == len(frequencies) or len(lengths) != size or len(starts) != len(terms) + 1:
            raise ValueError("the arrays of the lexical index do not fit together")
        return LexicalIndex(terms, starts, rows, weights, size)

    def scores(self, query: Sequence[str]) -> NDArray[np.float32]:
        """The BM25 score of every chunk for the terms of a query, shape (size,)."""
        scores = np.zeros(self.size, dtype=np.float32)
        for term in query:
            part = self._part(term)
            scores[self.rows[part]] += self.weights[part]
        return scores

    def search(self, query: Sequence[str], k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The k highest-scoring chunks that contain a term of a query, as (row, score), best first, equal scores by row. `allowed` tells
        for every chunk whether it may be found, shape (size,).
        """
        scores = self.scores(query)
        found = self._holding(query)
        if allowed is not None:
            found = found[allowed[found]]
        own = scores[found]
        if len(found) > k:
            least = np.partition(own, len(own) - k)[len(own) - k]
            above = found[own > least]
            found = np.concatenate([above, found[own == least][: k - len(above)]])
            own = scores[found]
        order = np.lexsort((found, -own))
        return list(zip(found[order].tolist(), own[order].tolist(), strict=True))

    def scores_of(self, query: Sequence[str], rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The scores of the chunks in these rows, shape (len(rows),)."""
        scores = np.zeros(len(rows), dtype=np.float32)
        wanted = rows.astype(self.rows.dtype)  # in the array's own type, or numpy would convert the whole array
        for term in query:
            part = self._part(term)
            if part.start == part.stop:
                continue
            at = np.minimum(np.searchsorted(self.rows[part], wanted), part.stop - part.start - 1)
            held = self.rows[part][at] == wanted
            scores[held] += self.weights[part][at[held]]
        return scores

    def _holding(self, query: Sequence[str]) -> NDArray[np.int64]:
        """The rows of the chunks that contain a term of a query, ascending. Scores cannot tell, since BM25 may give a term a weight of 0 or
        less among few chunks."""
        held = np.zeros(self.size, dtype=np.bool_)
        for term in query:
            held[self.rows[self._part(term)]] = True
        return np.flatnonzero(held)

    def shares(self, query: Sequence[str], row: int) -> dict[str, float]:
        """The contribution of each query term in a chunk to the chunk's score."""
        found: dict[str, float] = {}
        for term in query:
            part = self._part(term)
            at = part.start + int(np.searchsorted(self.rows[part], np.int32(row)))
            if at < part.stop and self.rows[at] == row:
                found[term] = found.get(term, 0.0) + float(self.weights[at])
        return found

    def frequency(self, term: str) -> int:
        """The number of chunks that contain a term."""
        part = self._part(term)
        return int(part.stop - part.start)

    def respell(self, term: str) -> str:
        """The known term that a term probably misspells; the term itself if it is known or no known term is similar."""
        return term if self.frequency(term) else nearest_term(term, self.terms, self.starts) or term

    def _part(self, term: str) -> slice:
        """The range of a term's chunks and weights; empty for an unknown term."""
        key = term.encode()
        at = int(np.searchsorted(self.terms, key))
        known = at < len(self.terms) and bytes(self.terms[at]) == key
        return slice(int(self.starts[at]), int(self.starts[at + 1])) if known else slice(0, 0)
