"""Concepts that the user adds, ids that outlive an ingest, paths that say little, and graphs of several levels."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from graph.build import build_graph
from graph.concepts.earlier import Earlier, give_ids
from graph.model.levels import Level, at_level, thresholds
from graph.model.store import load_graph, save_graph
from graph.model.values import Concept, Graph, Origin, Prerequisite
from graph.queries.paths import learning_path
from graph.text.normal import key
from ingest.readers import read_document

NOTES = """# Heap

A heap is a tree whose largest item stands on top.

# Sorting

Sorting brings items into an order. A sift moves an item down.
The sift down takes time.
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder_cache: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "heap.md").write_text(NOTES)
    monkeypatch.setenv("STUDY_LIBRARY", str(tmp_path / "library"))
    assert study("ingest", tmp_path / "notes").code == 0
    return tmp_path


def concepts() -> dict[str, dict[str, object]]:
    return {entry["id"]: entry for entry in study("graph", "--json", "--no-course").json["concepts"]}


def test_an_added_concept_is_there_at_once_and_read_at_the_next_ingest(library: Path) -> None:
    ran = study("graph", "add", "Trickle", "--alias", "sift", "--definition", "heap.md:7", "--json")
    assert ran.json["correction"] == {
        "number": 1, "verb": "add", "names": ["Trickle", "sift"], "definition": "heap.md:7", "cited": "corrections.toml:1",
    }  # fmt: skip
    found = study("concept", "trickle", "--json", "--no-course").json
    assert found["definition"]["text"].startswith("Sorting brings items")
    assert found["aliases"] == ["sift"]
    assert found["mentions"] == 0
    # Lines above move it; the definition is found again, and the text is read for the concept.
    (library / "notes" / "heap.md").write_text(f"Some words before.\n\n{NOTES}")
    assert study("ingest", library / "notes").code == 0
    found = study("concept", "sift", "--json", "--no-course").json
    assert found["concept"] == "trickle"
    assert found["mentions"] > 0
    assert found["definition"]["citation"]["lines"] == [9, 9]
    assert study("graph", "undo").code == 0
    assert "trickle" in concepts()  # until the next ingest
    assert study("ingest", library / "notes").code == 0
    assert "trickle" not in concepts()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Heap",), "is a concept already"),
        (("Trickle", "--alias", "heap"), "already means Heap"),
        (("Trickle", "--definition", "heap.md"), "names no lines"),
        (("Trickle", "--definition", "heap.md:70"), "has no such lines"),
        (("Trickle", "--definition", "heap.md:2"), "has no such lines"),
        (("Trickle", "--definition", "heaps.md:3"), "Nearest: heap.md"),
        (("",), "needs a name"),
    ],
)
def test_what_cannot_be_added_is_refused(library: Path, words: tuple[str, ...], said: str) -> None:
    ran = study("graph", "add", *words)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert not (library / "library" / "corrections.toml").exists()


def test_a_concept_that_is_there_gets_names_and_a_definition(library: Path) -> None:
    assert study("graph", "add", "heap", "--alias", "priority pile", "--definition", "heap.md:7").code == 0
    found = study("concept", "priority pile", "--json", "--no-course").json
    assert (found["concept"], found["definition"]["citation"]["lines"]) == ("heap", [7, 7])


def test_ids_outlive_an_ingest_with_any_of_their_names(library: Path) -> None:
    (library / "notes" / "heap.md").write_text("---\ntitle: Binary heap\naliases: [Heap]\n---\n" + NOTES.replace("# Heap", "# Binary heap"))
    assert study("ingest", library / "notes").code == 0
    assert concepts()["heap"]["name"] == "Binary heap"
    (library / "notes" / "heap.md").write_text(
        "---\ntitle: Binary heap\n---\n" + NOTES.replace("heap", "binary heap").replace("# Heap", "# B")
    )
    assert study("ingest", library / "notes").code == 0
    assert concepts()["heap"]["name"] == "Binary heap"


@pytest.mark.parametrize(
    ("earlier", "named", "ids"),
    [
        ({}, [["Heap"], ["heap"]], ["heap", "heap-2"]),
        ({"heap": "pile"}, [["Binary heap", "Heap"]], ["pile"]),
        ({"heap": "heap"}, [["Binary heap", "Heap"], ["Heap", "Pile"]], ["binary-heap", "heap"]),
        ({"heap": "heap", "pile": "heap"}, [["Pile"], ["Heap"]], ["heap", "heap-2"]),
        ({"pile": "heap"}, [["Heap"], ["Pile"]], ["heap-2", "heap"]),
    ],
)
def test_ids_stay_with_names(earlier: dict[str, str], named: list[list[str]], ids: list[str]) -> None:
    assert give_ids(named, Earlier({key(name): id_ for name, id_ in earlier.items()})) == ids


def test_the_same_documents_keep_their_ids() -> None:
    documents = [read_document("heap.md", NOTES.encode())]
    graph = build_graph(documents)
    again = build_graph(documents, Earlier.of(graph.outline.ids, graph.outline.names))
    assert again == graph


def _edge(before: str, after: str, sure: float, origin: Origin = Origin.DOCUMENTS) -> Prerequisite:
    return Prerequisite(before, after, sure, origin, ())


def test_levels_show_more_or_fewer_guesses(tmp_path: Path) -> None:
    strict, normal = thresholds()["strict"], thresholds()["normal"]
    low = thresholds()["loose"]
    assert low < normal < strict
    graph = Graph(
        {name: Concept(name, name) for name in "abcd"},
        (_edge("a", "b", strict), _edge("b", "c", normal), _edge("c", "d", low), _edge("a", "d", 0.1, Origin.USER)),
    )
    save_graph(graph, tmp_path)
    graph = load_graph(tmp_path)

    def shown(level: Level) -> set[str]:
        return {edge.before + edge.after for edge in at_level(graph, level).prerequisites}

    assert shown(Level.STRICT) == {"ab", "ad"}
    assert shown(Level.NORMAL) == {"ab", "bc", "ad"}
    assert shown(Level.LOOSE) == {"ab", "bc", "ad", "cd"}


@pytest.mark.parametrize(
    ("edges", "target", "thin"),
    [
        ([], "a", ("a",)),
        ([("a", "b")], "b", ("b",)),
        ([("a", "b"), ("b", "c")], "c", ()),
    ],
)
def test_a_path_says_so_if_little_is_known(edges: list[tuple[str, str]], target: str, thin: tuple[str, ...]) -> None:
    graph = Graph({name: Concept(name, name) for name in "abc"}, tuple(_edge(*pair, 0.9) for pair in edges))
    assert learning_path(graph, target).thin == thin


def test_a_thin_path_names_what_to_do(library: Path) -> None:
    ran = study("path", "--to", "heap", "--no-course")
    assert "little of what it needs" in ran.out
    assert "study graph add" in ran.out


def test_levels_are_chosen_by_name(library: Path) -> None:
    assert study("graph", "--level", "loose", "--json", "--no-course").code == 0
    assert study("graph", "stats", "--level", "strict", "--json").code == 0
    assert study("graph", "--level", "wild").code == 2
