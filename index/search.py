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
"""A question whose BM25 counts as much as a cosine of 1 holds about so many of the rarest terms; log N is the idf of one."""
PRIORS = {Kind.CONTENTS: 0.4, Kind.HEADING: 0.7, Kind.QUESTION: 0.7, Kind.TODO: 0.7}
"""Weights of the kinds of passages, 1 for the others: what points to content never outranks the content."""


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
    `join`: neighbours that are found together are one hit. `rare`: passages without the only rare word come after those with it
    (`index.rare`). `scored`: a caller that shows the passages puts the first ones into the order of a fitted scorer
    (`assistant.search.scored`); nothing here reads it.
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
"""How a search for a reader goes; answers are composed of single chunks."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found, or several joined: `ids` are those of all, in the document's order; `chunk` has the id of the best.

    `score` orders the hits of one question; `bm25` and `cosine` are the channels' own, None where a channel did not return the best chunk.
    `number` is the best chunk's among those of its document. `copies` are the chunks that say the same and would have come lower
    (`index.copies`); `before` are the rank and score of the fusion where a reranker gave the hit its place.
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
        """Where the best chunk stands: its document, and its number there."""
        return self.chunk.document, self.number


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and the scores of both channels that it is made of."""

    hits: list[Hit]
    lexical: Scores
    dense: Scores


@dataclass(frozen=True, slots=True)
class Voice:
    """A channel in a fusion: the scores of what it found, all scores that it goes by, and what they add to the fused score."""

    channel: Channel
    found: Scores
    scores: Scores
    parts: Scores


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
        tokens = encoder.read_question(text)
        return Query(text, tuple(analyze(text)), tokens.whole, tokens)


@dataclass(frozen=True, slots=True)
class Index:
    """Search over the chunks of an engine. It may be used from several threads as the engine may."""

    engine: Engine

    def close(self) -> None:
        """Close the engine; the index is not to be used after that."""
        self.engine.close()

    def query(self, text: str, encoder: TokenEncoder, settings: SearchSettings = SearchSettings()) -> Query:
        """A question with its misspelt terms as this index knows them. Raises BadQuestion where nothing is asked."""
        query = Query.of(text, encoder)
        return replace(query, terms=tuple(map(self.engine.respell, query.terms))) if settings.spelling else query

    def leaves_nothing(self, within: Filter) -> bool:
        """Whether a filter leaves no chunk at all."""
        return not within.is_all and not self.engine.count(within)

    def rarity(self, terms: Sequence[str]) -> dict[str, float]:
        """How rare each term is among the chunks, from 0 (in all of them) to 1 (in none or one), by log document frequency."""
        most = math.log(max(self.engine.size, 2))
        return {term: 1 - math.log(max(count, 1)) / most for term, count in zip(terms, self.engine.frequencies(terms), strict=True)}

    def unit_cosines(self, vector: NDArray[np.float32], ids: Sequence[str]) -> list[NDArray[np.float32]]:
        """For each of these chunks the cosines of its units with a vector of length 1, in the units' order, shape (units,)."""
        return [units @ vector for units in self.engine.units(ids)]

    def search(self, query: Query, k: int = 10, settings: SearchSettings = SearchSettings(), within: Filter = EVERYTHING) -> list[Hit]:
        """The k best chunks for a query, best first, of those that the filter leaves."""
        return self.find(query, k, settings, within).hits

    def find(self, query: Query, k: int = 10, settings: SearchSettings = SearchSettings(), within: Filter = EVERYTHING) -> Found:
        """The same with the channels' scores. Where copies leave fewer than k, the channels are asked for more."""
        depth = max(settings.depth, k)
        while True:
            lexical, dense = self.candidates(query, depth, settings, within)
            hits = self.fuse(query, lexical, dense, k, settings)
            if len(hits) >= k or max(len(lexical), len(dense)) < depth:
                return Found(hits, lexical, dense)
            depth *= 2

    def candidates(self, query: Query, k: int, settings: SearchSettings, within: Filter = EVERYTHING) -> tuple[Scores, Scores]:
        """What the lexical and the dense channel find each, as `fuse` takes it."""
        depth = max(settings.depth, k)
        lexical = self.engine.lexical(query.terms, depth, within) if Channel.LEXICAL in settings.channels else {}
        dense = self.engine.dense(query.vector, depth, within) if Channel.DENSE in settings.channels else {}
        return lexical, dense

    def fuse(self, query: Query, lexical: Scores, dense: Scores, k: int, settings: SearchSettings = SearchSettings()) -> list[Hit]:
        """The k best chunks of two channels' scores; a channel that found nothing has no say. Of equals the first found is first."""
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
        """The scores, those of content with the only rare word of the query raised above all others."""
        word = only_rare_word(query.terms, self.engine)
        holding = self.engine.lexical_scores([word], list(scores)) if word else {}
        holds = {id_ for id_, score in holding.items() if score > 0 and priors[id_] == 1.0}
        best = max((score for id_, score in scores.items() if id_ not in holds), default=0.0)
        return {id_: score + max(0.0, best) if id_ in holds else score for id_, score in scores.items()}

    def _placed(
        self, ranked: Sequence[str], scores: Scores, entries: Mapping[str, Entry], k: int, settings: SearchSettings
    ) -> list[tuple[tuple[str, ...], Chunk, tuple[Chunk, ...]]]:
        """The first k chunks that have a place: the ids of those that are read as one, the chunk that they make, and the copies of it."""
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
        """The first k chunks, those that are copies of others left out where they are to be."""
        if settings.collapse:
            return collapse(ranked, self.engine.fetch, k)
        return [(chunk, ()) for chunk in self.engine.fetch(ranked[:k])]

    def voices(self, query: Query, lexical: Scores, dense: Scores, settings: SearchSettings = SearchSettings()) -> list[Voice]:
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

    def _parts(self, channel: Channel, scores: Scores, weight: float, fusion: Fusion) -> Scores:
        """What a channel's scores add to the fused ones."""
        match fusion:
            case Fusion.RRF:
                return reciprocal_rank([scores])
            case Fusion.MIN_MAX:
                return min_max([scores], [weight])
            case Fusion.WEIGHTED:
                rarest = math.log(max(self.engine.size, _RARE_TERMS))
                return on_scale(scores, weight / (_RARE_TERMS * rarest) if channel is Channel.LEXICAL else weight)

    def _completed(self, query: Query, lexical: Scores, dense: Scores) -> tuple[Scores, Scores]:
        """What each channel says of the other's chunks as well."""
        return (
            {**lexical, **self.engine.lexical_scores(query.terms, [id_ for id_ in dense if id_ not in lexical])},
            {**dense, **self.engine.dense_scores(query.vector, [id_ for id_ in lexical if id_ not in dense])},
        )
