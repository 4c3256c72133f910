"""Completion in the shell: commands and concepts, quickly, and silent whatever is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import CHECKOUT, study

NOTES = {
    "entropy.md": "---\ntitle: Cross-entropy\naliases: [Log loss]\n---\n# Cross-entropy\n\nCross-entropy compares distributions.\n",
    "chain.md": "---\ntitle: Chain rule\n---\n# Chain rule\n\nThe chain rule differentiates compositions.\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


def completed(library: Path | None, words: str, shell: str = "bash") -> list[str]:
    """What the shell is offered for the last of the words."""
    typed = words.split(" ")
    program = "from assistant.cli.main import main; import sys; sys.argv[0] = 'study'; main()"
    environment = {
        **os.environ,
        "_STUDY_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": typed[-1] if shell == "fish" else str(len(typed) - 1),
    }
    if library is not None:
        environment["STUDY_LIBRARY"] = str(library)
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    lines = list(filter(None, done.stdout.splitlines()))
    return [line.split(",", 1)[1] for line in lines] if shell == "bash" else lines


def test_commands_and_concepts_are_completed(library: Path) -> None:
    assert completed(library, "study pa") == ["path"]
    assert "accept" in completed(library, "study graph a")
    assert completed(library, "study path --no-course --to chai")[0] == "chain-rule"
    assert completed(library, "study concept cross")[0] == "cross-entropy"
    assert completed(library, "study why chain-rule log")[0] == "log-loss", "by an alias"
    assert completed(library, "study graph accept chain-rule cro")[0] == "cross-entropy"
    assert "chain-rule" in completed(library, "study concept rul"), "by a later word"
    assert completed(None, f"study path --library {library} --to chai")[0] == "chain-rule"
    for typed in ("chain-rule", "log-loss"):
        assert study("concept", typed, "--library", library).code == 0, "what is completed is understood"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_see_the_name_too(library: Path, shell: str) -> None:
    assert "Chain rule" in "\n".join(completed(library, "study concept chai", shell))


def test_completion_is_silent_without_a_library_and_with_a_broken_one(library: Path, tmp_path: Path) -> None:
    assert completed(tmp_path / "none", "study concept cha") == []
    broken = tmp_path / "broken"
    (broken / "snapshots").mkdir(parents=True)
    (broken / "library.json").write_text("{")
    assert completed(broken, "study concept cha") == []
    assert not (tmp_path / "none").exists(), "nothing is made on the way"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_turns_it_on(shell: str) -> None:
    if shell == "bash" and subprocess.run(["bash", "-c", "((BASH_VERSINFO[0] * 10 + BASH_VERSINFO[1] >= 44))"], check=False).returncode:
        pytest.skip("bash before 4.4 has no such completion")
    program = "from assistant.cli.main import main; import sys; sys.argv[0] = 'study'; main()"
    environment = {**os.environ, "_STUDY_COMPLETE": f"{shell}_source"}
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True)
    assert "_STUDY_COMPLETE" in done.stdout
