"""What a person meets first: commands that are mistyped, and interruptions that are explained."""

from __future__ import annotations

import signal
from pathlib import Path
from unittest.mock import patch

import pytest
from terminal import study, study_process

from assistant import Library
from assistant.cli.main import study as study_group


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
        (("practice",), "Every answer that was rated is kept"),
        (("walk", "--to", "x"), "Every answer that was rated is kept"),
        (("path", "--to", "x"), "Interrupted. Nothing was changed."),
    ],
)
def test_an_interruption_says_what_became_of_the_work(words: tuple[str, ...], said: str) -> None:
    with patch("assistant.cli.main.study.main", side_effect=KeyboardInterrupt):
        ran = study(*words)
    assert ran.code == 130
    assert said in ran.err


@pytest.fixture
def library(tmp_path: Path, encoder_cache: Path) -> Path:
    (tmp_path / "notes.md").write_text("# Hail\n\nHail is ice.\n")
    assert study("ingest", tmp_path / "notes.md", "--library", tmp_path / "library").code == 0
    return tmp_path / "library"


def test_tuning_says_what_it_will_do_and_asks(library: Path) -> None:
    assert "pairs to learn from" in study("tune", "--library", library).err, "too few are said before anything is announced"
    with patch("assistant.cli.library.tuning.is_interactive", return_value=True), patch.object(Library, "check_tuning"):
        ran = study("tune", "--library", library, stdin="n\n")
        assert (ran.code, ran.out) == (0, "Nothing was changed.\n")
        assert "trains the encoder on your notes for up to 5 min" in ran.err
        assert "Begin?" in ran.err
        assert "pairs to learn from" in study("tune", "--yes", "--library", library).err
    ran = study("tune", "--library", library)
    assert "Begin?" not in ran.err, "a script is not asked"
    assert ran.code == 1


def test_embedding_shows_progress_from_the_start(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "notes.md").write_text("".join(f"# Part {number}\n\nSentence {number} is about hail.\n\n" for number in range(300)))
    seen: list[tuple[int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Embedding":
            seen.append((done, total))

    with Library.open(tmp_path / "library", progress=progress) as library:
        library.ingest(tmp_path / "notes.md")
    assert seen[0][0] == 0
    assert 0 < seen[1][0] <= seen[1][1] / 3
    assert seen[-1][0] == seen[-1][1]


def completed(library: Path, typed: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    words = typed.split(" ")
    monkeypatch.setenv("STUDY_LIBRARY", str(library))
    monkeypatch.setenv("_STUDY_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    from click.shell_completion import BashComplete

    complete = BashComplete(study_group, {}, "study", "_STUDY_COMPLETE")
    return [item.value for item in complete.get_completions(*complete.get_completion_args())]


def test_documents_collections_conversations_and_kinds_are_completed(
    tmp_path: Path, encoder_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes" / "sky").mkdir(parents=True)
    (tmp_path / "notes" / "sky" / "hail.md").write_text("# Hail\n\nHail is ice.\n")
    library = tmp_path / "library"
    study("ingest", tmp_path / "notes", "--collection", "weather", "--library", library)
    study("ask", "what is hail", "--chat", "exam", "--library", library)
    for typed, found in (
        ("study show sk", ["sky/hail.md"]),
        ("study show ha", ["sky/hail.md"]),
        ("study forget s", ["sky/hail.md"]),
        ("study documents s", ["sky/hail.md"]),
        ("study ask --document s", ["sky/hail.md"]),
        ("study search --collection w", ["weather"]),
        ("study search --kind fo", ["formula"]),
        ("study chat e", ["exam"]),
        ("study ask --chat ", ["exam"]),
        ("study config set co", ["course"]),
    ):
        assert completed(library, typed, monkeypatch) == found, typed
    assert completed(tmp_path / "none", "study show s", monkeypatch) == []


@pytest.mark.parametrize("group", ["eval", "graph", "model", "config"])
def test_no_command_is_described_by_half_a_sentence(group: str) -> None:
    assert "..." not in study(group, "--help").out.partition("Commands:")[2]


def test_ctrl_c_ends_a_server_as_it_says(library: Path) -> None:
    with study_process("serve", "--port", "0", "--library", library) as process:
        assert process.stdout is not None
        assert "(Ctrl-C ends it)" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "Stopped. The library is closed.\n", "")


@pytest.mark.parametrize(
    "words",
    [("ingest", ""), ("ask", "x", "--library", ""), ("backup", ""), ("inspect", " "), ("path", "--to", "x", "--out", "")],
)
def test_an_empty_path_is_not_the_present_folder(words: tuple[str, ...]) -> None:
    ran = study(*words)
    assert ran.code == 2
    assert "the path is empty." in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("know",),
        ("walk",),
        ("practice", "stats"),
        ("practice", "undo"),
        ("tune", "--yes"),
        ("eval", "make", "made.jsonl"),
        ("eval", "make-graph", "made.tsv"),
        ("cards", "export", "made.md"),
    ],
    ids=" ".join,
)
def test_what_only_lists_or_measures_reads_no_course(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = study(*words)
    assert (ran.code, ran.out) == (1, "")
    assert "There is no library" in ran.err or "holds nothing yet" in ran.err
    assert "starter course" not in ran.err


def test_a_missing_file_of_cards_is_said_before_anything_is_read(home: Path, tmp_path: Path) -> None:
    ran = study("cards", "import", tmp_path / "x.apkg")
    assert (ran.code, ran.err) == (1, f"study: There is no file {tmp_path / 'x.apkg'}. Check the path.\n")
