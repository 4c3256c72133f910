"""What the user says of the graph: it takes effect at once, lasts, is listed, can be taken back, and never contradicts itself."""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terminal import study

from assistant.curation.corrections import add_correction, load_corrections, remove_correction
from assistant.storage.snapshots import Layout
from graph.editing.corrections import Correction, State, Verb, apply_corrections
from graph.model.values import Concept, Evidence, Graph, Origin, Place, Prerequisite, Related, Signal
from ingest.model import Span

NOTES = {
    "heap.md": "---\ntitle: Heap\n---\n# Heap\n\nA heap keeps its largest item on top.\n",
    "heap-sort.md": "---\ntitle: Heap sort\nrequires:\n  - Heap\n---\n# Heap sort\n\nHeap sort is a sorting algorithm that uses a heap.\n",
    "queue.md": "---\ntitle: Bus queue\nrequires:\n  - Heap\n---\n# Bus queue\n\nA bus queue gives the largest first.\n",
    "tree.md": "---\ntitle: Tree\n---\n# Tree\n\nA tree is a graph without cycles.\n",
}
FILE = "corrections.toml"
NAMED = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(str.strip)


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("corrections")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder


@pytest.fixture
def library(ingested: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ingested / "library", tmp_path / "library")
    monkeypatch.setenv("STUDY_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def edges() -> set[tuple[str, str]]:
    found = study("graph", "--json", "--no-course").json["prerequisites"]
    return {(edge["from"], edge["to"]) for edge in found}


def steps(target: str) -> list[str]:
    return [step["concept"] for step in study("path", "--to", target, "--json", "--no-course").json["steps"]]


def said(*words: str) -> Any:
    ran = study("graph", *words, "--json")
    assert ran.code == 0, ran.err
    return ran.json


def test_accepting_takes_effect_at_once_and_cites_the_file(library: Path) -> None:
    made = said("accept", "bus queues", "heap sort")
    assert made["correction"]["names"] == ["Bus queue", "Heap sort"]
    assert {"from": "bus-queue", "to": "heap-sort"} in made["added"]
    assert steps("heap sort")[-2:] == ["bus-queue", "heap-sort"]
    edge = next(e for e in study("graph", "--json").json["prerequisites"] if (e["from"], e["to"]) == ("bus-queue", "heap-sort"))
    assert (edge["confidence"], edge["origin"]) == (1.0, "user")
    cited = edge["evidence"][0]
    assert (cited["kind"], cited["document"]) == ("correction", FILE)
    assert (library / FILE).read_text().split("\n")[cited["lines"][0] - 1] == cited["quote"]


def test_rejecting_takes_a_requirement_out_and_undo_brings_it_back(library: Path) -> None:
    assert ("heap", "heap-sort") in edges()
    said("reject", "heap", "heap sort")
    assert ("heap", "heap-sort") not in edges()
    assert "heap" not in steps("heap-sort")
    undone = said("undo")
    assert {"from": "heap", "to": "heap-sort"} in undone["added"]
    assert ("heap", "heap-sort") in edges()
    assert said("corrections")["corrections"] == []


def test_merging_keeps_one_with_both_names(library: Path) -> None:
    said("merge", "heap", "bus queue")
    concepts = {concept["id"]: concept for concept in study("graph", "--json", "--no-course").json["concepts"]}
    assert "bus-queue" not in concepts
    assert "Bus queue" in concepts["heap"]["aliases"]
    assert steps("bus queue")[-1] == "heap"
    assert ("heap", "heap") not in edges(), "what becomes its own prerequisite is dropped"


def test_renaming_keeps_the_old_name_findable(library: Path) -> None:
    said("rename", "heap", "Binary heap")
    path = study("path", "--to", "binary heap", "--json").json
    assert path["steps"][-1]["name"] == "Binary heap"
    assert study("path", "--to", "heap", "--json").json["target"] == path["target"]
    said("accept", "tree", "binary heap")
    assert ("tree", "heap") in edges()


def test_hiding_takes_a_concept_out(library: Path) -> None:
    said("hide", "heap")
    assert steps("heap sort") == ["heap-sort"]
    assert all("heap" not in pair for pair in edges())


def test_splitting_gives_each_name_its_own_passages() -> None:
    def place(line: int, quote: str, *section: str, document: str = "d.md") -> Place:
        return Place(document, Span(line, line), "D", section, quote, 1.0)

    estimator, layer = place(3, "Bias is how far an estimator is off", "Bias of an estimator"), place(9, "The bias term is added", "Layers")
    near = place(10, "It starts at zero", "Layers")
    bias = Concept("bias", "Bias", ("bias term",), layer, 12, about=(estimator, layer, near), minutes=6.0)
    cue = Evidence(Signal.CUE, "d.md", Span(9, 9), "The bias term is added", "D", ("Layers",))
    graph = Graph({"bias": bias, "layer": Concept("layer", "Layer")}, (Prerequisite("bias", "layer", 0.8, Origin.DOCUMENTS, (cue,)),))
    (split,) = [Correction(Verb.SPLIT, ("bias", "Bias of an estimator", "Bias term"))]
    found = apply_corrections(graph, [split])
    assert found.outcomes[0].state is State.APPLIED
    concepts = found.graph.concepts
    assert set(concepts) == {"layer", "bias-of-an-estimator", "bias-term"}
    assert concepts["bias-term"].about == (layer, near)
    assert concepts["bias-of-an-estimator"].about == (estimator,)
    assert [(edge.before, edge.after) for edge in found.graph.prerequisites] == [("bias-term", "layer")]
    assert all("Bias" in concept.aliases for id_, concept in concepts.items() if id_ != "layer"), "the old name means either"
    one = apply_corrections(graph, [Correction(Verb.SPLIT, ("bias", "bias term"))]).graph.concepts
    assert one["bias"].about == (estimator,), "what no new name claims stays"
    assert "bias term" not in one["bias"].aliases


def test_a_name_that_means_several_since_then_is_taken_where_it_is_clear() -> None:
    senses = [Concept(f"bias-{of}", f"Bias ({of})", ("Bias",)) for of in ("estimators", "neurons")]
    others = [Concept("neuron", "Neuron"), Concept("shrinkage", "Shrinkage")]
    cue = Evidence(Signal.CUE, "d.md", Span(9, 9), "A neuron adds its bias", "D", ())
    edge = Prerequisite("bias-neurons", "neuron", 0.8, Origin.DOCUMENTS, (cue,))
    graph = Graph({one.id: one for one in (*senses, *others)}, (edge,))
    said = [Correction(Verb.REJECT, ("Bias", "Neuron")), Correction(Verb.HIDE, ("Bias",)), Correction(Verb.ACCEPT, ("Bias", "Shrinkage"))]
    found = apply_corrections(graph, said)
    assert [outcome.state for outcome in found.outcomes] == [State.APPLIED, State.WAITING, State.WAITING]
    assert "Bias (estimators), Bias (neurons)" in found.outcomes[1].remark
    assert not found.graph.prerequisites
    assert set(found.graph.concepts) == set(graph.concepts)


def test_corrections_survive_a_new_ingest_and_wait_for_what_is_gone(ingested: Path, library: Path, tmp_path: Path) -> None:
    said("reject", "heap", "bus queue")
    said("accept", "tree", "heap")
    (tmp_path / "notes").mkdir()
    for name in ("heap.md", "heap-sort.md", "tree.md"):
        (tmp_path / "notes" / name).write_text(NOTES[name] + "\nMore.\n")
    shutil.rmtree(library / "snapshots")
    (library / "live").unlink()
    assert study("ingest", tmp_path / "notes").code == 0
    listed = said("corrections")["corrections"]
    assert [entry["state"] for entry in listed] == ["waiting", "applied"]
    assert "Bus queue" in listed[0]["remark"]
    assert ("tree", "heap") in edges()
    (tmp_path / "notes" / "queue.md").write_text(NOTES["queue.md"])
    assert study("ingest", tmp_path / "notes").code == 0
    assert [entry["state"] for entry in said("corrections")["corrections"]] == ["applied", "applied"]
    assert ("heap", "bus-queue") not in edges()


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (None, ("accept", "heap", "heap"), "before itself"),
        (None, ("merge", "heap", "heap"), "one concept already"),
        (None, ("rename", "heap", "Tree"), "merge the two instead"),
        (None, ("split", "heap", "tree"), "a concept already"),
        (None, ("accept", "heap sort", "heap"), "heap-sort.md:4 requires"),
        (("accept", "tree", "heap"), ("reject", "tree", "heap"), "study graph undo 1"),
        (("accept", "tree", "heap"), ("accept", "heap", "tree"), "study graph undo 1"),
        (("reject", "tree", "heap"), ("accept", "tree", "heap"), "study graph undo 1"),
        (("accept", "tree", "heap"), ("merge", "tree", "heap"), "study graph undo 1"),
    ],
)
def test_contradictions_are_refused_and_nothing_is_written(
    library: Path, first: tuple[str, ...] | None, second: tuple[str, ...], reason: str
) -> None:
    if first:
        said(*first)
    before = (library / FILE).read_text() if first else None
    ran = study("graph", *second)
    assert (ran.code, ran.out) == (1, "")
    assert reason in ran.err
    assert ((library / FILE).read_text() if (library / FILE).exists() else None) == before


