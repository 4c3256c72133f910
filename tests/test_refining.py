"""A language model's judgement of uncertain prerequisites: kept, marked, below the user's word, taken back as one."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from terminal import study
from tiny_gguf import write_tiny_gguf

from assistant.building.build import ingest
from assistant.curation.refining import refine
from assistant.progress import quiet
from assistant.session import Session
from assistant.storage.snapshots import Layout
from graph.editing.judgements import Answer, Judgement, apply_judgements, digest
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Signal
from ingest.model import Span

NOTES = (
    "# Trees\n\n## Heap\n\nA heap is a tree kept in order.\n\n## Heap sort\n\nHeap sort is a sorting algorithm that uses a heap.\n\n"
    "## Tree\n\nA tree is a graph without cycles. Every heap is a tree.\n"
)


def edge(before: str, after: str, confidence: float = 0.5) -> Prerequisite:
    return Prerequisite(before, after, confidence, Origin.DOCUMENTS, (Evidence(Signal.CUE, "d.md", Span(1, 1), f"{before} {after}"),))


def judged(one: Prerequisite, answer: Answer) -> Judgement:
    return Judgement(one.before, one.after, answer, digest(one))


def test_answers_confirm_turn_and_loosen() -> None:
    edges = [edge("a", "b"), edge("a", "c"), edge("b", "c"), edge("c", "d")]
    graph = Graph({name: Concept(name, name) for name in "abcd"}, edges)
    answers = [Answer.BEFORE, Answer.AFTER, Answer.RELATED, Answer.UNRELATED]
    made = apply_judgements(graph, [judged(one, answer) for one, answer in zip(edges, answers, strict=True)])
    found = {(one.before, one.after): one for one in made.prerequisites}
    assert set(found) == {("a", "b"), ("c", "a")}
    assert all(one.origin is Origin.LLM and one.confidence == 0.8 for one in found.values())
    assert found[("a", "b")].evidence[0].kind is Signal.MODEL
    assert [(pair.first, pair.second) for pair in made.related] == [("b", "c")]
    assert not made.rejected
    stale = Judgement("a", "b", Answer.UNRELATED, "other evidence")
    assert apply_judgements(graph, [stale]).prerequisites == tuple(edges)


class Consistent:
    """Says that the alphabetically first comes first."""

    def __init__(self) -> None:
        self.asked = 0

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        self.asked += 1
        one, two = (line[3:] for line in user.split("\n")[:2])
        return "A before B" if one < two else "B before A"


class Biased:
    """Always prefers the first: what it says does not count."""

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str:
        return "A before B"


@pytest.fixture
def library(tmp_path: Path, encoder_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "trees.md").write_text(NOTES)
    ingest(tmp_path / "library", [tmp_path / "trees.md"])
    monkeypatch.setenv("STUDY_LIBRARY", str(tmp_path / "library"))
    return tmp_path / "library"


def test_judgements_are_kept_marked_and_taken_back_as_one(library: Path) -> None:
    before = study("graph", "--json", "--no-course").json
    assert before["prerequisites"]
    model = Consistent()
    opened = Session(library)
    first = refine(Layout(opened.root), opened.snapshot.graph, model, 1.0, 50, quiet)
    assert model.asked == 2 * first.asked > 0
    assert refine(Layout(opened.root), opened.snapshot.graph, model, 1.0, 50, quiet).known == first.asked
    assert refine(Layout(opened.root), opened.snapshot.graph, Biased(), 1.0, 50, quiet).asked == 0
    opened.close()
    after = study("graph", "--json", "--no-course").json["prerequisites"]
    assert any(one["origin"] == "llm" for one in after)
    marked = next(one for one in after if one["origin"] == "llm")
    assert study("graph", "reject", marked["from"], marked["to"]).code == 0, "the user's word outranks the model's"
    assert (marked["from"], marked["to"]) not in {
        (one["from"], one["to"]) for one in study("graph", "--json", "--no-course").json["prerequisites"]
    }
    assert study("graph", "undo").code == 0
    assert study("graph", "refine", "--undo", "--json").json == {"undone": True}
    assert study("graph", "--json", "--no-course").json == before


def test_it_stops_after_some_minutes_and_goes_on_there(library: Path) -> None:
    opened = Session(library)
    layout, mined = Layout(opened.root), opened.snapshot.graph
    hours = iter(range(100))
    first = refine(layout, mined, Consistent(), 1.0, None, quiet, minutes=90, clock=lambda: 3600.0 * next(hours))
    assert (first.asked, first.known) == (1, 0), "the time is over before the second"
    assert first.left > 0
    second = refine(layout, mined, Consistent(), 1.0, 1, quiet)
    assert (second.asked, second.known, second.left) == (1, 1, first.left - 1), "the next of them, not the same again"
    opened.close()


def test_what_a_model_contradicts_itself_about_is_not_asked_again(library: Path) -> None:
    opened = Session(library)
    layout, mined = Layout(opened.root), opened.snapshot.graph
    first = refine(layout, mined, Biased(), 1.0, None, quiet)
    assert (first.asked > 0, first.judgements) == (True, ())
    assert refine(layout, mined, Biased(), 1.0, None, quiet).asked == 0
    opened.close()
    assert {one["origin"] for one in study("graph", "--json", "--no-course").json["prerequisites"]} == {"documents"}


class Talkative(BaseHTTPRequestHandler):
    """A server that knows no grammar and answers in a sentence."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        data = json.dumps({"choices": [{"message": {"content": "They are **related only**, I think."}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass


def test_a_server_judges_and_may_say_it_in_a_sentence(library: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Talkative)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/v1"
        assert study("model", "add", address, "--name", "there", "--model-name", "any").code == 0
        ran = study("graph", "refine", "--model", "there", "--below", "1", "--json")
        assert ran.code == 0, ran.err
        assert {one["answer"] for one in ran.json["judged"]} == {"related"}
        assert ran.json["asked"] == len(ran.json["judged"]) > 0
        assert study("graph", "refine", "--undo").code == 0
        shown = study("graph", "refine", "--model", "there", "--below", "1").out
        assert "before Heap sort: related" in shown, "concepts are shown as they are called"
        assert study("graph", "refine", "--undo").code == 0
        assert study("model", "use", "there").code == 0
        assert study("graph", "refine", "--below", "1", "--json").json["judged"] == ran.json["judged"]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_wrong_usage_and_a_model_that_is_not_there(library: Path, tmp_path: Path) -> None:
    assert study("graph", "refine").code == 2
    assert study("graph", "refine", "--model", "x.gguf", "--undo").code == 2
    ran = study("graph", "refine", "--model", tmp_path / "none.gguf")
    assert (ran.code, "none.gguf" in ran.err) == (1, True)


@pytest.mark.llm
def test_a_real_model_answers_in_the_grammar(library: Path, tmp_path: Path) -> None:
    pytest.importorskip("llama_cpp")
    model = write_tiny_gguf(tmp_path / "tiny.gguf")
    ran = study("graph", "refine", "--model", model, "--below", "1", "--most", "2", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["asked"] in (1, 2)
    assert all(one["answer"] in set(Answer) for one in ran.json["judged"])
