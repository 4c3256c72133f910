"""Learning paths: in order, not too long, each step with its reason; and understanding what a person calls a concept."""

from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.contract.graph import path_to_json
from graph.build import build_graph
from graph.errors import UnknownConcept
from graph.model.values import Concept, Evidence, Graph, Origin, Place, Prerequisite, Signal
from graph.queries.paths import learning_path
from graph.queries.resolve import find_concept
from graph.text.normal import key
from ingest.errors import UsageError
from ingest.model import Span
from ingest.readers import read_document

ROOT = Path(__file__).resolve().parents[1]


def concept(name: str, *aliases: str) -> Concept:
    return Concept("-".join(name.lower().split()), name, aliases)


def edge(before: str, after: str, confidence: float = 0.8) -> Prerequisite:
    return Prerequisite(before, after, confidence, Origin.DOCUMENTS, (Evidence(Signal.CUE, "d.md", Span(1, 1), "quote"),))


def made(concepts: list[Concept], edges: list[Prerequisite]) -> Graph:
    return Graph({one.id: one for one in concepts}, tuple(edges))


NAMES = made(
    [
        concept("Reinforcement learning from human feedback", "RLHF"),
        concept("Multi-head latent attention", "MLA"),
        concept("Multi-head attention", "MHA"),
        concept("Temperature scaling"),
        concept("Gradient boosting", "GBM"),
        concept("Random forest"),
    ],
    [],
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rlhf", "reinforcement-learning-from-human-feedback"),
        ("multi head latent attention", "multi-head-latent-attention"),
        ("temp scaling", "temperature-scaling"),
        ("gbm", "gradient-boosting"),
        ("random forests", "random-forest"),
        ("Random-Forest", "random-forest"),
        ("gradient bosting", "gradient-boosting"),
        ("random forest algorithm", "random-forest"),
        ("multi-head-attention", "multi-head-attention"),
    ],
)
def test_loose_names_are_understood(text: str, found: str) -> None:
    assert find_concept(NAMES, text)[0] == found


def test_ambiguous_names_list_the_others() -> None:
    found, others = find_concept(NAMES, "multi head")
    assert {found, *others} == {"multi-head-attention", "multi-head-latent-attention"}


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(UnknownConcept) as raised:
        find_concept(NAMES, "randum florist")
    assert "Random forest" in raised.value.nearest
    with pytest.raises(UsageError, match="Name a concept"):
        find_concept(NAMES, "")
    with pytest.raises(UnknownConcept):
        learning_path(Graph(), "anything")


def test_steps_stand_in_order_with_reasons() -> None:
    graph = made([concept(name) for name in "abcd"], [edge("a", "b"), edge("b", "c"), edge("a", "c"), edge("d", "c", 0.6)])
    path = learning_path(graph, "c")
    order = [step.concept.id for step in path.steps]
    assert order[-1] == "c"
    assert order.index("a") < order.index("b")
    reasons = {step.concept.id: [reason.concept for reason in step.because] for step in path.steps}
    assert reasons["b"] == ["a"]
    assert set(reasons["c"]) == {"a", "b", "d"}
    assert set(reasons["a"]) <= {"b", "c"}, "a foundation says what it is needed for"


def test_what_does_not_fit_is_folded() -> None:
    graph = made([concept(f"c{n}") for n in range(30)], [edge(f"c{n}", "c29", 0.5 + n / 100) for n in range(29)])
    path = learning_path(graph, "c29", limit=5)
    assert [step.concept.id for step in path.steps][-1] == "c29"
    assert len(path.steps) == 5
    assert len(path.folded) == 25
    assert len(learning_path(graph, "c29", limit=1).steps) == 1


def test_reading_holds_sections_first_and_nothing_twice() -> None:
    def place(first: int, last: int, weight: float, document: str = "d.md") -> Place:
        return Place(document, Span(first, last), "D", (), "quote", weight)

    whole, inside, other, sentence = place(10, 40, 1.0), place(12, 12, 0.6), place(3, 9, 0.75), place(50, 50, 0.6)
    told = Concept("a", "a", about=(whole, inside, sentence, other, place(10, 40, 0.5, "e.md")))
    (step,) = learning_path(made([told], []), "a").steps
    assert step.reading == (whole, other, sentence)


def test_a_word_without_text_of_its_own_is_folded_first() -> None:
    treated = Concept("treated", "treated", definition=Place("d.md", Span(1, 1), "D", (), "quote", 1.0))
    graph = made([concept("goal"), treated, concept("token")], [edge("treated", "goal", 0.7), edge("token", "goal", 0.8)])
    path = learning_path(graph, "goal", limit=2)
    assert [step.concept.id for step in path.steps] == ["treated", "goal"]
    assert path.folded == ("token",)


