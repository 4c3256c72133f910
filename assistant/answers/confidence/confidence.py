"""How likely it is that the documents answer a question, from how the scorer's candidates look: calibrated, with thresholds for doubt."""

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
    """What tells an answered question from an unanswered one.

    `topic`: the highest mean cosine of the question's words with a unit; of two questions worded alike the one that is nearer to the topic
    as a whole is answered less, for what is near is the topic.
    `cosine`: the highest cosine of a unit with the question.
    `all_words`, `passage_all_words`: how near the nearest unit, and the nearest passage with its heading, come to every word of the
    question in the encoder's reading of both.
    `share`: the best unit's share by the scorer among all; a real answer stands out.
    `pairs`, `labelled`, `type`: these features of the best unit (`passages.features`).
    `amiss`: where a number, a date or a person is asked for, by how much less near those of the best units are that have any, at most 0.15,
    as a negative number; else 0.
    `unknown`: how many terms no document holds, at most three.
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
    """The probability in [0, 1] that the documents answer the question; 0 where nothing was found."""
    if not hits:
        return 0.0
    return probability(signals(query, hits, Ranker(index, encoder)))


def probability(found: Signals) -> float:
    """The probability in [0, 1] that goes with the signals."""
    return MODEL.probability(astuple(found))


def signals(query: Query, hits: Sequence[Hit], ranker: Ranker) -> Signals:
    """The signals of a search that found something."""
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
    """How much nearer the units come that lack the kind of thing that is asked for, as a negative number."""
    if answer_type(query.text) is None:
        return 0.0
    best = candidates[:_BEST]
    holding = [each for each in best if each.features[AT["type"]] == 1.0]
    return max(-_MOST_AMISS, _highest(holding, "words") - _highest(best, "words"))


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
