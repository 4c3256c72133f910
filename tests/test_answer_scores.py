"""Scores of answers: key points, citations, refusals, calibration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from assistant.answers.model import Citation
from assistant.evaluation.answers.scores import (
    area_under_risk,
    auroc,
    calibration_error,
    citation_scores,
    greedy_similarity,
    interval_of,
    is_covered,
    risk_by_coverage,
)
from assistant.verification.quantities import numbers_in
from index.metrics.ranking import Gold
from ingest.model import Span

chances = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("point", "answer", "cosine", "covered"),
    [
        ("about 10x memory savings", "It saves ~10× memory savings at best.", 0.0, True),
        ("about 10x memory savings", "It saves ~20× memory savings at best.", 0.9, False),
        ("x = lam*x_i", "x̃ = λ x_i", 0.0, True),
        ("sqrt(n)", "Rule of thumb: k = √n.", 0.0, True),
        ("sqrt(n)", "k is odd", 0.0, False),
        ("(p - y) x", "The gradient is (p − y)·x. / Yes.", 0.0, True),
        ("(p - y) x", "p is a chance / y is a label / x is the input", 0.9, False),
        ("5-20", "usually 5–20 of them", 0.0, True),
        ("the variance grows with depth", "depth makes it larger", 0.7, False),
        ("the variance always grows with depth", "a larger variance in every layer, by depth", 0.7, True),
        ("the variance grows with depth", "a variance of three cars", 0.7, False),
    ],
)
def test_a_key_point_is_covered(point: str, answer: str, cosine: float, covered: bool) -> None:
    assert is_covered(point, answer.split(" / "), cosine) is covered


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,000 and 1000 and 1k", {1000}),
        ("10 % of 0.1, or 10 percent", {0.1}),
        ("50-73% of the peak", {0.5, 0.73}),
        ("8–16K tokens", {8000, 16000}),
        ("3e-4, 3 × 10^-4 and 3·10⁻⁴", {0.0003}),
        ("14B of 56 billion", {14e9, 56e9}),
        ("d_64 and L2 and k-means", set()),
        ("no number, not even three", set()),
    ],
)
def test_numbers_have_one_spelling(text: str, numbers: set[float]) -> None:
    assert numbers_in(text) == numbers


def test_citations_are_right_where_quote_and_snippet_share_their_words() -> None:
    def citation(quote: str, document: str = "a.md") -> Citation:
        return Citation(1, document, "A", (), Span(1, 1), quote)

    scaling, softmax = Gold("a.md", "The scores are divided by the root of d."), Gold("a.md", "Softmax saturates.")
    whole = "As said before: the scores are divided by the root of d. And so on."
    assert citation_scores([citation(whole), citation("Bananas.")], [[scaling], [softmax]]) == (0.5, 0.5)
    assert citation_scores([citation("scores are divided")], [[scaling, softmax]]) == (1, 1)
    assert citation_scores([citation(whole, "b.md")], [[scaling]]) == (0, 0)
    assert citation_scores([], [[scaling]]) == (0, 0)


@given(chances)
def test_auroc_is_that_of_scikit_learn(rows: list[tuple[float, bool]]) -> None:
    confidence, answerable = np.array([c for c, _ in rows]), np.array([a for _, a in rows])
    if answerable.all() or not answerable.any():
        assert math.isnan(auroc(confidence, answerable))
    else:
        assert auroc(confidence, answerable) == pytest.approx(roc_auc_score(answerable, confidence))


@given(chances)
def test_calibration_and_risk_stay_within_bounds(rows: list[tuple[float, bool]]) -> None:
    confidence, answerable = np.array([c for c, _ in rows]), np.array([a for _, a in rows])
    assert 0 <= calibration_error(confidence, answerable) <= 1
    risks = risk_by_coverage(confidence, answerable.astype(float))
    assert risks[-1][0] == 1
    assert risks[-1][1] == pytest.approx(1 - answerable.mean())
    best = area_under_risk(answerable.astype(float), answerable.astype(float))
    assert best <= area_under_risk(confidence, answerable.astype(float)) + 1e-9


def test_a_confidence_that_is_right_has_no_calibration_error() -> None:
    answerable = np.array([True] * 3 + [False])
    assert calibration_error(np.full(4, 0.75), answerable) == 0
    assert calibration_error(np.full(4, 0.25), answerable) == 0.5


def test_greedy_similarity_does_not_mind_the_order() -> None:
    vectors = np.eye(4, dtype=np.float32)
    assert greedy_similarity(vectors[:3], vectors[[2, 0, 1]]) == 1
    assert greedy_similarity(vectors[:2], vectors[2:]) == 0
    assert greedy_similarity(vectors[:0], vectors) == 0
    assert greedy_similarity(vectors[:1], vectors[:2]) == pytest.approx(2 / 3)


def test_the_bootstrap_is_the_same_every_time() -> None:
    values = np.arange(20) / 19
    found = interval_of(lambda rows: float(values[rows].mean()), 20)
    assert found == interval_of(lambda rows: float(values[rows].mean()), 20)
    assert found.low < found.mean == 0.5 < found.high
