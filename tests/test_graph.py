"""The graph as a whole: evidence that stands where it says, no cycles, the course laid over, the file it is kept in."""

import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import atlases
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.contract.graph import graph_to_json
from graph.build import build_graph
from graph.errors import GraphDamaged
from graph.model.acyclic import closing_no_cycle
from graph.model.levels import Level, at_level
from graph.model.store import FILE, load_graph, related_concepts, save_graph
from graph.model.values import Evidence, Graph, LeftOut, Origin, Place, Prerequisite, Signal, is_explicit
from graph.overlay.laying import lay_over
from graph.prerequisites.judge import acyclic, defer
from graph.text.fitted import Fitted, Trees
from ingest.model import Document, Span
from ingest.readers import read_document

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "documents"

VECTORS = """# Vectors

## Vector

A vector is a list of numbers with a length and a direction.

## Dot product

The dot product is a number computed from two vectors, the sum of the products of their entries.

## Cosine similarity

Cosine similarity is based on the dot product, divided by both lengths. Unlike Euclidean distance, cosine similarity ignores length.

## Euclidean distance

Euclidean distance is the length of the difference of two vectors.
"""


def read(text: str, name: str) -> Document:
    return read_document(name, text.encode())


def note(title: str, requires: str, body: str, aliases: str = "") -> str:
    return f"---\ntitle: {title}\naliases: [{aliases}]\nrequires: [{requires}]\nminutes: 5\n---\n\n# {title}\n\n{body}\n"


def ordered(graph: Graph) -> set[tuple[str, str]]:
    return {(edge.before, edge.after) for edge in graph.prerequisites}


def is_acyclic(graph: Graph) -> bool:
    return bool(nx.is_directed_acyclic_graph(nx.DiGraph([(edge.before, edge.after) for edge in graph.prerequisites])))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def stands(documents: dict[str, Document], cited: Evidence | Place) -> bool:
    """True if a quote is at its lines."""
    document = documents[cited.document.removeprefix("course:")]
    text = next(text for text in document.texts if text.part == cited.span.part)
    return squeezed(cited.quote) in squeezed("\n".join(text.lines[cited.span.first - 1 : cited.span.last]))


def all_cited(graph: Graph) -> list[Evidence | Place]:
    found: list[Evidence | Place] = [seen for edge in graph.prerequisites for seen in edge.evidence]
    found += [seen for pair in graph.related for seen in pair.evidence]
    for concept in graph.concepts.values():
        found += [*concept.about, *concept.mentioned, *([concept.definition] if concept.definition else [])]
    return found


def corpora() -> list[list[Document]]:
    found = [[read(VECTORS, "vectors.md")]]
    course = sorted((ROOT / "data" / "course").glob("*.md"))
    if course:
        found.append([read_document(file.name, file.read_bytes()) for file in course])
    if REFERENCE.is_dir():
        found.append([read_document(file.name, file.read_bytes()) for file in sorted(REFERENCE.glob("*.txt"))])
    return found


def test_what_a_definition_uses_comes_first() -> None:
    found = ordered(build_graph([read(VECTORS, "vectors.md")]))
    assert ("dot-product", "cosine-similarity") in found
    assert ("vector", "dot-product") in found


def test_contrast_is_no_prerequisite() -> None:
    found = ordered(at_level(build_graph([read(VECTORS, "vectors.md")]), Level.NORMAL))
    assert ("euclidean-distance", "cosine-similarity") not in found


def test_what_a_thing_is_a_kind_of_comes_first() -> None:
    text = """# Sorting

## Heap

A heap is a tree kept in order. Heaps grow and shrink.

## Quicksort

Quicksort is a partition sort that recurses. Quicksort is fast.

## Partition sort

Partition sort cuts a list in two. Partition sort needs a pivot.

## Sorting algorithms

- Heap sort: heap with repeated removal
- In place: quicksort, heap sort
"""
    found = ordered(build_graph([read(text, "sorting.md")]))
    assert {("partition-sort", "quicksort"), ("heap", "heap-sort")} <= found
    assert not {("quicksort", "partition-sort"), ("heap-sort", "heap")} & found


