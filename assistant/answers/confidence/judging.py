"""How sure it is that a library answers a question, which may ask two things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answers.confidence.confidence import confidence, probability, signals
from assistant.answers.confidence.doubts import SURE_FROM
from assistant.answers.question.parts import split_question
from index.search import Hit, Index, Query
from ingest.model import TokenEncoder

Find = Callable[[str], tuple[Query, Sequence[Hit]]]
"""A question made ready, and the passages found for it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The probability that the documents answer, and the signal `amiss` of the question as a whole."""

    sure: float
    amiss: float


def judge(query: Query, hits: Sequence[Hit], index: Index, encoder: TokenEncoder, find: Find) -> Judged:
    """Judge what was found for a question.

    No passage may be near to a question that asks two things, though one is near to each: where the whole is in doubt, what `find` has for
    the parts is judged as well, and their mean counts if it is higher.
    """
    if not hits:
        return Judged(0.0, 0.0)
    found = signals(query, hits, index, encoder)
    sure = probability(found)
    parts = split_question(query.text)
    if sure < SURE_FROM and len(parts) > 1:
        sure = max(sure, sum(confidence(*find(part), index, encoder) for part in parts) / len(parts))
    return Judged(sure, found.amiss)
