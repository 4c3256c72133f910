"""The command line's promises: shapes of JSON, exit codes, messages, what is imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from terminal import CHECKOUT, study

from assistant.cli.evaluation.evaluation import eval_command
from assistant.cli.main import study as study_group

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTES = {
    "attention.md": "# Attention\n\nRequires softmax.\n\n## Scaling\n\n"
    "The scores are divided by √d because the variance of the dot product is d.\n"
    "Without that the softmax saturates.\n",
    "softmax.md": "---\ntitle: Softmax\nrequires:\n  - Exponential function\n---\n# Softmax\n\n"
    "Softmax is a function that turns scores into probabilities.\n\n$$p_i = e^{z_i} / \\sum_j e^{z_j}$$\n",
    "exponential.md": "---\ntitle: Exponential function\n---\n# Exponential function\n\nThe exponential function is its own derivative.\n",
    "sub/knn.txt": "Q1: How big should k be in kNN?\nAnswer:\n- Rule of thumb: k = √n\n- Small k: more sensitive to noise\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    for name, text in NOTES.items():
        (folder / "notes" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "notes" / name).write_text(text)
    ran = study("ingest", folder / "notes", "--library", folder / "library", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["documents"] == {"added": 4, "updated": 0, "unchanged": 0, "removed": 0, "renamed": 0, "failed": 0}
    return folder / "library"


def stands_in_notes(place: dict[str, Any], text: str) -> bool:
    first, last = place["lines"]
    lines = NOTES[place["document"]].split("\n")[first - 1 : last]
    return " ".join(text.split()) in " ".join(" ".join(lines).split())


def test_ingest_reports_what_it_did(library: Path) -> None:
    report = study("ingest", library.parent / "notes", "--library", library, "--json").json
    assert set(report) >= {"documents", "chunks", "concepts", "failures", "seconds"}
    assert report["documents"]["unchanged"] == 4


def test_search_gives_passages_with_their_exact_lines(library: Path) -> None:
    found = study("search", "why divide by sqrt d", "-k", "2", "--library", library, "--json").json
    assert found["query"] == "why divide by sqrt d"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    first = found["hits"][0]
    assert set(first) == {"rank", "score", "document", "title", "section", "part", "lines", "kind", "text", "copies"}
    assert (first["document"], first["part"]) == ("attention.md", None)
    assert all(stands_in_notes(hit, hit["text"]) for hit in found["hits"])


@pytest.mark.parametrize(
    ("words", "documents"),
    [
        (("--document", "softmax.md"), {"softmax.md"}),
        (("--document", "sub", "--document", "exp*"), {"sub/knn.txt", "exponential.md"}),
        (("--section", "scaling"), {"attention.md"}),
        (("--kind", "formula", "--kind", "question", "--kind", "answer"), {"softmax.md", "sub/knn.txt"}),
        (("--since", "1d"), set(NOTES)),
        (("--since", "2999-01-01"), set()),
    ],
)
def test_search_and_ask_look_only_where_they_are_told(library: Path, words: tuple[str, ...], documents: set[str]) -> None:
    found = study("search", "softmax of scores", *words, "--library", library, "--json")
    assert (found.code, {hit["document"] for hit in found.json["hits"]}) == (0, documents)
    assert found.json.get("note", "") == ("" if documents else "No passage matches these filters.")
    lines = study("search", "--batch", *words, "--library", library, stdin="softmax of scores\n").lines
    assert lines == [found.json]
    answer = study("ask", "what is softmax", *words, "--library", library, "--json").json
    assert {citation["document"] for citation in answer["citations"]} <= documents
    assert answer["abstained"] or documents
    shown = study("search", "softmax", *words, "--library", library)
    assert ("filters" in shown.err) == (not documents)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--document", "softmx.md"), 1, "softmax.md"),
        (("--collection", "exam"), 1, "study ingest FOLDER --collection"),
        (("--kind", "formul"), 2, "formula"),
        (("--since", "soon"), 2, "7d"),
    ],
)
def test_a_filter_that_names_nothing_says_what_is_near(library: Path, words: tuple[str, ...], code: int, said: str) -> None:
    for command in ("search", "ask"):
        ran = study(command, "softmax", *words, "--library", library)
        assert (ran.code, ran.out) == (code, "")
        assert said in ran.err


def test_ask_answers_with_exact_citations(library: Path) -> None:
    answer = study("ask", "why divide by sqrt d", "--library", library, "--json").json
    promised = {"question", "answer", "abstained", "confidence", "mode", "sentences", "citations", "related", "seconds"}
    assert promised <= set(answer)
    assert (answer["abstained"], answer["mode"]) == (False, "extractive")
    assert "variance" in answer["answer"]
    assert [citation["id"] for citation in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert all(stands_in_notes(citation, citation["quote"]) for citation in answer["citations"])
    assert all(set(sentence["citations"]) <= {c["id"] for c in answer["citations"]} for sentence in answer["sentences"])
    assert "[1]" not in answer["answer"]


def test_ask_finds_the_answer_under_its_question(library: Path) -> None:
    answer = study("ask", "knn how large should k be", "--library", library, "--json").json
    assert "k = √n" in answer["answer"]
    assert answer["citations"][0]["document"] == "sub/knn.txt"


def test_ask_says_when_the_documents_do_not(library: Path) -> None:
    answer = study("ask", "who won the football world cup in 1998", "--library", library, "--json").json
    assert answer["abstained"]
    assert (answer["sentences"], answer["citations"]) == ([], [])
    assert 0 <= answer["confidence"] < 0.5
    shown = study("ask", "who won the football world cup in 1998", "--library", library)
    assert shown.code == 0
    assert "don't say" in shown.out


def test_what_a_person_sees_fits_80_columns_and_names_file_and_lines(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for words in (("ask", "why divide by sqrt d"), ("search", "softmax"), ("path", "--to", "attention")):
        ran = study(*words, "--library", library)
        assert ran.code == 0
        assert max(map(len, ran.out.splitlines())) <= 80
    assert "attention.md:7" in study("ask", "why divide by sqrt d", "--library", library).out


def test_the_graph_fits_a_terminal_and_has_a_line_for_each_concept_in_a_pipe(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    concepts = len(study("graph", "--library", library, "--json").json["concepts"])
    assert len(study("graph", "--library", library).out.splitlines()) == concepts + 2
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    shown = re.sub(r"\x1b\[[0-9;]*m", "", study("graph", "--library", library).out)
    assert max(map(len, shown.splitlines())) <= 80


def test_path_puts_prerequisites_first_and_says_why(library: Path) -> None:
    path = study("path", "--to", "softmax", "--library", library, "--json").json
    assert set(path) >= {"target", "steps", "folded", "alternatives"}
    concepts = [step["concept"] for step in path["steps"]]
    assert concepts[-1] == path["target"] == "softmax"
    assert "exponential-function" in concepts
    last = path["steps"][-1]
    assert set(last) >= {"concept", "aliases", "definition", "because", "reading", "minutes", "mastery"}
    assert last["mastery"] is None
    reason = next(reason for reason in last["because"] if reason["concept"] == "exponential-function")
    assert any(stands_in_notes(evidence, evidence["quote"]) for evidence in reason["evidence"] if evidence["document"] in NOTES)


def test_the_atlas_overlays_paths_and_no_course_turns_it_off(library: Path) -> None:
    assert study("path", "--to", "rlhf", "--library", library, "--json").json["steps"]
    without = study("path", "--to", "rlhf", "--library", library, "--no-course")
    assert without.code == 1
    assert "No concept named 'rlhf'" in without.err
    origins = {edge["origin"] for edge in study("graph", "--library", library, "--json").json["prerequisites"]}
    assert origins == {"documents", "atlas"}
    bare = study("graph", "--library", library, "--json", "--no-course").json
    assert {edge["origin"] for edge in bare["prerequisites"]} == {"documents"}
    assert {"from": "exponential-function", "to": "softmax"}.items() <= next(
        e for e in bare["prerequisites"] if e["to"] == "softmax"
    ).items()


def test_ask_and_search_never_see_the_course(library: Path) -> None:
    hits = study("search", "reward model for RLHF", "--library", library, "--json").json["hits"]
    assert {hit["document"] for hit in hits} <= set(NOTES)


def test_an_unknown_concept_names_the_nearest(library: Path) -> None:
    ran = study("path", "--to", "sofmaxx", "--library", library, "--no-course")
    named = study("path", "--to", "exponent functoin", "--library", library, "--no-course")
    assert ran.code == 0 or "Softmax" in ran.err
    assert named.code == 1
    assert "Exponential function" in named.err


def test_batch_answers_every_line_in_its_shape(library: Path) -> None:
    ran = study("search", "--batch", "-k", "1", "--library", library, stdin="softmax\n\nsqrt d\n")
    assert ran.code == 0
    assert [(line["query"], len(line["hits"]), "error" in line) for line in ran.lines] == [
        ("softmax", 1, False),
        ("", 0, True),
        ("sqrt d", 1, False),
    ]
    asked = study("ask", "--batch", "--library", library, stdin="what is softmax\n \n").lines
    assert [bool(line["citations"]) for line in asked] == [True, False]
    assert "error" in asked[1]
    paths = study("path", "--batch", "--library", library, stdin="softmax\nno such thing at all\n").lines
    assert paths[0]["steps"]
    assert (paths[1]["steps"], paths[1]["folded"], paths[1]["alternatives"]) == ([], [], [])
    assert "error" in paths[1]


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_is_refused(library: Path, question: str) -> None:
    for command in ("ask", "search"):
        ran = study(command, question, "--library", library)
        assert (ran.code, ran.out) == (2, "")
        assert "empty" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("ask",),
        ("ask", "a", "--batch"),
        ("search", "x", "-k", "0"),
        ("path",),
        ("nonsense",),
        ("ingest",),
        ("eval", "retrieval"),
        ("ask", "x", "--frobnicate"),
    ],
)
def test_wrong_usage_exits_2(words: tuple[str, ...]) -> None:
    ran = study(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "x"),
        ("search", "x"),
        ("path", "--to", "x"),
        ("graph",),
        ("status",),
        ("eval", "retrieval", "x.jsonl"),
        ("eval", "make", "x.jsonl"),
    ],
)
def test_a_named_library_that_is_not_there_says_how_to_make_it(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = study(*words, "--library", tmp_path / "none")
    assert (ran.code, ran.out) == (1, "")
    assert f"study ingest FOLDER --library {tmp_path / 'none'}" in ran.err


def test_bad_files_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "good.md").write_text("# Good\n\nThis one is good.\n")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "empty.md").write_bytes(b"")
    (folder / "slides.pdf").write_bytes(b"%PDF-1.7")
    ran = study("ingest", folder, "--library", tmp_path / "library", "--json")
    assert ran.code == 0
    assert ran.json["documents"]["added"] == 1
    assert {failure["document"] for failure in ran.json["failures"]} == {"binary.txt", "empty.md", "slides.pdf"}
    assert all(failure["reason"] for failure in ran.json["failures"])
    shown = study("status", "--library", tmp_path / "library")
    assert all(name in shown.out for name in ("binary.txt", "empty.md", "slides.pdf"))


def test_only_bad_files_make_no_library(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
    ran = study("ingest", tmp_path / "binary.txt", "--library", tmp_path / "library")
    assert ran.code == 1
    assert "binary.txt" in ran.err
    assert study("status", "--library", tmp_path / "library").code == 1


def test_inspect_tells_sections_kinds_and_questions(library: Path) -> None:
    seen = study("inspect", library.parent / "notes" / "sub" / "knn.txt", "--json").json
    assert set(seen) >= {"document", "title", "sections", "kinds", "questions"}
    assert [(q["text"], q["answered"]) for q in seen["questions"]] == [("How big should k be in kNN?", True)] or seen["questions"][0][
        "answered"
    ]
    assert seen["questions"][0]["answer_lines"][1] == 4
    assert study("inspect", library.parent / "notes" / "attention.md").out.startswith("Attention")
    assert study("inspect", library.parent / "nothing.md").code == 1


def test_doctor_tells_a_healthy_library_from_a_damaged_one(library: Path, tmp_path: Path) -> None:
    checks = {check["name"]: check for check in study("doctor", "--library", library, "--json").json["checks"]}
    assert all(check["ok"] for check in checks.values())
    assert "every file matches its checksum" in checks["library"]["detail"]
    none = study("doctor", "--library", tmp_path / "none")
    assert none.code == 0
    assert "study ingest FOLDER" in " ".join(none.out.split())


def test_every_command_has_help_with_an_example() -> None:
    context = study_group.make_context("study", ["status"], resilient_parsing=True)
    names = [(name,) for name in study_group.list_commands(context) if name != "eval"]
    for words in [*names, *(("eval", name) for name in eval_command.commands)]:
        ran = study(*words, "--help")
        assert ran.code == 0
        assert "Example: study" in ran.out
        assert "--library" in ran.out or words[0] in {"model", "atlas", "config", "cards"}  # these belong to no library, or are groups
        assert "--json" in ran.out or words[0] in {"model", "atlas", "serve", "mcp", "cards"}


@pytest.mark.parametrize(
    "words",
    [("--help",), ("ask", "why divide by sqrt d"), ("search", "softmax"), ("path", "--to", "softmax"), ("ask", "x", "--json"), ("status",)],
)
def test_nothing_heavy_is_imported(library: Path, words: tuple[str, ...]) -> None:
    models = ("httpx2", "httpx", "requests", "huggingface_hub", "llama_cpp", "jinja2", "http.client", "rank_bm25")
    heavy = ("torch", "sentence_transformers", "transformers", "scipy", "sklearn", *models, *(() if words[0] == "path" else ("networkx",)))
    program = f"""