def test_a_cycle_of_accepted_ones_is_refused(library: Path) -> None:
    said("accept", "tree", "bus queue")
    said("accept", "bus queue", "heap sort")
    ran = study("graph", "accept", "heap sort", "tree")
    assert ran.code == 1
    assert "cycle" in ran.err


def test_saying_it_twice_changes_nothing(library: Path) -> None:
    said("accept", "tree", "heap")
    text = (library / FILE).read_text()
    assert said("accept", "Tree", "heaps")["changed"] is False
    assert (library / FILE).read_text() == text


def test_the_file_may_be_edited_by_hand_and_keeps_what_was_written(library: Path) -> None:
    said("accept", "tree", "heap")
    written = (
        library / FILE
    ).read_text() + '\n# I changed my mind:\n[[correction]]\nreject = [\n  "tree",\n  "Heap",\n]\nnote = "why"\n# the end\n'
    (library / FILE).write_text(written)
    ran = study("graph", "--json", "--no-course")
    assert "corrections.toml:5: correction 1 has no effect: correction 2 is later" in ran.err
    assert ("tree", "heap") not in edges()
    assert [entry["state"] for entry in said("corrections")["corrections"]] == ["overruled", "applied"]
    said("hide", "bus queue")
    assert (library / FILE).read_text().startswith(written.rstrip())
    said("undo", "2")
    kept = (library / FILE).read_text()
    assert "# I changed my mind:" in kept
    assert "# the end" in kept
    assert "reject =" not in kept
    assert [entry["verb"] for entry in said("corrections")["corrections"]] == ["accept", "hide"]
    assert ("tree", "heap") in edges()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[[correction]]\naccept = ["a", "b"\n\n[[correction]]\n', 4, "not TOML"),
        ('# mine\n\n[[correction]]\naccept = ["a"]\n', 4, "accept = ["),
        ('[[correction]]\nhide = "a"\n[[correction]]\nhid = "a"\n', 3, "accept, reject"),
        ('[[correction]]\nhide = "a"\nto = "b"\n', 2, "'to' has no meaning in a correction with 'hide'"),
        ('[[correction]]\nrename = "a"\n', 2, "rename = "),
        ('[[correction]]\nsplit = "a"\ninto = "b"\n', None, ""),
        ("[[correction]]\nhide = 3\n", 2, "hide = "),
        ("[[correction]]\naccept = 3\n", 2, "accept = "),
        ('correction = "x"\n', 1, "[[correction]]"),
        ("\nwhatever = 1\n", 2, "whatever"),
        ("[[correction]]\nhide = '\udcff'\n", 2, "UTF-8"),
    ],
)
def test_a_broken_file_names_its_line_and_is_left_alone(library: Path, text: str, line: int | None, reason: str) -> None:
    data = text.encode("utf-8", "surrogateescape")
    (library / FILE).write_bytes(data)
    for words in (("path", "--to", "heap"), ("graph", "hide", "heap"), ("graph", "corrections"), ("graph", "undo")):
        ran = study(*words)
        if line is None:
            continue
        assert (ran.code, ran.out) == (1, "")
        assert f"{FILE}, line {line}: " in ran.err
        assert reason in ran.err
        assert (library / FILE).read_bytes() == data
    assert study("ask", "what is a heap").code == 0, "an answer needs no graph"


