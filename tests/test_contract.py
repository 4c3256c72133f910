"""Every command's JSON fits its schema, on a small library with all that a library can hold; and the schemas are strict and complete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from jsonschema import Draft202012Validator
from terminal import study

from assistant.cli.main import study as study_group
from assistant.contract import BY_COMMAND, BY_PATH, names, schema
from assistant.contract.corrections import refined_to_json
from assistant.contract.library import encoder_to_json, tuning_to_json
from assistant.contract.numbers import rounded
from assistant.contract.practice import fitted_to_json
from assistant.curation.refining import Refined
from assistant.evaluation.graph import gold
from assistant.practice.schedule.fitting import Fitted
from assistant.tuning.tuning import Change, Tuning
from graph.editing.corrections import State, Verb
from graph.editing.judgements import Answer, Judgement
from graph.model.values import Origin, Signal
from graph.queries.why import Verdict
from index.metrics.comparison import Difference
from ingest.model import Kind, SectionKind

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTES = {
    "attention.md": "---\ntitle: Attention\nrequires:\n  - Softmax\n---\n# Attention\n\n## Scaling\n\n"
    "The scores are divided by √d because the variance of the dot product is d.\n\n"
    "| kind | cost |\n|---|---|\n| dot product | low |\n| additive | high |\n\n## Check\n\n"
    "**Q:** Why divide by √d?\n**A:** Because the variance of the dot product is d.\n\n**Q:** Who found it?\n",
    "softmax.md": "---\ntitle: Softmax\nrequires:\n  - Prior\n---\n# Softmax\n\n"
    "Softmax turns scores into probabilities.\n\n- It is smooth.\n- It saturates for large scores.\n",
    "sub/copy.md": "# Softmax again\n\nSoftmax turns scores into probabilities.\n",
    "bayes.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "metadata": {}, "source": ["# Prior\n", "\n", "A prior is what one believes before the data.\n"]},
                {"cell_type": "code", "metadata": {}, "source": ["posterior = prior * likelihood\n"], "outputs": [], "execution_count": 1},
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ),
    "prior.md": "---\ntitle: Prior\n---\n# Prior\n\nA prior is a belief before the data. The dot product is not needed.\n",
    "german.md": "# Wald\n\n" + "Der Wald ist im Herbst sehr still, und die Blätter fallen auf den nassen Boden. " * 12 + "\n",
    "broken.pdf": "not a PDF at all",
    ".hidden.md": "# Hidden\n",
    "left/out.md": "# Left out\n",
    ".studyignore": "left/\n",
}
QUESTIONS = [
    {
        "id": "d",
        "question": "why divide by √d",
        "kind": "why",
        "gold": [[{"document": "attention.md", "snippet": "the variance of the dot product is d"}]],
        "key_points": ["the variance of the dot product is d", "the owl hunts at night"],
    },
    {"id": "far", "question": "what saturates", "gold": [[{"document": "german.md", "snippet": "Der Wald ist im Herbst sehr still"}]]},
    {"id": "none", "question": "who won the cup", "gold": []},
]


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contract") / "notes"
    for name, text in NOTES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def ingested(notes: Path, encoder_cache: Path) -> Any:
    ran = study("ingest", notes, "--collection", "ml", "--library", notes.parent / "library", "--json")
    assert ran.code == 0, ran.err
    return ran.json


@pytest.fixture(scope="module")
def library(notes: Path, ingested: Any) -> Path:
    return notes.parent / "library"


@pytest.fixture
def named(library: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STUDY_LIBRARY", str(library))
    return library


def fits(name: str, value: Any) -> Any:
    """The value, if it is what the schema says."""
    problems = [f"{error.json_path}: {error.message}"[:300] for error in Draft202012Validator(schema(name)).iter_errors(value)]
    assert not problems, f"{name}: {problems}"
    return value


def printed(name: str, *words: str | Path, stdin: str = "") -> Any:
    """What a command prints, if it fits the schema."""
    ran = study(*words, stdin=stdin)
    assert ran.code == 0, ran.err
    assert len(ran.lines) == 1
    return fits(name, ran.json)


def test_an_ingest_says_what_it_did(ingested: Any) -> None:
    fits("ingest", ingested)
    assert ingested["documents"]["added"] == 6
    assert [entry["document"] for entry in ingested["failures"]] == ["broken.pdf"]
    assert [entry["document"] for entry in ingested["notices"]] == ["german.md"]
    assert (ingested["left_out"]["ignored"], ingested["left_out"]["hidden"] > 0) == (1, True)


def test_the_library_says_what_it_holds(named: Path) -> None:
    assert printed("status", "status", "--json")["collections"] == {"ml": 6}
    printed("health", "doctor", "--json")
    printed("health", "doctor", "--library", named / "none", "--json")


@pytest.mark.parametrize(("place", "part"), [("attention.md:9", None), ("bayes.ipynb cell 1", {"kind": "cell", "number": 1})])
def test_the_source_is_shown(named: Path, place: str, part: object) -> None:
    assert printed("source", "show", place, "--json")["part"] == part


@pytest.mark.parametrize("name", ["attention.md", "bayes.ipynb", "german.md"])
def test_a_file_is_inspected(notes: Path, name: str) -> None:
    printed("inspection", "inspect", notes / name, "--json")


@pytest.mark.parametrize("words", [(), ("--explain",), ("--kind", "table"), ("--kind", "todo"), ("--document", "bayes.ipynb")])
def test_passages_are_found(named: Path, words: tuple[str, ...]) -> None:
    printed("hits", "search", "softmax probabilities", "--json", *words)


def test_a_batch_of_searches_has_failing_lines(named: Path) -> None:
    for words in ((), ("--explain",)):
        lines = [fits("hits", line) for line in study("search", "--batch", *words, stdin="softmax\n\nprior\n").lines]
        assert [line.get("code") for line in lines] == [None, "bad-question", None]
        assert lines[1]["error"] == "The question is empty. Ask with words, such as: what is overfitting"


@pytest.mark.parametrize(
    ("question", "abstained"),
    [
        ("why divide by √d", False),
        ("what is softmax", False),
        ("compare dot product and additive", False),
        ("who won the world cup in 1954", True),
    ],
)
@pytest.mark.parametrize("words", [(), ("--explain",), ("--long",)])
def test_a_question_is_answered_or_not(named: Path, question: str, abstained: bool, words: tuple[str, ...]) -> None:
    assert printed("answer", "ask", question, "--json", *words)["abstained"] is abstained


def test_a_batch_of_questions_has_failing_lines(named: Path) -> None:
    lines = [fits("answer", line) for line in study("ask", "--batch", stdin="what is softmax\n \n").lines]
    assert [line.get("code") for line in lines] == [None, "bad-question"]
    assert lines[1]["citations"] == []


def test_a_conversation_is_answered_listed_and_its_failures_coded(named: Path) -> None:
    lines = [fits("answer", line) for line in study("chat", "exam", "--json", stdin="what is softmax\nwhy is it smooth\n?\n").lines]
    assert lines[0]["understood"] == "what is softmax"
    printed("answer", "ask", "and attention?", "--chat", "exam", "--json")
    assert [one["name"] for one in printed("conversations", "chat", "--list", "--json")["conversations"]] == ["exam"]


@pytest.mark.parametrize("words", [(), ("--no-course",), ("--known", "softmax"), ("--minutes", "1")])
def test_a_path_leads_to_a_concept(named: Path, words: tuple[str, ...]) -> None:
    assert printed("path", "path", "--to", "attention", "--json", *words)["target"] == "attention"


def test_a_batch_of_paths_has_failing_lines(named: Path) -> None:
    lines = [fits("path", line) for line in study("path", "--batch", stdin="softmax\nno such thing at all\n").lines]
    assert [line.get("code") for line in lines] == [None, "unknown-concept"]


def test_concepts_and_the_graph(named: Path) -> None:
    for name in ("softmax", "attention", "dot product", "transformer"):
        printed("concept", "concept", name, "--json")
    assert printed("why", "why", "softmax", "attention", "--json")["verdict"] == "prerequisite"
    for before, after in (
        ("attention", "softmax"),
        ("softmax", "softmax"),
        ("prior", "attention"),
        ("dot product", "attention"),
        ("softmax", "dot product"),
    ):
        printed("why", "why", before, after, "--json")
    for words in ((), ("--no-course",)):
        printed("graph", "graph", "--json", *words)
        printed("graph", "graph", "export", *words)
        printed("statistics", "graph", "stats", "--json", *words)
    printed("neighbourhood", "graph", "show", "softmax", "--json")


def test_an_empty_graph(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("x\n")
    empty = tmp_path / "library"
    assert study("ingest", tmp_path / "notes", "--library", empty).code == 0
    assert printed("graph", "graph", "--json", "--no-course", "--library", empty)["concepts"] == []
    printed("statistics", "graph", "stats", "--json", "--no-course", "--library", empty)
    assert printed("answer", "ask", "what is softmax", "--json", "--library", empty)["abstained"]


def test_the_atlas_needs_no_library() -> None:
    for name in ("softmax", "set"):
        assert printed("atlas-concept", "atlas", "show", name, "--json")["unlocks"]
    assert printed("atlas-hits", "atlas", "search", "chain rule", "--json")["concepts"][0]["id"] == "chain-rule"
    assert printed("atlas-hits", "atlas", "search", "qqqq", "--json")["concepts"] == []
    printed("atlas-statistics", "atlas", "stats", "--json")
    for words in ((), ("--to", "softmax"), ("--field", "deep-learning", "--json")):
        printed("atlas", "atlas", "export", *words)
    fits("atlas-findings", study("atlas", "check", "--json").json)


def test_corrections(named: Path) -> None:
    printed("corrections", "graph", "corrections", "--json")
    corrections = [
        ("accept", "dot product", "attention"),
        ("accept", "dot product", "attention"),
        ("reject", "softmax", "attention"),
        ("rename", "prior", "Prior belief"),
        ("merge", "attention", "dot product"),
        ("split", "softmax", "softmax", "softmax again"),
        ("hide", "prior"),
        ("add", "attention sink", "--alias", "sink token"),
    ]
    made = [printed("correction", "graph", *words, "--json") for words in corrections[:3]]
    assert [one["changed"] for one in made] == [True, False, True]
    assert made[2]["removed"] == [{"from": "softmax", "to": "attention"}]
    assert printed("why", "why", "softmax", "attention", "--json")["verdict"] == "rejected"
    assert printed("why", "why", "dot product", "attention", "--json")["chain"][0]["origin"] == "user"
    printed("correction", "graph", "undo", "--json")
    printed("correction", "graph", "undo", "--json")
    for words in corrections[3:]:
        printed("correction", "graph", *words, "--json")
    listed = printed("corrections", "graph", "corrections", "--json")["corrections"]
    assert [entry["verb"] for entry in listed] == ["rename", "merge", "split", "hide", "add"]
    printed("graph", "graph", "--json")
    while study("graph", "corrections", "--json").json["corrections"]:
        printed("correction", "graph", "undo", "--json")
    printed("judgements-undone", "graph", "refine", "--undo", "--json")


def test_walks(named: Path) -> None:
    walk = printed("walk", "walk", "--to", "attention", "--json")
    assert walk["steps"][-1]["concept"] == walk["target"]
    assert walk["now"]["number"] == 1
    assert [one["target"] for one in printed("walks", "walk", "--json")["walks"]] == [walk["target"]]
    assert printed("walks", "walk", "--to", "attention", "--forget", "--json") == {"walks": []}


def test_practice(named: Path, tmp_path: Path) -> None:
    session = printed("practice-session", "practice", "--json")
    assert session["new"] == len(session["questions"]) > 1
    first, second = (question["id"] for question in session["questions"][:2])
    lines: list[Any] = [{"id": first, "answer": "the variance is d", "rating": "good"}, {"id": second, "answer": "x"}]
    lines += [{"id": second, "rating": 1}, {"id": "none"}, 3]
    answers = study("practice", "--batch", stdin="".join(json.dumps(line) + "\n" for line in lines)).lines
    for answer in answers:
        fits("practice-answer", answer)
    assert [answer["recorded"] for answer in answers] == [True, False, True, False, False]
    assert [answer.get("code") for answer in answers] == [None, None, None, "unknown-item", "usage"]
    for words in ((), ("--to", "attention"), ("--concept", "softmax"), ("--kind", "question"), ("--document", "attention.md")):
        printed("practice-items", "practice", "items", "--json", *words)
    changes = [["suspend", first], ["resume", first], ["bury", first], ["flag", first, "--remark", "odd"], ["edit", first, "--answer", "d"]]
    for change in changes:
        assert printed("practice-change", "practice", *change, "--json")["act"] == change[0]
    assert printed("practice-undone", "practice", "undo", "--json")["undone"] == "edit"
    assert printed("known", "know", "prior", "--json")["known"] == [{"concept": "prior", "name": "Prior"}]
    assert printed("known", "know", "prior", "--not", "--json")["known"] == []
    assert printed("known", "know", "--json")["known"] == []
    fits("placement", study("know", "--test", "attention", "--json", stdin="\n" * 12).json)
    assert printed("practice-statistics", "practice", "stats", "--json")["reviews"] == 2
    assert study("practice", "fit", "--json").code == 1
    fits("practice-fitted", fitted_to_json(Fitted((0.5,) * 21, 0.4, 0.3, True, 500, 90)))
    assert printed("cards-exported", "cards", "export", tmp_path / "cards.apkg", "--json")["format"] == "apkg"
    assert printed("cards-imported", "cards", "import", tmp_path / "cards.apkg", "--json")["cards"] == 0


def test_what_the_user_made_is_backed_up_and_restored(named: Path, tmp_path: Path) -> None:
    study("chat", "kept", "--json", stdin="what is softmax\n")
    printed("backup", "backup", tmp_path / "b.zip", "--json")
    for words in ((), ("--replace",)):
        printed("restored", "restore", tmp_path / "b.zip", "--library", tmp_path / "other", "--json", *words)
        study("chat", "kept", "--json", "--library", tmp_path / "other", stdin="what is softmax\n")


def test_models_are_listed(named: Path) -> None:
    assert study("model", "add", "http://127.0.0.1:1", "--name", "mine").code == 0  # it does not answer, and is added all the same
    assert [one["name"] for one in printed("models", "model", "list", "--json")["models"]] == ["mine"]


def test_evaluations(named: Path, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(json.dumps(question) + "\n" for question in QUESTIONS))
    first = printed("retrieval-run", "eval", "retrieval", questions, "--json")["run"]
    assert [one["id"] for one in printed("retrieval-misses", "eval", "show", first, "-k", "1", "--json")["missed"]] == ["far"]
    second = printed("retrieval-run", "eval", "retrieval", questions, "--channels", "lexical", "--json")["run"]
    printed("comparison", "eval", "compare", first, second, "--json")
    answers = printed("answers-run", "eval", "answers", questions, "--json")["run"]
    assert printed("answers-misses", "eval", "show", answers, "--json")["missed"]
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("softmax\tattention\tno\ndot product\tsoftmax\tyes\nprior\tsoftmax\tyes\n")
    graph = printed("graph-run", "eval", "graph", pairs, "--json", "--ablation")["run"]
    assert len(printed("graph-misses", "eval", "show", graph, "--json")["wrong"]) == 2
    printed("questions-draft", "eval", "make", tmp_path / "draft.jsonl", "--json")
    printed("pairs-draft", "eval", "make-graph", tmp_path / "draft.tsv", "--json")


def test_documents_are_forgotten(notes: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    study("ingest", notes / "softmax.md", notes / "attention.md", "--library", library)
    assert printed("forget", "forget", "softmax.md", "--library", library, "--json")["forgotten"] == ["softmax.md"]
    assert printed("status", "status", "--library", library, "--json")["forgotten"] == ["softmax.md"]


def test_what_takes_a_model_or_minutes_is_judged_by_its_value() -> None:
    judgement = Judgement("softmax", "attention", Answer.BEFORE, "digest")
    fits("judgements", refined_to_json(Refined(3, 1, (judgement,))))
    change = Change(0.5, 0.75, Difference(0.25, 0.1, 0.4, 0.02))
    fits("tuning", tuning_to_json(Tuning({"heading": 12}, 9, 3, {"ndcg@10": change}, True, "tuned-1")))
    fits("tuning-undone", encoder_to_json("all-MiniLM-L6-v2"))


def commands(command: click.Command, context: click.Context, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands with their names."""
    if name:
        yield name, command
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from commands(found, context, f"{name} {inner}".strip())


