"""Under an answer: at most two strong prerequisites that the answer takes for granted."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import study

from graph.concepts.lexicon import find_names
from graph.model.values import Concept, Graph, Origin, Prerequisite
from graph.queries.learn_first import learn_first


def edge(before: str, after: str, confidence: float = 0.95) -> Prerequisite:
    return Prerequisite(before, after, confidence, Origin.DOCUMENTS, ())


NAMES = {id_: id_.capitalize() for id_ in ("attention", "softmax", "variance", "gradient", "query", "rope")}
GRAPH = Graph(
    {id_: Concept(id_, name) for id_, name in NAMES.items()},
    (
        edge("softmax", "attention", 0.99),
        edge("variance", "attention"),
        edge("gradient", "attention", 0.9),
        edge("query", "attention", 0.5),
    ),
)


@pytest.mark.parametrize(
    ("question", "related", "answer", "first"),
    [
        ("how does attention work", (), "A softmax of scores whose variance is one.", ("softmax", "variance")),
        ("how does attention work", (), "The gradient, the variance and the softmax.", ("softmax", "variance")),
        ("how does attention work", (), "It compares a query with keys.", ()),
        ("why does attention need softmax", (), "The softmax has a gradient.", ("gradient",)),
        ("why divide by sqrt d", ("attention",), "The variance grows.", ("variance",)),
        ("why divide by sqrt d", (), "The variance grows.", ()),
        ("why divide by sqrt d", ("gone",), "The variance grows.", ()),
        ("what is RoPE", ("attention",), "It keeps the variance.", ()),
    ],
)
def test_what_an_answer_takes_for_granted(question: str, related: tuple[str, ...], answer: str, first: tuple[str, ...]) -> None:
    assert learn_first(GRAPH, question, related, answer) == first


def test_the_command_line_says_it_quietly(tmp_path: Path, encoder_cache: Path) -> None:
    (tmp_path / "notes").mkdir()
    for name, head, text in (
        ("Variance", "", "Variance is the expected squared distance from the mean."),
        ("Scaled attention", "requires: [Variance]\n", "Scaled attention divides by √d because the variance of scores is d."),
    ):
        (tmp_path / "notes" / f"{name}.md").write_text(f"---\ntitle: {name}\n{head}---\n# {name}\n\n{text}\n")
    study("ingest", tmp_path / "notes", "--library", tmp_path / "library")
    words = ("ask", "what is scaled attention", "--library", tmp_path / "library")
    assert study(*words, "--json").json["learn_first"] == ["variance"]
    out = " ".join(study(*words).out.split())
    assert "Learn first: Variance (study path --to variance --library" in out


def test_a_function_word_is_no_name_unless_it_is_written_as_one() -> None:
    names = {"is", "overfitting", "fid"}
    assert find_names("what is overfitting", names) == [(8, 19)]
    assert find_names("IS or FID?", names) == [(0, 2), (6, 9)]