def test_a_read_only_library_says_so(library: Path) -> None:
    (library / FILE).mkdir()
    assert study("graph", "hide", "heap").code == 1
    assert "cannot be read" in study("graph", "corrections").err


def test_unknown_concepts_and_numbers(library: Path) -> None:
    ran = study("graph", "accept", "heap", "quantum chromodynamics")
    assert ran.code == 1
    assert "No concept named 'quantum chromodynamics'" in ran.err
    assert not (library / FILE).exists()
    assert "no corrections" in study("graph", "undo").err
    said("hide", "tree")
    ran = study("graph", "undo", "7")
    assert (ran.code, "numbered 1 to 1" in ran.err) == (1, True)
    assert study("graph", "undo", "0").code == 2
    assert study("graph", "split", "heap").code == 2


def test_options_before_the_subcommand_count(library: Path, ingested: Path) -> None:
    ran = study("graph", "--library", ingested / "library", "--json", "corrections")
    assert json.loads(ran.out)["file"] == str(ingested / "library" / FILE)


def test_answers_name_concepts_as_corrected(library: Path) -> None:
    assert "heap" in study("ask", "what is a heap", "--json").json["related"]
    said("merge", "tree", "heap")
    assert "heap" not in study("ask", "what is a heap", "--json").json["related"]


