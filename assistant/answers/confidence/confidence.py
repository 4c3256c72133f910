"""Estimate the probability that the documents answer a question from the scorer's candidates, with calibrated thresholds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np

from assistant.answers.certainty import MODEL
from assistant.answers.passages.candidates import Candidate, Ranker
from assistant.answers.passages.features import AT
from assistant.answers.passages.late_interaction import asked_words, mean_direction
from assistant.answers.question.answer_type import ASKING_WORDS, answer_type, measure_words
from assistant.answers.question.intent import intent_of
from index.search import Hit, Index, Query
from ingest.model import TokenEncoder
from ingest.text.terms import STOP_WORDS, analyze

_NEAR = 5
_BEST = 6
_MOST_AMISS = 0.15
_MOST_UNKNOWN = 3
_TYPED = re.compile(r"\w+(?:[-'_]\w+)*")


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals that distinguish answered from unanswered questions.

    `topic`: the highest mean cosine of the question's words with a unit; of two questions with similar words, the one closer to the whole
    topic is answered less often, since only the topic matches. `cosine`: the highest cosine of a unit with the question. `all_words`,
    `passage_all_words`: how close the best unit, and the best passage with its heading, are to every word of the question, by token
    vectors. `share`: the best unit's share by the scorer among all; a real answer stands out. `pairs`, `labelled`, `type`: these features
    of the best unit (`passages.features`). `amiss`: if a number, a date or a person is asked for, how much lower the best unit with one
    scores, as a number from -0.15 to 0; else 0. `unknown`: the number of terms that no document contains, at most three.
    """

    topic: float
    cosine: float
    all_words: float
    passage_all_words: float
    share: float
    pairs: float
    labelled: float
    type: float
    amiss: float
    unknown: float


def confidence(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder) -> float:
    """The probability in [0, 1] that the documents answer the question; 0 if nothing was found."""
    if not hits:
        return 0.0
    return probability(signals(query, hits, Ranker(index, encoder)))


def probability(found: Signals) -> float:
    """The probability in [0, 1] for these signals."""
    return MODEL.probability(astuple(found))


def signals(query: Query, hits: Sequence[Hit], ranker: Ranker) -> Signals:
    """The signals of a search with at least one hit."""
    words = asked_words(query.text, query.tokens)
    units = np.concatenate(ranker.index.engine.units([hit.chunk.id for hit in hits[:_NEAR]]))
    candidates = ranker.rank(query, hits, intent_of(query.text))
    best = candidates[:1]
    return Signals(
        topic=float((units @ mean_direction(words)).max(initial=0.0)) if words else 0.0,
        cosine=_highest(candidates, "cosine"),
        all_words=_highest(candidates, "all_words"),
        passage_all_words=_highest(candidates, "passage_all_words"),
        share=1 / sum(float(np.exp(other.score - best[0].score)) for other in candidates) if best else 0.0,
        pairs=_highest(best, "pairs"),
        labelled=_highest(best, "labelled"),
        type=_highest(best, "type"),
        amiss=_amiss(query, candidates),
        unknown=float(min(_MOST_UNKNOWN, len(unknown_terms(query, ranker.index)))),
    )


def _highest(candidates: Sequence[Candidate], feature: str) -> float:
    return max((float(each.features[AT[feature]]) for each in candidates), default=0.0)


def _amiss(query: Query, candidates: Sequence[Candidate]) -> float:
    """How much better units without the kind of thing that is asked for match, as a negative number."""
    if answer_type(query.text) is None:
        return 0.0
    best = candidates[:_BEST]
    holding = [each for each in best if each.features[AT["type"]] == 1.0]
    return max(-_MOST_AMISS, _highest(holding, "words") - _highest(best, "words"))


def unknown_terms(query: Query, index: Index) -> set[str]:
    """The question's terms that no document contains, without those that only say how to answer ("vs", "how many")."""
    asking = {term for word in measure_words(query.text) | ASKING_WORDS for term in analyze(word)}
    held = index.engine.frequencies(query.terms)
    return {term for term, count in zip(query.terms, held, strict=True) if term not in asking and not count}


def unknown_words(query: Query, index: Index) -> list[str]:
    """The words of the question of which no document contains any part, as typed."""
    unknown = unknown_terms(query, index)
    words = dict.fromkeys(word for word in _TYPED.findall(query.text) if word.lower() not in STOP_WORDS)
    return [word for word in words if unknown.issuperset(analyze(word))]
