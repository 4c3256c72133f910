"""Judge whether a library answers a question, which may have two parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answers.certainty import NONE_BELOW
from assistant.answers.confidence.confidence import probability, signals
from assistant.answers.confidence.doubts import names_nothing
from assistant.answers.passages.candidates import Ranker
from assistant.answers.question.parts import split_question
from index.search import Hit, Query

Find = Callable[[str], tuple[Query, Sequence[Hit]]]
"""Prepares a question and finds its passages."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The probability that the documents answer, the signal `amiss` of the question as a whole, and its unanswered parts."""

    sure: float
    amiss: float
    unanswered: tuple[str, ...] = ()


def judge(query: Query, hits: Sequence[Hit], ranker: Ranker, find: Find) -> Judged:
    """Judge the passages found for a question.

    A question with two parts may match no passage well although each part does, so the parts are judged too, and their mean counts if it is
    higher.
    """
    if not hits or names_nothing(query.text):
        return Judged(0.0, 0.0)
    found = signals(query, hits, ranker)
    sure = probability(found)
    parts = split_question(query.text)
    if len(parts) == 1:
        return Judged(sure, found.amiss)
    found_for = map(find, parts)
    each = [probability(signals(own, its, ranker)) if its else 0.0 for own, its in found_for]
    sure = max(sure, sum(each) / len(each))
    unanswered = tuple(part for part, own in zip(parts, each, strict=True) if own < NONE_BELOW) if sure >= NONE_BELOW else ()
    return Judged(sure, found.amiss, unanswered)
