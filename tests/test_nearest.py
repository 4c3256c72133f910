"""Suggestions for a name that does not exist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.nearest import nearest_names

NAMES = ("notes/attention.md", "notes/softmax.md", "old/attention.md", "Bias.md", "variance.md")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("attention.md", ["notes/attention.md", "old/attention.md"]),
        ("else/ATTENTION.md", ["notes/attention.md", "old/attention.md"]),
        ("notes/atention.md", ["notes/attention.md", "old/attention.md"]),
        ("bais.md", ["Bias.md"]),
        ("varianc", ["variance.md"]),
        ("nope.md", []),
        ("qqqqq", []),
        ("", []),
    ],
)
def test_the_likeliest_names_come_first(typed: str, expected: list[str]) -> None:
    assert nearest_names(typed, NAMES)[: len(expected)] == expected
    assert bool(nearest_names(typed, NAMES)) == bool(expected)


@given(typed=st.text(max_size=20), names=st.lists(st.text(max_size=20), max_size=8))
def test_suggestions_are_few_known_and_different(typed: str, names: list[str]) -> None:
    found = nearest_names(typed, names)
    assert len(found) == len(set(found)) <= 3
    assert set(found) <= set(names)
    assert typed not in names or found[0].casefold().rpartition("/")[2] == typed.casefold().rpartition("/")[2]