def test_paths_without_corrections_import_no_toml(library: Path) -> None:
    import subprocess
    import sys

    program = "import sys\nfrom assistant.cli.main import main\ntry:\n    main()\nexcept SystemExit:\n    print('tomllib' in sys.modules)"
    command = [sys.executable, "-c", program, "path", "--to", "heap", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, cwd=Path(__file__).parents[1], check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_what_was_hidden_is_not_taken_for_something_like_it(library: Path) -> None:
    said("hide", "heap")
    ran = study("graph", "hide", "heap")
    assert ran.code == 1
    assert "study graph undo 1" in ran.err
    assert "heap-sort" in {concept["id"] for concept in study("graph", "--json", "--no-course").json["concepts"]}


def test_a_concept_is_not_split_into_two_of_one_name(library: Path) -> None:
    ran = study("graph", "split", "heap", "Pile", "pile")
    assert ran.code == 1
    assert "the same" in ran.err
    assert not (library / FILE).exists()


@pytest.mark.parametrize(
    ("parts", "said"), [(("heap",), "the only part is the concept itself"), (("alpha", "omega"), "no passage about Heap")]
)
def test_a_split_that_parts_nothing_is_refused(library: Path, parts: tuple[str, ...], said: str) -> None:
    ran = study("graph", "split", "heap", *parts, "--library", library)
    assert ran.code == 1
    assert said in ran.err
    assert not (library / FILE).exists()


def test_corrections_on_one_line_are_added_to_and_taken_from_there(library: Path) -> None:
    (library / FILE).write_text('correction = [{ hide = "Tree" }] # mine\n')
    said("hide", "heap")
    assert tomllib.loads((library / FILE).read_text()) == {"correction": [{"hide": "Tree"}, {"hide": "Heap"}]}
    said("undo", "1")
    assert tomllib.loads((library / FILE).read_text()) == {"correction": [{"hide": "Heap"}]}
    assert (library / FILE).read_text().endswith("# mine\n")


HELD = st.one_of(
    st.builds(Correction, st.sampled_from([Verb.ACCEPT, Verb.REJECT, Verb.MERGE]), st.tuples(NAMED, NAMED)),
    st.builds(Correction, st.just(Verb.HIDE), st.tuples(NAMED)),
    st.builds(Correction, st.just(Verb.RENAME), st.tuples(NAMED, NAMED)),
    st.builds(Correction, st.just(Verb.SPLIT), st.tuples(NAMED, NAMED, NAMED)),
)


@given(st.lists(st.tuples(HELD, st.sampled_from(["", "# a comment\n", "\n# two\n\n# lines\n"])), min_size=1, max_size=5), st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_names_come_back_and_no_comment_is_lost(tmp_path: Path, said: list[tuple[Correction, str]], data: st.DataObject) -> None:
    layout = Layout(tmp_path)
    layout.corrections.write_text("# the head\n")
    for correction, comment in said:
        add_correction(layout, correction)
        with layout.corrections.open("a") as stream:
            stream.write(comment)
    held = [(correction.verb, correction.names) for correction, _ in said]
    comments = ["# the head", *(line for _, comment in said for line in comment.split("\n") if line)]
    while held:
        assert [(one.verb, one.names) for one in load_corrections(layout)] == held
        assert [line for line in layout.corrections.read_text().split("\n") if line.startswith("#")] == comments
        number = data.draw(st.integers(1, len(held)))
        assert remove_correction(layout, number)[0] == number
        del held[number - 1]
    assert load_corrections(layout) == ()


names = st.sampled_from([f"c{number}" for number in range(8)])
pairs = st.tuples(names, names)
corrections = st.lists(
    st.one_of(
        st.builds(Correction, st.sampled_from([Verb.ACCEPT, Verb.REJECT, Verb.MERGE]), pairs),
        st.builds(Correction, st.just(Verb.HIDE), names.map(lambda name: (name,))),
        st.builds(Correction, st.just(Verb.RENAME), st.tuples(names, st.sampled_from(["c1", "new"]))),
        st.builds(Correction, st.just(Verb.SPLIT), st.tuples(names, st.sampled_from(["c2", "half"]))),
    ),
    max_size=8,
)


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20), corrections)
@settings(deadline=None)
def test_whatever_is_said_the_graph_stays_one(found: set[tuple[int, int]], said: list[Correction]) -> None:
    seen = (Evidence(Signal.CUE, "d.md", Span(1, 1), "quote"),)
    graph = Graph(
        {f"c{n}": Concept(f"c{n}", f"c{n}", mentioned=(Place("d.md", Span(n, n), "D", (), f"c{n}", 0.2),)) for n in range(8)},
        [Prerequisite(f"c{a}", f"c{b}", 0.5, Origin.DOCUMENTS, seen) for a, b in sorted(found) if a < b],
        [Related(f"c{b}", f"c{a}", 0.5) for a, b in sorted(found) if b < a],
    )
    corrected = apply_corrections(graph, said)
    made = corrected.graph
    assert len(corrected.outcomes) == len(said)
    ends = {id_ for edge in made.prerequisites for id_ in (edge.before, edge.after)}
    assert ends | {id_ for pair in made.related for id_ in (pair.first, pair.second)} <= set(made.concepts)
    order = list(made.outline.behind(range(len(made.concepts))))
    assert len(order) == len(made.concepts)
    assert all(edge.evidence for edge in made.prerequisites)
    fresh = Graph(dict(made.concepts), tuple(made.prerequisites), tuple(made.related))
    assert fresh.outline == made.outline
    for outcome in corrected.outcomes:
        if outcome.state is State.APPLIED and outcome.correction.verb is Verb.ACCEPT:
            accepted = [edge for edge in made.prerequisites if edge.origin is Origin.USER]
            assert accepted
    import networkx as nx

    assert nx.is_directed_acyclic_graph(nx.DiGraph([(edge.before, edge.after) for edge in made.prerequisites]))
