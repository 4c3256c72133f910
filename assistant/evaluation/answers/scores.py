"""Metrics of answers. Pure functions: the caller brings the vectors.

An answer covers a key point if it has all its numbers and either 60 % of its terms, or 40 % of them and a sentence whose cosine with the
point is at least 0.55. Two terms match if their stems are equal or one begins with the other (`lam`, `lambda`). If at least half of a
point's terms are single letters, as in a formula, they must all be in one sentence, because single letters occur everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers.model import Citation
from assistant.evaluation.calibration import confidence_bins, expected_error
from assistant.verification.quantities import numbers_in
from index.metrics.bootstrap import bootstrap
from index.metrics.ranking import Gold, Interval, gold_words, holds
from ingest.text.terms import analyze

_MOST_TERMS = 0.6
_SOME_TERMS = 0.4
_NEAR = 0.55
_SHORTEST_STEM = 3

Floats = NDArray[np.float64]


def is_covered(point: str, sentences: Sequence[str], cosine: float) -> bool:
    """True if an answer of these sentences makes a key point; `cosine` is the highest cosine of the point with one of them."""
    wanted = set(analyze(point))
    whole = " ".join(sentences)
    if not wanted or not numbers_in(point) <= numbers_in(whole):
        return False
    is_formula = 2 * sum(len(term) == 1 for term in wanted) >= len(wanted)
    share = max((_share(wanted, set(analyze(text))) for text in (sentences if is_formula else [whole])), default=0.0)
    return share >= _MOST_TERMS or (share >= _SOME_TERMS and cosine >= _NEAR)


def _share(wanted: Collection[str], there: Collection[str]) -> float:
    return sum(any(_same(term, other) for other in there) for term in wanted) / len(wanted)


def _same(term: str, other: str) -> bool:
    shorter, longer = sorted((term, other), key=len)
    return term == other or (len(shorter) >= _SHORTEST_STEM and longer.startswith(shorter))


def meets(citation: Citation, gold: Gold) -> bool:
    """True if a citation meets the wanted evidence: same document, and one of the two texts contains the other."""
    quote, snippet = gold_words(citation.quote), gold_words(gold.snippet)
    documents = {citation.document, *(copy.document for copy in citation.copies)}
    return gold.document in documents and (holds(quote, snippet) or holds(snippet, quote))


def citation_scores(citations: Sequence[Citation], evidence: Sequence[Sequence[Gold]]) -> tuple[float, float]:
    """Precision, the share of citations that meet wanted evidence, and recall, the share of evidence sets that are met."""
    met = [[any(meets(citation, gold) for gold in alternatives) for alternatives in evidence] for citation in citations]
    precision = sum(map(any, met)) / max(1, len(met))
    return precision, sum(any(row[at] for row in met) for at in range(len(evidence))) / max(1, len(evidence))


def greedy_similarity(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """F1 of greedily matched token vectors of two texts, shapes (n, d) and (m, d).

    This is BERTScore (Zhang et al. 2020, eq. 1–3) without idf weights and rescaling.
    """
    if not len(ours) or not len(theirs):
        return 0.0
    cosines = ours @ theirs.T
    precision, recall = float(cosines.max(axis=1).mean()), float(cosines.max(axis=0).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def auroc(confidence: Floats, answerable: NDArray[np.bool_]) -> float:
    """The chance that an answerable question gets a higher confidence than another (ties count half); NaN if one kind is missing."""
    above, below = confidence[answerable], confidence[~answerable]
    if not len(above) or not len(below):
        return float("nan")
    return float(((above[:, None] > below).mean() + (above[:, None] >= below).mean()) / 2)


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of about the same confidence: how many, their mean confidence, and the share that the documents answer."""

    questions: int
    confidence: float
    answerable: float


def calibration(confidence: Floats, answerable: NDArray[np.bool_]) -> list[Bin]:
    """The questions in bins of about the same confidence."""
    return [Bin(each.count, each.confidence, each.right) for each in confidence_bins(confidence, answerable)]


def calibration_error(confidence: Floats, answerable: NDArray[np.bool_]) -> float:
    """The expected calibration error over those bins."""
    return expected_error(confidence_bins(confidence, answerable))


def risk_by_coverage(confidence: Floats, worth: Floats) -> list[tuple[float, float]]:
    """For each number of questions answered, the surest first: their share of all, and the mean of what their answers lack."""
    order = np.argsort(-confidence, kind="stable")
    risks = np.cumsum(1 - worth[order]) / np.arange(1, len(order) + 1)
    return [((number + 1) / len(order), float(risk)) for number, risk in enumerate(risks)]


def area_under_risk(confidence: Floats, worth: Floats) -> float:
    """The mean risk over all coverages: lower is better (Geifman et al. 2019)."""
    return float(np.mean([risk for _, risk in risk_by_coverage(confidence, worth)]))


def interval_of(statistic: Callable[[NDArray[np.int64]], float], size: int, resamples: int = 1000, seed: int = 0) -> Interval:
    """A statistic over `size` questions, given by their indices, with its bootstrap 95 % interval."""
    low, high = bootstrap(lambda draws: np.array([statistic(drawn) for drawn in draws]), size, resamples, seed)
    return Interval(statistic(np.arange(size)), float(low), float(high))
