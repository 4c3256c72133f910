"""Fusion: what two ranked lists agree on comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import min_max, reciprocal_rank

ROWS = st.integers(0, 20)
SCORES = st.integers(-1000, 1000).map(lambda value: value / 8)
CHANNELS = st.dictionaries(ROWS, SCORES, min_size=1, max_size=12)
EVEN = [0.5, 0.5]


def leaders(scores: dict[int, float]) -> set[int]:
    return {row for row, score in scores.items() if score == max(scores.values())}


@given(first=CHANNELS, second=CHANNELS)
def test_what_is_best_in_both_channels_is_best(first: dict[int, float], second: dict[int, float]) -> None:
    first[99] = max(first.values()) + 1
    second[99] = max(second.values()) + 1
    assert leaders(min_max([first, second], EVEN)) == {99}
    assert leaders(reciprocal_rank([first, second])) == {99}


@given(first=CHANNELS, second=CHANNELS)
def test_every_row_of_either_channel_is_kept_with_a_score_in_bounds(first: dict[int, float], second: dict[int, float]) -> None:
    fused = min_max([first, second], EVEN)
    assert set(fused) == set(reciprocal_rank([first, second])) == set(first) | set(second)
    assert all(0 <= score <= 1 for score in fused.values())


@given(first=CHANNELS, second=CHANNELS, factor=st.sampled_from([0.001, 3, 1e6]), shift=st.sampled_from([-50.0, 0.0, 7.0]))
def test_min_max_does_not_depend_on_a_channels_scale(
    first: dict[int, float], second: dict[int, float], factor: float, shift: float
) -> None:
    scaled = {row: factor * score + shift for row, score in first.items()}
    assert min_max([scaled, second], EVEN) == pytest.approx(min_max([first, second], EVEN), abs=1e-6)


@given(first=CHANNELS, second=CHANNELS)
def test_reciprocal_rank_depends_on_ranks_only(first: dict[int, float], second: dict[int, float]) -> None:
    ranked = sorted(first, key=lambda row: -first[row])
    assert reciprocal_rank([{row: -float(rank) for rank, row in enumerate(ranked)}, second]) == reciprocal_rank([first, second])


@given(channel=CHANNELS)
def test_one_channel_keeps_its_order(channel: dict[int, float]) -> None:
    ranked = sorted(channel, key=lambda row: -channel[row])
    by_rank, by_score = reciprocal_rank([channel]), min_max([channel], [1])
    assert sorted(by_rank, key=lambda row: -by_rank[row]) == ranked
    assert sorted(by_score, key=lambda row: -by_score[row]) == ranked


def test_values_worked_out_by_hand() -> None:
    lexical, dense = {1: 10.0, 2: 6.0, 3: 2.0}, {2: 0.9, 4: 0.5}
    assert min_max([lexical, dense], [0.6, 0.4]) == pytest.approx({1: 0.6, 2: 0.6 * 0.5 + 0.4, 3: 0.0, 4: 0.0})
    assert reciprocal_rank([lexical, dense]) == pytest.approx({1: 1 / 61, 2: 1 / 62 + 1 / 61, 3: 1 / 63, 4: 1 / 62})
    assert min_max([{5: 3.0}], [1]) == {5: 1.0}
    assert min_max([{}, {}], EVEN) == reciprocal_rank([]) == {}
