"""`study eval graph`: a concept graph measured on judged pairs, and gold drafted for it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import study

from assistant.evaluation.errors import BadEvaluation
from assistant.evaluation.graph.gold import read_pairs
from assistant.evaluation.graph.metrics import Judge, calibrate, measure
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Signal
from ingest.model import Span

NOTES = {
    "Vector": ("", "A vector is a list of numbers."),
    "Dot product": ("Vector", "The dot product is a number computed from two vectors."),
    "Cosine similarity": ("Dot product", "Cosine similarity is based on the dot product, divided by both lengths."),
    "Euclidean distance": ("Vector", "Euclidean distance is the length of the difference of two vectors."),
}
GOLD = (
    "before\tafter\tverdict\n# a remark\nvectors|arrow\tCosine similarity\tyes\ncosine similarity\tdot product\treversed\n"
    "Euclidean distance\tCosine similarity\trelated\nCosine similarity\tVector\tno\nUnicorn\tVector\tyes\n"
)


def edge(before: str, after: str, sure: float) -> Prerequisite:
    return Prerequisite(before, after, sure, Origin.DOCUMENTS, (Evidence(Signal.CUE, "d", Span(1, 1), "q"),))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    (folder / "notes").mkdir()
    for title, (requires, text) in NOTES.items():
        (folder / "notes" / f"{title}.md").write_text(f"---\ntitle: {title}\nrequires: [{requires}]\n---\n\n# {title}\n\n{text}\n")
    (folder / "notes" / "Unit vector.md").write_text(
        "---\ntitle: Unit vector\n---\n\nA unit vector is a vector of length one. It uses a vector.\n"
    )
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


def gold(folder: Path, text: str, name: str = "gold.tsv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_a_graph_is_measured(library: Path, tmp_path: Path) -> None:
    ran = study("eval", "graph", gold(tmp_path, GOLD), "--library", library, "--no-course", "--json", "--report", tmp_path / "out.html")
    assert ran.code == 0, ran.err
    found = ran.json
    assert (found["pairs"], found["found"]) == (5, 4)
    metrics = found["metrics"]
    assert metrics["recall"]["mean"] == pytest.approx(2 / 3, abs=1e-4)  # Vector … Cosine by a chain, Dot product; the unicorn is unknown
    assert metrics["direction"]["mean"] == metrics["precision"]["mean"] == 1
    assert metrics["recall_direct"]["mean"] == pytest.approx(1 / 3, abs=1e-4)
    assert metrics["false_alarms"]["mean"] == 0
    assert all(each["low"] <= each["mean"] <= each["high"] for each in metrics.values() if each)
    assert json.loads(Path(found["run"]).read_text())["lines"][0]["forth"] is True
    page = (tmp_path / "out.html").read_text()
    assert not re.search(r"""(?:src|href)=["'](?!#)|@import|url\((?!#)""", page)
    ElementTree.fromstring(re.findall(r"<svg.*?</svg>", page, re.DOTALL)[0])
    shown = study("eval", "show", "latest", "--library", library)
    assert "line 7: Unicorn not both known: vector, judged yes" in shown.out


def test_what_is_mined_alone_and_without_each_kind(library: Path, tmp_path: Path) -> None:
    ran = study("eval", "graph", gold(tmp_path, GOLD), "--library", library, "--mined", "--ablation", "--json")
    assert ran.code == 0, ran.err
    found = ran.json
    assert found["graph"] == "mined"
    assert "requires" not in found["kinds"]
    assert {"all", "cue", "definition", "name", "reference", "order"} <= set(found["ablation"])
    assert found["ablation"]["all"]["recall"] == found["metrics"]["recall"]["mean"]
    shown = study("eval", "graph", gold(tmp_path, GOLD), "--library", library, "--mined", "--ablation")
    assert "Mined without a kind of evidence" in shown.out


