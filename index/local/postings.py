"""Write a lexical index of any size: postings are spooled to disk as integers, and compiled term by term at the end.

Only the vocabulary and the arrays that the index itself consists of are held in memory. The postings of unchanged chunks are copied from
the earlier index, so these chunks are not analysed again.

A posting's weight is what rank_bm25 (BM25Okapi) adds to a chunk's score for the term; tests/test_lexical.py shows that the scores are
equal. rank_bm25 itself holds every text in memory and scores all of them in Python. So it is not used here, only for ranking conversations
(`assistant/conversation/chatting.py`), in tests and in benchmarks.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.local.arrays import ArrayFile

K1, B = 1.5, 0.75
"""The parameters of BM25 (Robertson and Zaragoza 2009), as rank_bm25 has them."""
FLOOR = 0.25
"""A term in more than half of the chunks has this share of the mean weight of all terms: rank_bm25's `epsilon`."""
_BLOCK = 2_000_000
"""The number of postings that are sorted at once, in about 20 MB."""
_MOST = np.iinfo(np.uint16).max
"""Higher counts of a term in a chunk are cut to this number, which halves the memory."""
_POSTING = np.dtype([("term", np.int32), ("row", np.int32), ("frequency", np.uint16)])
_SPOOL = "lexical.spool"


