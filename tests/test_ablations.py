"""The table of ablations stays valid: every target exists, a switched-off row changes what it should, and everything is restored."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

import pytest
from samples import WordEncoder, make_index, read_chunks

from assistant.answers.compose.compose import compose_parts
from assistant.answers.model import sentences_of
from assistant.answers.passages.candidates import Ranker
from benchmarks.ablation.figures import Figure, Kind, difference
from benchmarks.ablation.measuring import Measured, measure
from benchmarks.ablation.report import tables
from benchmarks.ablation.row import Area, Row
from benchmarks.ablation.sets import Source, make_library, open_set
from benchmarks.ablation.switching import PACKAGES, Switch, becomes, returns, switched
from benchmarks.ablations import ROWS
from graph.build import build_graph
from index.search import Query, SearchSettings
from ingest.readers import read_document


def row(name: str) -> Row:
    return next(each for each in ROWS if each.name == name)


@pytest.mark.parametrize("each", ROWS, ids=lambda each: each.name)
def test_every_target_of_a_row_exists(each: Row) -> None:
    for switch in each.switches:
        holder, name = switch.holder()
        assert switch.make(getattr(holder, name)) is not getattr(holder, name)
    SearchSettings(**each.settings)
    assert each.switches or each.settings


def test_rows_have_names_of_their_own() -> None:
    names = [each.name for each in ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("target", ["graph.build:no_such_rule", "graph.no_such_room:rule", "graph.build:_Read.no_such_part"])
def test_a_target_that_does_not_exist_is_an_error(target: str) -> None:
    with pytest.raises(LookupError, match="does not exist"), switched([Switch(target, returns(None))]):
        pass


def bindings() -> dict[tuple[str, str], int]:
    modules = [(name, module) for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES]
    return {(name, bound): id(value) for name, module in modules for bound, value in vars(module).items()}


def test_all_rows_put_everything_back() -> None:
    for each in ROWS:
        with switched(each.switches):
            pass
    before = bindings()
    for each in ROWS:
        with switched(each.switches):
            pass
    assert bindings() == before


def test_a_function_is_replaced_wherever_it_was_imported_and_a_constant_only_by_its_name() -> None:
    rooms = [vars(import_module(f"graph.{room}")) for room in ("text.normal", "text.names", "concepts.titles")]
    with switched([Switch("graph.text.normal:words", returns(["x"])), Switch("graph.text.normal:STOP", becomes(frozenset({"y"})))]):
        assert [room["words"]("A b") for room in rooms] == [["x"]] * 3
        assert [room["STOP"] for room in rooms] == [{"y"}] * 3
    assert [room["words"]("A b") for room in rooms] == [["a", "b"]] * 3


BOOSTING = """# Boosting

Boosting is a way to join weak learners.

# Gradient boosting

Gradient boosting is a method for trees.
"""
TRAINING = """# Training

Stochastic gradient descent (SGD) is a method. SGD is fast, SGD uses noise.

With SGD one step is cheap.
"""
VECTORS = """# Vector

A vector is a list of numbers.

# Norm

The norm is the length of a vector.
"""
GRAPHS = {
    "names inside names": BOOSTING,
    "abbreviations": TRAINING,
    "definitions": VECTORS,
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_rule_of_the_graph_switched_off_changes_the_graph(name: str) -> None:
    document = read_document("notes.md", GRAPHS[name].encode())
    whole = build_graph([document])
    with switched(row(name).switches):
        without = build_graph([document])
    assert (whole.concepts, whole.prerequisites) != (without.concepts, without.prerequisites)
    assert build_graph([document]) == whole


NOTES = """# Locks

A mutex is a lock with one owner, and only the owner may open it.

A semaphore is a counter that any thread may raise.

The weather in the valley stays mild until late autumn.

Kinds of locks:

