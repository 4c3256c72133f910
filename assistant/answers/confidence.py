"""How likely it is that the documents answer a question, from what the search found: calibrated, so that silence has a threshold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from assistant.answers.coverage import covered, term_weights
from assistant.answers.words import Word, asked_words, mean_direction, nearness_of_words
from index.lexical import STOP_WORDS, analyze
from index.search import Hit, Index, Query
from index.writer import lexical_text
from ingest.headings import heading_of
from ingest.model import TokenEncoder

# Logistic regression, fitted and checked by benchmarks/confidence.py (docs/answers.md has the figures).
_INTERCEPT = -4.42
_WEIGHTS = (6.03, 2.15, 0.73, 4.41, -4.59, -0.44, 1.01)
ABSTAIN_BELOW = 0.48
_NEAR = 5
_COMPARED = 3
_READ = 2
_LONGEST = 400
_MOST_UNKNOWN = 3
_TYPED = re.compile(r"\w+(?:[-'_]\w+)*")


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from an unanswered one.

    `lead`: how far the first passage's score is above the mean of the others', since a real answer stands out.
    `coverage`: the share of the question's terms that the first five passages hold between them, rare ones counting more.
    `missed`: how rare the rarest term is that the first passage lacks.
    `wording`: how near the nearest sentences of the first passages come to every word of the question, plus their cosine with it.
    `topic`: the highest mean cosine of the question's words with a unit; of two questions worded alike the one that is nearer to the topic
    as a whole is answered less, for what is near is the topic.
    `unknown`: how many terms no document holds, at most three; and `reworded`, the same times `wording`: words that no document has are
    what is missing where nothing else comes near either, and a person's own words for it where something does.
    """

    lead: float
    coverage: float
    missed: float
    wording: float
    topic: float
    unknown: float
    reworded: float


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
    words = asked_words(query.text, query.tokens)
    units = np.concatenate([index.dense.unit_vectors(hit.row) for hit in hits[:_NEAR]])
    others = [hit.score for hit in hits[1:]] or [hits[0].score]
    wording = _wording(query, hits, index, words, encoder)
    unknown = float(min(_MOST_UNKNOWN, len(unknown_terms(query, index))))
    return Signals(
        lead=hits[0].score - float(np.mean(others)),
        coverage=covered(asked, set().union(*held)),
        missed=max((index.lexical.rarity(term) for term in asked if term not in held[0]), default=0.0),
        wording=wording,
        topic=float((units @ mean_direction(words)).max(initial=0.0)) if words else 0.0,
        unknown=unknown,
        reworded=unknown * wording,
    )


def unknown_terms(query: Query, index: Index) -> set[str]:
    """The question's terms that no document holds."""
    return {term for term in query.terms if not len(index.lexical.holding([term]))}


def unknown_words(query: Query, index: Index) -> list[str]:
    """The words of the question that no document holds in any part, as they were typed."""
    unknown = unknown_terms(query, index)
    words = dict.fromkeys(word for word in _TYPED.findall(query.text) if word.lower() not in STOP_WORDS)
    return [word for word in words if unknown.issuperset(analyze(word))]


def _wording(query: Query, hits: Sequence[Hit], index: Index, words: Sequence[Word], encoder: TokenEncoder) -> float:
    """The highest sum of a unit's nearness to the question's words and its cosine, of the nearest units of the first passages.

    Two of the three are read, which is what takes time.
    """
    nearest: list[tuple[float, str]] = []
    for hit in hits[:_COMPARED]:
        cosines = index.dense.unit_cosines(query.vector, hit.row)
        if len(cosines):
            unit = hit.chunk.units[int(cosines.argmax())]
            nearest.append((float(cosines.max()), f"{heading_of(hit.chunk.title, hit.chunk.section)}: {unit.text[:_LONGEST]}"))
    read = sorted(nearest, reverse=True)[:_READ]
    return max((nearness_of_words(words, encoder.read(text).vectors) + cosine for cosine, text in read), default=0.0)
