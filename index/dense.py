"""Dense search: every unit of a chunk has a vector, and a chunk is as near to a question as its nearest unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from ingest.headings import heading_of
from ingest.model import Chunk

_FAISS = "dense.faiss"
_CHUNKS = "dense.chunks.npy"


def embedded_texts(chunk: Chunk) -> list[str]:
    """What is embedded of a chunk: each unit with the chunk's heading in front, since a unit alone seldom says what it is about."""
    heading = heading_of(chunk.title, chunk.section, chunk.context)
    return [f"{heading}: {unit.text}" if heading else unit.text for unit in chunk.units]


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """A faiss index over unit vectors; row i belongs to the chunk `chunks[i]` (ascending)."""

    vectors: Any
    chunks: NDArray[np.int32]

    @staticmethod
    def build(vectors: NDArray[np.float32], units: Sequence[int]) -> DenseIndex:
        """From unit vectors, shape (sum(units), dimension), in the order of the chunks that have `units[i]` of them each."""
        flat = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors):
            flat.add(vectors)
        return DenseIndex(flat, np.repeat(np.arange(len(units), dtype=np.int32), units))

    def save(self, folder: Path) -> None:
        """Write the faiss index and the units' chunks."""
        # Through Python's own file: faiss does not notice a disk that fills up while it writes.
        (folder / _FAISS).write_bytes(faiss.serialize_index(self.vectors).tobytes())
        np.save(folder / _CHUNKS, self.chunks, allow_pickle=False)

    @staticmethod
    def load(folder: Path) -> DenseIndex:
        """Read what `save` wrote. Raises OSError, EOFError, RuntimeError or ValueError where the files are not what they should be."""
        return DenseIndex(faiss.read_index(str(folder / _FAISS)), np.load(folder / _CHUNKS, mmap_mode="r", allow_pickle=False))

    def search(self, question: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """The k nearest of the chunks whose units are nearest, as (row, nearness), best first. `question` has shape (dimension,).

        Nearness is the mean of two cosines: of the nearest unit, and of the chunk's mean vector. The first finds the sentence, the second
        knows what the passage around it is about; together they rank better than either (docs/retrieval.md).
        """
        total = int(self.vectors.ntotal)
        found: list[int] = []
        wanted = min(4 * k, total)
        while wanted:
            _, units = self.vectors.search(question[np.newaxis], wanted)
            found = list(dict.fromkeys(self.chunks[units[0]].tolist()))
            if len(found) >= k or wanted == total:
                break
            wanted = min(4 * wanted, total)
        nearness = {row: self._nearness(question, row) for row in found}
        return sorted(nearness.items(), key=lambda item: (-item[1], item[0]))[:k]

    def _nearness(self, question: NDArray[np.float32], chunk: int) -> float:
        vectors = self._units(chunk)
        cosines = vectors @ question
        return float((cosines.max() + cosines.mean() / np.linalg.norm(vectors.mean(axis=0))) / 2)

    def unit_cosines(self, question: NDArray[np.float32], chunk: int) -> NDArray[np.float32]:
        """The cosine of every unit of a chunk with the question, in the units' order."""
        return self._units(chunk) @ question

    def _units(self, chunk: int) -> NDArray[np.float32]:
        # In the array's own type, for numpy would first convert the whole array to another.
        first, last = np.searchsorted(self.chunks, np.array([chunk, chunk + 1], dtype=self.chunks.dtype))
        vectors: NDArray[np.float32] = self.vectors.reconstruct_n(int(first), int(last - first))
        return vectors