import sys
from assistant.cli.main import main
try:
    main()
except SystemExit as exit:
    assert not exit.code, exit.code
print("loaded:", [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""
    options = [] if words == ("--help",) else ["--library", str(library)]
    done = subprocess.run(
        [sys.executable, "-c", program, *words, *options], cwd=CHECKOUT, capture_output=True, text=True, env=os.environ, check=False
    )
    assert "loaded: []" in done.stderr, done.stderr


def test_the_first_question_reads_the_starter_course(embedded_course: None) -> None:
    ran = study("ask", "why divide by sqrt d", "--json")
    assert ran.code == 0, ran.err
    assert "starter course" in ran.err
    assert "scaled-dot-product-attention.md" in {citation["document"] for citation in ran.json["citations"]}
    assert all(word in ran.json["answer"] for word in ("variance", "softmax"))
    again = study("path", "--to", "rlhf", "--json")
    assert "reading the starter course" in ran.err
    assert "reading the starter course" not in again.err
    steps = [step["concept"] for step in again.json["steps"]]
    assert {"reward-model", "ppo", "kl-divergence"} <= set(steps) or {
        "reward-model",
        "proximal-policy-optimization",
        "kl-divergence",
    } <= set(steps)
    assert len(steps) <= 15


def test_eval_retrieval_measures_and_saves(library: Path, tmp_path: Path) -> None:
    gold = [{"document": "knn.txt", "snippet": "- Rule of thumb: k = √n"}]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps({"question": q, "gold": g}) for q, g in (("how big should k be", [gold]), ("not there", []))))
    ran = study("eval", "retrieval", questions, "--library", library, "--json").json
    assert ran["metrics"]["recall@1"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert json.loads(Path(ran["run"]).read_text())["questions"][0]["ranks"] == [1]
    assert study("eval", "retrieval", questions, "--library", library, "--channels", "lexical", "--fusion", "rrf").code == 0
    assert study("eval", "retrieval", questions, "--library", library, "--channels", "smell").code == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "JSON"),
        ('{"question": "x"}', "gold"),
        ('{"question": "x", "gold": [[{"document": "none.md", "snippet": "a"}]]}', "none.md"),
        ('{"question": "x", "gold": [[{"document": "softmax.md", "snippet": "never written anywhere in it"}]]}', "not in softmax.md"),
        ('{"question": "", "gold": []}', "empty"),
        ('{"question": null, "gold": []}', "question is not a text"),
        ('{"question": "x", "gold": null}', "gold is not a list"),
        ('{"question": "x", "gold": [{"document": "softmax.md", "snippet": "scores"}]}', "gold is not a list of evidence sets"),
        ('{"question": "x", "gold": [[]]}', "evidence set is empty"),
        ('{"question": "x", "gold": [[{"document": "softmax.md"}]]}', "snippet is missing"),
        ('{"question": "x", "gold": [[{"document": "softmax.md", "snippet": " "}]]}', "not in softmax.md"),
        ('{"question": "x", "gold": [], "without": [{"document": "softmax.md", "lines": [1]}]}', "without is not a list"),
        ("[1]", "line 2"),
    ],
)
def test_a_broken_evaluation_file_is_refused_with_its_line(library: Path, tmp_path: Path, line: str, reason: str) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "x", "gold": []}\n' + line + "\n")
    ran = study("eval", "retrieval", questions, "--library", library)
    assert (ran.code, ran.out) == (1, "")
    assert "line 2" in ran.err
    assert reason in ran.err


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "no question with gold"), (b"\n \n", "no question with gold"), (b"\xff\xfe", "cannot be read")],
    ids=["empty", "blank", "bytes"],
)
def test_an_evaluation_file_without_questions_is_refused(library: Path, tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "questions.jsonl").write_bytes(data)
    ran = study("eval", "retrieval", tmp_path / "questions.jsonl", "--library", library)
    assert (ran.code, ran.out) == (1, "")
    assert "line 1" in ran.err
    assert reason in ran.err
