"""Documents that disagree on what was asked: said, and both cited."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from assistant.answers.contradictions import contradict

FILLER = "# Rivers\n\nThe Danube flows into the Black Sea.\n\n# Tea\n\nGreen tea is steeped at 80 degrees.\n"


@pytest.mark.parametrize(
    ("one", "other", "opposed"),
    [
        ("The default learning rate of Adam is 0.001.", "The default learning rate of Adam is 0.01.", True),
        ("The default learning rate of Adam is 0.001.", "Adam has 0.001 as its default learning rate.", False),
        ("Dropout is used at inference.", "Dropout is not used at inference.", True),
        ("Dropout is not used at inference.", "At inference no dropout is used.", False),
        ("The base model has 8 heads.", "The large model has 16 heads.", False),
        ("The corpus has 1,000 files.", "The corpus has 1000 files.", False),
    ],
)
def test_contradictions(one: str, other: str, opposed: bool) -> None:
    assert contradict(one, other) is opposed


def ask(folder: Path, first: str, second: str, question: str) -> tuple[str, set[str]]:
    (folder / "notes").mkdir()
    for name, text in (("first.md", f"# Adam\n\n{first}\n"), ("second.md", f"# Notes on Adam\n\n{second}\n"), ("other.md", FILLER)):
        (folder / "notes" / name).write_text(text)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    answer = study("ask", question, "--library", folder / "library", "--json").json
    return answer.get("note", ""), {citation["document"] for citation in answer["citations"]}


def test_both_sides_are_cited_and_the_disagreement_is_said(tmp_path: Path, encoder_cache: Path) -> None:
    note, documents = ask(
        tmp_path,
        "The default learning rate of Adam is 0.001.",
        "The default learning rate of Adam is 0.01.",
        "what is the default learning rate of Adam",
    )
    assert "disagree" in note
    assert documents >= {"first.md", "second.md"}


def test_agreement_in_other_words_is_none(tmp_path: Path, encoder_cache: Path) -> None:
    note, _ = ask(
        tmp_path,
        "The default learning rate of Adam is 0.001.",
        "Adam has 0.001 as its default learning rate.",
        "what is the default learning rate of Adam",
    )
    assert note == ""
