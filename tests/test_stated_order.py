"""Sentences that tell what to learn before what, as a table, and in a graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from graph.text.cues import states_order


@pytest.mark.parametrize(
    ("sentence", "order"),
    [
        ("Before you can understand [X], you need [Y].", 1),
        ("Before learning [X], make sure you know [Y].", 1),
        ("Before [X], revise [Y].", 1),
        ("To understand the [X] you should first learn the [Y].", 1),
        ("In order to grasp [X], one must understand [Y].", 1),
        ("You need to know [X] before you study [Y].", -1),
        ("Learn [X] before [Y].", -1),
        ("Before [X], the [Y] was used.", 0),
        ("To understand why, compare [X] with [Y].", 0),
        ("[X] comes to mind, and you need [Y].", 0),
        ("Before the court heard [X], it had decided [Y].", 0),
        ("We learn [X] from [Y].", 0),
    ],
)
def test_a_sentence_that_states_an_order(sentence: str, order: int) -> None:
    lead, _, rest = sentence.partition("[X]")
    assert states_order(lead, rest.partition("[Y]")[0]) == order


@pytest.mark.usefixtures("encoder_cache")
def test_what_a_note_tells_to_learn_first_is_learned_first(tmp_path: Path) -> None:
    (tmp_path / "law.md").write_text(
        "# Promissory estoppel\n\nPromissory estoppel stops a promisor from going back on a promise. It is a shield.\n\n"
        "Before you can understand promissory estoppel, you need to know the privity rule.\n\n"
        "# Privity rule\n\nThe privity rule says that only the parties to a contract can sue on it.\n\n"
        "# Frustration doctrine\n\nThe frustration doctrine ends a contract whose performance became impossible.\n"
        "You should know the privity rule before you study the frustration doctrine.\n"
    )
    assert study("ingest", tmp_path / "law.md", "--library", tmp_path / "library").code == 0
    for after in ("promissory estoppel", "frustration doctrine"):
        steps = study("path", "--to", after, "--json", "--library", tmp_path / "library").json["steps"]
        assert [step["concept"] for step in steps][-2] == "privity-rule", after
