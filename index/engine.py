"""What search needs from an index, wherever it is kept: in local files (`index.local`) or a vector database on another machine.

A chunk is named by its id everywhere. Every method takes or gives many chunks at once, so that a question costs a few calls, and
`index.search` needs nothing else: fusion, priors, copies and the joining of neighbours are the same over any engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.filters import EVERYTHING, Filter
from ingest.model import Chunk, Kind, TextPart

Scores = Mapping[str, float]
"""Scores by chunk id, the best first; equal scores come in an order that is the same every time."""


class Entry(NamedTuple):
    """What ranking has to know of a chunk without reading it. `number` counts the chunks of its document, in its order, from 0."""

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
        """The number of chunks that a filter leaves."""
        ...

    def lexical(self, terms: Sequence[str], k: int, within: Filter = EVERYTHING) -> Scores:
        """The k chunks of highest BM25 score among those that hold a term. A term's weight is that among all chunks, whatever the filter.

        `terms` are analysed (`ingest.text.terms.analyze`); a term that occurs twice counts twice.
        """
        ...

    def lexical_scores(self, terms: Sequence[str], ids: Sequence[str]) -> Scores:
        """The BM25 score of each of these chunks, 0.0 for one that holds no term."""
        ...

    def dense(self, vector: NDArray[np.float32], k: int, within: Filter = EVERYTHING) -> Scores:
        """The k chunks nearest to a vector of shape (dimension,) and length 1.

        Nearness is the mean of two cosines: that of the chunk's nearest unit, and that of the mean of its unit vectors. An engine may
        look only at the chunks with the nearest units, and may find these approximately.
        """
        ...

    def dense_scores(self, vector: NDArray[np.float32], ids: Sequence[str]) -> Scores:
        """The nearness of each of these chunks, as `dense` has it; a chunk without units is left out."""
        ...

    def entries(self, ids: Sequence[str]) -> Mapping[str, Entry]:
        """The entry of each of these chunks."""
        ...

    def fetch(self, ids: Sequence[str]) -> list[Chunk]:
        """These chunks, in the order asked for."""
        ...

    def around(self, id_: str, before: int, after: int) -> list[Chunk]:
        """A chunk between its neighbours: up to `before` and `after` others of the same document, in the document's order.

        Parts (pages, slides) don't end it: a section may go on over a page break. Where that matters, compare `Chunk.span.part`.
        """
        ...

    def units(self, ids: Sequence[str]) -> list[NDArray[np.float32]]:
        """For each of these chunks the vectors of its units in their order, shape (units, dimension), each of length 1."""
        ...

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """For each term the number of chunks that hold it."""
        ...

    def shares(self, terms: Sequence[str], id_: str) -> Mapping[str, float]:
        """What each of the terms that a chunk holds adds to its BM25 score."""
        ...

    def respell(self, term: str) -> str:
        """The term itself if a chunk holds it or no known term is near it, else the known term that it is a misspelling of."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Every chunk, documents one after the other, each in its order."""
        ...

    def close(self) -> None:
        """Release files and connections; the engine must not be used afterwards."""
        ...


Embed = Callable[[Iterable[TextPart], int], Iterator[NDArray[np.float32]]]
"""Takes parts of texts and their number; yields their vectors in order, in blocks of shape (some, dimension)."""


class EngineWriter(Protocol):
    """Writes a new snapshot: documents stream in, one after the other, and nothing is seen of them before `finish` is over."""

    @property
    def size(self) -> int:
        """The number of chunks so far."""
        ...

    @property
    def units(self) -> int:
        """The number of units that the chunks have so far."""
        ...

    def add(self, chunks: Sequence[Chunk], collection: str = "") -> None:
        """The next chunks, of one document, or of the next slice of it; the document belongs to a collection, or to none ("")."""
        ...

    def copy(self, document: str, collection: str = "") -> None:
        """Take a document over from the earlier snapshot, which holds it unchanged, under the same name."""
        ...

    def finish(self, embed: Embed, compiling: Callable[[], None] = lambda: None) -> None:
        """Embed what is new, and write everything. `compiling` is called once embedding is over."""
        ...

    def close(self) -> None:
        """Release files and connections; what was not finished is discarded."""
        ...
