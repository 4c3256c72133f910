"""`study eval answers` as a person uses it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from terminal import study
from tiny_gguf import CHATML, write_tiny_gguf

from assistant.contract import schema

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTE = (
    "# Attention\n\n## Scaling\n\nThe scores are divided by √d because the variance of the dot product is d.\n"
    "Without that the softmax saturates.\n\n## Heads\n\nThe base model has 8 heads of 64 dimensions each.\n"
)
SCALING = {"document": "attention.md", "snippet": "the variance of the dot product is d"}
HEADS = {"document": "attention.md", "snippet": "has 8 heads"}
BECAUSE = "variance of the dot product is d"
QUESTIONS = [
    {
        "id": "d",
        "question": "why are the scores divided by √d",
        "kind": "why",
        "gold": [[SCALING]],
        "key_points": [BECAUSE],
        "answer": f"Because the {BECAUSE}.",
    },
    {
        "id": "h",
        "question": "how many heads has the base model",
        "kind": "number",
        "gold": [[HEADS]],
        "key_points": ["8 heads", "12 layers"],
    },
    {"id": "none", "question": "who won the bicycle race in 1911", "kind": "none", "gold": []},
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    (folder / "notes").mkdir()
    (folder / "notes" / "attention.md").write_text(NOTE)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


def write(file: Path, lines: Sequence[object]) -> Path:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return file


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    return write(tmp_path / "questions.jsonl", QUESTIONS)


def test_answers_are_measured_and_saved(library: Path, questions: Path) -> None:
    ran = study("eval", "answers", questions, "--library", library, "--json")
    assert ran.code == 0, ran.err
    metrics = ran.json["metrics"]
    assert metrics["key_points_unrefused"]["mean"] == 0.75
    assert metrics["citation_recall"]["mean"] == metrics["verbatim"]["mean"] == 1
    assert 0 < metrics["rougeL"]["mean"] <= 1
    assert 0 < metrics["bleu"]["mean"] <= 1
    assert 0.5 < metrics["similarity"]["mean"] <= 1
    assert metrics["supported"]["mean"] == 1
    assert metrics["tokens"]["mean"] > metrics["words"]["mean"]
    assert metrics["auroc"]["mean"] == 1
    assert {"ece", "aurc", "noticed", "answered", "decided", "words"} <= set(metrics)
    assert all(each["low"] <= each["mean"] <= each["high"] for each in metrics.values())
    assert set(ran.json["slices"]["kind"]) == {"why", "number", "none"}
    assert ran.json["latency_ms"]["p50"] > 0
    assert Path(ran.json["run"]).is_file()


def test_show_and_compare_take_runs_of_answers(library: Path, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = study("eval", "answers", questions, "--library", library)
    assert all(words in shown.out for words in ("2 answerable questions, 1 other", "key_points", "By kind", "Saved:"))
    missed = study("eval", "show", "latest", "--library", library)
    assert "missed 12 layers" in missed.out
    assert max(map(len, missed.out.splitlines())) <= 80
    assert [q["id"] for q in study("eval", "show", "latest", "--library", library, "--json").json["missed"]] == ["h"]
    run = Path(study("eval", "answers", questions, "--library", library, "--json").json["run"])
    worse = json.loads(run.read_text())
    worse["questions"][0]["metrics"]["key_points"] = 0.25
    second = tmp_path / "worse.json"
    second.write_text(json.dumps(worse))
    compared = study("eval", "compare", run.stem, second, "--library", library, "--json").json
    assert (compared["metric"], compared["questions"]) == ("key_points", 3)
    assert [change["id"] for change in compared["lost"]] == ["d"]
    retrieval = study("eval", "retrieval", questions, "--library", library, "--json").json["run"]
    refused = study("eval", "compare", run, retrieval, "--library", library)
    assert refused.code == 1
    assert "They share no metric." in refused.err
    assert study("eval", "show", run, "--trec", tmp_path / "x", "--library", library).code == 2


def test_the_report_is_one_page_with_plots(library: Path, questions: Path, tmp_path: Path) -> None:
    assert study("eval", "answers", questions, "--library", library, "--report", tmp_path / "out.html").code == 0
    page = (tmp_path / "out.html").read_text()
    plots = [ElementTree.fromstring(plot) for plot in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    assert [plot.get("aria-label") for plot in plots] == ["Risk by coverage", "Calibration", "Confidence"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: the line is not a JSON object"),
        ('{"id": "x", "gold": []}', "line 2: question is missing"),
        ('{"id": "x", "question": "q", "gold": [], "key_points": "one"}', "line 2: key_points is not a list of texts"),
        ('{"id": "x", "question": "q", "gold": [], "key_points": [""]}', "line 2: key_points is not a list of texts"),
        (
            '{"id": "x", "question": "q", "gold": [[{"document": "attention.md", "snippet": "nowhere to be seen"}]]}',
            "line 2: the snippet is not",
        ),
        ('{"id": "d", "question": "q", "gold": []}', "line 2: the id d is used twice"),
        ('{"id": "x", "question": "q", "gold": [], "without": [{"document": "attention.md", "lines": [1, 1]}]}', "leaves lines out"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(library: Path, tmp_path: Path, line: str, reason: str) -> None:
    file = write(tmp_path / "broken.jsonl", QUESTIONS[:1])
    file.write_text(file.read_text() + line + "\n")
    ran = study("eval", "answers", file, "--library", library)
    assert (ran.code, ran.out) == (1, "")
    assert reason in ran.err


def test_an_empty_file_is_refused(library: Path, tmp_path: Path) -> None:
    ran = study("eval", "answers", write(tmp_path / "empty.jsonl", []), "--library", library)
    assert ran.code == 1
    assert "nothing can be measured" in ran.err


def test_without_the_libraries_the_command_to_install_them_is_told(library: Path, questions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics", None)
    ran = study("eval", "answers", questions, "--library", library, "--json")
    assert ran.code == 0
    assert "pip install 'study-assistant[eval]'" in ran.err
    assert "bleu" not in ran.json["metrics"]
    assert "similarity" in ran.json["metrics"]


@pytest.mark.llm
def test_models_are_compared_side_by_side(library: Path, questions: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp", reason="needs the [llm] extra")
    models = [write_tiny_gguf(tmp_path / f"{name}.gguf", seed, template=CHATML) for seed, name in enumerate(("one", "two"))]
    named = [part for model in models for part in ("--model", model)]
    ran = study("eval", "answers", questions, "--library", library, "--json", *named)
    assert ran.code == 0, ran.err
    Draft202012Validator(schema("answers-compared")).validate(ran.json)
    assert [Path(run["model"]).name for run in ran.json["runs"]] == ["", "one.gguf", "two.gguf"]
    own, *others = (run["metrics"] for run in ran.json["runs"])
    assert "seconds" not in own
    assert all(metrics["seconds"]["mean"] > 0 and metrics["written"]["mean"] == 0 for metrics in others)
    shown = study("eval", "answers", questions, "--library", library, "--report", tmp_path / "side.html", *named)
    assert "one.gguf" in shown.out
    assert "written_key_points" in shown.out
    page = (tmp_path / "side.html").read_text()
    assert page.count("two.gguf") == 1 + len(QUESTIONS)
    assert "who won the bicycle race in 1911" in page
