"""Explain the rank of a hit: each channel's rank, score and part of the fused score, the matching terms, the nearest unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.engine import Scores
from index.filters import EVERYTHING, Filter
from index.search import PRIORS, Channel, Hit, Index, Query, SearchSettings
from ingest.model import Excerpt
from ingest.text.terms import analyze

_TINY = 1e-6
"""Smaller differences are rounding errors."""


@dataclass(frozen=True, slots=True)
class Said:
    """A channel's contribution to a hit. `rank` is the hit's rank in the channel's own list, None if it is not in the list; `score` is a
    BM25 score or a nearness, None if the channel did not score the hit; `part` is the contribution to the fused score.
    """

    rank: int | None
    score: float | None
    part: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """The unit of a hit that is nearest to the query, and its cosine."""

    unit: Excerpt
    cosine: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The score of a hit is the sum of its channels' parts, times `prior`, the weight of its kind, and `lift`.

    `lift` is the factor for a hit with the only rare word of the query. `terms` has the query's terms in the chunk, with what each adds to
    the BM25 score.
    """

    channels: Mapping[Channel, Said]
    prior: float
    terms: Mapping[str, float]
    nearest: Nearest | None
    lift: float = 0.0


def explain(
    index: Index,
    query: Query,
    hits: Sequence[Hit],
    k: int = 10,
    settings: SearchSettings = SearchSettings(),  # noqa: B008 (a frozen value)
    within: Filter = EVERYTHING,
) -> list[Explanation]:
    """Explain each hit of a search. The arguments after `hits` are those of the search."""
    found = index.find(query, k, settings, within)
    voices = index.voices(query, found.lexical, found.dense, settings)
    ranks = [_ranks(voice.found) for voice in voices]
    explained = []
    for hit in hits:
        channels = {
            voice.channel: Said(places.get(hit.chunk.id), voice.scores.get(hit.chunk.id), voice.parts.get(hit.chunk.id, 0.0))
            for voice, places in zip(voices, ranks, strict=True)
        }
        prior = PRIORS.get(hit.chunk.kind, 1.0)
        fused = hit.before[1] if hit.before else hit.score
        lift = fused - prior * sum(said.part for said in channels.values()) if settings.rare else 0.0
        shares = index.engine.shares(query.terms, hit.chunk.id)
        explained.append(Explanation(channels, prior, shares, _nearest(index, query, hit), lift if lift > _TINY else 0.0))
    return explained


def corrections(query: Query) -> dict[str, str]:
    """The typed terms that were read as other terms, with these."""
    return {typed: read for typed, read in zip(analyze(query.text), query.terms, strict=False) if typed != read}


def _ranks(scores: Scores) -> dict[str, int]:
    return {id_: rank for rank, id_ in enumerate(sorted(scores, key=lambda id_: -scores[id_]), start=1)}


def _nearest(index: Index, query: Query, hit: Hit) -> Nearest | None:
    cosines = np.concatenate(index.unit_cosines(query.vector, hit.ids))
    if not len(cosines):
        return None
    best = int(cosines.argmax())
    return Nearest(hit.chunk.units[best], float(cosines[best]))
