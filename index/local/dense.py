"""Dense search: every unit of a chunk has a vector, and a question is compared with these. The vectors are in one memory-mapped array. Up
to `FLAT` of them are all compared. Beyond that, a faiss index of inverted lists with 4-bit codes gives four times as many candidates as are
wanted, which the exact vectors rank (docs/results.md has the measured sizes and recall).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.local.arrays import ArrayFile, RowFile, blocks

FLAT = 50_000
"""Up to this many units are all compared with a question: 225,000 took 115 ms on a busy machine, inverted lists over 300,000 took 7."""
_FAISS = "dense.faiss"
_VECTORS = "dense.vectors.npy"
_CHUNKS = "dense.chunks.npy"
_PROBES = 32
_MOST_LISTS = 2048
_FEW = 20_000
"""If no more units than this pass a filter, all of them are compared."""
_READ = 2000
"""The vectors of up to this many chunks are read from the file and not through the map. For more chunks the map is faster."""
_TRAINED_ON = 40
"""The number of training vectors per list."""


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """Unit vectors, shape (units, dimension); row i belongs to the chunk `chunks[i]` (ascending). `near` is the faiss index, if any."""

    vectors: NDArray[np.floating[Any]]
    chunks: NDArray[np.int32]
    near: Any | None = None
    rows: RowFile | None = None
    """The file of the vectors of a large index. Single rows are read from it and not through the map, which loads neighbouring pages too:
    after a hundred questions the whole file would count as the process's memory."""

    @staticmethod
    def build(vectors: NDArray[np.float32], units: Sequence[int]) -> DenseIndex:
        """Build an index from vectors of length 1, shape (sum(units), dimension). Chunk i has the next `units[i]` of them."""
        return DenseIndex(np.ascontiguousarray(vectors, dtype=np.float32), _chunks_of(units))

    def save(self, folder: Path) -> None:
        """Write the vectors and the chunk numbers of the units."""
        write_dense(folder, [self.vectors.astype(np.float32)], np.bincount(self.chunks).tolist(), self.vectors.shape[1])

    @staticmethod
    def load(folder: Path) -> DenseIndex:
        """Map the files that `save` wrote. Raises OSError, EOFError, RuntimeError or ValueError if they are damaged."""
        vectors = np.load(folder / _VECTORS, mmap_mode="r", allow_pickle=False)
        chunks = np.load(folder / _CHUNKS, mmap_mode="r", allow_pickle=False)
        if len(chunks) != len(vectors):
            raise ValueError(f"{len(chunks)} units have {len(vectors)} vectors")
        near: Any = faiss.read_index(str(folder / _FAISS), faiss.IO_FLAG_MMAP_IFC) if (folder / _FAISS).exists() else None
        if near is not None:
            near.nprobe = _PROBES
        return DenseIndex(vectors, chunks, near, RowFile(folder / _VECTORS) if near is not None and hasattr(os, "preadv") else None)

    def close(self) -> None:
        """Close the file of the vectors."""
        if self.rows is not None:
            self.rows.close()

    def search(self, question: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """The k nearest of the chunks whose units are nearest, as (row, nearness), best first. `question` has shape (dimension,).

        `allowed` tells for every chunk whether it may be found. If only few units are allowed, all of them are compared.

        Nearness is the mean of two cosines: of the nearest unit, and of the chunk's mean vector. The first finds the sentence, the second
        the subject of its passage; together they rank better than either (docs/results.md).
        """
        among = allowed[self.chunks] if allowed is not None else None
        total = len(self.vectors) if among is None else int(np.count_nonzero(among))
        found: list[int] = []
        wanted = min(4 * k, total)
        if allowed is not None and total <= _FEW:
            found, wanted = np.flatnonzero(allowed).tolist(), 0
        while wanted:
            units = self._nearest(question, wanted, among, total)
            found = list(dict.fromkeys(self.chunks[units].tolist()))
            if len(found) >= k or wanted == total or len(units) < wanted:
                break
            wanted = min(4 * wanted, total)
        rows, nearness = self.nearness(question, np.asarray(found, np.int64))
        best = np.lexsort((rows, -nearness))[:k]
        return list(zip(rows[best].tolist(), nearness[best].tolist(), strict=True))

    def _nearest(self, question: NDArray[np.float32], k: int, among: NDArray[np.bool_] | None, total: int) -> NDArray[np.int64]:
        """The k units nearest to a question, of the `total` units `among` the allowed ones. They may be fewer, since only some of the lists
        are searched: the fewer units are allowed, the more lists.
        """
        if self.near is None:
            if among is not None:
                places = np.flatnonzero(among)
                cosines = (self.vectors @ question)[places]
                best = np.argpartition(-cosines, k - 1)[:k]
                return places[best[np.argsort(-cosines[best], kind="stable")]]
            with _one_thread():
                _, units = faiss.knn(question[np.newaxis], self.vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
        elif among is None:
            with _one_thread():
                _, units = self.near.search(question[np.newaxis], k)
        else:
            selector = faiss.IDSelectorBitmap(np.packbits(among, bitorder="little"))  # type: ignore[arg-type,call-arg]
            probes = min(self.near.nlist, math.ceil(_PROBES * len(self.vectors) / total))
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes)  # type: ignore[call-arg]
            with _one_thread():
                _, units = self.near.search(question[np.newaxis], k, params=parameters)
        found: NDArray[np.int64] = units[0][units[0] >= 0]
        return found

    def nearness(self, question: NDArray[np.float32], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The rows that have units, and the nearness of each, as defined in `search`."""
        first, stop = self._units_of(rows)
        kept = first < stop
        rows, first, counts = rows[kept], first[kept], (stop - first)[kept]
        nearness = np.empty(len(rows), np.float32)
        # Chunks with the same number of units are one block, which needs no loop over chunks.
        for count in sorted(set(counts.tolist())):
            alike = np.flatnonzero(counts == count)
            vectors = self._vectors_at(first[alike], count)
            cosines = vectors @ question
            centres = cosines.sum(axis=1) / np.linalg.norm(vectors.sum(axis=1), axis=1)
            nearness[alike] = (cosines.max(axis=1) + centres) / 2
        return rows, nearness

    def units(self, rows: NDArray[np.int64]) -> list[NDArray[np.float32]]:
        """The vectors of each chunk's units in order, shape (units, dimension)."""
        first, stop = self._units_of(rows)
        counts = (stop - first).tolist()
        return [self._vectors_at(first[at : at + 1], count)[0] for at, count in enumerate(counts)]

    def _vectors_at(self, first: NDArray[np.intp], count: int) -> NDArray[np.float32]:
        """The vectors of `count` units from each number in `first` on, shape (len(first), count, dimension)."""
        if self.rows is not None and len(first) <= _READ:
            return np.asarray(self.rows.read(first.tolist(), count), dtype=np.float32)
        return np.asarray(self.vectors[first[:, np.newaxis] + np.arange(count)], dtype=np.float32)

    def _units_of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The range of units of each chunk: the first, and the one after the last."""
        wanted = rows.astype(self.chunks.dtype)  # in the array's own type, or numpy would convert the whole array
        return np.searchsorted(self.chunks, wanted), np.searchsorted(self.chunks, wanted, side="right")


@contextmanager
def _one_thread() -> Iterator[None]:
    """Use one thread: on a busy machine, threads that wait for one another cost six times what they save."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def write_dense(folder: Path, vectors: Iterable[NDArray[np.generic]], units: Sequence[int], dimension: int) -> None:
    """Write a dense index from blocks of vectors in order, without holding all of them in memory. Chunk i has `units[i]` of them. A large
    index stores them as 16-bit floats (cosines change by less than 0.001).
    """
    chunks = _chunks_of(units)
    large = len(chunks) > FLAT
    with ArrayFile(folder / _VECTORS, np.float16 if large else np.float32, (len(chunks), dimension)) as file:
        for block in vectors:
            file.append(block)
    np.save(folder / _CHUNKS, chunks, allow_pickle=False)
    if large:
        _write_near(folder, len(chunks), dimension)


def earlier_vectors(folder: Path, first: int, stop: int) -> Iterator[NDArray[np.generic]]:
    """The vectors of the units `first` to `stop` (exclusive) of an index, in blocks."""
    return blocks(folder / _VECTORS, first, stop)


def _write_near(folder: Path, total: int, dimension: int) -> None:
    """Inverted lists (Sivic and Zisserman 2003) over 4-bit codes, trained on a deterministic sample."""
    lists = min(max(64, 1 << (total // 200).bit_length()), _MOST_LISTS)
    step = max(1, total // (_TRAINED_ON * lists))
    sample = np.empty((len(range(0, total, step)), dimension), np.float32)
    filled = 0
    for at, block in _numbered(folder):
        some = block[(-at) % step :: step]
        sample[filled : filled + len(some)] = some
        filled += len(some)
    near = faiss.index_factory(dimension, f"IVF{lists},SQ4", faiss.METRIC_INNER_PRODUCT)
    near.train(sample)
    del sample
    for _, block in _numbered(folder):
        near.add(block.astype(np.float32))
    with (folder / _FAISS).open("wb") as file:  # Python's own file: faiss does not notice a disk that fills up
        faiss.write_index(near, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]


def _numbered(folder: Path) -> Iterator[tuple[int, NDArray[np.generic]]]:
    at = 0
    for block in blocks(folder / _VECTORS):
        yield at, block
        at += len(block)


def _chunks_of(units: Sequence[int]) -> NDArray[np.int32]:
    return np.repeat(np.arange(len(units), dtype=np.int32), np.asarray(units, dtype=np.int64))
