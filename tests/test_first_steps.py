"""What a person meets first: commands that are mistyped, and interruptions that are explained."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from terminal import study


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("aks", "ask"),
        ("serach", "search"),
        ("ASK", "ask"),
        ("statsu", "status"),
        ("graph acept", "accept"),
        ("model lst", "list"),
        ("eval shwo", "show"),
    ],
)
def test_a_mistyped_command_is_suggested(typed: str, meant: str) -> None:
    ran = study(*typed.split())
    assert ran.code == 2
    assert f"There is no command {typed.split()[-1]!r}. Did you mean {meant!r}?" in ran.err


def test_nothing_is_suggested_for_what_is_like_no_command() -> None:
    assert study("xyzzy").err.rstrip().endswith("There is no command 'xyzzy'.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ingest", "notes"), "continues from there"),
        (("model", "pull", "x"), "What was fetched is kept"),
        (("eval", "retrieval", "x"), "No run was saved"),
        (("path", "--to", "x"), "Interrupted. Nothing was changed."),
    ],
)
def test_an_interruption_says_what_became_of_the_work(words: tuple[str, ...], said: str) -> None:
    with patch("assistant.cli.main.study.main", side_effect=KeyboardInterrupt):
        ran = study(*words)
    assert ran.code == 130
    assert said in ran.err