def test_words_that_nothing_is_written_about_are_no_steps_on_the_way() -> None:
    told = [Concept(name, name, definition=Place("d.md", Span(1, 1), "D", (), "quote", 1.0)) for name in ("goal", "between")]
    longer = Concept("market-price", "market price", definition=told[0].definition)
    edges = [edge("between", "goal"), edge("word", "between", 0.9), edge("market-price", "goal"), edge("price", "market-price", 0.9)]
    graph = made([*told, longer, concept("word"), concept("price")], [*edges, edge("price", "goal", 0.9)])
    path = learning_path(graph, "goal")
    assert [step.concept.id for step in path.steps] == ["between", "market-price", "goal"]
    assert set(path.folded) == {"word", "price"}
    assert {step.concept.id for step in learning_path(graph, "goal", None).steps} == {"word", "price", "between", "market-price", "goal"}


def test_what_more_has_to_do_with_comes_first() -> None:
    told = [Concept(name, name, definition=Place("d.md", Span(1, 1), "D", (), "quote", 1.0)) for name in ("broad", "narrow", "goal")]
    others = [concept(f"other {number}") for number in range(3)]
    edges = [edge("narrow", "goal", 0.7), edge("broad", "goal", 0.9), *(edge("broad", other.id) for other in others)]
    path = learning_path(made([*told, *others], edges), "goal")
    assert [step.concept.id for step in path.steps] == ["broad", "narrow", "goal"]


def test_of_a_long_chapter_the_beginning_is_read() -> None:
    long = "The planet goes round its star on a path that was measured with great care by many people over many nights. " * 60
    text = f"# Orbit\n\nAn orbit is the path of a planet.\n\n## Period\n\n{long}\n\n## Energy\n\n{long}\n"
    (place, *_) = build_graph([read_document("orbits.md", text.encode())]).concepts["orbit"].about
    assert (place.span.first, place.span.last) == (1, 4)


def test_the_course_leads_to_rlhf_by_its_own_chain() -> None:
    course = sorted((ROOT / "data" / "course").glob("*.md"))
    graph = build_graph([read_document(file.name, file.read_bytes()) for file in course])
    steps = [key(step.concept.name) for step in learning_path(graph, "rlhf").steps]
    chains = [
        ["Reinforcement learning", "PPO", "RLHF"],
        ["Bradley-Terry model", "Reward model", "RLHF"],
        ["Language model", "Supervised fine-tuning", "RLHF"],
        ["Cross-entropy", "KL divergence", "RLHF"],
    ]
    for names in chains:
        at = [steps.index(key(name)) for name in names]
        assert at == sorted(at)
    assert not {"reward", "distribution", "token"} & set(steps)


pairs = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24), st.floats(0.05, 1)), max_size=120)


@given(pairs, st.integers(0, 24), st.integers(1, 15))
@settings(deadline=None)
def test_paths_are_topological_short_and_made_of_ancestors(found: list[tuple[int, int, float]], target: int, limit: int) -> None:
    edges = {(min(a, b), max(a, b)): sure for a, b, sure in found if a != b}
    graph = made([concept(f"c{n}") for n in range(25)], [edge(f"c{a}", f"c{b}", sure) for (a, b), sure in edges.items()])
    path = learning_path(graph, f"c{target}", limit)
    order = [step.concept.id for step in path.steps]
    whole = nx.DiGraph([(one.before, one.after) for one in graph.prerequisites])
    whole.add_nodes_from(graph.concepts)
    assert order[-1] == f"c{target}"
    assert len(order) == len(set(order)) <= limit
    assert set(order[:-1]) | set(path.folded) == nx.ancestors(whole, f"c{target}")
    for at, one in enumerate(order):
        assert not any(nx.has_path(whole, later, one) for later in order[at + 1 :])
    for step in path.steps[:-1]:
        assert step.because
    for step in path.steps:
        assert {reason.concept for reason in step.because} <= set(order)


def test_path_json_has_the_promised_shape() -> None:
    text = (
        b"# Sorting\n\n## Heap\n\nA heap is a tree kept in order.\n\n## Heap sort\n\nHeap sort is a sorting algorithm that uses a heap.\n"
    )
    graph = build_graph([read_document("sorting.md", text)])
    value = path_to_json(learning_path(graph, "heap sort"))
    assert value["target"] == "heap-sort"
    assert [step["concept"] for step in value["steps"]][-2:] == ["heap", "heap-sort"]
    last = value["steps"][-1]
    assert last["mastery"] is None
    assert last["definition"]["text"].startswith("Heap sort is")
    assert last["because"][0]["concept"] == "heap"
    citation = last["because"][0]["evidence"][0]
    assert set(citation) == {"id", "document", "title", "section", "part", "lines", "quote", "kind"}
    assert citation["document"] == "sorting.md"
    assert last["reading"][0]["title"] == "Sorting"
    assert last["minutes"] == 2  # nothing is learned in less


def test_a_step_names_what_it_requires_that_was_folded() -> None:
    required = [
        Prerequisite(before, after, 0.9, Origin.DOCUMENTS, (Evidence(Signal.REQUIRES, "d.md", Span(1, 1), before),))
        for before, after in (("sum", "mean"), ("mean", "variance"), ("variance", "z-score"))
    ]
    graph = made([concept(name) for name in ("sum", "mean", "variance", "z-score")], required)
    assert [step.assumes for step in learning_path(graph, "z-score", limit=2).steps] == [("mean",), ()]
    assert [step.assumes for step in learning_path(graph, "z-score", limit=2, known=["mean"]).steps] == [(), ()]
