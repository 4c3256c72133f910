"""A library whose index is in Milvus: it answers as with local files, and a server that comes and goes loses nothing."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from milvus_server import MilvusServer, milvus_server
from samples import WordEncoder, make_chunk
from terminal import study, study_process

from assistant import Library, StudyError
from index.errors import EngineUnavailable, IndexDamaged
from index.filters import Filter
from index.indexed_text import embedded_parts
from index.milvus.database import FOREVER, PREFIX, Database
from index.milvus.engine import MilvusEngine
from index.milvus.manifest import FILE, Manifest
from index.milvus.statistics import Statistics, added, token_of
from index.milvus.writer import MilvusWriter
from index.opening import EngineChoice
from ingest.model import Chunk

pytest.importorskip("pymilvus")
pytestmark = pytest.mark.usefixtures("encoder_cache")
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
ENCODER = WordEncoder()
QUESTIONS = ("why does a plant wilt", "what is osmosis", "how fast is sap", "how do guard cells open the pore", "diffusoin")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with milvus_server(tmp_path_factory.mktemp("milvus") / "data") as started:
        yield started


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GUIDE / "notes", tmp_path / "notes"))


def hits(library: Library) -> list[list[tuple[str, float]]]:
    return [[(hit.chunk.id, round(hit.score, 4)) for hit in library.search(question)] for question in QUESTIONS]


def write(folder: Path, uri: str, chunks: list[Chunk], earlier: Path | None = None, copied: tuple[str, ...] = ()) -> None:
    folder.mkdir(parents=True)
    with closing(MilvusWriter(folder, uri, earlier, earlier)) as writer:
        for document in copied:
            writer.copy(document)
        for chunk in chunks:
            writer.add([chunk])
        vectors = ENCODER.encode_parts([part for chunk in chunks for part in embedded_parts(chunk)])
        writer.finish(lambda _parts, _count: iter([vectors]))


def test_a_library_answers_as_with_local_files_through_every_change(server: MilvusServer, notes: Path, tmp_path: Path) -> None:
    def changed() -> None:
        (notes / "osmosis.md").write_text((notes / "osmosis.md").read_text() + "\nOsmosis also fills the vacuoles of a root hair.\n")
        (notes / "diffusion.md").unlink()
        (notes / "moss.md").write_text("# Moss\n\nMoss is a plant that has no roots; osmosis fills its cells.\n")

    with Library.open(tmp_path / "local") as local, Library.open(tmp_path / "shared") as shared:
        local.ingest(notes, collection="plants")
        shared.ingest(notes, collection="plants", engine=EngineChoice.make("milvus", server.uri))
        assert hits(shared) == hits(local)
        before = shared.session()
        changed()
        for library in (local, shared):
            library.ingest(notes)
        assert hits(shared) == hits(local)
        assert any("moss.md" in hit.chunk.document for hit in shared.search("what is moss"))
        # Whoever opened the snapshot before goes on reading it.
        assert {chunk.document for chunk in before.index.engine.chunks()} >= {"diffusion.md"}
        assert not any("moss.md" in chunk.document for chunk in before.index.engine.chunks())
        for library in (local, shared):
            library.ingest(notes, collection="water")
            library.forget("moss.md")
        assert hits(shared) == hits(local)
        assert list(shared.session().index.engine.chunks()) == list(local.session().index.engine.chunks())
        shared.ingest(notes, engine=EngineChoice())
        assert not (shared.session().snapshot.index / FILE).exists()
        assert hits(shared) == hits(local)


def test_the_command_line_takes_a_file_or_a_server(server: MilvusServer, notes: Path, tmp_path: Path) -> None:
    for uri in (server.uri, str(tmp_path / "notes.db")):
        root = tmp_path / f"library-{len(uri)}"
        assert study("ingest", notes, "--library", root, "--engine-uri", uri).code == 0
        assert "loses more water" in study("ask", QUESTIONS[0], "--library", root).out
        assert study("ingest", notes, "--library", root).code == 0  # it stays where it is
        assert study("search", QUESTIONS[1], "--library", root, "--explain").code == 0
    assert "needs an address" in study("ingest", notes, "--library", tmp_path / "x", "--engine", "milvus").err
    assert "no address" in study("ingest", notes, "--library", tmp_path / "x", "--engine", "local", "--engine-uri", "x.db").err


def test_a_server_that_is_killed_while_asking_is_waited_for(notes: Path, tmp_path: Path) -> None:
    told: list[str] = []
    with (
        milvus_server(tmp_path / "data") as server,
        Library.open(tmp_path / "library", notice=lambda said: told.append(str(said))) as library,
    ):
        library.ingest(notes, engine=EngineChoice.make("milvus", server.uri))
        expected = hits(library)
        server.kill()
        threading.Timer(1.0, server.start).start()
        assert hits(library) == expected
        assert any("does not answer; trying again" in said for said in told)


def test_an_ingest_goes_on_when_its_server_comes_back(notes: Path, tmp_path: Path) -> None:
    with (
        milvus_server(tmp_path / "data") as server,
        Library.open(tmp_path / "library") as library,
        Library.open(tmp_path / "local") as local,
    ):
        server.kill()
        threading.Timer(1.5, server.start).start()
        library.ingest(notes, engine=EngineChoice.make("milvus", server.uri))
        local.ingest(notes)
        assert hits(library) == hits(local)


def test_a_server_that_stays_away_is_said_and_nothing_is_lost(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with milvus_server(tmp_path / "data") as server, Library.open(tmp_path / "library") as library:
        library.ingest(notes, engine=EngineChoice.make("milvus", server.uri))
        expected = hits(library)
        server.kill()
        (notes / "moss.md").write_text("# Moss\n\nMoss has no roots.\n")
        with monkeypatch.context() as hasty:
            hasty.setattr("index.milvus.database._PAUSES", (0.1, 0.1))
            for call in (lambda: library.search("osmosis"), lambda: library.ingest(notes)):
                with pytest.raises(EngineUnavailable) as caught:
                    call()
                assert server.uri in caught.value.message
        server.start()
        assert hits(library) == expected
        library.ingest(notes)
        assert library.status().documents == 7


def test_what_a_killed_writer_left_is_put_right(server: MilvusServer, tmp_path: Path) -> None:
    old = [make_chunk(f"About {topic}.", document=f"{topic}.md") for topic in ("entropy", "momentum")]
    write(tmp_path / "one", server.uri, old)
    live = Manifest.load(tmp_path / "one")
    # A second generation, whose snapshot was never published: one document is new, one is gone.
    write(tmp_path / "two", server.uri, [make_chunk("About dropout.", document="dropout.md")], tmp_path / "one", ("entropy.md",))
    with closing(MilvusEngine(tmp_path / "one")) as engine:
        assert [chunk.document for chunk in engine.chunks()] == ["entropy.md", "momentum.md"]
    write(
        tmp_path / "three", server.uri, [make_chunk("About priors.", document="priors.md")], tmp_path / "one", ("entropy.md", "momentum.md")
    )
    with closing(MilvusEngine(tmp_path / "three")) as engine:
        assert [chunk.document for chunk in engine.chunks()] == ["entropy.md", "momentum.md", "priors.md"]
        assert engine.frequencies(["entropi", "momentum", "dropout"]) == [1, 1, 0]
    database = Database(server.uri, live.name)
    assert database.number(database.chunks, f"died == {FOREVER}") == 3
    assert database.number(database.units, 'document == "dropout.md"') == 0


def test_a_missing_collection_and_another_version_are_said(server: MilvusServer, tmp_path: Path) -> None:
    write(tmp_path / "one", server.uri, [make_chunk("About entropy.", document="a.md")])
    manifest = json.loads((tmp_path / "one" / FILE).read_text())
    for name, said in (("study9_x", "another version"), (f"{PREFIX}nothing", "no collection")):
        (tmp_path / "one" / FILE).write_text(json.dumps({**manifest, "name": name}))
        with pytest.raises(IndexDamaged, match=said):
            MilvusEngine(tmp_path / "one")
    (tmp_path / "one" / FILE).write_text("{")
    with pytest.raises(IndexDamaged):
        MilvusEngine(tmp_path / "one")


def test_a_file_that_another_process_has_open_is_said(notes: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.ingest(notes, engine=EngineChoice.make("milvus", str(tmp_path / "notes.db")))
        library.search("osmosis")
        other = study_process("ask", "what is osmosis", "--library", tmp_path / "library")
        out, err = other.communicate(timeout=60)
    assert other.returncode == 1
    assert "one process at a time" in f"{out}{err}"


@pytest.mark.parametrize("section", ["50 % of it", "snake_case", 'the "quoted"', "back\\slash", "Zürich"])
def test_signs_of_a_title_mean_nothing_to_a_filter(server: MilvusServer, tmp_path: Path, section: str) -> None:
    write(
        tmp_path / "one",
        server.uri,
        [make_chunk("About entropy.", document="a.md", section=(section,)), make_chunk("x y.", document="b.md")],
    )
    with closing(MilvusEngine(tmp_path / "one")) as engine:
        assert engine.count(Filter(section=section)) == 1
        assert engine.count(Filter(documents=frozenset({"a.md", 'no"ne'}), section=section[2:5])) == 1


@given(st.lists(st.lists(st.text(min_size=1, max_size=80), max_size=12), max_size=8))
def test_tokens_are_plain_and_statistics_add_up(passages: list[list[str]]) -> None:
    tokens = [[token_of(term) for term in passage] for passage in passages]
    for token in {token for passage in tokens for token in passage}:
        assert token.isascii()
        assert token.isalnum()
        assert token == token.lower()
        assert len(token) <= 60
    counts: Counter[str] = Counter()
    size, length = added(counts, tokens)
    found = Statistics.build(counts, size, length)
    assert {token: found.frequency(token) for token in counts} == dict(counts)
    assert found.counts() == counts
    added(counts, tokens, -1)
    assert not +counts


def test_a_slow_server_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that takes connections and says nothing."""
    monkeypatch.setattr("index.milvus.database._PAUSES", ())
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        start = time.monotonic()
        with pytest.raises(StudyError):
            Database(f"http://127.0.0.1:{silent.getsockname()[1]}", "study1_x").exists()
        assert time.monotonic() - start < 30
