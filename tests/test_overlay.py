"""The atlas laid over the user's concepts: who is whom, what outranks what, and that nothing gives way silently."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest
from atlases import VECTORS, atlas_of, entry, joined, overlaid

from graph.editing.corrections import Correction, Verb, apply_corrections
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Signal, reason_of
from graph.overlay.defining import is_definition
from graph.overlay.joins import Joined, Joins, candidates, is_technical, join
from graph.overlay.laying import lay_over
from graph.overlay.treated import treated_concepts
from graph.queries.disagreements import disagreements
from graph.queries.gaps import find_gaps
from graph.queries.paths import learning_path
from graph.queries.subgraph import own_part
from ingest.model import Span
from ingest.readers import read_document

NOTES = {
    "dot.md": "# Dot product\n\nThe dot product of two vectors is a sum of products. The dot product measures overlap.\n",
    "cosine.md": "# Cosine similarity\n\nCosine similarity is an angle between two vectors. Cosine similarity ranks documents.\n",
}
PAIRS = {"dot-product": "dot-product", "cosine-similarity": "cosine-similarity"}


def ordered(graph: Graph) -> set[tuple[str, str]]:
    return {(edge.before, edge.after) for edge in graph.prerequisites}


def mined(*edges: tuple[str, str, float, Signal]) -> Graph:
    """A graph of documents with these prerequisites and nothing else."""
    names = dict.fromkeys(end for edge in edges for end in edge[:2])
    concepts = {name: Concept(name, name.replace("-", " "), importance=1.0) for name in names}
    made = [
        Prerequisite(a, b, sure, Origin.DOCUMENTS, (Evidence(kind, "d.md", Span(1, 1), f"{b} builds on {a}"),))
        for a, b, sure, kind in edges
    ]
    return Graph(concepts, tuple(made))


def test_the_atlas_adds_concepts_names_reasons_and_times() -> None:
    graph = overlaid(NOTES, PAIRS)
    dot = graph.concepts["dot-product"]
    assert dot.origin is Origin.DOCUMENTS
    assert "scalar product" in dot.aliases
    assert dot.minutes == 15
    assert dot.definition is not None
    assert dot.definition.document == "dot.md"
    norm = graph.concepts["vector-norm"]
    assert norm.origin is Origin.ATLAS
    assert norm.definition is not None
    assert (norm.definition.document, norm.definition.span) == ("atlas:vectors.toml", Span(4, 4))
    edge = next(edge for edge in graph.prerequisites if (edge.before, edge.after) == ("dot-product", "vector-norm"))
    assert edge.origin is Origin.ATLAS
    assert (edge.evidence[0].document, edge.evidence[0].span, edge.evidence[0].quote) == (
        "atlas:vectors.toml",
        Span(8, 8),
        "is the root of one",
    )


@pytest.mark.parametrize(
    ("text", "defines"),
    [
        ("A dot product is the overlap of two vectors.", True),
        ("The dot products of unit vectors are cosines of angles.", True),
        ("A dot product represents the overlap of two vectors.", False),
        ("A dot product is often useful.", False),
        ("**Dot product:** the overlap of two long vectors.", False),
        ("The dot product is $x^T y$ for two vectors.", False),
        ("Overlap is measured by the dot product of vectors.", False),
        ("A dot product measures", False),
    ],
)
def test_a_definition_is_a_sentence_about_its_concept(text: str, defines: bool) -> None:
    assert is_definition(text, ["dot product", "scalar product"]) is defines


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A dot product is the overlap of two vectors.", "dot.md"),
        ("A dot product is what cosine similarity divides by lengths.", "atlas:vectors.toml"),  # comes after it
    ],
)
def test_a_definition_by_what_comes_later_gives_way_to_the_atlas(text: str, place: str) -> None:
    graph = overlaid({**NOTES, "dot.md": f"# Dot product\n\n{text} The dot product is symmetric.\n"}, PAIRS)
    definition = graph.concepts["dot-product"].definition
    assert definition is not None
    assert definition.document == place


def test_of_what_each_suffices_the_reason_is_how_it_helps() -> None:
    atlas = atlas_of(
        *VECTORS.entries.values(),
        replace(
            entry("angle", "An angle is between two vectors.", helps={"dot-product": "it gives the cosine"}),
            choices=(("dot-product", "vector-norm"),),
        ),
    )
    graph = lay_over(Graph(), atlas, Joins(()), {})
    (edge,) = (edge for edge in graph.prerequisites if edge.after == "angle")
    assert edge.before == "dot-product"
    reason = reason_of(edge)
    assert reason is not None
    assert reason.quote == "it gives the cosine"


def test_what_a_definition_names_is_near_though_it_is_required_through_others() -> None:
    assert ("dot-product", "cosine-similarity") in ordered(overlaid(NOTES, PAIRS))


def test_without_it_the_graph_is_as_if_it_never_was() -> None:
    graph = overlaid(NOTES, PAIRS)
    assert graph.without_course() == lay_over(graph.without_course(), atlas_of(), Joins(), {}).without_course()
    assert "vector-norm" not in graph.without_course().concepts


def test_a_path_leads_through_what_no_note_names() -> None:
    graph = overlaid(NOTES, PAIRS)
    path = learning_path(graph, "cosine similarity", None)
    steps = [step.concept.id for step in path.steps]
    assert [id_ for id_ in steps if id_ in VECTORS.entries] == ["number", "vector", "dot-product", "vector-norm", "cosine-similarity"]
    by_id = {step.concept.id: step for step in path.steps}
    assert by_id["vector-norm"].is_gap
    assert not by_id["dot-product"].is_gap
    assert by_id["dot-product"].reading[0].document == "dot.md"
    assert [step.concept.id for step in learning_path(graph, "vector norm").steps][-1] == "vector-norm"


def test_what_most_of_the_atlas_builds_on_is_folded_but_for_what_is_elementary_itself() -> None:
    graph = overlaid(NOTES, PAIRS)
    assert "number" in learning_path(graph, "cosine similarity").folded
    assert [step.concept.id for step in learning_path(graph, "vector").steps] == ["number", "vector"]


def test_the_graph_shows_the_users_concepts_and_what_they_build_on() -> None:
    shown = own_part(overlaid({"dot.md": NOTES["dot.md"]}, {"dot-product": "dot-product"}))
    assert {"dot-product", "vector", "number"} <= set(shown.concepts)
    assert {"vector-norm", "cosine-similarity"}.isdisjoint(shown.concepts)
    assert not {concept.origin for concept in own_part(overlaid({"dot.md": NOTES["dot.md"]}, {})).concepts.values()} & {Origin.ATLAS}


def test_a_concept_of_the_same_name_that_is_something_else_stays_apart() -> None:
    graph = overlaid({"vector.md": "# Vector\n\nA vector is an animal that carries a disease. A vector bites.\n"}, {})
    assert graph.concepts["vector"].definition is not None
    assert graph.concepts["vector"].definition.document == "vector.md"
    assert graph.concepts["vector-2"].name == "Vector (atlas)"
    assert learning_path(graph, "vector").target == "vector"
    assert ("number", "vector") not in ordered(graph)


def test_a_lesson_is_read_where_the_notes_have_nothing() -> None:
    lessons = [
        read_document(f"{name}.md", f"# {name}\n\nA {name} is told here.\n\nMore of it.\n".encode()) for name in ("vector", "dot-product")
    ]
    graph = overlaid(NOTES, PAIRS, course=lessons)
    steps = {step.concept.id: step for step in learning_path(graph, "dot product").steps}
    assert [place.document for place in steps["vector"].reading] == ["course:vector.md"]
    assert steps["vector"].is_gap
    assert "course:dot-product.md" not in [place.document for place in steps["dot-product"].reading]


@pytest.mark.parametrize(
    ("kind", "sure", "wins"),
    [
        (Signal.REQUIRES, 0.99, "documents"),  # a note requires it
        (Signal.CUE, 0.85, "documents"),  # the text says "builds on"
        (Signal.CUE, 0.7, "atlas"),  # so it does, but much speaks against it
        (Signal.OPENING, 0.99, "atlas"),  # a guess
    ],
)
def test_what_is_stated_outranks_the_atlas_and_that_outranks_a_guess(kind: Signal, sure: float, wins: str) -> None:
    bare = mined(("cosine-similarity", "vector-norm", sure, kind))
    graph = lay_over(bare, VECTORS, joined({"cosine-similarity": "cosine-similarity", "vector-norm": "vector-norm"}), {})
    assert (("cosine-similarity", "vector-norm") in ordered(graph)) is (wins == "documents")
    assert (("vector-norm", "cosine-similarity") in ordered(graph)) is (wins == "atlas")
    (one,) = disagreements(graph)
    assert str(one.gave_way.origin) == ("atlas" if wins == "documents" else "documents")
    assert (one.counts[0].before, one.counts[-1].after) == (one.gave_way.after, one.gave_way.before)
    assert any(note.cycle == (one.gave_way.before, one.gave_way.after) for note in graph.notes)
    assert nx.is_directed_acyclic_graph(nx.DiGraph(ordered(graph)))


def test_of_a_chain_that_contradicts_a_note_the_last_link_goes() -> None:
    graph = lay_over(
        mined(("cosine-similarity", "vector", 0.99, Signal.REQUIRES)),
        VECTORS,
        joined({"cosine-similarity": "cosine-similarity", "vector": "vector"}),
        {},
    )
    assert {("vector", "dot-product"), ("dot-product", "vector-norm"), ("cosine-similarity", "vector")} <= ordered(graph)
    assert [(edge.before, edge.after) for edge in graph.contradicted] == [("vector-norm", "cosine-similarity")]


def test_a_correction_outranks_the_atlas_and_is_listed() -> None:
    graph = overlaid(NOTES, PAIRS)
    corrected = apply_corrections(graph, [Correction(Verb.ACCEPT, ("Cosine similarity", "Dot product"))]).graph
    assert ("cosine-similarity", "dot-product") in ordered(corrected)
    assert {str(one.counts[0].origin) for one in disagreements(corrected)} == {"user"}
    assert all(one.gave_way.origin is not Origin.USER for one in disagreements(corrected))
    assert nx.is_directed_acyclic_graph(nx.DiGraph(ordered(corrected)))


@pytest.mark.parametrize(
    ("before", "after", "kind", "sure", "counts"),
    [
        ("vector", "cosine-similarity", Signal.OPENING, 0.6, True),  # the atlas has it through others
        ("vector", "cosine-similarity", Signal.MENTION, 0.6, False),  # it does, but a mention says too little
        ("dot-product", "plane", Signal.OPENING, 0.6, False),  # the atlas knows both, and has neither before the other
        ("dot-product", "plane", Signal.DEFINITION, 0.95, True),  # but the definition uses it
        ("dot-product", "angle", Signal.DEFINITION, 0.6, True),  # the atlas says that it helps, and the notes use it
        ("dot-product", "angle", Signal.OPENING, 0.6, False),  # it only helps
        ("dot-product", "search", Signal.OPENING, 0.6, True),  # the atlas knows one of them
    ],
)
def test_a_guess_beside_the_atlas(before: str, after: str, kind: Signal, sure: float, counts: bool) -> None:
    atlas = atlas_of(
        *VECTORS.entries.values(),
        entry("plane", "A plane is flat.", {"vector": "two of them span it"}),
        entry(
            "angle", "An angle is between two vectors.", {"vector": "two of them make one"}, helps={"dot-product": "it gives the cosine"}
        ),
    )
    names = {name: name for name in (before, after) if name in atlas.entries}
    graph = lay_over(mined((before, after, sure, kind)), atlas, joined(names), {})
    assert ((before, after) in ordered(graph)) is counts
    assert counts or graph.related_to(before)


def test_two_names_of_one_entry_are_told_apart_or_are_one() -> None:
    bare = mined(("precision", "f1", 0.9, Signal.CUE), ("recall", "f1", 0.9, Signal.CUE))
    atlas = atlas_of(entry("precision-and-recall", "Precision and recall count hits.", aliases=("precision", "recall")))
    graph = lay_over(bare, atlas, Joins((Joined("recall", "precision-and-recall", 1.0, same=("precision",)),)), {})
    assert graph.moved == {"precision": "recall"}
    assert graph.concepts["recall"].name == "Precision and recall"
    assert ordered(graph) == {("recall", "f1")}
    beside = lay_over(bare, VECTORS, Joins((Joined("recall", "vector-norm", 1.0, beside=("precision",)),)), {})
    assert {("dot-product", "recall"), ("dot-product", "precision")} <= ordered(beside)


def test_what_has_a_section_of_its_own_is_no_gap_though_it_became_no_concept() -> None:
    text = "# Geometry\n\n## Vector norm\n\nThe root of the dot product with itself.\n\n## Numbers we saw\n\nFour.\n"
    document = read_document("geometry.md", text.encode())
    treated = treated_concepts([document], VECTORS, Graph(), ())
    assert set(treated) == {"vector-norm"}
    found = candidates(Graph(treated), VECTORS)
    joins = join(Graph(), VECTORS, found, [0.7], {}, treated)
    graph = lay_over(Graph(), VECTORS, joins, {}, treated)
    assert graph.concepts["vector-norm"].origin is Origin.DOCUMENTS
    assert graph.concepts["vector-norm"].about[0].span == Span(3, 5)
    assert "vector-norm" not in {gap.concept.id for gap in find_gaps(graph).found}
    assert not treated_concepts([document], VECTORS, Graph(), ["vector-norm"])
    assert not join(Graph(), VECTORS, found, [0.0], {}, treated).joined


def test_gaps_are_what_others_build_on_and_no_note_treats() -> None:
    graph = overlaid(NOTES, PAIRS)
    gaps = find_gaps(graph)
    assert {gap.concept.id for gap in gaps.found} == {"number", "vector", "vector-norm"}
    norm = next(gap for gap in gaps.found if gap.concept.id == "vector-norm")
    assert [reason.concept for reason in norm.because] == ["cosine-similarity"]
    assert norm.needed_by == 1
    assert [gap.concept.id for gap in find_gaps(graph, "dot product").found] == ["vector", "number"]
    assert [gap.concept.id for gap in find_gaps(graph, "dot product", known=["vector"]).found] == []
    assert not find_gaps(graph.without_course()).found


@pytest.mark.parametrize(
    ("name", "technical"),
    [
        ("gradient boosting machine", True),
        ("cosine similarity", True),
        ("stem", False),
        ("entropy", False),
        ("PCA", False),
        ("the kernel", False),
    ],
)
def test_a_name_of_several_words_needs_less_evidence(name: str, technical: bool) -> None:
    assert is_technical(name) is technical


def test_candidates_share_a_name_in_any_spelling() -> None:
    bare = mined(("scalar products", "cosine-similarity", 0.9, Signal.CUE), ("stem", "dot-product", 0.9, Signal.CUE))
    assert {(one.concept, one.entry) for one in candidates(bare, VECTORS)} == {
        ("scalar products", "dot-product"),
        ("cosine-similarity", "cosine-similarity"),
        ("dot-product", "dot-product"),
    }
