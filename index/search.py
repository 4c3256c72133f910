"""Hybrid search over an engine: the two channels, their fusion, copies and neighbours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.copies import Ranked, collapse
from index.engine import Engine, Entry, Scores
from index.errors import BadQuestion
from index.filters import EVERYTHING, Filter
from index.fusion import min_max, on_scale, reciprocal_rank
from index.joining import join_neighbours, joined
from index.rare import only_rare_word
from ingest.model import Chunk, Kind, TokenEncoder, Tokens
from ingest.text.terms import analyze

_DEPTH = 100
_ALPHA = 0.4
_RARE_TERMS = 5
"""The scale of BM25: a score counts as much as a cosine of 1 if about this many of the rarest terms match (log N is the idf of one)."""
PRIORS = {Kind.CONTENTS: 0.4, Kind.HEADING: 0.7, Kind.QUESTION: 0.7, Kind.TODO: 0.7}
"""Weights of kinds of passages, 1 for the others, so that pointers to content never outrank the content."""


class Fusion(StrEnum):
    """The ways to fuse two channels into one ranking."""

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
    """The settings of a search. `depth` chunks of each channel enter the fusion, more if more are wanted.

    `alpha` is the lexical channel's weight in weighted and min-max fusion, the dense channel has the rest. `spelling`: a term that no chunk
    contains is read as the most similar known term. `collapse`: of several copies only the best is returned. `join`: neighbouring hits
    become one. `rare`: passages without the only rare word come after those with it (`index.rare`). `scored`: callers that show passages
    reorder the first ones with a fitted scorer (`assistant.search.scored`); this module does not use it.
    """

    channels: tuple[Channel, ...] = (Channel.LEXICAL, Channel.DENSE)
    fusion: Fusion = Fusion.WEIGHTED
    depth: int = _DEPTH
    alpha: float = _ALPHA
    spelling: bool = True
    collapse: bool = True
    join: bool = False
    rare: bool = False
    scored: bool = False


READING = SearchSettings(join=True, rare=True, scored=True)
"""The settings of a search for a reader. Answers are composed of single chunks instead."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, or several joined chunks: `ids` has all of them in document order, and `chunk` has the id of the best.
    `score` orders the hits of one question; `bm25` and `cosine` are the scores of the channels, None if a channel did not return the best
    chunk. `number` is the best chunk's position in its document. `copies` are lower-ranked chunks with the same content (`index.copies`);
    `before` has the rank and score of the fusion if a reranker changed them.
    """

    rank: int
    score: float
    chunk: Chunk
    number: int
    bm25: float | None
    cosine: float | None
    ids: tuple[str, ...]
    copies: tuple[Chunk, ...] = ()
    before: tuple[int, float] | None = None

    @property
    def place(self) -> tuple[str, int]:
        """The place of the best chunk: its document, and its number there."""
        return self.chunk.document, self.number


@dataclass(frozen=True, slots=True)
class Found:
    """The hits of a search, and the scores of both channels from which they were fused."""

    hits: list[Hit]
    lexical: Scores
    dense: Scores


@dataclass(frozen=True, slots=True)
class Voice:
    """A channel in a fusion: the scores of the chunks that it found, all of its scores, and their contributions to the fused score."""

    channel: Channel
    found: Scores
    scores: Scores
    parts: Scores


@dataclass(frozen=True, slots=True)
class Query:
    """A question prepared for both channels: its terms, its vector of shape (dimension,), and the tokens of its text."""

    text: str
    terms: tuple[str, ...]
    vector: NDArray[np.float32]
    tokens: Tokens

    @staticmethod
    def of(text: str, encoder: TokenEncoder) -> Query:
        """Prepare a question. Raises BadQuestion if it is empty."""
        if not text.strip():
            raise BadQuestion("The question is empty.", "Ask with words, such as: what is overfitting")
        # An argument that is not valid UTF-8 reaches Python with lone surrogates, which no tokenizer accepts.
        text = text.encode("utf-8", "replace").decode("utf-8")
        tokens = encoder.read_question(text)
        return Query(text, tuple(analyze(text)), tokens.whole, tokens)


@dataclass(frozen=True, slots=True)
class Index:
    """Search over the chunks of an engine. Like the engine, it may be used from several threads."""

    engine: Engine

    def close(self) -> None:
        """Close the engine; the index is not to be used after that."""
        self.engine.close()

    def query(self, text: str, encoder: TokenEncoder, settings: SearchSettings = SearchSettings()) -> Query:
        """Prepare a question, with misspelt terms replaced by known ones. Raises BadQuestion if it is empty."""
        query = Query.of(text, encoder)
        return replace(query, terms=tuple(map(self.engine.respell, query.terms))) if settings.spelling else query

    def leaves_nothing(self, within: Filter) -> bool:
        """True if no chunk passes a filter."""
        return not within.is_all and not self.engine.count(within)

    def says(self, name: str) -> bool:
        """True if one sentence or other unit has all terms of a name."""
        terms = set(analyze(name))
        found = self.engine.fetch(list(self.engine.lexical(tuple(terms), _DEPTH))) if terms else []
        return any(terms.issubset(analyze(unit.text)) for chunk in found for unit in chunk.units)

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """How rare each term is among the chunks, from 0 (in all of them) to 1 (in none or one), by log document frequency."""
        most = math.log(max(self.engine.size, 2))
        return {term: 1 - math.log(max(count, 1)) / most for term, count in zip(terms, self.engine.frequencies(terms), strict=True)}

    def unit_cosines(self, vector: NDArray[np.float32], ids: Sequence[str]) -> list[NDArray[np.float32]]:
        """For each of these chunks the cosines of its units with a vector of length 1, in order, shape (units,)."""
        return [units @ vector for units in self.engine.units(ids)]

    def search(self, query: Query, k: int = 10, settings: SearchSettings = SearchSettings(), within: Filter = EVERYTHING) -> list[Hit]:
        """The k best chunks for a query among those that pass the filter, best first."""
        return self.find(query, k, settings, within).hits

    def find(self, query: Query, k: int = 10, settings: SearchSettings = SearchSettings(), within: Filter = EVERYTHING) -> Found:
        """The same with the channels' scores. If fewer than k remain without copies, the channels are asked for more."""
        depth = max(settings.depth, k)
        while True:
            lexical, dense = self.candidates(query, depth, settings, within)
            hits = self.fuse(query, lexical, dense, k, settings)
            if len(hits) >= k or max(len(lexical), len(dense)) < depth:
                return Found(hits, lexical, dense)
            depth *= 2

    def candidates(self, query: Query, k: int, settings: SearchSettings, within: Filter = EVERYTHING) -> tuple[Scores, Scores]:
        """The results of the lexical and the dense channel, as `fuse` expects them."""
        depth = max(settings.depth, k)
        lexical = self.engine.lexical(query.terms, depth, within) if Channel.LEXICAL in settings.channels else {}
        dense = self.engine.dense(query.vector, depth, within) if Channel.DENSE in settings.channels else {}
        return lexical, dense

    def fuse(self, query: Query, lexical: Scores, dense: Scores, k: int, settings: SearchSettings = SearchSettings()) -> list[Hit]:
        """The k best chunks by the scores of two channels. A channel without results is ignored. Of equal scores the first found ranks
        higher."""
        fused: dict[str, float] = {}
        for voice in self.voices(query, lexical, dense, settings):
            for id_, part in voice.parts.items():
                fused[id_] = fused.get(id_, 0.0) + part
        entries = self.engine.entries(list(fused))
        priors = {id_: PRIORS.get(entry.kind, 1.0) for id_, entry in entries.items()}
        scores = {id_: score * priors[id_] for id_, score in fused.items()}
        lifted = self._lifted(query, scores, priors) if settings.rare else scores
        ranked = sorted(scores, key=lambda id_: (-lifted[id_], -priors[id_]))
        return [
            Hit(rank, lifted[chunk.id], chunk, entries[chunk.id].number, lexical.get(chunk.id), dense.get(chunk.id), ids, copies)
            for rank, (ids, chunk, copies) in enumerate(self._placed(ranked, scores, entries, k, settings), start=1)
        ]

    def _lifted(self, query: Query, scores: Scores, priors: Mapping[str, float]) -> Scores:
        """The scores, with those of content that contains the only rare word of the query raised above all others."""
        word = only_rare_word(query.terms, self.engine)
        holding = self.engine.lexical_scores([word], list(scores)) if word else {}
        holds = {id_ for id_, score in holding.items() if score > 0 and priors[id_] == 1.0}
        best = max((score for id_, score in scores.items() if id_ not in holds), default=0.0)
        return {id_: score + max(0.0, best) if id_ in holds else score for id_, score in scores.items()}

    def _placed(
        self, ranked: Sequence[str], scores: Scores, entries: Mapping[str, Entry], k: int, settings: SearchSettings
    ) -> list[tuple[tuple[str, ...], Chunk, tuple[Chunk, ...]]]:
        """The first k results: the ids of the chunks that are joined, the joined chunk, and its copies."""
        if not settings.join:
            return [((chunk.id,), chunk, copies) for chunk, copies in self._distinct(ranked, k, settings)]
        known: dict[str, Chunk] = {}

        def chunk_of(id_: str) -> Chunk:
            if id_ not in known:
                (known[id_],) = self.engine.fetch([id_])
            return known[id_]

        wanted = 2 * k
        while True:
            best = self._distinct(ranked, wanted, settings)
            known.update((chunk.id, chunk) for chunk, _ in best)
            runs = join_neighbours([chunk.id for chunk, _ in best], scores, entries, chunk_of, k)
            if len(runs) >= k or len(best) < wanted:
                break
            wanted *= 2
        copies_of = {chunk.id: copies for chunk, copies in best}
        return [
            (run, joined([chunk_of(id_) for id_ in run], chunk_of(best_id)), tuple(copy for id_ in run for copy in copies_of.get(id_, ())))
            for best_id, run in runs
        ]

    def _distinct(self, ranked: Sequence[str], k: int, settings: SearchSettings) -> Sequence[Ranked]:
        """The first k chunks, without copies of others if the settings say so."""
        if settings.collapse:
            return collapse(ranked, self.engine.fetch, k)
        return [(chunk, ()) for chunk in self.engine.fetch(ranked[:k])]

    def voices(self, query: Query, lexical: Scores, dense: Scores, settings: SearchSettings = SearchSettings()) -> list[Voice]:
        """The voices of the channels with results."""
        found = {channel: own for channel, own in ((Channel.LEXICAL, lexical), (Channel.DENSE, dense)) if own}
        weights = [settings.alpha, 1 - settings.alpha] if len(found) == 2 else [1.0]
        completed = list(found.values())
        if len(found) == 2 and settings.fusion is Fusion.WEIGHTED:
            completed = list(self._completed(query, lexical, dense))
        return [
            Voice(channel, own, scores, self._parts(channel, scores, weight, settings.fusion))
            for (channel, own), scores, weight in zip(found.items(), completed, weights, strict=False)
        ]

    def _parts(self, channel: Channel, scores: Scores, weight: float, fusion: Fusion) -> Scores:
        """The contributions of a channel's scores to the fused scores."""
        match fusion:
            case Fusion.RRF:
                return reciprocal_rank([scores])
            case Fusion.MIN_MAX:
                return min_max([scores], [weight])
            case Fusion.WEIGHTED:
                rarest = math.log(max(self.engine.size, _RARE_TERMS))
                return on_scale(scores, weight / (_RARE_TERMS * rarest) if channel is Channel.LEXICAL else weight)

    def _completed(self, query: Query, lexical: Scores, dense: Scores) -> tuple[Scores, Scores]:
        """The scores of each channel, completed for the chunks that only the other channel found."""
        return (
            {**lexical, **self.engine.lexical_scores(query.terms, [id_ for id_ in dense if id_ not in lexical])},
            {**dense, **self.engine.dense_scores(query.vector, [id_ for id_ in lexical if id_ not in dense])},
        )
