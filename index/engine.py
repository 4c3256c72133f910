"""The interface between search and an index, which may be kept in local files (`index.local`) or in a vector database on another machine.
Chunks are identified by their ids. Every method takes or gives many chunks at once, so that a question costs a few calls. `index.search`
needs nothing else: fusion, priors, copies and the joining of neighbours are the same for every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.filters import EVERYTHING, Filter
from ingest.model import Chunk, Kind, TextPart

Scores = Mapping[str, float]
"""Scores by chunk id, best first. The order of equal scores is always the same."""


class Entry(NamedTuple):
    """The properties of a chunk that ranking needs without reading its text. `number` is its position among the chunks of its document,
    from 0."""

    document: str
    number: int
    kind: Kind


class Engine(Protocol):
    """Read access to the chunks of one snapshot, which never changes while it is open.

    All methods may be called from several threads at once. Methods that take chunk ids raise KeyError for an id that is not there.
    """

    @property
    def size(self) -> int:
        """The number of chunks."""
        ...

    def count(self, within: Filter = EVERYTHING) -> int:
        """The number of chunks that pass a filter."""
        ...

    def lexical(self, terms: Sequence[str], k: int, within: Filter = EVERYTHING) -> Scores:
        """The k chunks with the highest BM25 scores among those that contain a term. Term weights come from all chunks, whatever the
        filter.

        `terms` are analysed (`ingest.text.terms.analyze`); a term that occurs twice counts twice.
        """
        ...

    def lexical_scores(self, terms: Sequence[str], ids: Sequence[str]) -> Scores:
        """The BM25 score of each of these chunks, 0.0 for a chunk without any of the terms."""
        ...

    def dense(self, vector: NDArray[np.float32], k: int, within: Filter = EVERYTHING) -> Scores:
        """The k chunks nearest to a vector of shape (dimension,) and length 1.

        Nearness is the mean of two cosines: that of the chunk's nearest unit, and that of the mean of its unit vectors. An engine may
        consider only the chunks with the nearest units, and may find these approximately.
        """
        ...

    def dense_scores(self, vector: NDArray[np.float32], ids: Sequence[str]) -> Scores:
        """The nearness of each of these chunks, defined as for `dense`; a chunk without units is left out."""
        ...

    def entries(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        """The entry of each of these chunks."""
        ...

    def fetch(self, ids: Sequence[str]) -> list[Chunk]:
        """The chunks with these ids, in the same order."""
        ...

    def around(self, id_: str, before: int, after: int) -> list[Chunk]:
        """A chunk between its neighbours: up to `before` and `after` others of the same document, in the document's order.

        Neighbours may be in other parts (pages, slides), since a section may continue after a page break: compare `Chunk.span.part` if that
        matters.
        """
        ...

    def units(self, ids: Sequence[str]) -> list[NDArray[np.float32]]:
        """For each of these chunks the vectors of its units in order, shape (units, dimension), each of length 1."""
        ...

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """For each term the number of chunks that contain it."""
        ...

    def shares(self, terms: Sequence[str], id_: str) -> Mapping[str, float]:
        """The contribution of each term to a chunk's BM25 score, for the terms that the chunk contains."""
        ...

    def respell(self, term: str) -> str:
        """The known term that a term probably misspells; the term itself if a chunk contains it or no known term is similar."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk, document by document, in document order."""
        ...

    def close(self) -> None:
        """Release files and connections; the engine must not be used afterwards."""
        ...


Embed = Callable[[Iterable[TextPart], int], Iterator[NDArray[np.float32]]]
"""Takes parts of texts and their number; yields their vectors in order, in blocks of shape (n, dimension)."""


class EngineWriter(Protocol):
    """Writes a new snapshot, document by document. Readers see nothing of it before `finish` has returned."""

    @property
    def size(self) -> int:
        """The number of chunks so far."""
        ...

    @property
    def units(self) -> int:
        """The number of units of the chunks so far."""
        ...

    def add(self, chunks: Sequence[Chunk], collection: str = "") -> None:
        """Add the chunks of a document, or of the next slice of one. `collection` is the document's collection, "" without one."""
        ...

    def copy(self, document: str, collection: str = "") -> None:
        """Copy a document from the earlier snapshot, which has it unchanged and under the same name."""
        ...

    def finish(self, embed: Embed, compiling: Callable[[], None] = lambda: None) -> None:
        """Embed the new units, and write everything. `compiling` is called once embedding is over."""
        ...

    def close(self) -> None:
        """Release files and connections. An unfinished snapshot is discarded."""
        ...
