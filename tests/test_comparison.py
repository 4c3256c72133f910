"""Paired differences: agreement with scipy's permutation test and bootstrap, and what holds for any two runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, permutation_test

from index.metrics.comparison import paired_difference

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20)


def p_of_scipy(first: list[float], second: list[float]) -> float:
    tested = permutation_test(
        (np.array(second), np.array(first)),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    )
    return float(tested.pvalue)


@settings(max_examples=30, deadline=None)
@given(pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=9))
def test_few_questions_are_tested_exactly_as_scipy_does(pairs: list[tuple[int, int]]) -> None:
    first, second = [a / 4 for a, _ in pairs], [b / 4 for _, b in pairs]
    assert paired_difference(first, second).p == pytest.approx(p_of_scipy(first, second))


def test_many_questions_come_near_the_exact_values() -> None:
    random = np.random.default_rng(1)
    first = random.random(14)
    second = first + random.normal(0.1, 0.2, 14)
    ours = paired_difference(list(first), list(second))
    assert ours.p == pytest.approx(p_of_scipy(list(first), list(second)), abs=0.01)
    theirs = bootstrap((second - first,), np.mean, method="percentile", random_state=np.random.default_rng(2)).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=0.01)


@settings(max_examples=20, deadline=None)
@given(pairs=PAIRS)
def test_the_other_way_round_has_the_other_sign(pairs: list[tuple[float, float]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = paired_difference(first, second, 500), paired_difference(second, first, 500)
    assert (there.mean, there.low, there.high) == pytest.approx((-back.mean, -back.high, -back.low))
    assert there.p == back.p
    assert there.low - 1e-9 <= there.mean <= there.high + 1e-9
    assert 0 < there.p <= 1


def test_no_difference_is_not_significant_and_a_clear_one_is() -> None:
    same = [0.5] * 100
    assert paired_difference(same, same).p == 1
    assert paired_difference(same, [0.9] * 100).p < 0.001
