"""No library that is used reports to its maker, and nothing is written for that."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

from terminal import CHECKOUT, study, study_process

SWITCHES = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "RAY_USAGE_STATS_ENABLED")


def test_commands_that_run_the_encoder_leave_nothing_in_a_new_home(tmp_path: Path, encoder_cache: Path, home: Path) -> None:
    (tmp_path / "hail.md").write_text("# Hail\n\nHail is ice that falls from a storm.\n")
    for words in (("ingest", tmp_path / "hail.md"), ("search", "what is hail"), ("ask", "what is hail")):
        process = study_process(*words, "--library", tmp_path / "library", env={**os.environ, "STUDY_CACHE": str(encoder_cache)})
        _, err = process.communicate()
        assert process.returncode == 0, err
    assert [str(file) for file in home.rglob("*") if "microsoft" in str(file).lower() or "onnxruntime" in str(file).lower()] == []
    assert {path.relative_to(home).parts[:2] for path in home.rglob("*") if path.is_file()} <= {(".local", "share"), (".config", "study")}


def test_the_switches_are_set_for_every_process_that_is_started() -> None:
    program = f"import index.errors, json, os; print(json.dumps([os.environ.get(name) for name in {SWITCHES!r}]))"
    done = subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["1", "1", "0"]


def test_onnxruntime_is_imported_in_one_place() -> None:
    found = set()
    for package in ("ingest", "index", "graph", "assistant"):
        for file in (CHECKOUT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if any(name.split(".")[0] == "onnxruntime" for name in names):
                    found.add(file.relative_to(CHECKOUT).as_posix())
    assert found == {"index/models/runtime.py"}


def test_study_help_is_help() -> None:
    assert study("help").out == study("--help").out
    assert study("help", "ask").out.split() == study("ask", "--help").out.split()
