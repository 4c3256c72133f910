"""How sure it is that a library answers a question, which may ask two things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers.confidence import confidence, probability, signals
from assistant.answers.doubts import SURE_FROM
from assistant.answers.parts import split_question
from assistant.library import Library
from index.search import Hit, Query


@dataclass(frozen=True, slots=True)
class Judged:
    """The probability that the documents answer, and the signal `amiss` of the question as a whole."""

    sure: float
    amiss: float


def judge(library: Library, query: Query, hits: Sequence[Hit], allowed: NDArray[np.bool_] | None) -> Judged:
    """Judge what was found for a question.

    No passage may be near to a question that asks two things, though one is near to each: where the whole is in doubt, the parts are
    searched for and judged as well, and their mean counts if it is higher.
    """
    if not hits:
        return Judged(0.0, 0.0)
    found = signals(query, hits, library.index, library.encoder)
    sure = probability(found)
    parts = split_question(query.text)
    if sure < SURE_FROM and len(parts) > 1:
        sure = max(sure, sum(_of_part(library, part, len(hits), allowed) for part in parts) / len(parts))
    return Judged(sure, found.amiss)


def _of_part(library: Library, part: str, depth: int, allowed: NDArray[np.bool_] | None) -> float:
    query = library.query(part)
    return confidence(query, library.index.search(query, depth, allowed=allowed), library.index, library.encoder)