class LexicalWriter:
    """Takes the terms of chunks in order and writes the arrays that `LexicalIndex.load` maps."""

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        """`earlier` is the folder of an index whose chunks can be copied."""
        self._folder = folder
        self._earlier = earlier
        self._moved = np.full(len(_mapped(earlier, "lengths")), -1, np.int32) if earlier is not None else np.empty(0, np.int32)
        self._terms: dict[str, int] = {}
        self._lengths = array("i")
        self._columns = (array("i"), array("i"), array("H"))
        self._spool = (folder / _SPOOL).open("wb")
        self._copies = False

    @property
    def size(self) -> int:
        """The number of chunks so far."""
        return len(self._lengths)

    def add(self, terms: Sequence[str]) -> None:
        """Add the terms of the next chunk."""
        of_term, of_row, frequencies = self._columns
        row = len(self._lengths)
        for term, frequency in Counter(terms).items():
            of_term.append(self._terms.setdefault(term, len(self._terms)))
            of_row.append(row)
            frequencies.append(min(frequency, _MOST))
        self._lengths.append(len(terms))
        if len(of_term) >= _BLOCK:
            self._flush()

    def copy(self, first: int, stop: int) -> None:
        """Copy rows `first` to `stop` (exclusive) of the earlier index."""
        assert self._earlier is not None
        row = len(self._lengths)
        self._moved[first:stop] = np.arange(row, row + stop - first, dtype=np.int32)
        self._lengths.extend(_mapped(self._earlier, "lengths")[first:stop].tolist())
        self._copies = True

    def finish(self) -> None:
        """Write the arrays."""
        self._flush()
        if self._copies:
            self._spool_earlier()
        self._spool.close()
        vocabulary = sorted((term.encode() for term in self._terms), key=bytes)
        _save(self._folder, "terms", np.array(vocabulary, dtype=np.bytes_) if vocabulary else np.empty(0, "S1"))
        _save(self._folder, "lengths", np.array(self._lengths, dtype=np.int32))
        place = {term: at for at, term in enumerate(vocabulary)}
        places = np.fromiter((place[term.encode()] for term in self._terms), np.int32, len(self._terms))
        del place
        counts = np.zeros(len(vocabulary), np.int64)
        for block in self._spooled():
            counts += np.bincount(places[block["term"]], minlength=len(vocabulary))
        starts = np.zeros(len(vocabulary) + 1, np.int64)
        np.cumsum(counts, out=starts[1:])
        _save(self._folder, "starts", starts)
        rows, frequencies = self._by_term(places, starts)
        (self._folder / _SPOOL).unlink()
        self._weigh(counts, starts, rows, frequencies)
        _save(self._folder, "rows", rows)
        _save(self._folder, "frequencies", frequencies)

    def discard(self) -> None:
        """Close the files without writing the index."""
        self.close()
        (self._folder / _SPOOL).unlink()

    def close(self) -> None:
        """Close the files. An unfinished index is discarded."""
        self._spool.close()

    def _flush(self) -> None:
        of_term, of_row, frequencies = self._columns
        if len(of_term):
            block = np.empty(len(of_term), _POSTING)
            block["term"], block["row"], block["frequency"] = of_term, of_row, frequencies
            self._spool.write(block.tobytes())
            self._columns = (array("i"), array("i"), array("H"))

    def _spool_earlier(self) -> None:
        assert self._earlier is not None
        terms, starts, rows, frequencies = (_mapped(self._earlier, name) for name in ("terms", "starts", "rows", "frequencies"))
        for at in range(0, len(rows), _BLOCK):
            moved = self._moved[rows[at : at + _BLOCK]]
            kept = np.flatnonzero(moved >= 0)
            if not len(kept):
                continue
            of_term = np.searchsorted(starts, kept + at, side="right") - 1
            used, inverse = np.unique(of_term, return_inverse=True)
            known = [self._terms.setdefault(terms[term].decode(), len(self._terms)) for term in used]
            block = np.empty(len(kept), _POSTING)
            block["term"], block["row"] = np.array(known, np.int32)[inverse], moved[kept]
            block["frequency"] = frequencies[at : at + _BLOCK][kept]
            self._spool.write(block.tobytes())

    def _spooled(self) -> Iterator[NDArray[np.void]]:
        with (self._folder / _SPOOL).open("rb") as spool:
            while data := spool.read(_BLOCK * _POSTING.itemsize):
                yield np.frombuffer(data, _POSTING)

    def _by_term(self, places: NDArray[np.int32], starts: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.uint16]]:
        """Rows and frequencies ordered by term, then row."""
        rows = np.empty(starts[-1], np.int32)
        frequencies = np.empty(starts[-1], np.uint16)
        free = starts[:-1].copy()
        for block in self._spooled():
            of_term = places[block["term"]]
            order = np.argsort(of_term, kind="stable")
            of_term = of_term[order]
            begins = np.searchsorted(of_term, of_term, side="left")
            to = free[of_term] + np.arange(len(order)) - begins
            rows[to], frequencies[to] = block["row"][order], block["frequency"][order]
            free += np.bincount(of_term, minlength=len(free))
        if self._copies:  # copied rows were spooled last, whatever their place
            for first, stop in _spans(starts):
                part = slice(int(starts[first]), int(starts[stop]))
                of_term = np.repeat(np.arange(first, stop, dtype=np.int64), np.diff(starts[first : stop + 1]))
                order = np.lexsort((rows[part], of_term))
                rows[part], frequencies[part] = rows[part][order], frequencies[part][order]
        return rows, frequencies

    def _weigh(
        self,
        counts: NDArray[np.int64],
        starts: NDArray[np.int64],
        rows: NDArray[np.int32],
        frequencies: NDArray[np.uint16],
    ) -> None:
        """Write the weight of every posting."""
        lengths = np.array(self._lengths, dtype=np.int32)
        idf = weights_of(counts, len(lengths))
        norms = K1 * (1 - B + B * lengths / lengths.mean()) if len(rows) else np.empty(0)
        with ArrayFile(self._folder / "lexical.weights.npy", np.float32, (len(rows),)) as weights:
            for first, stop in _spans(starts):
                part = slice(int(starts[first]), int(starts[stop]))
                frequency = frequencies[part].astype(np.float64)
                of_term = np.repeat(idf[first:stop], counts[first:stop])
                weights.append(of_term * frequency * (K1 + 1) / (frequency + norms[rows[part]]))


def weights_of(counts: NDArray[np.int64], chunks: int) -> NDArray[np.float64]:
    """The weight of each term, log((N - n + 1/2) / (n + 1/2)); if that is negative, a share of the mean weight of all terms."""
    idf: NDArray[np.float64] = np.log(chunks - counts + 0.5) - np.log(counts + 0.5)
    return np.where(idf < 0, FLOOR * idf.mean(), idf) if len(idf) else idf


def _spans(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Runs of terms that have about `_BLOCK` postings together."""
    first = 0
    while first < len(starts) - 1:
        stop = max(int(np.searchsorted(starts, starts[first] + _BLOCK, side="right")) - 1, first + 1)
        yield first, stop
        first = stop


def _mapped(folder: Path, name: str) -> NDArray[np.generic]:
    mapped: NDArray[np.generic] = np.load(folder / f"lexical.{name}.npy", mmap_mode="r", allow_pickle=False)
    return mapped


def _save(folder: Path, name: str, values: NDArray[np.generic]) -> None:
    np.save(folder / f"lexical.{name}.npy", values, allow_pickle=False)