def test_a_sentence_with_an_equals_sign_is_no_formula() -> None:
    text = "## Power\n\nPower is a probability.\n\n- High power = the sample is large\n\n## Sample\n\nA sample is a set of people.\n"
    graph = build_graph([read(text, "tests.md")])
    assert not any(seen.kind is Signal.FORMULA for edge in graph.prerequisites for seen in edge.evidence)


def test_a_formula_ends_where_a_consequence_or_another_begins() -> None:
    text = """# Trees

## Impurity

Impurity is how mixed a node is. Entropy is the mean surprise of a draw. Pruning is the removal of nodes. Gini is the chance of a miss.

- Gini = 1 - sum of squares of the impurity (fast) Entropy: H = minus the mean logarithm → pruning
"""
    formulas = {(edge.before, edge.after) for edge in build_graph([read(text, "trees.md")]).prerequisites
                if any(seen.kind is Signal.FORMULA for seen in edge.evidence)}  # fmt: skip
    assert not {("entropy", "gini"), ("pruning", "gini")} & formulas


def test_every_quote_stands_at_its_lines_and_nothing_cycles() -> None:
    for documents in corpora():
        graph = build_graph(documents)
        byname = {document.name: document for document in documents}
        for cited in all_cited(graph):
            assert stands(byname, cited), cited
        assert is_acyclic(graph)
        assert all(0 <= edge.confidence <= 1 and edge.evidence for edge in graph.prerequisites)


def test_front_matter_requirements_are_always_honoured() -> None:
    one = read(note("Heap", "", "A heap is a tree kept in order."), "heap.md")
    two = read(note("Heap sort", "Heap", "Heap sort is a sorting algorithm."), "heap-sort.md")
    graph = build_graph([two, one])
    edge = next(edge for edge in graph.prerequisites if (edge.before, edge.after) == ("heap", "heap-sort"))
    assert edge.confidence > 0.95
    assert edge.evidence[0].kind is Signal.REQUIRES
    assert edge.evidence[0].document == "heap-sort.md"


def test_requirements_that_cycle_lose_the_last_and_say_so() -> None:
    one = read(note("Chicken", "Egg", "A chicken is a bird."), "a.md")
    two = read(note("Egg", "Chicken", "An egg is a cell."), "b.md")
    graph = build_graph([one, two])
    assert len([edge for edge in graph.prerequisites if is_explicit(edge)]) == 1
    (lost,) = [each for each in graph.notes if each.cycle]
    assert set(lost.cycle or ()) == {"chicken", "egg"}
    assert "would close a cycle" in lost.text
    assert is_acyclic(graph)


def test_what_a_note_does_not_list_counts_less() -> None:
    body = "Tower sort is a sorting algorithm that uses a heap and a shelf. Tower sort builds on the heap."
    parts = [
        note("Heap", "", "A heap is a tree kept in order."),
        note("Shelf", "", "A shelf is a board."),
        note("Tree", "", "A tree is a graph."),
    ]
    silent = note("Tower sort", "", body).replace("requires: []\n", "")
    free = build_graph([read(text, f"{at}.md") for at, text in enumerate([*parts, silent])])
    stated = build_graph([read(text, f"{at}.md") for at, text in enumerate([*parts, note("Tower sort", "Tree", body)])])
    assert {edge.before for edge in free.before("tower-sort")} >= {"heap", "shelf"}
    assert stated.before("tower-sort")[0].before == "tree"
    sure = {edge.before: edge.confidence for edge in free.before("tower-sort")}
    for edge in stated.before("tower-sort")[1:]:
        assert edge.confidence <= 0.5 * sure[edge.before] + 0.001


def test_a_note_that_requires_nothing_needs_nothing() -> None:
    heap = read(note("Heap", "", "A heap is a tree kept in order."), "heap.md")
    text = note("Heap sort", "", "Heap sort is a sorting algorithm that uses a heap. Heap sort builds on the heap.")
    assert not build_graph([heap, read(text, "sort.md")]).before("heap-sort")
    silent = text.replace("requires: []\n", "")
    assert [edge.before for edge in build_graph([heap, read(silent, "sort.md")]).before("heap-sort")] == ["heap"]


