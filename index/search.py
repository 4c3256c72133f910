"""An index in a folder: building it from chunks, opening it, and hybrid search over it."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.copies import Ranked, collapse
from index.errors import BadQuestion, IndexDamaged
from index.fusion import min_max, on_scale, reciprocal_rank
from index.joining import join_neighbours, joined
from index.local.chunks import ChunkStore
from index.local.dense import DenseIndex
from index.local.lexical import LexicalIndex
from index.local.writer import PRIORS, IndexWriter
from ingest.model import Chunk, TokenEncoder, Tokens
from ingest.text.terms import analyze

_DEPTH = 100
_ALPHA = 0.4
_RARE_TERMS = 5
"""A question whose BM25 counts as much as a cosine of 1 holds about so many of the rarest terms; log N is the idf of one."""


class Fusion(StrEnum):
    """How the two channels become one ranking."""

    WEIGHTED = "weighted"
    """Each channel scores the chunks of both, on a scale that is the same for every question; the sum is weighted."""
    MIN_MAX = "min-max"
    """Each channel's own list is scaled to [0, 1]; a chunk that it did not return has 0 there."""
    RRF = "rrf"


class Channel(StrEnum):
    """A way of finding chunks."""

    LEXICAL = "lexical"
    DENSE = "dense"


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """What a search uses. `depth` chunks of each channel enter the fusion, more where more are wanted.

    `alpha` is the lexical channel's weight in weighted and min-max fusion, the dense one's being the rest. `spelling`:
    a term that no chunk holds is read as the known one nearest to it. `collapse`: of copies only the best has a place.
    `join`: neighbours that are found together are one hit.
    """

    channels: tuple[Channel, ...] = (Channel.LEXICAL, Channel.DENSE)
    fusion: Fusion = Fusion.WEIGHTED
    depth: int = _DEPTH
    alpha: float = _ALPHA
    spelling: bool = True
    collapse: bool = True
    join: bool = False


READING = SearchSettings(join=True)
"""How a search for a reader goes; answers are composed of single chunks."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, or several joined, which are `rows`; what else is said is of `row`, the best of them.

    `score` orders the hits of one question; `bm25` and `cosine` are the channels' own, None where a channel did not return the chunk.
    `copies` are the chunks that say the same and would have come lower (`index.copies`); `before` are the rank and score of the fusion
    where a reranker gave the hit its place.
    """

    rank: int
    score: float
    row: int
    chunk: Chunk
    bm25: float | None
    cosine: float | None
    rows: range
    copies: tuple[Chunk, ...] = ()
    before: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and the scores by row of both channels that it is made of."""

    hits: list[Hit]
    lexical: Mapping[int, float]
    dense: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Voice:
    """A channel in a fusion: the scores of what it found, all scores that it goes by, and what they add to the fused score; by row."""

    channel: Channel
    found: Mapping[int, float]
    scores: Mapping[int, float]
    parts: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the channels see it: its terms, its vector of shape (dimension,), and the tokens that this was made of."""

    text: str
    terms: tuple[str, ...]
    vector: NDArray[np.float32]
    tokens: Tokens

    @staticmethod
    def of(text: str, encoder: TokenEncoder) -> Query:
        """Raises BadQuestion where nothing is asked."""
        if not text.strip():
            raise BadQuestion("The question is empty.", "Ask with words, such as: what is overfitting")
        # An argument that is not valid UTF-8 reaches Python with lone surrogates, which no tokenizer accepts.
        text = text.encode("utf-8", "replace").decode("utf-8")
        tokens = encoder.read(text)
        return Query(text, tuple(analyze(text)), tokens.whole, tokens)


