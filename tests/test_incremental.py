"""Ingesting again: least work for every change, what is left out and grouped, and that no interruption costs more than a batch."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from ingesting import SMALL_BATCH, ingest_slowly
from numpy.typing import NDArray
from samples import WordEncoder
from terminal import CHECKOUT, study, study_process

from assistant.building.build import forget, ingest
from assistant.errors import UnknownDocument
from assistant.storage.documents import load_document, load_records
from assistant.storage.snapshots import Layout, exclusive, open_snapshot
from index.local.chunks import ChunkStore
from ingest.model import TextPart


class Counting(WordEncoder):
    """Remembers what it was given."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        self.texts += [part.part for part in parts]
        return super().encode_parts(parts)


@pytest.fixture
def encoder() -> Counting:
    return Counting()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    for number, word in enumerate(("entropy", "gradient", "softmax", "kernel")):
        put(
            folder,
            f"part{number % 2}/{word}.md",
            f"# About {word}\n\nThe {word} is number {number}. It has a use.\n\n## Use of {word}\n\nUse it.\n",
        )
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def content(root: Path) -> dict[str, object]:
    """All that a snapshot holds, but for when it was made."""
    with live_folder(root) as folder:
        found: dict[str, object] = {}
        for file in sorted((folder / "index").iterdir()):
            found[file.name] = rows(file) if file.suffix == ".sqlite" else file.read_bytes()
        documents = [record.name for record in load_records(folder)]
        found["documents"] = [load_document(folder, name) for name in documents]
        found["graph"] = rows(folder / "graph" / "graph.sqlite")
        return found


def rows(file: Path) -> list[object]:
    with closing(sqlite3.connect(file)) as base:
        tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return [sorted(base.execute(f"SELECT * FROM {table}"), key=repr) for table in tables]


@contextmanager
def live_folder(root: Path) -> Iterator[Path]:
    snapshot = open_snapshot(Layout(root))
    yield snapshot.folder
    snapshot.close()


def same_as_fresh(root: Path, paths: Sequence[Path]) -> None:
    fresh = root.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    ingest(fresh, paths, encoder=WordEncoder())
    assert content(root) == content(fresh)


def test_every_change_embeds_only_what_is_new_and_ends_as_a_fresh_ingest(notes: Path, root: Path, encoder: Counting) -> None:
    ingest(root, [notes], encoder=encoder)
    for change, sync, embeds in (
        (lambda: put(notes, "part0/adam.md", "# Adam\n\nAdam is an optimizer.\n"), {"added": ("part0/adam.md",)}, True),
        (lambda: put(notes, "part0/adam.md", "# Adam\n\nAdam is an optimizer with momentum.\n"), {"updated": ("part0/adam.md",)}, True),
        (lambda: (notes / "part1/gradient.md").rename(notes / "slope.md"), {"renamed": (("part1/gradient.md", "slope.md"),)}, False),
        (lambda: (notes / "part0").rename(notes / "zero"), {"removed": ()}, False),
        (lambda: (notes / "zero/softmax.md").unlink(), {"removed": ("zero/softmax.md",)}, False),
        (lambda: shutil.copy(notes / "slope.md", notes / "again.md"), {"added": ("again.md",)}, False),
    ):
        change()
        encoder.texts.clear()
        report = ingest(root, [notes], encoder=encoder)
        for state, names in sync.items():
            assert getattr(report.sync, state) == names
        assert bool(encoder.texts) == embeds
        same_as_fresh(root, [notes])


def test_a_file_whose_title_is_its_name_gets_another_title_with_another_name(root: Path, tmp_path: Path, encoder: Counting) -> None:
    put(tmp_path / "n", "first.txt", "it all begins here, with a sentence that is no title.\n")
    ingest(root, [tmp_path / "n"], encoder=encoder)
    (tmp_path / "n/first.txt").rename(tmp_path / "n/second.txt")
    assert ingest(root, [tmp_path / "n"], encoder=encoder).sync.renamed == (("first.txt", "second.txt"),)
    same_as_fresh(root, [tmp_path / "n"])


