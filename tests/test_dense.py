"""Dense search: a chunk's nearness is the mean of its best unit's cosine and its mean vector's, as a plain computation gives it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.local.dense import DenseIndex

Vectors = NDArray[np.float32]
UNITS = st.lists(st.integers(0, 4), min_size=1, max_size=30)
SEEDS = st.integers(0, 2**32 - 1)


def random_vectors(count: int, seed: int, dimension: int = 8) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def plain_nearness(vectors: Vectors, units: list[int], question: Vectors) -> dict[int, float]:
    nearness = {}
    first = 0
    for row, count in enumerate(units):
        own = vectors[first : first + count].astype(np.float64)
        first += count
        if count:
            centre = own.mean(axis=0)
            nearness[row] = float((own @ question).max() + centre @ question / np.linalg.norm(centre)) / 2
    return nearness


@settings(max_examples=100, deadline=None)
@given(units=UNITS, seed=SEEDS)
def test_nearness_and_order_are_those_of_a_plain_computation(units: list[int], seed: int) -> None:
    vectors, question = random_vectors(sum(units), seed), random_vectors(1, seed + 1)[0]
    found = DenseIndex.build(vectors, units).search(question, len(units))
    expected = plain_nearness(vectors, units, question)
    assert dict(found) == pytest.approx(expected, abs=1e-5)
    assert [nearness for _, nearness in found] == sorted((nearness for _, nearness in found), reverse=True)


@settings(max_examples=100, deadline=None)
@given(units=UNITS, seed=SEEDS, k=st.integers(1, 5))
def test_a_short_search_gives_k_chunks_each_with_its_true_nearness(units: list[int], seed: int, k: int) -> None:
    vectors, question = random_vectors(sum(units), seed), random_vectors(1, seed + 1)[0]
    found = DenseIndex.build(vectors, units).search(question, k)
    expected = plain_nearness(vectors, units, question)
    assert len(found) == len(dict(found)) == min(k, len(expected))
    for row, nearness in found:
        assert nearness == pytest.approx(expected[row], abs=1e-5)


def test_a_chunk_of_many_near_units_does_not_crowd_the_others_out() -> None:
    question = np.array([1, 0], dtype=np.float32)
    vectors = np.array([[1, 0]] * 50 + [[0.6, 0.8], [0, 1]], dtype=np.float32)
    assert [row for row, _ in DenseIndex.build(vectors, [50, 1, 1]).search(question, 3)] == [0, 1, 2]


def test_equal_chunks_are_found_in_the_order_of_their_rows() -> None:
    vectors = np.array([[1, 0]] * 6, dtype=np.float32)
    found = DenseIndex.build(vectors, [1, 2, 0, 1, 2]).search(vectors[0], 10)
    assert [row for row, _ in found] == [0, 1, 3, 4]
    assert [nearness for _, nearness in found] == pytest.approx([1, 1, 1, 1])


@settings(max_examples=50, deadline=None)
@given(units=UNITS, seed=SEEDS)
def test_units_come_in_their_order_and_none_for_a_chunk_without(units: list[int], seed: int) -> None:
    vectors = random_vectors(sum(units), seed)
    found = DenseIndex.build(vectors, units).units(np.arange(len(units)))
    for own, last, count in zip(found, np.cumsum(units), units, strict=True):
        np.testing.assert_array_equal(own, vectors[last - count : last])


def test_an_index_without_vectors_finds_nothing() -> None:
    index = DenseIndex.build(np.empty((0, 8), dtype=np.float32), [0, 0])
    assert index.search(random_vectors(1, 0)[0], 5) == []
    assert [units.shape for units in index.units(np.array([1, 0]))] == [(0, 8), (0, 8)]


def test_an_index_read_from_its_files_finds_the_same(tmp_path: Path) -> None:
    vectors = random_vectors(40, 7)
    built = DenseIndex.build(vectors, [3, 0, 7, 30])
    built.save(tmp_path)
    loaded = DenseIndex.load(tmp_path)
    assert isinstance(loaded.chunks, np.memmap)
    assert loaded.search(vectors[5], 4) == built.search(vectors[5], 4)


@settings(max_examples=50, deadline=None)
@given(units=UNITS, seed=SEEDS)
def test_the_nearness_of_given_chunks_is_that_of_a_search(units: list[int], seed: int) -> None:
    vectors, question = random_vectors(sum(units), seed), random_vectors(1, seed + 1)[0]
    rows = np.arange(len(units))[::-1].copy()
    found, nearness = DenseIndex.build(vectors, units).nearness(question, rows)
    near = dict(zip(found.tolist(), nearness.tolist(), strict=True))
    assert near == pytest.approx(plain_nearness(vectors, units, question), abs=1e-5)


def test_a_large_index_finds_nearly_what_a_flat_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    centres = rng.standard_normal((40, 32))
    vectors = np.repeat(centres, 100, axis=0) + 0.4 * rng.standard_normal((4000, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    flat = DenseIndex.build(vectors, [2] * 2000)
    monkeypatch.setattr("index.local.dense.FLAT", 1000)
    flat.save(tmp_path)
    large = DenseIndex.load(tmp_path)
    assert large.near is not None
    np.testing.assert_allclose(large.units(np.array([3]))[0], flat.units(np.array([3]))[0], atol=1e-3)
    common = sum(
        len({row for row, _ in large.search(vectors[at], 10)} & {row for row, _ in flat.search(vectors[at], 10)})
        for at in range(0, 4000, 200)
    )
    assert common >= 0.95 * 200
    assert len(large.search(vectors[0], 1500)) >= 1000