def test_every_command_with_json_has_a_schema_and_every_schema_a_command() -> None:
    given = {
        name
        for name, command in commands(study_group, click.Context(study_group))
        if any("--json" in option for parameter in command.params for option in parameter.opts)
    }
    assert given == BY_COMMAND.keys()
    assert {one for table in (BY_COMMAND, BY_PATH) for several in table.values() for one in several} == set(names())


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """All objects inside a JSON value."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(each)


@pytest.mark.parametrize("name", names())
def test_a_schema_is_valid_strict_and_complete_in_itself(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    assert found["title"]
    for each in inside(found):
        if isinstance(each.get("properties"), dict) and "required" in each:
            assert "additionalProperties" in each
            assert set(each["required"]) <= each["properties"].keys()
        if isinstance(each.get("$ref"), str):
            assert each["$ref"].removeprefix("#/$defs/") in found["$defs"]


def test_an_unknown_schema_is_refused() -> None:
    for name in ("nothing", "common", "../pyproject"):
        with pytest.raises(ValueError, match="no schema named"):
            schema(name)


@pytest.mark.parametrize(
    ("name", "where", "known"),
    [
        ("hits", ("$defs", "kind", "enum"), Kind),
        ("concept", ("$defs", "signal", "enum"), Signal),
        ("concept", ("$defs", "origin", "enum"), Origin),
        ("why", ("properties", "verdict", "enum"), Verdict),
        ("correction", ("$defs", "correction", "properties", "verb", "enum"), Verb),
        ("corrections", ("properties", "corrections", "items", "properties", "state", "enum"), State),
        ("judgements", ("properties", "judged", "items", "properties", "answer", "enum"), Answer),
        ("inspection", ("properties", "sections", "items", "properties", "kind", "enum"), SectionKind),
        ("graph-misses", ("properties", "wrong", "items", "properties", "verdict", "enum"), gold.Verdict),
    ],
)
def test_the_schemas_know_every_value_that_the_code_knows(name: str, where: tuple[str, ...], known: Any) -> None:
    found: Any = schema(name)
    for key in where:
        found = found[key]
    assert set(found) == {str(value.value) for value in known}


def test_numbers_are_rounded_wherever_they_are() -> None:
    value = {"mean": 0.123456, "n": 3, "in": [0.98765, None, "0.123456", True], "at": (1.00001,)}
    assert rounded(value) == {"mean": 0.1235, "n": 3, "in": [0.9877, None, "0.123456", True], "at": [1.0]}
    assert rounded(2 / 3, 2) == 0.67
