"""Judge whether a library answers a question, which may have two parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answers.certainty import NONE_BELOW, SURE_FROM
from assistant.answers.confidence.confidence import probability, signals
from assistant.answers.confidence.doubts import names_nothing
from assistant.answers.confidence.open_questions import open_question
from assistant.answers.passages.candidates import Ranker
from assistant.answers.question.parts import split_question
from index.search import Hit, Query

_LEFT_OPEN = (NONE_BELOW + SURE_FROM) / 2
"""The highest probability that the documents answer what they ask themselves: the answer is shown as unsure."""

Find = Callable[[str], tuple[Query, Sequence[Hit]]]
"""Prepares a question and finds its passages."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The probability that the documents answer, the signal `amiss` of the question as a whole, and its unanswered parts.

    `asked_at` is the place where the documents ask the same question and leave it open, empty if they do not.
    """

    sure: float
    amiss: float
    unanswered: tuple[str, ...] = ()
    asked_at: str = ""


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
        asked_at = open_question(query, hits)
        return Judged(min(sure, _LEFT_OPEN) if asked_at else sure, found.amiss, asked_at=asked_at)
    found_for = map(find, parts)
    each = [probability(signals(own, its, ranker)) if its else 0.0 for own, its in found_for]
    sure = max(sure, sum(each) / len(each))
    unanswered = tuple(part for part, own in zip(parts, each, strict=True) if own < NONE_BELOW) if sure >= NONE_BELOW else ()
    return Judged(sure, found.amiss, unanswered)
