"""Questions that ask two things: taken apart, and both answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from assistant.answers.question.parts import split_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("what is entropy", ("what is entropy",)),
        ("What is dropout and why does it help?", ("What is dropout", "What is dropout why does it help")),
        ("how many heads has BERT, and what does LoRA train", ("how many heads has BERT", "what does LoRA train")),
        ("What is RMSNorm? Which models use it?", ("What is RMSNorm", "What is RMSNorm Which models use it")),
        ("moe: compute saving, and what if the router collapses", ("moe: compute saving", "moe: what if the router collapses")),
        ("so many heads, why", ("so many heads, why",)),
        ("precision and recall", ("precision and recall",)),
        ("l1 or l2 and why", ("l1 or l2 and why",)),
        ("", ("",)),
    ],
)
def test_a_question_is_taken_apart(question: str, parts: tuple[str, ...]) -> None:
    assert split_question(question) == parts


def test_both_parts_are_answered(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "heads.md").write_text(
        "# Heads\n\nThe base model of the tower has 8 heads.\n\n# Cats\n\nA cat sleeps 15 hours a day.\n"
    )
    (tmp_path / "notes" / "other.md").write_text(
        "# Rivers\n\nThe Danube flows into the Black Sea.\n\n# Tea\n\nGreen tea is steeped at 80 degrees.\n"
    )
    assert study("ingest", tmp_path / "notes", "--library", tmp_path / "library").code == 0
    question = "how many heads has the base model of the tower and how many hours does a cat sleep"
    answer = study("ask", question, "--library", tmp_path / "library", "--json").json
    assert "8 heads" in answer["answer"]
    assert "15 hours" in answer["answer"]
    assert [citation["id"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert len({citation["quote"] for citation in answer["citations"]}) == len(answer["citations"])
