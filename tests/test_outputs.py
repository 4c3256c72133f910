"""What a person points an output option at is never overwritten by accident, and what is theirs is theirs alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from terminal import study

from assistant import Library

NOTES = "# Softmax\n\nA softmax turns scores into weights that sum to one.\n\n# Attention\n\nAttention builds on the softmax.\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("outputs")
    (folder / "notes").mkdir()
    (folder / "notes" / "attention.md").write_text(NOTES)
    (folder / "questions.jsonl").write_text(
        '{"question": "what sums to one", "gold": [[{"document": "attention.md", "snippet": "weights that sum to one"}]]}\n'
    )
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    assert study("ask", "what is a softmax", "--chat", "exam", "--library", folder / "library").code == 0
    return folder / "library"


WRITING = (
    ("path", "--to", "softmax", "--markdown", "--out"),
    ("path", "--to", "softmax", "--html", "--out"),
    ("graph", "export", "--out"),
    ("chat", "exam", "--export"),
    ("backup",),
    ("eval", "retrieval", "{questions}", "--trec"),
    ("eval", "show", "latest", "--trec"),
    ("eval", "retrieval", "{questions}", "--report"),
    ("eval", "make"),
    ("eval", "make-graph"),
    ("atlas", "export", "--out"),
)


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_a_file_that_exists_is_overwritten_with_force_alone(library: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "mine.txt"
    words = tuple(word.replace("{questions}", str(library.parent / "questions.jsonl")) for word in words)
    at = () if words[0] == "atlas" else ("--library", library)
    assert study(*words, out, *at).code == 0, "a new file is written"
    out.write_text("mine")
    ran = study(*words, out, *at)
    assert (ran.code, out.read_text()) == (1, "mine")
    assert "exists" in ran.err
    assert "--force" in ran.err
    assert study(*words, out, "--force", *at).code == 0
    assert out.read_bytes() != b"mine"
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".mine")] == []


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_a_missing_folder_is_said_alike_everywhere(library: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    words = tuple(word.replace("{questions}", str(library.parent / "questions.jsonl")) for word in words)
    ran = study(*words, tmp_path / "none" / "out.txt", *(() if words[0] == "atlas" else ("--library", library)))
    assert (ran.code, ran.err) == (1, f"study: There is no folder {tmp_path / 'none'}. Make it first, or name another place.\n")


def test_a_table_is_not_written_under_the_name_of_json(library: Path, tmp_path: Path) -> None:
    ran = study("eval", "make-graph", tmp_path / "pairs.jsonl", "--library", library)
    assert (ran.code, f"Name it {tmp_path / 'pairs.tsv'}." in ran.err) == (2, True)


def test_what_is_the_users_is_the_users_alone(library: Path, tmp_path: Path) -> None:
    with Library.open(library) as opened:
        opened.back_up(tmp_path / "backup.zip")
        opened.correct.accept("softmax", "attention")
        corrections = opened.correct.file
    assert stat.S_IMODE(library.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600
    assert stat.S_IMODE(corrections.stat().st_mode) == 0o600
