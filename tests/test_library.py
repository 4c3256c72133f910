"""The public door: `from assistant import Library`, as a program uses it."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from test_server import Served, serving

import assistant
from assistant import Done, Library, LibraryMissing, SentenceWritten, StudyError, Within

SCALING = """# Scaled attention

## Why divide by the square root of d

The scores are divided by √d because the variance of the dot product is d. For d = 64 the divisor is 8.

## Softmax

A softmax turns scores into weights that sum to one. A saturated softmax has vanishing gradients.
"""
DROPOUT = """# Dropout

Dropout is a regularizer that zeroes each activation with probability p during training.
It builds on the softmax only in name.
"""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notes")
    (folder / "old").mkdir()
    (folder / "attention.md").write_text(SCALING)
    (folder / "old" / "dropout.md").write_text(DROPOUT)
    return folder


@pytest.fixture
def library(tmp_path: Path, notes: Path, encoder_cache: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "lib") as opened:
        opened.ingest(notes, collection="ml")
        yield opened


def test_ten_lines_do_what_the_guide_says(library: Library) -> None:
    answer = library.ask("why divide by sqrt d", within=Within(collection="ml"))
    assert answer.citations[0].place == "attention.md:5"
    events = list(library.stream("why divide by sqrt d", model=False))
    assert isinstance(events[-1], Done)
    assert events[-1].result.answer.citations == answer.citations
    assert library.search("vanishing gradients")[0].chunk.document == "attention.md"
    assert library.path("softmax").steps[-1].concept.name.lower() == "softmax"
    assert library.concept("softmax").concept.id == library.why("softmax", "dropout").before
    assert [record.name for record in library.documents()] == ["attention.md", "old/dropout.md"]
    assert [record.name for record in library.documents(Within(documents=("old",)))] == ["old/dropout.md"]
    assert library.forget("old/*.md").sync.removed == ("old/dropout.md",)
    assert len(library.documents()) == 1


CALLS: dict[str, Callable[[Library], object]] = {
    "ask": lambda library: library.ask("x"),
    "search": lambda library: library.search("x"),
    "path": lambda library: library.path("x"),
    "concept": lambda library: library.concept("x"),
    "graph": lambda library: library.graph(),
    "documents": lambda library: library.documents(),
    "status": lambda library: library.status(),
    "forget": lambda library: library.forget("x"),
    "show": lambda library: library.show("x"),
    "chat": lambda library: library.chat("exam").ask("x"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_library_that_does_not_exist_says_so(tmp_path: Path, call: Callable[[Library], object]) -> None:
    with Library.open(tmp_path / "none") as opened, pytest.raises(LibraryMissing):
        call(opened)
    assert not (tmp_path / "none").exists()


def test_a_closed_library_is_closed(library: Library) -> None:
    library.close()
    with pytest.raises(StudyError, match="closed"):
        library.search("x")


def test_corrections_count_at_once_and_are_taken_back(library: Library) -> None:
    before = {(edge.before, edge.after) for edge in library.graph().prerequisites}
    made = library.correct.reject("softmax", "dropout")
    assert made.removed
    assert not set(made.removed) & {(edge.before, edge.after) for edge in library.graph().prerequisites}
    assert [outcome.correction.names for outcome in library.correct.all()] == [made.correction.names]
    library.correct.undo()
    assert {(edge.before, edge.after) for edge in library.graph().prerequisites} == before


def test_a_conversation_is_remembered_by_the_library(library: Library) -> None:
    chat = library.chat("exam")
    chat.ask("why divide by sqrt d")
    assert [turn.question for turn in library.chat("exam").turns] == ["why divide by sqrt d"]
    assert "attention.md:5" in chat.export()
    chat.delete()
    assert library.chats() == []


def test_a_new_snapshot_is_followed_and_an_old_graph_stays_readable(library: Library, tmp_path: Path) -> None:
    graph = library.graph()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "bias.md").write_text("# Bias\n\nA bias is a constant that is added to every weighted sum.\n")
    with Library.open(library.folder) as other:
        other.ingest(tmp_path / "more")
    assert "bias.md" in {record.name for record in library.documents()}
    assert library.search("constant added to the weighted sum")[0].chunk.document == "bias.md"
    assert all(concept.name for concept in graph.concepts.values()), "its snapshot is kept while the graph is in use"
    snapshots = library.folder / "snapshots"
    del graph
    gc.collect()
    library.ingest(tmp_path / "more", collection="new")
    assert library.status().collections["new"] == 1
    library.ingest(tmp_path / "more", collection="newer")
    assert len([entry for entry in snapshots.iterdir() if entry.name.isdigit()]) <= 2, "what nobody reads is collected"


def test_threads_get_what_one_thread_gets(library: Library) -> None:
    questions = ["why divide by sqrt d", "what is dropout", "vanishing gradients of a softmax", "divisor for d = 64"] * 5
    alone = [library.ask(question, model=False) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: library.ask(question, model=False), questions))
    assert [answer.citations for answer in together] == [answer.citations for answer in alone]
    assert [str(answer) for answer in together] == [str(answer) for answer in alone]


def test_closing_a_stream_stops_the_model_and_leaves_nothing_running(library: Library) -> None:
    hung_up = threading.Event()

    def endless(served: Served, _body: Any) -> None:
        served.begin()
        try:
            while True:
                served.piece("The variance of the dot product is d. [1] ")
        except OSError:
            hung_up.set()
            raise

    with serving(endless) as server:
        library.ask("why divide by sqrt d", model=False)  # loads what stays loaded
        threads = set(threading.enumerate())
        events = library.stream("why divide by sqrt d", model=server.address)
        with suppress(StopIteration):
            while not isinstance(next(events), SentenceWritten):
                pass
        events.close()
        assert hung_up.wait(5), "the server is told that nobody reads"
        left = [thread for thread in set(threading.enumerate()) - threads if thread.is_alive() and "process_request" not in thread.name]
        assert not left


def test_importing_the_package_costs_next_to_nothing() -> None:
    code = "import sys; before = set(sys.modules); import assistant; print(*sorted(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(assistant.__file__).parents[1])
    assert not re.search(r"numpy|click|sqlite3|assistant\.\w", ran.stdout)


def test_every_public_name_is_there() -> None:
    for name in assistant.__all__:
        assert getattr(assistant, name).__doc__ or name == "Event"
    assert set(assistant.__all__) <= set(dir(assistant))
    with pytest.raises(AttributeError, match="Librarian"):
        assistant.Librarian  # noqa: B018