@dataclass(frozen=True, slots=True)
class Index:
    """Lexical and dense search over the same chunks."""

    lexical: LexicalIndex
    dense: DenseIndex
    chunks: ChunkStore
    priors: NDArray[np.float32]

    @staticmethod
    def build(chunks: Sequence[Chunk], vectors: NDArray[np.float32], folder: Path) -> None:
        """Write an index of the chunks into an empty folder. `vectors` are those of `embedded_texts` of every chunk in turn."""
        with closing(IndexWriter(folder)) as writer:
            writer.add(chunks)
            writer.finish(lambda _texts, _count: iter([vectors]))

    @staticmethod
    def load(folder: Path) -> Index:
        """Open what `build` wrote. Raises IndexDamaged."""
        try:
            priors = np.load(folder / PRIORS, allow_pickle=False)
            lexical = LexicalIndex.load(folder, len(priors))
            return Index(lexical, DenseIndex.load(folder), ChunkStore(folder), priors)
        except (OSError, EOFError, ValueError, RuntimeError, sqlite3.Error) as error:
            raise IndexDamaged(f"The index in {folder} does not open ({error}).", "Ingest the same folders again to rebuild it.") from error

    def close(self) -> None:
        """Close the files; the index is not to be used after that."""
        self.chunks.close()

    def query(self, text: str, encoder: TokenEncoder, settings: SearchSettings = SearchSettings()) -> Query:
        """A question with its misspelt terms as this index knows them. Raises BadQuestion where nothing is asked."""
        query = Query.of(text, encoder)
        return replace(query, terms=tuple(self.lexical.respelt(term) for term in query.terms)) if settings.spelling else query

    def search(
        self, query: Query, k: int = 10, settings: SearchSettings = SearchSettings(), allowed: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The k best chunks for a query, best first; of those that are `allowed`, if given: a truth value for every row."""
        return self.find(query, k, settings, allowed).hits

    def find(
        self, query: Query, k: int = 10, settings: SearchSettings = SearchSettings(), allowed: NDArray[np.bool_] | None = None
    ) -> Found:
        """The same with the channels' scores. Where copies leave fewer than k, the channels are asked for more."""
        depth = max(settings.depth, k)
        while True:
            lexical, dense = self.candidates(query, depth, settings, allowed)
            hits = self.fuse(query, lexical, dense, k, settings)
            if len(hits) >= k or max(len(lexical), len(dense)) < depth:
                return Found(hits, lexical, dense)
            depth *= 2

    def candidates(
        self, query: Query, k: int, settings: SearchSettings, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[dict[int, float], dict[int, float]]:
        """The scores by row of what the lexical and the dense channel find each, as `fuse` takes them."""
        depth = max(settings.depth, k)
        lexical = search_lexical(self.lexical, query.terms, depth, allowed) if Channel.LEXICAL in settings.channels else {}
        dense = search_dense(self.dense, query.vector, depth, allowed) if Channel.DENSE in settings.channels else {}
        return lexical, dense

    def fuse(
        self,
        query: Query,
        lexical: Mapping[int, float],
        dense: Mapping[int, float],
        k: int,
        settings: SearchSettings = SearchSettings(),
    ) -> list[Hit]:
        """The k best chunks of two channels' scores by row; a channel that found nothing has no say."""
        fused: dict[int, float] = {}
        for voice in self.voices(query, lexical, dense, settings):
            for row, part in voice.parts.items():
                fused[row] = fused.get(row, 0.0) + part
        scores = {row: score * float(self.priors[row]) for row, score in fused.items()}
        ranked = sorted(scores, key=lambda row: (-scores[row], -self.priors[row], row))
        return [
            Hit(rank, scores[row], row, chunk, lexical.get(row), dense.get(row), run, copies)
            for rank, (row, run, chunk, copies) in enumerate(self._placed(ranked, scores, k, settings), start=1)
        ]

    def _placed(
        self, ranked: Sequence[int], scores: Mapping[int, float], k: int, settings: SearchSettings
    ) -> list[tuple[int, range, Chunk, tuple[Chunk, ...]]]:
        """The first k rows that have a place, each with the run that it is read in, what that says, and the copies of it."""
        if not settings.join:
            return [(row, range(row, row + 1), chunk, copies) for row, chunk, copies in self._distinct(ranked, k, settings)]
        chunk_of = cache(lambda row: self.chunks.fetch([row])[0])
        wanted = 2 * k
        while True:
            best = self._distinct(ranked, wanted, settings)
            runs = join_neighbours([row for row, _, _ in best], scores, chunk_of, k)
            if len(runs) >= k or len(best) < wanted:
                break
            wanted *= 2
        copies_of = {row: copies for row, _, copies in best}
        return [
            (row, run, joined([chunk_of(at) for at in run], chunk_of(row)), tuple(copy for at in run for copy in copies_of.get(at, ())))
            for row, run in runs
        ]

    def _distinct(self, ranked: Sequence[int], k: int, settings: SearchSettings) -> Sequence[Ranked]:
        """The first k rows, those that are copies of others left out where they are to be."""
        if settings.collapse:
            return collapse(ranked, self.chunks.fetch, k)
        return [(row, chunk, ()) for row, chunk in zip(ranked[:k], self.chunks.fetch(ranked[:k]), strict=True)]

    def voices(
        self, query: Query, lexical: Mapping[int, float], dense: Mapping[int, float], settings: SearchSettings = SearchSettings()
    ) -> list[Voice]:
        """What each channel that found something has to say in the fusion of the two."""
        found = {channel: own for channel, own in ((Channel.LEXICAL, lexical), (Channel.DENSE, dense)) if own}
        weights = [settings.alpha, 1 - settings.alpha] if len(found) == 2 else [1.0]
        completed = list(found.values())
        if len(found) == 2 and settings.fusion is Fusion.WEIGHTED:
            completed = list(self._completed(query, lexical, dense))
        return [
            Voice(channel, own, scores, self._parts(channel, scores, weight, settings.fusion))
            for (channel, own), scores, weight in zip(found.items(), completed, weights, strict=False)
        ]

    def _parts(self, channel: Channel, scores: Mapping[int, float], weight: float, fusion: Fusion) -> Mapping[int, float]:
        """What a channel's scores add to the fused ones."""
        match fusion:
            case Fusion.RRF:
                return reciprocal_rank([scores])
            case Fusion.MIN_MAX:
                return min_max([scores], [weight])
            case Fusion.WEIGHTED:
                rarest = math.log(max(len(self.priors), _RARE_TERMS))
                return on_scale(scores, weight / (_RARE_TERMS * rarest) if channel is Channel.LEXICAL else weight)

    def _completed(
        self, query: Query, lexical: Mapping[int, float], dense: Mapping[int, float]
    ) -> tuple[Mapping[int, float], Mapping[int, float]]:
        """What each channel says of the other's chunks as well."""
        scores = self.lexical.scores(query.terms)
        unscored = [row for row in lexical if row not in dense]
        return (
            {**lexical, **{row: float(scores[row]) for row in dense if row not in lexical}},
            {**dense, **self.dense.nearness(query.vector, unscored)},
        )


def search_lexical(index: LexicalIndex, terms: Sequence[str], k: int, allowed: NDArray[np.bool_] | None = None) -> dict[int, float]:
    """The k chunks of highest BM25 score, by row; only those that hold a term. A term's weight is that among all chunks."""
    scores = index.scores(terms)
    found = index.holding(terms)
    if allowed is not None:
        found = found[allowed[found]]
    if len(found) > k:
        found = found[np.argpartition(-scores[found], k)[:k]]
    return {int(row): float(scores[row]) for row in found}


def search_dense(index: DenseIndex, vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None = None) -> dict[int, float]:
    """The k nearest chunks, by row."""
    return dict(index.search(vector, k, allowed))