- spinlock: waits and burns time
- mutex: puts the thread to sleep
- semaphore: counts
"""
ANSWERS = {
    "whole list": "list the kinds of locks",
    "relevance gate": "who may open a mutex",
    "instead: best units, 120 words": "who may open a mutex",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_form_of_answer_switched_off_changes_the_answer(name: str, word_encoder: WordEncoder, tmp_path: Path) -> None:
    index = make_index(read_chunks("locks.md", NOTES), word_encoder, tmp_path)
    query = Query.of(ANSWERS[name], word_encoder)
    hits = index.search(query)

    def said() -> list[str]:
        return [sentence.text for sentence in sentences_of(compose_parts([(query, hits)], Ranker(index, word_encoder))[0])]

    whole = said()
    with switched(row(name).switches):
        without = said()
    assert whole != without
    assert said() == whole


MEAN = Figure.of(Kind.MEAN, [0.0, 1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (MEAN, Figure.of(Kind.MEAN, [0.0, 1.0, 0.0, 1.0]), -0.25),
        (Figure.of(Kind.COUNT, [1, 1, 0]), Figure.of(Kind.COUNT, [1, 0, 0]), -1),
        (Figure.of(Kind.RATIO, [(1, 1), (1, 1)]), Figure.of(Kind.RATIO, [(1, 1), (0, 1)]), -0.5),
        (Figure.of(Kind.AUROC, [(0.9, 1), (0.1, 0)]), Figure.of(Kind.AUROC, [(0.1, 1), (0.9, 0)]), -1),
    ],
)
def test_a_change_lies_in_its_interval(before: Figure, after: Figure, change: float) -> None:
    told, low, high = difference(before, after)
    assert told == pytest.approx(change)
    assert low <= told <= high
    assert difference(before, before) == (0, 0, 0)


def test_the_table_says_what_changed_and_what_did_not() -> None:
    base = Measured({"points": MEAN, "first": MEAN, "words": Figure.of(Kind.MEAN, [10, 10, 10, 10])}, ("a", "b", "c", "d"))
    nothing = Figure.of(Kind.MEAN, [0, 0, 0, 0])
    worse = Measured({"points": nothing, "first": nothing, "words": Figure.of(Kind.MEAN, [5, 5, 5, 5])}, ("a", "x", "y", "z"))
    rows = [Row("none", Area.ANSWERS, "does nothing"), Row("much", Area.ANSWERS, "does all")]
    results = {("set", Area.ANSWERS, ""): base, ("set", Area.ANSWERS, "none"): base, ("set", Area.ANSWERS, "much"): worse}
    table = tables(results, rows, ["set"]).splitlines()
    assert table[4] == "| nothing | 0.750 | 0.750 | 0.750 | 10 | of 4 |  |  |  |"
    assert table[5] == "| none | · | · | · | 10 | 0 | 0 | 0 | does nothing |"
    assert table[6].startswith("| much | **-0.750** | **-0.750 (")
    assert table[6].endswith("| 5 | 3 | 0 | 3 | does all |")


SPACES = """# Spaces

## Vector

A vector is a list of numbers with a length and a direction. The notes took four hours to write.

## Dot product

The dot product is a number computed from two vectors: the sum of the products of their entries.

## Cosine similarity

Cosine similarity is based on the dot product, divided by both lengths.
"""


def test_every_area_is_measured_on_a_set(tmp_path: Path, encoder_cache: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "spaces.md").write_text(SPACES)
    gold = [[{"document": "spaces.md", "snippet": "took four hours to write"}]]
    asked = [
        {"question": "how long did the notes take to write", "gold": gold, "key_points": ["four hours"]},
        {"question": "who invented the toaster", "gold": []},
    ]
    questions, pairs = tmp_path / "questions.jsonl", tmp_path / "pairs.tsv"
    questions.write_text("".join(json.dumps(each) + "\n" for each in asked))
    pairs.write_text("dot product\tcosine similarity\tyes\n")
    source = Source("spaces", notes, (questions,), pairs)
    make_library(source, tmp_path, "spaces")
    opened = open_set(source, tmp_path)
    measured = {area: measure(opened, None, area) for area in Area}
    assert measured[Area.ANSWERS].figures["points"].value == 1
    assert measured[Area.GRAPH].figures["names"].value == 1
    assert measured[Area.SEARCH].figures["mrr@10"].value == 1
    assert measured[Area.CONFIDENCE].figures["auroc"].value == 1
    # One row of each area; what is switched off does not stay off.
    for name in ("instead: best units, 120 words", "definitions", "dense channel", "stop words", "signal all_words"):
        measure(opened, row(name), row(name).area)
    assert measure(opened, None, Area.GRAPH).texts == measured[Area.GRAPH].texts
    assert measure(opened, None, Area.ANSWERS).texts == measured[Area.ANSWERS].texts
