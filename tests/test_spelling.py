"""Misspelt terms are read as known ones; known ones stay."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.local.lexical import LexicalIndex
from index.local.spelling import nearest_term

WORDS = st.text(string.ascii_lowercase[:6], min_size=1, max_size=12)


def alignment(one: str, two: str) -> int:
    """Optimal string alignment, as the textbook has it."""
    rows = [list(range(len(two) + 1))]
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(two, start=1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


@given(vocabulary=st.sets(WORDS, min_size=1, max_size=30), term=st.text(string.ascii_lowercase[:6], min_size=5, max_size=12))
def test_what_is_found_is_the_nearest_of_those_with_a_like_beginning(vocabulary: set[str], term: str) -> None:
    terms = np.array(sorted(word.encode() for word in vocabulary), dtype=np.bytes_)
    found = nearest_term(term, terms, np.arange(len(terms) + 1))
    allowed = 2 if len(term) >= 9 else 1
    near = {word: alignment(term, word) for word in vocabulary if word[0] in term[:2] and alignment(term, word) <= allowed}
    assert (found is None) == (not near)
    if found is not None:
        assert near[found] == min(near.values())


@pytest.mark.parametrize("typed", ["gradeint", "gradint", "grradient", "rgadient", "gradiemt"])
def test_a_misspelt_term_is_read_as_the_one_meant(typed: str) -> None:
    index = LexicalIndex.build([["gradient", "descent"], ["gradient"], ["median"]])
    assert index.respell(typed) == "gradient"


def test_of_equally_near_terms_the_more_frequent_is_meant() -> None:
    assert LexicalIndex.build([["modal"], ["model"], ["model"]]).respell("modxl") == "model"


@pytest.mark.parametrize("term", ["radiant", "kl", "zzzzzz", "λambda", "l2norm", ""])
def test_what_is_known_short_or_like_nothing_stays(term: str) -> None:
    assert LexicalIndex.build([["gradient"], ["radiant"], ["kv"]]).respell(term) == term


def test_an_index_without_terms_respells_nothing() -> None:
    assert LexicalIndex.build([[]]).respell("gradeint") == "gradeint"