def test_drafts_are_judged_and_read_again(library: Path, tmp_path: Path) -> None:
    required = tmp_path / "required.tsv"
    assert study("eval", "make-graph", required, "--required", "--library", library, "--json").json["pairs"] == 3
    ran = study("eval", "graph", required, "--library", library, "--json")
    assert ran.json["metrics"]["recall"]["mean"] == 1
    drafted = tmp_path / "sample.tsv"
    assert study("eval", "make-graph", drafted, "--edges", "1", "--library", library).code == 0
    refused = study("eval", "graph", drafted, "--library", library)
    assert (refused.code, "line 2: the verdict is still open" in refused.err) == (1, True)
    again = study("eval", "make-graph", drafted, "--library", library)
    assert (again.code, "--force" in again.err) == (1, True)
    head, *lines = drafted.read_text().splitlines()
    drafted.write_text("\n".join([head, *(line.replace("\t\t", "\tyes\t", 1) for line in lines)]))
    assert study("eval", "graph", drafted, "--library", library, "--json").json["metrics"]["precision_direct"]["mean"] == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "line 1: the file has no pairs"),
        ("a\tb\n\nc\n", "line 3: the line has fewer than two columns"),
        ("a\tb\tyes\na\tc\tperhaps\n", "line 2: 'perhaps' is not a verdict"),
        ("a\tb\tyes\na\tc\n", "line 2: the verdict is missing"),
        ("a\t \tyes\n", "line 1: the name after is empty"),
        ("a\tA\tyes\n", "line 1: 'a' is on both sides"),
        ("a\tb\tyes\na\tb\tno\n", "line 2: line 1 already judges this pair"),
        ('{"before": "a", "after": "b"}\n{"before": "a"}\n', "line 2: after is missing"),
        ('{"before": "a", "after": []}\n', "line 1: after is neither a name"),
        ('{"before": "a", "after": "b"}\n[1]\n', "line 2: the line is not a JSON object"),
        ('{"before": "a", "after": "b", "verdict": 7}\n', "line 1: '7' is not a verdict"),
    ],
)
def test_broken_gold_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadEvaluation, match=re.escape(reason)):
        read_pairs(gold(tmp_path, text))
    with pytest.raises(BadEvaluation, match="cannot be read"):
        read_pairs(tmp_path / "missing.tsv")


def test_both_forms_say_the_same(tmp_path: Path) -> None:
    columns = read_pairs(gold(tmp_path, "a|x\tb\tyes\nb\tc\tno\n"))
    objects = read_pairs(
        gold(tmp_path, '{"before": ["a", "x"], "after": "b"}\n{"before": "b", "after": "c", "verdict": false}\n', "gold.jsonl")
    )
    assert columns == objects


def test_verdicts_follow_from_others_unless_said_otherwise(tmp_path: Path) -> None:
    graph = Graph({name: Concept(name, name) for name in "abcd"}, (edge("a", "c", 0.6), edge("d", "b", 0.9), edge("c", "d", 0.7)))
    pairs = read_pairs(gold(tmp_path, "a\tb\nb\tc\nb\td\n"))
    assert [(found.before, right) for found, right in Judge(graph, pairs).judged()] == [("a", True), ("d", False)]
    pairs = read_pairs(gold(tmp_path, "a\tb\tyes\nb\tc\tyes\na\tc\tno\n"))
    assert Judge(graph, pairs).judged() == [(graph.prerequisites[0], False)]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
@settings(deadline=None)
def test_calibration_counts_every_edge_once(judged: list[tuple[float, bool]]) -> None:
    found = calibrate(judged)
    if not judged:
        assert found is None
        return
    assert found is not None
    assert sum(each.edges for each in found.bins) == len(judged)
    assert 0 <= found.ece <= 1
    assert sum(each.right * each.edges for each in found.bins) == pytest.approx(sum(right for _, right in judged))


def test_what_was_not_asked_has_no_figure(tmp_path: Path) -> None:
    graph = Graph({name: Concept(name, name) for name in "ab"}, ())
    metrics = measure(Judge(graph, read_pairs(gold(tmp_path, "a\tb\tyes\n"))).lines())
    assert metrics["direction"] is None
    assert metrics["recall"] is not None
    assert metrics["recall"].mean == 0