@pytest.mark.parametrize("link", ["[[Heap]]", "[[Heap|a heap]]", "[heap](heap.md)"])
def test_a_link_to_another_note_is_evidence(link: str) -> None:
    heap = read("---\ntitle: Heap\n---\n\nA heap is a tree kept in order.\n", "heap.md")
    sort = read(f"---\ntitle: Heap sort\n---\n\nHeap sort orders numbers. First {link} is filled.\n", "sort.md")
    graph = build_graph([heap, sort])
    assert Signal.LINK in {seen.kind for edge in graph.before("heap-sort") for seen in edge.evidence}
    web = read("---\ntitle: Heap sort\n---\n\nHeap sort orders numbers. First [heap](https://example.org) is filled.\n", "sort.md")
    assert Signal.LINK not in {seen.kind for edge in build_graph([heap, web]).before("heap-sort") for seen in edge.evidence}


def test_what_the_listed_ones_need_keeps_its_place() -> None:
    def mined(before: str, after: str, sure: float) -> Prerequisite:
        return Prerequisite(before, after, sure, Origin.DOCUMENTS, (Evidence(Signal.CUE, "d", Span(1, 1), "q"),))

    def listed(before: str, after: str) -> Prerequisite:
        return Prerequisite(before, after, 0.99, Origin.DOCUMENTS, (Evidence(Signal.REQUIRES, "d", Span(1, 1), "q"),))

    found = [mined("a", "c", 0.6), mined("x", "c", 0.6), mined("c", "b", 0.9), mined("x", "a", 0.6)]
    kept, related = defer(found, [listed("a", "b"), listed("b", "c")])
    assert [(edge.before, edge.after, edge.confidence) for edge in kept] == [("a", "c", 0.6), ("x", "a", 0.6)]
    assert [(pair.first, pair.second) for pair in related] == [("c", "x")]


def test_a_requirement_that_names_nothing_is_noted() -> None:
    graph = build_graph([read(note("Heap sort", "Unicorns", "Heap sort is a sorting algorithm."), "a.md")])
    assert any("Unicorns" in lost.text and lost.cycle is None for lost in graph.notes)


def overlaid() -> Graph:
    bare = build_graph([read(VECTORS, "vectors.md")])
    return lay_over(bare, atlases.VECTORS, atlases.joined({"dot-product": "dot-product", "vector": "vector"}), {})


edges = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.floats(0, 1), st.booleans()), max_size=60)


