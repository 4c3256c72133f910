"""`study path`, `concept`, `why` and `graph`: what each promises to the person who types it."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import networkx as nx
import pytest
from terminal import CHECKOUT, study

from assistant.errors import TooManyConcepts
from assistant.pages.concept_pages import graph_to_html, path_to_html
from assistant.pages.graph_formats import graph_to_dot, graph_to_graphml, path_to_dot, path_to_mermaid
from assistant.pages.layers import layered
from assistant.pages.markdown import path_to_markdown
from graph.model.values import Concept, Evidence, Graph, LeftOut, Origin, Place, Prerequisite, Related, Signal
from graph.queries.paths import learning_path
from graph.queries.statistics import statistics
from graph.queries.subgraph import around
from graph.queries.why import Verdict, why
from ingest.model import Span


def note(title: str, requires: str, text: str, minutes: int = 10) -> str:
    needs = "".join(f"  - {name}\n" for name in requires.split(", ") if name)
    return f"---\ntitle: {title}\nminutes: {minutes}\n{'requires:' if needs else ''}\n{needs}---\n# {title}\n\n{text}\n"


NOTES = {
    "limit.md": note("Limit", "", "A limit is the value that a sequence approaches."),
    "slope.md": note("Slope", "", "The slope of a line is its rise over its run."),
    "derivative.md": note("Derivative", "Limit, Slope", "A derivative is the limit of the slope of secants.", 20),
    "chain.md": note("Chain rule", "Derivative", "The chain rule differentiates a composition."),
    "integral.md": note(
        "Integral", "Limit", "An integral is a limit of sums.\n\n## Check\n\n**Q:** Why is an integral a limit?\n**A:** Of sums.\n"
    ),
    "series.md": note("Power series", "Derivative, Integral", "A power series is a sum of powers."),
    "gradient.md": note("Gradient flow", "Chain rule", "Gradient flow follows the steepest way downhill.", 30),
    "gradient-2.md": note("Gradient field", "Chain rule", "A gradient field comes from a potential."),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Path:
    folder = tmp_path_factory.mktemp("graphs")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text)
    assert study("ingest", folder / "notes", "--library", folder / "library").code == 0
    return folder / "library"


@pytest.fixture(autouse=True)
def named(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDY_LIBRARY", str(library))
    monkeypatch.setenv("COLUMNS", "80")


def path(*words: str) -> Any:
    ran = study("path", *words, "--json", "--no-course")
    assert ran.code == 0, ran.err
    return ran.json


def ids(found: Any) -> list[str]:
    return [step["concept"] for step in found["steps"]]


def test_several_targets_share_one_path() -> None:
    found = path("--to", "chain rule", "--to", "integral")
    assert {"chain-rule", "integral", "derivative", "limit", "slope"} <= set(ids(found))
    assert found["targets"] == ["chain-rule", "integral"]
    assert found["target"] == ids(found)[-1]
    order = ids(found)
    assert order.index("limit") < order.index("integral")
    assert order.count("limit") == 1


def test_what_is_known_and_what_only_that_needs_is_left_out() -> None:
    found = path("--to", "power series", "--known", "derivativ, nothing like this")
    assert ids(found) == ["limit", "integral", "power-series"], "the integral still needs limits, nothing needs slopes"
    assert found["known"] == ["derivative"]
    ran = study("path", "--to", "power series", "--known", "nothing like this", "--json", "--no-course")
    assert (ran.code, "nothing like this" in ran.err) == (0, True)


def test_from_a_concept_means_all_before_it_is_known() -> None:
    found = path("--to", "power series", "--from", "derivative")
    assert ids(found) == ["integral", "power-series"]
    assert set(found["known"]) >= {"derivative", "limit"}
    known = path("--to", "derivative", "--from", "chain rule")
    assert ids(known) == ["derivative"], "what is known already is shown alone"
    assert "know it already" in study("path", "--to", "derivative", "--from", "chain rule", "--no-course").out
    assert study("path", "--to", "derivative", "--from", "nothing like this").code == 1


def test_depth_and_minutes_bound_a_path() -> None:
    whole = path("--to", "gradient flow", "--depth", "full")
    assert whole["folded"] == []
    assert len(path("--to", "gradient flow", "--depth", "brief")["steps"]) <= 7
    assert whole["minutes"] == sum(step["minutes"] for step in whole["steps"])
    short = path("--to", "gradient flow", "--minutes", "45")
    assert short["minutes"] <= 45
    assert ids(short)[-1] == "gradient-flow"
    assert short["unaffordable"]
    assert set(short["unaffordable"]) <= set(short["folded"])
    assert "lack of time" in study("path", "--to", "gradient flow", "--minutes", "45", "--no-course").out
    assert ids(path("--to", "gradient flow", "--minutes", "1")) == ["gradient-flow"]
    assert study("path", "--to", "x", "--minutes", "0").code == 2


def test_steps_say_what_to_check() -> None:
    step = path("--to", "integral")["steps"][-1]
    assert step["check"]["text"] == "Why is an integral a limit?"
    assert step["check"]["citation"]["document"] == "integral.md"
    assert {"kind", "document", "lines", "quote"} <= set(step["because"][0]["evidence"][0])


def test_concept_tells_all_there_is_to_one() -> None:
    found = study("concept", "derivatives", "--json", "--no-course").json
    assert found["concept"] == "derivative"
    assert found["definition"]["text"].startswith("A derivative is")
    assert {entry["concept"] for entry in found["prerequisites"]} == {"limit", "slope"}
    assert {"chain-rule", "power-series"} <= {entry["concept"] for entry in found["unlocks"]}
    assert all(entry["evidence"] for entry in found["prerequisites"] + found["unlocks"])
    assert found["minutes"] == 20
    assert found["reading"][0]["document"] == "derivative.md"
    shown = study("concept", "derivative", "--no-course").out
    for word in ("Builds on", "Unlocks", "Limit", "Chain rule", "derivative.md:", "20 min"):
        assert word in shown
    assert study("concept", "entropy", "--json").json["origin"] == "atlas"
    assert study("concept", "entropy", "--no-course").code == 1


@pytest.mark.parametrize(
    ("before", "after", "verdict", "said"),
    [
        ("slope", "derivative", "prerequisite", "Slope is learned before Derivative"),
        ("slope", "chain rule", "chain", "through others"),
        ("derivative", "slope", "reversed", "No: Slope is learned before Derivative"),
        ("chain rule", "slope", "reversed chain", "No: Slope"),
        ("slope", "slopes", "same", "one concept"),
        ("gradient field", "slope", "reversed chain", "No:"),
    ],
)
def test_why_gives_a_verdict_with_its_evidence(before: str, after: str, verdict: str, said: str) -> None:
    found = study("why", before, after, "--json", "--no-course").json
    assert found["verdict"] == verdict
    assert all(edge["evidence"] for edge in found["chain"])
    shown = study("why", before, after, "--no-course")
    assert shown.code == 0
    assert said in " ".join(shown.out.split())
    if found["chain"]:
        assert ".md:" in shown.out


def test_why_knows_what_is_merely_related_unconnected_or_rejected() -> None:
    seen = (Evidence(Signal.CUE, "d.md", Span(1, 1), "a and b"),)
    concepts = {name: Concept(name, name) for name in ("alpha", "beta", "gamma")}
    cited = Evidence(Signal.CORRECTION, "corrections.toml", Span(4, 4), "reject")
    graph = Graph(concepts, (), (Related("alpha", "beta", 0.4, seen),), (LeftOut("left out", ("beta", "gamma")),))
    assert why(graph, "alpha", "beta").verdict is Verdict.RELATED
    assert why(graph, "alpha", "gamma").verdict is Verdict.NOTHING
    assert len(why(graph, "gamma", "beta").notes) == 1
    rejected = Graph(concepts, (), (), (), rejected={("alpha", "beta"): cited})
    assert why(rejected, "alpha", "beta").verdict is Verdict.REJECTED
    assert why(rejected, "beta", "alpha").verdict is Verdict.NOTHING


def test_graph_shows_counts_and_exports(tmp_path: Path) -> None:
    shown = study("graph", "show", "derivative", "--no-course")
    assert all(name in shown.out for name in ("Limit", "Slope", "Chain rule"))
    assert "Gradient flow" not in shown.out
    part = study("graph", "show", "derivative", "--hops", "2", "--json", "--no-course").json
    assert part["concept"] == "derivative"
    assert "gradient-flow" in {concept["id"] for concept in part["concepts"]}
    stats = study("graph", "stats", "--json", "--no-course").json
    whole = study("graph", "--json", "--no-course").json
    assert (stats["concepts"], stats["prerequisites"]) == (len(whole["concepts"]), len(whole["prerequisites"]))
    assert stats["kinds"]["requires"] >= 8
    assert stats["longest_chain"][-1] in {"gradient-flow", "gradient-field", "power-series"}
    assert stats["most_needed"][0]["concept"] in {"limit", "slope"}
    assert "Longest chain" in study("graph", "stats", "--no-course").out
    out = tmp_path / "graph.graphml"
    assert study("graph", "export", "--format", "graphml", "--out", out, "--no-course").out == ""
    read = nx.read_graphml(out)
    assert set(read) == {concept["id"] for concept in whole["concepts"]}
    assert read.number_of_edges() == len(whole["prerequisites"])
    assert study("graph", "export", "--no-course").json == whole
    assert study("graph", "export", "--format", "dot", "--no-course").out.startswith("digraph")
    drawn = study("graph", "export", "--format", "html", "--around", "slope", "--hops", "1", "--no-course").out
    assert "Derivative" in drawn
    assert "Chain rule" not in drawn
    assert "2 most important" in study("graph", "export", "--most", "2", "--no-course").err
    assert study("graph", "export", "--out", tmp_path / "no" / "where.json").code == 1


@pytest.mark.parametrize(
    "words",
    [
        ("path", "--to", "gradient flow"),
        ("path", "--to", "gradient flow", "--minutes", "45"),
        ("concept", "derivative"),
        ("why", "slope", "gradient flow"),
        ("graph", "stats"),
        ("graph", "show", "derivative"),
        ("graph", "corrections"),
    ],
)
def test_what_a_person_sees_fits_80_columns(words: tuple[str, ...]) -> None:
    ran = study(*words)
    assert ran.code == 0
    assert all(len(line) <= 80 and line == line.rstrip() for line in ran.out.splitlines())


def test_an_unknown_concept_is_an_error_everywhere() -> None:
    for words in (("path", "--to"), ("concept",), ("why", "slope"), ("graph", "show"), ("graph", "export", "--around")):
        ran = study(*words, "quantum chromodynamics")
        assert (ran.code, ran.out) == (1, "")
        assert "No concept named 'quantum chromodynamics'" in ran.err


def test_ambiguous_input_lists_alternatives_where_nobody_can_be_asked() -> None:
    found = path("--to", "gradient")
    assert {found["target"], *found["alternatives"]} == {"gradient-flow", "gradient-field"}
    shown = study("path", "--to", "gradient", "--no-course")
    assert "Did you mean: Gradient" in shown.out
    assert len(study("path", "--batch", "--no-course", stdin="gradient\n").lines[0]["alternatives"]) == 1


def test_ambiguous_input_asks_on_a_terminal() -> None:
    said = at_terminal("path", "--to", "gradient", "--no-course", answer="2\n")
    assert "1. Gradient f" in said
    assert "2. Gradient f" in said
    assert "Which 'gradient'?" in said
    second = next(line for line in said.splitlines() if line.strip().startswith("2. Gradient")).split("2. ")[1].strip()
    assert f"Path to {second}" in said
    assert "Which" not in at_terminal("path", "--to", "gradient flow", "--no-course")


def at_terminal(*words: str, answer: str = "") -> str:
    """What a person sees who runs the command at a terminal of 80 columns and types an answer."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "dumb", "COLUMNS": "80"}
    command = [sys.executable, "-m", "assistant.cli.main", *words]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=follower, stdout=follower, stderr=follower, env=environment) as process:
        os.close(follower)
        seen = b""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([leader], [], [], 60)[0]:
                break
            try:
                data = os.read(leader, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
            if answer and b"?" in seen and b"]: " in seen:
                os.write(leader, answer.encode())
                answer = ""
        process.wait(timeout=60)
    os.close(leader)
    return seen.decode().replace("\r\n", "\n")


def test_wrong_usage() -> None:
    for words in (
        ("path", "--to", "slope", "--html", "--json"),
        ("path", "--to", "slope", "--out", "x"),
        ("path", "--to", "slope", "--depth", "deep"),
        ("concept",),
        ("why", "slope"),
        ("graph", "nonsense"),
        ("graph", "export", "--format", "png"),
        ("graph", "export", "--format", "dot", "--json"),
        ("graph", "show", "slope", "--hops", "0"),
    ):
        ran = study(*words)
        assert (ran.code, ran.out) == (2, ""), words


def test_every_command_has_help_with_an_example() -> None:
    groups = "stats show export accept reject merge split rename hide corrections undo refine".split()
    for words in (["path"], ["concept"], ["why"], ["graph"], *(["graph", name] for name in groups)):
        ran = study(*words, "--help")
        assert ran.code == 0
        assert "Example: study " in ran.out
        assert "--library" in ran.out
        assert "--json" in ran.out


def test_path_concept_and_why_import_little() -> None:
    heavy = ("networkx", "scipy", "torch", "sentence_transformers", "yaml", "lxml", "numpy", "onnxruntime", "tokenizers", "faiss")
    program = (
        f"import sys\nfrom assistant.cli.main import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    for words in (("path", "--to", "slope"), ("concept", "slope"), ("why", "slope", "limit"), ("graph", "accept", "slope", "slope")):
        done = subprocess.run([sys.executable, "-c", program, *words], cwd=CHECKOUT, capture_output=True, text=True, check=False)
        assert done.stderr.rstrip().endswith("[]"), done.stderr


def test_a_damaged_graph_says_how_to_rebuild_it(library: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "library"
    shutil.copytree(library, copy)
    (file,) = copy.glob("snapshots/*/graph/graph.sqlite")
    data = bytearray(file.read_bytes())
    data[2048:] = bytes(len(data) - 2048)
    file.write_bytes(data)
    for words in (("path", "--to", "slope"), ("concept", "slope"), ("why", "slope", "limit"), ("graph",), ("graph", "hide", "slope")):
        ran = study(*words, "--library", copy)
        assert (ran.code, ran.out) == (1, ""), words
        assert "damaged" in ran.err
        assert "study ingest" in ran.err


@pytest.mark.parametrize("damaged", ["graph/graph.sqlite", "index/lexical.rows.npy", "documents.sqlite"])
def test_ingesting_the_same_again_mends_a_damaged_library(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "heap.md").write_text("# Heap\n\nA heap is a tree whose largest item is on top.\n")
    ingest = ("ingest", tmp_path / "notes", "--library", tmp_path / "library")
    assert study(*ingest).code == 0
    (file,) = (tmp_path / "library").glob(f"snapshots/*/{damaged}")
    data = bytearray(file.read_bytes())
    data[-10:] = bytes(byte ^ 1 for byte in data[-10:])
    file.write_bytes(data)
    ran = study(*ingest)
    assert ran.code == 0, ran.err
    assert "damaged" in ran.err
    assert damaged in ran.err
    assert "damaged" not in study(*ingest).err
    assert study("graph", "--json", "--no-course", "--library", tmp_path / "library").json["concepts"]


def test_a_library_of_one_empty_document(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Nothing much.\n")
    assert study("ingest", tmp_path / "one.txt", "--library", tmp_path / "library").code == 0
    options = ("--library", tmp_path / "library", "--no-course")
    for words in (("graph",), ("graph", "stats"), ("graph", "export", "--format", "html"), ("graph", "export", "--format", "graphml")):
        assert study(*words, *options).code == 0, words
    ran = study("path", "--to", "slope", *options)
    assert ran.code == 1
    assert "No concept named" in ran.err


HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)> ]]> `|* \x00\ud800"


def hostile_graph() -> Graph:
    place = Place(f"{HOSTILE}.md", Span(1, 2), HOSTILE, (HOSTILE,), HOSTILE, 1.0)
    seen = Evidence(Signal.CUE, HOSTILE, Span(3, 3), HOSTILE)
    one = Concept("a", HOSTILE, (HOSTILE,), place, 3, minutes=2.0, about=(place,), questions=(place,))
    two = Concept('b" onload="x', f"{HOSTILE} two", (), place, about=(place,))
    return Graph({one.id: one, two.id: two}, (Prerequisite(one.id, two.id, 0.9, Origin.DOCUMENTS, (seen,)),))


class Tags(HTMLParser):
    """Which tags and attributes a page has, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids |= {value for name, value in attrs if name == "id" and value}
        self.links |= {value for name, value in attrs if name in {"href", "src"} and value}


def test_hostile_text_stays_text() -> None:
    graph = hostile_graph()
    found = learning_path(graph, 'b" onload="x')
    for text in (path_to_html(found), graph_to_html(graph)):
        text.encode()
        seen = Tags(text)
        assert seen.tags.count("script") == 1
        assert "img" not in seen.tags
        assert not {name for name in seen.attributes if name.startswith("on")}
        assert all(link.startswith("#") and link[1:] in seen.ids for link in seen.links), (
            "nothing from elsewhere, and every link leads somewhere"
        )
        assert "default-src 'none'" in text
    outside_code = re.sub(r"`` .*? ``", "", path_to_markdown(found))
    assert "<script" not in outside_code.replace("\\<", "")
    assert path_to_mermaid(found).count("\n") == 5
    assert '"' not in path_to_mermaid(found).replace('["', "").replace('"]', "")
    assert len(list(nx.parse_graphml(graph_to_graphml(graph)))) == 2
    for text in (path_to_dot(found), graph_to_dot(graph)):
        assert text.count("->") == 1


def test_every_form_holds_every_step_in_order(tmp_path: Path) -> None:
    names = [step["name"] for step in path("--to", "gradient flow")["steps"]]
    assert "Give --html or --mermaid, not both." in study("path", "--to", "x", "--mermaid", "--html").err
    assert "'abc' is not a whole number." in study("graph", "undo", "abc").err
    assert "'0' is not a number from 1 to 10." in study("graph", "show", "x", "--hops", "0").err
    for form in ("--markdown", "--mermaid", "--dot", "--html"):
        text = study("path", "--to", "gradient flow", "--no-course", form).out.replace("[ ] **", "")
        if form == "--html":
            assert all(name in text for name in names)
        else:
            at = [text.index(f"{number}. {name}") for number, name in enumerate(names, start=1)]
            assert at == sorted(at)
    out = tmp_path / "path.html"
    assert study("path", "--to", "gradient flow", "--html", "--out", out).out == ""
    assert out.read_text().startswith("<!doctype html>")


def test_layers_lead_downward_and_bend_around() -> None:
    nodes = list("abcdefgh")
    edges = [("a", "b"), ("b", "c"), ("a", "h"), ("c", "h"), ("d", "h")]
    layers = layered(nodes, edges, widest=3)
    level = {place: number for number, layer in enumerate(layers) for place in layer if isinstance(place, str)}
    assert set(level) == set(nodes)
    assert all(level[one] < level[two] for one, two in edges)
    assert all(sum(isinstance(place, str) for place in layer) <= 3 for layer in layers)
    assert sum(not isinstance(place, str) for layer in layers for place in layer) >= level["h"] - level["a"] - 1


def test_around_and_statistics_of_little_graphs() -> None:
    assert statistics(Graph()).longest == ()
    one = Graph({"a": Concept("a", "a")})
    assert statistics(one).alone == 1
    assert list(around(one, "a", 3).concepts) == ["a"]
    assert [step.concept.id for step in learning_path(one, "a").steps] == ["a"]


def test_a_page_links_to_the_files_that_it_cites(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "path.html"
    out.parent.mkdir()
    assert study("path", "--to", "gradient flow", "--no-course", "--html", "--out", out).code == 0
    links = {unquote(link) for link in Tags(out.read_text()).links if not link.startswith("#")}
    assert links
    assert all((out.parent / link).is_file() for link in links), "relative links lead to the notes"
    printed = {link for link in Tags(study("graph", "export", "--format", "html").out).links if not link.startswith("#")}
    assert printed
    assert all(Path(unquote(link.removeprefix("file://"))).is_file() for link in printed)


def test_a_large_graph_opens_at_a_concept_and_can_be_searched_and_filtered() -> None:
    seen = (Evidence(Signal.CUE, "d.md", Span(1, 1), "says so"),)
    concepts = {f"c{number}": Concept(f"c{number}", f"Concept {number}") for number in range(40)}
    edges = [Prerequisite("c7", f"c{number}", 0.9, Origin.DOCUMENTS, seen) for number in range(8, 20)]
    page = graph_to_html(Graph(concepts, edges))
    anchor = re.search(r'data-centre="(s\d+)"', page)
    assert anchor is not None
    assert f'<li id="{anchor[1]}"><h2>Concept 7' in page
    assert page.count('<option value="Concept') == 40
    assert 'value="documents" checked> your notes' in page
    assert 'data-zoom="fit"' in page
    small = graph_to_html(Graph({"a": Concept("a", "A")}))
    assert "data-centre" not in small.partition("<script>")[0]


def test_a_page_draws_no_arrow_that_follows_from_others() -> None:
    seen = (Evidence(Signal.CUE, "d.md", Span(1, 1), "says so"),)
    edges = [Prerequisite(before, after, 0.9, Origin.DOCUMENTS, seen) for before, after in ("ab", "ac", "bc")]
    page = graph_to_html(Graph({id_: Concept(id_, f"Concept {id_}") for id_ in "abc"}, edges))
    assert page.count('<a class="arrow') == 2
    assert page.count("Builds on") == 3
    assert "1 that follow from others" in page


def test_a_page_that_nobody_could_read_is_refused() -> None:
    with pytest.raises(TooManyConcepts, match="Draw fewer"):
        graph_to_html(Graph({f"c{number}": Concept(f"c{number}", f"c{number}") for number in range(2001)}))
