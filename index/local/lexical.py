"""Lexical search: BM25 as rank_bm25 computes it, compiled once into a sparse term × chunk matrix so that a query is a few row sums."""

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

    `terms` is sorted UTF-8 (numpy bytes), so a term is found by bisection and nothing need be read into memory.
    """

    terms: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    weights: NDArray[np.float32]
    size: int

    @staticmethod
    def build(corpus: Iterable[Sequence[str]]) -> LexicalIndex:
        """Compile BM25 (Robertson and Zaragoza 2009, with rank_bm25's floor under negative idf) over the terms of every chunk."""
        from tempfile import TemporaryDirectory  # much to load for what a search does without

        with TemporaryDirectory() as work:
            found = LexicalIndex.load(Path(work), LexicalIndex.write(corpus, Path(work)))
            return LexicalIndex(np.array(found.terms), np.array(found.starts), np.array(found.rows), np.array(found.weights), found.size)

    @staticmethod
    def write(corpus: Iterable[Sequence[str]], folder: Path) -> int:
        """Compile into a folder; how many chunks there were."""
        writer = LexicalWriter(folder)
        for terms in corpus:
            writer.add(terms)
        writer.finish()
        return writer.size

    @staticmethod
    def load(folder: Path, size: int) -> LexicalIndex:
        """Memory-map what was written for `size` chunks.

        Raises OSError, EOFError or ValueError where the files are not what they should be.
        """
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

    def holding(self, query: Sequence[str]) -> NDArray[np.intp]:
        """The chunks that hold a term of a query, ascending. Scores don't tell: among few chunks BM25 gives a term no weight, or less."""
        held = np.zeros(self.size, dtype=np.bool_)
        for term in query:
            held[self.rows[self._part(term)]] = True
        return np.flatnonzero(held)

    def shares(self, query: Sequence[str], row: int) -> dict[str, float]:
        """What each term of a query that a chunk holds adds to the chunk's score."""
        found: dict[str, float] = {}
        for term in query:
            part = self._part(term)
            at = part.start + int(np.searchsorted(self.rows[part], np.int32(row)))
            if at < part.stop and self.rows[at] == row:
                found[term] = found.get(term, 0.0) + float(self.weights[at])
        return found

    def rarity(self, term: str) -> float:
        """How rare a term is among the chunks, from 0 (in all of them) to 1 (in none or one), by log document frequency."""
        part = self._part(term)
        return float(1 - np.log(max(part.stop - part.start, 1)) / np.log(max(self.size, 2)))

    def respelt(self, term: str) -> str:
        """The term itself where it is known or nothing is near it, else the known term that it is a misspelling of."""
        part = self._part(term)
        return term if part.stop > part.start else nearest_term(term, self.terms, self.starts) or term

    def _part(self, term: str) -> slice:
        """Where a term's chunks and weights stand; empty for an unknown term."""
        key = term.encode()
        at = int(np.searchsorted(self.terms, key))
        known = at < len(self.terms) and bytes(self.terms[at]) == key
        return slice(int(self.starts[at]), int(self.starts[at + 1])) if known else slice(0, 0)
