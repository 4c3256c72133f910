"""How likely it is that the documents answer a question, from what the search found: calibrated, with thresholds for doubt and silence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers.confidence.certainty import MODEL
from assistant.answers.confidence.late_interaction import Word, asked_words, mean_direction, nearness_of_words
from assistant.answers.question.answer_type import ASKING_WORDS, AnswerType, answer_type, holds_type, measure_words
from index.search import Hit, Index, Query
from ingest.chunking.headings import heading_of
from ingest.model import TokenEncoder
from ingest.text.terms import STOP_WORDS, analyze

_NEAR = 5
_COMPARED = 3
_READ = 6
_READERS = 2
_LONGEST = 400
_COSINE = 0.3
_NEAR_ENOUGH = 0.7
_FEWEST = 30  # passages; what is smaller is taken for a collection of that size
_MOST_AMISS = 0.15
_MOST_UNKNOWN = 3
_TYPED = re.compile(r"\w+(?:[-'_]\w+)*")


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from an unanswered one.

    `lead`: how far the first passage's score is above the mean of the others', since a real answer stands out; times the logarithm of the
    number of passages, for the more there are the nearer the others come.
    `topic`: the highest mean cosine of the question's words with a unit; of two questions worded alike the one that is nearer to the topic
    as a whole is answered less, for what is near is the topic.
    `wording`: how near the nearest units of the first passages come to every word of the question, plus a part of their cosine with it.
    `amiss`: where a number, a date or a person is asked for, by how much less near the units are that have any, at most 0.15, as a
    negative number; else 0.
    `unknown`: how many terms no document holds, at most three; and `reworded`, the same times `wording`: words that no document has are
    what is missing where nothing else comes near either, and a person's own words for it where something does.
    `news`: the logarithm of how much the nearest unit says that the question does not; of two that are as near the shorter one is about it.
    """

    lead: float
    topic: float
    wording: float
    amiss: float
    unknown: float
    reworded: float
    news: float


def confidence(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder) -> float:
    """The probability in [0, 1] that the documents answer the question; 0 where nothing was found."""
    if not hits:
        return 0.0
    return probability(signals(query, hits, index, encoder))


def probability(found: Signals) -> float:
    """The probability in [0, 1] that goes with the signals."""
    return MODEL.probability(astuple(found))


def signals(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder) -> Signals:
    """The signals of a search that found something."""
    words = asked_words(query.text, query.tokens)
    units = np.concatenate(index.engine.units([hit.chunk.id for hit in hits[:_NEAR]]))
    others = [hit.score for hit in hits[1:]] or [hits[0].score]
    kind = answer_type(query.text)
    # All of them are read where a kind of thing is asked for: the one that has it may not be the nearest.
    read = _read(query, hits, index, encoder, words, math.inf if kind else _NEAR_ENOUGH)
    best = max(read, key=lambda unit: unit.nearness(words), default=None)
    wording = best.nearness(words) if best else 0.0
    unknown = float(min(_MOST_UNKNOWN, len(unknown_terms(query, index))))
    return Signals(
        lead=(hits[0].score - float(np.mean(others))) * math.log(max(_FEWEST, index.engine.size)),
        topic=float((units @ mean_direction(words)).max(initial=0.0)) if words else 0.0,
        wording=wording,
        amiss=_amiss(query, kind, read) if kind and read else 0.0,
        unknown=unknown,
        reworded=unknown * wording,
        news=math.log1p(len(set(analyze(best.text)) - set(query.terms))) if best else 0.0,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A unit as the encoder reads it under its heading: `states` has shape (tokens, dimension), `cosine` is that with the question."""

    text: str
    states: NDArray[np.float32]
    cosine: float

    def nearness(self, words: Sequence[Word]) -> float:
        """How near it comes to every one of the words, and a part of its cosine."""
        return nearness_of_words(words, self.states) + _COSINE * self.cosine


def _read(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder, words: Sequence[Word], near_enough: float) -> list[_Read]:
    """The nearest units of the first passages, until one comes near enough to every word; reading them is what takes time."""
    first = hits[:_COMPARED]
    near = [
        (float(cosine), hit, unit)
        for hit, cosines in zip(first, index.unit_cosines(query.vector, [hit.chunk.id for hit in first]), strict=True)
        for cosine, unit in zip(cosines, hit.chunk.units, strict=True)
    ]
    nearest = sorted(near, key=lambda unit: -unit[0])[:_READ]
    texts = [f"{heading_of(hit.chunk.title, hit.chunk.section)}: {unit.text[:_LONGEST]}" for _, hit, unit in nearest]
    read: list[_Read] = []
    with ThreadPoolExecutor(_READERS) as readers:
        for at in range(0, len(nearest), _READERS):
            tokens = readers.map(encoder.read, texts[at : at + _READERS])
            read += [_Read(unit.text, each.vectors, cosine) for (cosine, _, unit), each in zip(nearest[at:], tokens, strict=False)]
            if any(unit.nearness(words) >= near_enough for unit in read[at:]):
                break
    return read


def _amiss(query: Query, kind: AnswerType, read: Sequence[_Read]) -> float:
    """How much nearer the units come that lack the kind of thing that is asked for, as a negative number."""
    words = asked_words(query.text, query.tokens, but=measure_words(query.text))
    near = [(unit.nearness(words), holds_type(kind, unit.text, query.text)) for unit in read]
    return max(-_MOST_AMISS, max((nearness for nearness, holds in near if holds), default=0.0) - max(near)[0])


def unknown_terms(query: Query, index: Index) -> set[str]:
    """The question's terms that no document holds, but for those that only say how to answer ("vs", "how many")."""
    asking = {term for word in measure_words(query.text) | ASKING_WORDS for term in analyze(word)}
    held = index.engine.frequencies(query.terms)
    return {term for term, count in zip(query.terms, held, strict=True) if term not in asking and not count}


def unknown_words(query: Query, index: Index) -> list[str]:
    """The words of the question that no document holds in any part, as they were typed."""
    unknown = unknown_terms(query, index)
    words = dict.fromkeys(word for word in _TYPED.findall(query.text) if word.lower() not in STOP_WORDS)
    return [word for word in words if unknown.issuperset(analyze(word))]
