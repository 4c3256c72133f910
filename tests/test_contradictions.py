"""Documents that disagree on what was asked: said, and both cited."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from assistant.answers.compose.contradictions import contradict, formulas_differ, opposed

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
        ("0 on success, 1 if files failed, 2 for usage.", "0: nothing failed; 1: files failed; 2: usage; 3: no success.", False),
    ],
)
def test_contradictions(one: str, other: str, opposed: bool) -> None:
    assert contradict(one, other) is opposed


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("Fick's law: J = -D dc/dx", "By Fick's law J = D dc/dx.", True),
        ("Entropy is $H = -\\sum p \\log p$.", "The entropy is H = Σ p log p", True),
        ("Attention: A = softmax(Q K / √d)", "Attention: A = softmax(Q K / d)", True),
        ("Attention: A = softmax(Q K / √d)", "Attention: A = softmax(QK / sqrt(d))", False),
        ("The loss is L = (p - y) x.", "The loss is L = x · (p − y).", False),
        ("The multiplier is m = 1 / r.", "The multiplier is m = (1 + c) / (r + c).", False),
        ("The step is w = w - a g.", "The weight is w = g + a.", False),
        ("Here K = 5.", "There K = 10.", False),
        ("Cats: y = a + b", "Dogs: y = a - b", False),
    ],
)
def test_formulas_of_the_same_symbols_are_compared(one: str, other: str, differ: bool) -> None:
    assert formulas_differ(one, other) is differ
    assert formulas_differ(other, one) is differ


@pytest.mark.parametrize(
    ("one", "other", "are_opposed"),
    [
        ("Can user code disable interrupts? No. It is privileged.", "User code can disable interrupts on small chips.", True),
        ("Can user code disable interrupts? Yes.", "User code can disable interrupts on small chips.", False),
        ("User code cannot disable interrupts.", "User code can disable interrupts on small chips.", True),
        ("User code is compiled.", "User code can disable interrupts on small chips.", False),
    ],
)
def test_yes_and_no_on_what_was_asked(one: str, other: str, are_opposed: bool) -> None:
    assert opposed(one, other, ["user", "code", "disabl", "interrupt"]) is are_opposed


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


def test_yes_against_no_is_said(tmp_path: Path, encoder_cache: Path) -> None:
    note, documents = ask(
        tmp_path,
        "Q: Does Adam need a warmup?\nA: No. Its second moments are corrected.",
        "Adam does need a warmup with large batches.",
        "does Adam need a warmup",
    )
    assert "disagree" in note
    assert documents == {"first.md", "second.md"}


def test_another_formula_is_said(tmp_path: Path, encoder_cache: Path) -> None:
    note, documents = ask(
        tmp_path, "The update of Adam is w = w - a m / s.", "The update of Adam is w = w + a m / s.", "formula for the update of Adam"
    )
    assert "disagree" in note
    assert documents == {"first.md", "second.md"}