@given(edges)
@settings(deadline=None)
def test_any_set_of_edges_becomes_acyclic(found: list[tuple[int, int, float, bool]]) -> None:
    made = [
        Prerequisite(
            f"c{a}", f"c{b}", sure, Origin.DOCUMENTS, (Evidence(Signal.REQUIRES if explicit else Signal.CUE, "d", Span(1, 1), "q"),)
        )
        for a, b, sure, explicit in found
        if a != b
    ]
    notes: list[LeftOut] = []
    kept = acyclic(made, notes)
    assert nx.is_directed_acyclic_graph(nx.DiGraph([(edge.before, edge.after) for edge in kept]))
    assert len(kept) + len(notes) == len(made)
    explicit_graph = nx.DiGraph([(edge.before, edge.after) for edge in made if is_explicit(edge)])
    if nx.is_directed_acyclic_graph(explicit_graph):
        assert {edge for edge in made if is_explicit(edge)} <= set(kept)


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij")), max_size=60))
@settings(deadline=None)
def test_exactly_what_closes_a_cycle_is_left_out(found: list[tuple[str, str]]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from("abcdefghij")
    for (before, after), fits in zip(found, closing_no_cycle(found), strict=True):
        assert fits is not (before == after or nx.has_path(graph, after, before))
        if fits:
            graph.add_edge(before, after)


def test_notes_of_an_older_file_are_read(tmp_path: Path) -> None:
    save_graph(Graph(notes=(LeftOut("new", ("a", "b")),)), tmp_path)
    assert load_graph(tmp_path).notes == (LeftOut("new", ("a", "b")),)
    with closing(sqlite3.connect(tmp_path / "graph.sqlite")) as base:
        base.execute("UPDATE outlines SET value = ? WHERE name = 'notes'", (b'["old"]',))
        base.execute("DELETE FROM outlines WHERE name = 'crc32'")
        base.commit()
    assert load_graph(tmp_path).notes == (LeftOut("old"),)


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    graph = overlaid()
    save_graph(graph, tmp_path)
    assert load_graph(tmp_path) == graph
    bare = graph.without_course()
    assert load_graph(tmp_path, authored=False) == load_graph(tmp_path).without_course() == bare
    save_graph(bare, tmp_path)
    assert load_graph(tmp_path) == bare
    save_graph(Graph(), tmp_path)
    assert load_graph(tmp_path) == Graph()


def test_a_read_only_file_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    folder.mkdir()
    save_graph(overlaid(), folder)
    (folder / FILE).chmod(0o400)
    folder.chmod(0o500)
    try:
        assert load_graph(folder).concepts
        assert [file.name for file in folder.iterdir()] == [FILE]
    finally:
        folder.chmod(0o700)


def test_lines_lead_to_their_concepts(tmp_path: Path) -> None:
    save_graph(overlaid(), tmp_path)
    found = related_concepts(tmp_path, [("vectors.md", Span(13, 13))], 3)
    assert found[0] == "cosine-similarity"
    assert related_concepts(tmp_path, [("vectors.md", Span(900, 901))], 3) == []
    assert related_concepts(tmp_path, [("nowhere.md", Span(1, 1))], 3) == []


def test_damage_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphDamaged):
        load_graph(tmp_path)
    save_graph(overlaid(), tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    for broken in (b"", b"not a database at all", whole[: len(whole) // 2], whole[:4096] + bytes(len(whole) - 4096)):
        (tmp_path / FILE).write_bytes(broken)
        with pytest.raises(GraphDamaged):
            load_graph(tmp_path)


@pytest.mark.parametrize("column", ["ids", "names", "before", "flags"])
def test_a_lost_bit_of_what_paths_walk_is_noticed(tmp_path: Path, column: str) -> None:
    save_graph(build_graph([read(VECTORS, "vectors.md")]), tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE)) as base:
        (value,) = base.execute("SELECT value FROM outlines WHERE name = ?", (column,)).fetchone()
        base.execute("UPDATE outlines SET value = ? WHERE name = ?", (bytes([value[0] ^ 1]) + value[1:], column))
        base.commit()
    with pytest.raises(GraphDamaged, match="Ingest the same folders again"):
        load_graph(tmp_path)


def test_graph_json_has_the_promised_shape() -> None:
    graph = overlaid()
    value = graph_to_json(graph)
    concept = next(concept for concept in value["concepts"] if concept["id"] == "dot-product")
    assert {"id", "name", "aliases", "mentions", "definition"} <= set(concept)
    assert concept["definition"]["citation"]["lines"] == [9, 9]
    edge = value["prerequisites"][0]
    assert {"from", "to", "confidence", "origin", "evidence"} <= set(edge)
    assert {"kind", "document", "lines", "quote"} <= set(edge["evidence"][0])
    assert {edge["origin"] for edge in value["prerequisites"]} == {"documents", "atlas"}


def test_weights_and_trees_make_a_probability() -> None:
    trees = Trees(0.5, np.array([[0, 1, 1]]), np.array([[0.0, 2.0, 5.0]]), np.array([[1.0, 2.0, 3.0, 4.0]]))
    model = Fitted(-1.0, (2.0, 0.0), 0.5)
    assert model.probability((0.5, 9.0)) == pytest.approx(0.5)
    rows = np.array([[-1.0, 2.0], [1.0, 6.0]])
    assert model.probabilities(rows) == pytest.approx([1 / (1 + math.exp(3)), 1 / (1 + math.exp(-1))])
    both = replace(model, trees=trees, slope=2.0, shift=1.0)
    assert both.probabilities(rows) == pytest.approx(
        [1 / (1 + math.exp(-(2 * (-3 + 1.5) / 2 + 1))), 1 / (1 + math.exp(-(2 * (1 + 4.5) / 2 + 1)))]
    )
