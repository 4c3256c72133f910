"""How likely it is that the documents answer a question, from what the search found: calibrated, so that silence has a threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers.coverage import covered, term_weights
from assistant.answers.intent import fits, has_form, intent_of
from index.lexical import analyze
from index.search import Hit, Index, Query
from index.writer import lexical_text

# Logistic regression, fitted and checked by benchmarks/confidence.py (docs/answers.md has the figures).
_INTERCEPT = -1.30
_WEIGHTS = (8.23, 2.85, 0.47)
ABSTAIN_BELOW = 0.41
_GAP_RANK = 5
_DETAILED = 5
_EITHER = 0.5


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells an answered question from an unanswered one.

    `lead`: how far the first passage's score is above the fifth's, since a real answer stands out, times the share of the question's terms
    that it holds, rare ones counting more, since what stands out among passages that speak of something else is no answer. `detail`: the
    highest cosine of a unit with the question after what all passages found have in common, their topic, is taken out of both: notes that
    treat the topic without the detail asked for are near, but not in this. `form`: whether the nearest unit has the form asked for, a
    number, a formula, a reason. Nearness itself adds nothing to these.
    """

    lead: float
    detail: float
    form: float


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
    vectors = [index.dense.unit_vectors(hit.row) for hit in hits]
    behind = hits[_GAP_RANK - 1].score if len(hits) >= _GAP_RANK else 0.0
    return Signals(
        lead=coverage * (hits[0].score - behind),
        detail=_detail(query.vector, vectors),
        form=_form(query, hits, vectors),
    )


def _detail(question: NDArray[np.float32], passages: Sequence[NDArray[np.float32]]) -> float:
    """The highest cosine of a unit of the first passages with the question, both without their share in the mean of all units.

    Few passages have no topic but what they say: then it is the plain cosine.
    """
    every = np.concatenate(passages)
    if len(passages) < _GAP_RANK:
        return float((every @ question).max(initial=0.0))
    topic = every.mean(axis=0)
    topic /= max(float(np.linalg.norm(topic)), 1e-6)
    units = np.concatenate(passages[:_DETAILED])
    asked, said = question - (question @ topic) * topic, units - np.outer(units @ topic, topic)
    lengths = np.maximum(np.linalg.norm(said, axis=1) * np.linalg.norm(asked), 1e-6)
    return float((said @ asked / lengths).max(initial=0.0))


def _form(query: Query, hits: Sequence[Hit], vectors: Sequence[NDArray[np.float32]]) -> float:
    """1 or 0 for whether the unit nearest to the question has the form that it asks for, between them where it asks for none."""
    intent = intent_of(query.text)
    if not has_form(intent):
        return _EITHER
    near = [(float(cosine), unit.text) for hit, units in zip(hits, vectors, strict=True)
            for cosine, unit in zip(units @ query.vector, hit.chunk.units, strict=True)]  # fmt: skip
    return float(fits(intent, max(near)[1])) if near else 0.0