def test_an_unchanged_folder_imports_nothing_heavy(notes: Path, root: Path, tmp_path: Path) -> None:
    ingest(root, [notes], encoder=WordEncoder())
    code = (
        "import sys; from pathlib import Path; from assistant.building.build import ingest\n"
        f"report = ingest(Path({str(root)!r}), [Path({str(notes)!r})])\n"
        "heavy = 'torch onnxruntime tokenizers faiss scipy networkx rank_bm25 lxml sentence_transformers'.split()\n"
        "print(len(report.sync.unchanged), [name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "4 []\n"


def test_a_new_collection_of_an_unchanged_folder_reads_and_embeds_nothing(notes: Path, root: Path, encoder: Counting) -> None:
    ingest(root, [notes], encoder=encoder, collection="course")
    put(notes, "part0/adam.md", "# Adam\n\nAdam is an optimizer.\n")
    ingest(root, [notes], encoder=encoder)
    assert study("status", "--library", root, "--json").json["collections"] == {"course": 5}
    encoder.texts.clear()
    ingest(root, [notes / "part1"], encoder=encoder, collection="exam")
    assert study("status", "--library", root, "--json").json["collections"] == {"course": 3, "exam": 2}
    with live_folder(root) as folder, closing(sqlite3.connect(folder / "index" / "chunks.sqlite")) as base:
        found = dict(base.execute("SELECT document, collection FROM chunks"))
    assert {name for name, collection in found.items() if collection == "exam"} == {"part1/gradient.md", "part1/kernel.md"}
    ingest(root, [notes], encoder=encoder, collection="")
    assert study("status", "--library", root, "--json").json["collections"] == {}
    assert not encoder.texts


def test_a_graph_mined_by_an_earlier_study_is_mined_again_and_nothing_is_embedded(
    notes: Path, root: Path, encoder: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.building.build.MINING_VERSION", 1)
    ingest(root, [notes], encoder=encoder)
    with live_folder(root) as folder:
        before = folder.name
    encoder.texts.clear()
    monkeypatch.undo()
    ingest(root, [notes], encoder=encoder)
    with live_folder(root) as folder:
        assert folder.name != before
    assert not encoder.texts


def test_what_is_forgotten_stays_away_until_it_is_named(notes: Path, root: Path) -> None:
    ingest(root, [notes], encoder=WordEncoder())
    with pytest.raises(UnknownDocument, match=r"Nearest: part1/kernel\.md"):
        forget(root, ["part0/entropy.md", "kernle.md"])
    ran = study("forget", "part0/entropy.md", "kernel.md", "--library", root)
    assert "Forgotten: part0/entropy.md" in ran.out
    assert ingest(root, [notes]).sync.unchanged == ("part0/softmax.md", "part1/gradient.md")
    status = study("status", "--library", root, "--json").json
    assert (status["documents"], status["forgotten"]) == (2, ["part0/entropy.md", "part1/kernel.md"])
    assert ingest(root, [notes / "part0/entropy.md"], encoder=WordEncoder()).sync.added == ("part0/entropy.md",)
    assert study("status", "--library", root, "--json").json["forgotten"] == ["part1/kernel.md"]


def test_studyignore_leaves_out_as_git_does_and_says_so(notes: Path, root: Path) -> None:
    put(notes, ".studyignore", "draft*\n/part1/\n*.log.md\n\\\n")
    put(notes, "part0/.studyignore", "!draft-good.md\nsoftmax.md\n")
    for name in ("draft.md", "part0/draft-good.md", "part0/draft-bad.md", "x.log.md", ".hidden.md"):
        put(notes, name, f"# {name}\n\nText of {name}.\n")
    assert ingest(root, [notes], encoder=WordEncoder()).sync.added == ("part0/draft-good.md", "part0/entropy.md")
    assert study("status", "--library", root, "--json").json["left_out"].items() >= {"ignored": 5, "hidden": 1}.items()
    assert "5 by .studyignore, 1 hidden" in study("status", "--library", root).out
    assert ingest(root, [notes / "part0"]).sync.unchanged == ("part0/draft-good.md", "part0/entropy.md")
    (notes / ".studyignore").unlink()
    assert len(ingest(root, [notes], encoder=WordEncoder()).sync.added) == 5


def test_killed_at_any_moment_it_resumes_and_ends_as_if_it_had_not_been(notes: Path, root: Path, tmp_path: Path) -> None:
    put(notes, "big.md", "# Big\n\n" + "\n\n".join(f"Fact number {number} is about topic {number * 7}." for number in range(150)))
    ingest(root, [notes / "part0"], encoder=WordEncoder())
    log = tmp_path / "log"
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["assistant.building.snapshot_writer", "ingesting"])
    chance = random.Random(4)

    def run(library: Path, log: Path, kill_after: float | None) -> float:
        process = processes.Process(target=ingest_slowly, args=(library, notes, log))
        start = time.perf_counter()
        process.start()
        if kill_after is not None:
            process.join(kill_after)
            process.kill()
        process.join()
        assert kill_after is not None or process.exitcode == 0
        return time.perf_counter() - start

    run(tmp_path / "warm", tmp_path / "unused", None)
    whole = run(tmp_path / "timed", tmp_path / "unused", None)
    kills = 30
    for _ in range(kills):
        run(root, log, chance.uniform(0, whole))
        if Layout(root).live.exists():
            with live_folder(root) as folder, closing(ChunkStore(folder / "index")) as chunks:
                assert {chunk.document for chunk in chunks.iterate(0, chunks.size)} in (
                    {"entropy.md", "softmax.md"},
                    {"big.md", "part0/entropy.md", "part0/softmax.md", "part1/gradient.md", "part1/kernel.md"},
                )
    run(root, log, None)
    same_as_fresh(root, [notes])
    encoded = log.read_text().split()
    assert len(encoded) - len(set(encoded)) <= kills * SMALL_BATCH


def test_a_second_ingest_waits_for_the_first_and_says_for_whom(notes: Path, root: Path) -> None:
    ingest(root, [notes], encoder=WordEncoder())
    with exclusive(Layout(root)):
        refused = study("ingest", notes, "--library", root, "--no-wait")
        assert refused.code == 1
        assert f"Process {os.getpid()} is writing" in refused.err
        waiting = study_process("ingest", notes, "--library", root, "--json")
        assert waiting.stderr is not None
        assert f"Process {os.getpid()} is writing" in waiting.stderr.readline()
        assert waiting.poll() is None
    out, _ = waiting.communicate(timeout=60)
    assert json.loads(out)["documents"]["unchanged"] == 4


@pytest.mark.usefixtures("encoder_cache")
def test_a_folder_of_traps_is_read_but_for_the_traps(notes: Path, root: Path, tmp_path: Path) -> None:
    put(tmp_path / "outside", "secret.md", "# Secret\n\nNot yours.\n")
    os.mkfifo(notes / "pipe.md")
    (notes / "loop.md").symlink_to("loop.md")
    (notes / "around").symlink_to(notes)
    (notes / "out").symlink_to(tmp_path / "outside")
    (notes / "bad.md").write_bytes(b"\x00\x01" * 100)
    put(notes, "two\nlines.md", "# Two lines\n\nThe name of this file has two lines.\n")
    found = study("ingest", notes, "--library", root, "--json").json
    status = study("status", "--library", root)
    assert found["documents"]["added"] == 5
    reasons = {failure["document"]: failure["reason"] for failure in found["failures"]}
    assert reasons.keys() == {"bad.md", "loop.md"}
    assert all(f"Not read: {name}" in status.out for name in reasons)


def test_a_file_that_changes_while_it_is_read_keeps_its_earlier_version(notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.sources.slices.SLICE", 2000)
    long = put(notes, "long.md", "# Long\n\n" + "\n\n".join(f"Sentence number {number} is here." for number in range(300)))
    ingest(root, [notes], encoder=WordEncoder())
    before = content(root)["documents"]
    with long.open("a") as file:
        file.write("\n\nOne more sentence.\n")

    def meddle(stage: str, done: int, total: int) -> None:
        if stage == "Checking" and done == total:
            long.write_bytes(long.read_bytes() + b"\x00")

    report = ingest(root, [notes], encoder=WordEncoder(), progress=meddle)
    assert [entry.failure.document for entry in report.failures] == ["long.md"]
    assert (report.sync.updated, content(root)["documents"]) == ((), before)


@pytest.mark.usefixtures("encoder_cache")
def test_watch_follows_what_happens_until_it_is_interrupted(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    process = study_process("ingest", notes, "--watch", "--json", "--library", root)
    assert process.stdout is not None

    def next_counts() -> dict[str, int]:
        assert process.stdout is not None
        found: dict[str, int] = json.loads(process.stdout.readline())["documents"]
        return found

    assert next_counts()["unchanged"] == 4
    put(notes, "adam.md", "# Adam\n\nAdam is an optimizer.\n")
    assert next_counts()["added"] == 1
    (notes / "bad.md").write_bytes(b"\x00" * 100)
    (notes / "adam.md").unlink()
    counts = next_counts()
    assert (counts["removed"], counts["failed"]) == (1, 1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Stopped watching" in err
