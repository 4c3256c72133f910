"""Several workers share an ingest: the library is the same, and one that dies, or an interruption, costs what was in hand and no more."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ingesting import SMALL_BATCH, Deadly, ingest_with_two_slow_workers
from numpy.typing import NDArray
from samples import WordEncoder
from terminal import study

import index.models.embeddings
from assistant.building.build import ingest
from assistant.errors import WorkersLost
from assistant.session import Session
from assistant.storage.documents import load_records
from assistant.workers.choice import Workforce
from assistant.workers.jobs import ReadFile, Setup
from assistant.workers.processes import Processes
from index.models.encoder import Model
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.errors import UsageError
from ingest.model import Failure, TextPart
from ingest.sources.sources import find_sources

TWO = Workforce(2)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for number in range(12):
        (folder / f"part{number % 3}").mkdir(parents=True, exist_ok=True)
        text = "".join(f"\n## Step {at}\n\nWater number {at * number} flows from cell {at} to cell {number}.\n" for at in range(6))
        (folder / f"part{number % 3}" / f"note{number}.md").write_text(f"# Note {number}\n{text}")
    (folder / "broken.md").write_bytes(b"\0\0\0")
    return folder


def content(root: Path) -> tuple[list[object], list[object], NDArray[np.float32]]:
    """The documents, chunks and vectors of a library."""
    with closing(Session(root)) as session:
        engine = session.index.engine
        chunks = list(engine.chunks())
        vectors = np.concatenate(engine.units([chunk.id for chunk in chunks]))
        return list(load_records(session.snapshot.folder)), list(chunks), vectors


def setup(encoder: WordEncoder) -> Setup:
    return Setup(Model(encoder.name, encoder.name), ChunkSettings(), encoder)


def batches(count: int) -> list[list[TextPart]]:
    return [[TextPart.whole(f"text {number}")] for number in range(count)]


def test_two_workers_make_the_same_library_as_one(notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.models.embeddings, "BATCH", SMALL_BATCH)
    alone = ingest(tmp_path / "alone", [notes], encoder=WordEncoder())
    shared = ingest(tmp_path / "shared", [notes], encoder=WordEncoder(), workforce=TWO)
    assert shared.sync == alone.sync
    assert shared.failures == alone.failures
    assert len(shared.failures) == 1
    *same, vectors = content(tmp_path / "shared")
    *expected, others = content(tmp_path / "alone")
    assert same == expected
    assert np.allclose(vectors, others, atol=1e-5)


def test_a_worker_that_is_killed_costs_what_it_had_in_hand(tmp_path: Path) -> None:
    given = [*batches(5), [TextPart.whole("poison")], *batches(5)]
    with closing(Processes(setup(Deadly(tmp_path / "died")), 2)) as crew:
        found = dict(crew.encode(given))
    assert sorted(found) == list(range(11))
    assert all(np.allclose(found[at], WordEncoder().encode_parts(given[at])) for at in found)


def test_a_batch_that_ends_every_worker_is_said_and_the_rest_was_done() -> None:
    done: list[int] = []
    with closing(Processes(setup(Deadly()), 2)) as crew, pytest.raises(WorkersLost, match="again and again"):
        done += (number for number, _ in crew.encode([*batches(4), [TextPart.whole("poison")]]))


def test_a_file_that_ends_its_reader_is_a_failure_and_the_others_are_read(notes: Path) -> None:
    (notes / "part1" / "note4.md").write_text("# Note\n\nThis is poison. It kills.\n\nAnd this is a second paragraph of it.\n")
    files = [(source, source.name) for source in find_sources([notes]).sources]
    by_meaning = replace(setup(Deadly()), chunking=ChunkSettings(Strategy.SEMANTIC))
    with closing(Processes(by_meaning, 2)) as crew:
        found = dict(zip((name for _, name in files), crew.read(files), strict=True))
    failed = {name: one.reason for name, one in found.items() if isinstance(one, Failure)}
    assert failed.keys() == {"broken.md", "part1/note4.md"}
    assert "ended the process that read it" in failed["part1/note4.md"]
    assert sum(isinstance(one, ReadFile) for one in found.values()) == 11


def test_killed_or_interrupted_at_any_moment_nothing_finished_is_lost_and_no_worker_stays(notes: Path, tmp_path: Path) -> None:
    log, root = tmp_path / "log", tmp_path / "library"
    processes, chance = multiprocessing.get_context("forkserver"), random.Random(3)
    ends = [signal.SIGKILL, signal.SIGINT] * 2
    for end in [*ends, None]:
        process = processes.Process(target=ingest_with_two_slow_workers, args=(root, notes, log))
        process.start()
        if end is not None:
            process.join(chance.uniform(1.5, 3.0))
            assert process.pid is not None
            with suppress(ProcessLookupError):
                os.kill(process.pid, end)
        process.join(60)
        assert end is not None or process.exitcode == 0
        deadline = time.monotonic() + 10
        while _workers(log):
            assert time.monotonic() < deadline, "workers outlive the ingest"
            time.sleep(0.1)
    encoded = [line.split()[1] for line in log.read_text().splitlines()]
    in_hand = 2 * 2 * SMALL_BATCH
    assert len(encoded) - len(set(encoded)) <= len(ends) * in_hand
    ingest(tmp_path / "alone", [notes], encoder=WordEncoder())
    assert np.allclose(content(root)[2], content(tmp_path / "alone")[2], atol=1e-5)


def _workers(log: Path) -> set[int]:
    """The processes that encoded something and still run."""
    seen = {int(line.split()[0]) for line in log.read_text().splitlines()} if log.exists() else set()
    return {pid for pid in seen if Path(f"/proc/{pid}").exists()}


def test_what_is_not_a_number_of_workers_is_refused(notes: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="from 1 to"):
        Workforce.make(0, None)
    refused = study("ingest", notes, "--library", tmp_path / "x", "--on", "spark://here")
    assert refused.code == 2
    assert "ray://HOST:PORT" in refused.err
