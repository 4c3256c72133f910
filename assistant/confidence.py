"""How likely it is that the documents answer a question, from what the search found: calibrated, so that silence has a threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from assistant.coverage import covered, term_weights
from index.lexical import analyze
from index.search import Hit, Index, Query
from index.writer import lexical_text

# Logistic regression, fitted and checked by benchmarks/confidence.py (docs/answers.md has the figures).
_INTERCEPT = -2.2
_WEIGHTS = (1.9, 0.4, 5.0)
ABSTAIN_BELOW = 0.27
_GAP_RANK = 5


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from an unanswered one.

    `nearness`: the highest cosine of a unit with the question. `coverage`: the share of the question's terms, rare ones counting more, that
    the first passage holds. `lead`: how far the first passage's score is above the fifth's, since a real answer stands out, times its
    coverage, since what stands out among passages that speak of something else is no answer.
    """

    nearness: float
    coverage: float
    lead: float


def confidence(query: Query, hits: Sequence[Hit], index: Index) -> float:
    """The probability in [0, 1] that the documents answer the question; 0 where nothing was found."""
    if not hits:
        return 0.0
    score = _INTERCEPT + sum(weight * signal for weight, signal in zip(_WEIGHTS, astuple(signals(query, hits, index)), strict=True))
    return 1 / (1 + math.exp(-score))


def signals(query: Query, hits: Sequence[Hit], index: Index) -> Signals:
    """The signals of a search that found something."""
    first = hits[0].chunk
    held = set(analyze(lexical_text(first)))
    coverage = covered(term_weights(query, index), held)
    return Signals(
        nearness=max(float(index.dense.unit_cosines(query.vector, hit.row).max(initial=0.0)) for hit in hits),
        coverage=coverage,
        lead=coverage * (hits[0].score - hits[min(_GAP_RANK, len(hits)) - 1].score),
    )
