"""How likely it is that the documents answer a question, from what the search found: calibrated, so that silence has a threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers.coverage import covered, term_weights
from assistant.answers.words import Word, asked_words, mean_direction, nearness_of_words
from index.lexical import STOP_WORDS, analyze
from index.search import Hit, Index, Query
from index.writer import lexical_text
from ingest.headings import heading_of
from ingest.model import TokenEncoder
from ingest.notation import tokens

# Logistic regression, fitted and checked by benchmarks/confidence.py (docs/answers.md has the figures).
_INTERCEPT = -6.58
_WEIGHTS = (3.60, 1.63, 2.55, 1.98, 0.43, 5.11, -5.34)
ABSTAIN_BELOW = 0.46
_GAP_RANK = 5
_NEAR = 5
_READ = 3
_LONGEST = 400
_MOST_UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from an unanswered one.

    `lead`: how far the first passage's score is above the fifth's, since a real answer stands out, times the share of the question's terms
    that it holds, rare ones counting more, since what stands out among passages that speak of something else is no answer.
    `detail`: the highest cosine of a unit with the question after what all passages found have in common, their topic, is taken out of
    both: notes that treat the topic without the detail asked for are near, but not in this.
    `coverage`: the share of the question's terms that the first five passages hold between them.
    `missed`: how rare the rarest term is that the first passage lacks, and `unknown`, how many terms no document holds, at most three. By
    themselves they say little, but they tell people's own words and abbreviations from what is missing: of two questions of like coverage,
    the one whose words no document has is the more likely to be answered in others.
    `wording`: how near the nearest sentence of one of the first three passages comes to every word of the question, plus its cosine.
    `topic`: the highest mean cosine of the question's words with a unit. Of two questions worded alike it is the one nearer to the topic
    as a whole that is answered less.
    """

    lead: float
    detail: float
    coverage: float
    missed: float
    unknown: float
    wording: float
    topic: float


def confidence(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder) -> float:
    """The probability in [0, 1] that the documents answer the question; 0 where nothing was found."""
    if not hits:
        return 0.0
    found = astuple(signals(query, hits, index, encoder))
    return 1 / (1 + math.exp(-_INTERCEPT - sum(weight * signal for weight, signal in zip(_WEIGHTS, found, strict=True))))


def signals(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder) -> Signals:
    """The signals of a search that found something."""
    asked = term_weights(query, index)
    held = [set(analyze(lexical_text(hit.chunk))) for hit in hits[:_NEAR]]
    vectors = [index.dense.unit_vectors(hit.row) for hit in hits]
    words = asked_words(query.text, encoder)
    behind = hits[_GAP_RANK - 1].score if len(hits) >= _GAP_RANK else 0.0
    return Signals(
        lead=covered(asked, held[0]) * (hits[0].score - behind),
        detail=_detail(query.vector, vectors),
        coverage=covered(asked, set().union(*held)),
        missed=max((index.lexical.rarity(term) for term in asked if term not in held[0]), default=0.0),
        unknown=float(min(_MOST_UNKNOWN, len(unknown_terms(query, index)))),
        wording=_wording(query, hits, vectors, words, encoder),
        topic=float((np.concatenate(vectors[:_NEAR]) @ mean_direction(words)).max(initial=0.0)) if words else 0.0,
    )


def unknown_terms(query: Query, index: Index) -> set[str]:
    """The question's terms that no document holds."""
    return {term for term in query.terms if not len(index.lexical.holding([term]))}


def unknown_words(query: Query, index: Index) -> list[str]:
    """The words of the question whose terms no document holds, as they were typed."""
    unknown = unknown_terms(query, index)
    words = dict.fromkeys(word for word in tokens(query.text) if word not in STOP_WORDS)
    return [word for word in words if unknown.intersection(analyze(word))]


def _detail(question: NDArray[np.float32], passages: Sequence[NDArray[np.float32]]) -> float:
    """The highest cosine of a unit of the first passages with the question, both without their share in the mean of all units.

    Few passages have no topic but what they say: then it is the plain cosine.
    """
    every = np.concatenate(passages)
    if len(passages) < _GAP_RANK:
        return float((every @ question).max(initial=0.0))
    topic = every.mean(axis=0)
    topic /= max(float(np.linalg.norm(topic)), 1e-6)
    units = np.concatenate(passages[:_NEAR])
    asked, said = question - (question @ topic) * topic, units - np.outer(units @ topic, topic)
    lengths = np.maximum(np.linalg.norm(said, axis=1) * np.linalg.norm(asked), 1e-6)
    return float((said @ asked / lengths).max(initial=0.0))


def _wording(
    query: Query, hits: Sequence[Hit], vectors: Sequence[NDArray[np.float32]], words: Sequence[Word], encoder: TokenEncoder
) -> float:
    """The highest sum of a unit's nearness to the question's words and its cosine, of the nearest unit of each of the first passages."""
    texts, cosines = [], []
    for hit, units in zip(hits[:_READ], vectors, strict=False):
        if len(units):
            near = units @ query.vector
            nearest = int(near.argmax())
            heading = heading_of(hit.chunk.title, hit.chunk.section)
            texts.append(f"{heading}: {hit.chunk.units[nearest].text[:_LONGEST]}")
            cosines.append(float(near[nearest]))
    read = [encoder.read(text) for text in texts]
    return max((nearness_of_words(words, text.vectors) + near for text, near in zip(read, cosines, strict=True)), default=0.0)
