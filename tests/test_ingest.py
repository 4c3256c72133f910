"""Ingesting: what enters a library, what leaves it, and that nothing that goes wrong costs what was there."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

import pytest
from terminal import study, study_process, unprivileged

from assistant.building.build import ingest
from assistant.errors import LibraryBusy, LibraryDamaged, LibraryFormat, LibraryReadOnly, NotALibrary
from assistant.session import Session
from assistant.storage.snapshots import FORMAT, Layout, exclusive, open_snapshot
from index.models.encoder import default_model, encoder_folder
from ingest.errors import NothingToIngest

pytestmark = pytest.mark.usefixtures("encoder_cache")

NOTE = "# Entropy\n\nEntropy is the average surprise of a random variable.\n"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "entropy.md").write_text(NOTE)
    (folder / "gradient.md").write_text("# Gradient\n\nThe gradient points in the direction of steepest ascent.\n")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "library"


def live(root: Path) -> str:
    return Layout(root).live.read_text()


def names(root: Path) -> list[str]:
    library = Session(root)
    found = list(library.index.engine.chunks())
    library.close()
    return sorted({chunk.document for chunk in found})


def test_sync_reads_what_changed_and_drops_what_is_gone(notes: Path, root: Path) -> None:
    assert ingest(root, [notes]).sync.added == ("entropy.md", "gradient.md")
    (notes / "entropy.md").write_text(NOTE + "\nA fair coin has an entropy of one bit.\n")
    (notes / "gradient.md").rename(notes / "slope.md")
    report = ingest(root, [notes]).sync
    assert (report.added, report.updated, report.removed, report.unchanged) == ((), ("entropy.md",), (), ())
    assert report.renamed == (("gradient.md", "slope.md"),)
    assert names(root) == ["entropy.md", "slope.md"]


def test_an_unchanged_folder_publishes_nothing(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    before = live(root)
    os.utime(notes / "entropy.md", (1, 1))
    assert ingest(root, [notes]).sync.unchanged == ("entropy.md", "gradient.md")
    assert live(root) == before


def test_other_roots_stay_as_they_were(notes: Path, root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "entropy.md").write_text("# Entropy\n\nEntropy of a gas grows.\n")
    (other / "softmax.md").write_text("# Softmax\n\nSoftmax turns scores into probabilities.\n")
    ingest(root, [notes])
    ingest(root, [other])
    assert names(root) == ["gradient.md", "notes/entropy.md", "other/entropy.md", "softmax.md"]
    (notes / "entropy.md").unlink()
    assert ingest(root, [notes]).sync.removed == ("notes/entropy.md",)
    assert names(root) == ["entropy.md", "gradient.md", "softmax.md"]


def test_a_path_inside_a_root_syncs_that_part_and_one_around_it_absorbs_it(notes: Path, root: Path) -> None:
    (notes / "deep").mkdir()
    (notes / "deep" / "adam.md").write_text("# Adam\n\nAdam is an optimizer.\n")
    ingest(root, [notes / "deep"])
    assert names(root) == ["adam.md"]
    ingest(root, [notes])
    assert names(root) == ["deep/adam.md", "entropy.md", "gradient.md"]
    (notes / "deep" / "adam.md").unlink()
    (notes / "deep" / "sgd.md").write_text("# SGD\n\nSGD is an optimizer.\n")
    (notes / "entropy.md").unlink()
    ingest(root, [notes / "deep"])
    assert names(root) == ["deep/sgd.md", "entropy.md", "gradient.md"]


def test_a_root_that_is_a_symbolic_link_keeps_its_name(notes: Path, root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(notes)
    assert ingest(root, [tmp_path / "link"]).roots.paths == (str(tmp_path / "link"),)
    assert names(root) == ["entropy.md", "gradient.md"]
    assert ingest(root, [tmp_path / "elsewhere" / ".." / "link"]).sync.unchanged == ("entropy.md", "gradient.md")


def test_a_single_file_is_a_root_of_its_own(notes: Path, root: Path) -> None:
    ingest(root, [notes / "entropy.md"])
    assert names(root) == ["entropy.md"]
    ingest(root, [notes / "gradient.md"])
    assert names(root) == ["entropy.md", "gradient.md"]


def test_a_file_that_went_bad_keeps_its_earlier_version_and_is_listed_until_resolved(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    (notes / "entropy.md").write_bytes(b"\x00\x01\x02" * 100)
    report = ingest(root, [notes])
    assert [entry.failure.document for entry in report.failures] == ["entropy.md"]
    assert "earlier version is kept" in report.failures[0].failure.reason
    assert names(root) == ["entropy.md", "gradient.md"]
    listed = study("status", "--library", root, "--json").json["failures"]
    assert [failure["document"] for failure in listed] == ["entropy.md"]
    (notes / "entropy.md").write_text(NOTE)
    ingest(root, [notes])
    assert study("status", "--library", root, "--json").json["failures"] == []


@pytest.mark.parametrize("stage", ["Reading", "Embedding", "Indexing"])
def test_an_interrupted_ingest_leaves_the_old_snapshot_live(notes: Path, root: Path, stage: str) -> None:
    ingest(root, [notes])
    before = live(root)
    (notes / "softmax.md").write_text("# Softmax\n\nSoftmax turns scores into probabilities.\n")

    def interrupt(at: str, done: int, total: int) -> None:
        if at == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(root, [notes], progress=interrupt)
    assert live(root) == before
    assert names(root) == ["entropy.md", "gradient.md"]
    assert ingest(root, [notes]).sync.added == ("softmax.md",)
    assert [entry.name for entry in Layout(root).snapshots.iterdir()] == [live(root)]


def test_control_c_says_so_and_exits_130(notes: Path, root: Path) -> None:
    for number in range(300):
        (notes / f"note{number}.md").write_text(f"# Note {number}\n\n" + "\n\n".join(f"Fact {number} {i} is a fact." for i in range(30)))
    process = study_process("ingest", notes, "--library", root)
    while not Layout(root).building.exists():
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert not Layout(root).live.exists()


def test_a_killed_ingest_leaves_the_old_snapshot_live(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    for number in range(300):
        (notes / f"note{number}.md").write_text(f"# Note {number}\n\n" + "\n\n".join(f"Fact {number} {i} is a fact." for i in range(30)))
    process = study_process("ingest", notes, "--library", root)
    while not Layout(root).building.exists():
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert names(root) == ["entropy.md", "gradient.md"]
    for number in range(300):
        (notes / f"note{number}.md").unlink()
    ingest(root, [notes])
    assert not Layout(root).building.exists()


def test_a_reader_keeps_its_snapshot_while_another_is_published(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    reader = Session(root)
    (notes / "softmax.md").write_text("# Softmax\n\nSoftmax turns scores into probabilities.\n")
    ingest(root, [notes])
    assert {hit.chunk.document for hit in reader.search("softmax")} == {"entropy.md", "gradient.md"}
    reader.close()
    (notes / "softmax.md").unlink()
    ingest(root, [notes])
    assert [entry.name for entry in Layout(root).snapshots.iterdir()] == [live(root)]


def test_a_second_writer_is_told_who_holds_the_library(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    with exclusive(Layout(root)), pytest.raises(LibraryBusy, match=str(os.getpid())):
        ingest(root, [notes])


def test_no_such_path_and_an_empty_folder_change_nothing(notes: Path, root: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ingest(root, [notes])
    before = live(root)
    for path in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(NothingToIngest, match=path.name):
            ingest(root, [path])
    for file in notes.iterdir():
        file.unlink()
    with pytest.raises(NothingToIngest, match="no document"):
        ingest(root, [notes])
    assert live(root) == before


def test_a_file_that_cannot_be_read_keeps_no_other_out(notes: Path, root: Path, tmp_path: Path) -> None:
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.4 torn")
    with pytest.raises(NothingToIngest, match="no document that can be read"):
        ingest(root, [tmp_path / "torn.pdf"])
    report = ingest(root, [tmp_path / "torn.pdf", *sorted(notes.iterdir())[:1]])
    assert (len(report.sync.added), [entry.failure.document for entry in report.failures]) == (1, ["torn.pdf"])


def test_a_folder_of_something_else_is_not_taken_for_a_library(notes: Path) -> None:
    before = sorted(notes.iterdir())
    with pytest.raises(NotALibrary, match="nor empty"):
        ingest(notes, [notes])
    assert sorted(notes.iterdir()) == before


def test_a_library_where_a_file_is_or_below_one_is_refused(notes: Path) -> None:
    for root in (notes / "entropy.md", notes / "entropy.md" / "library"):
        with pytest.raises(LibraryReadOnly, match="Cannot write"):
            ingest(root, [notes])


def test_file_names_that_are_not_utf8_are_kept_apart(notes: Path, root: Path) -> None:
    for name in (b"caf\xe9.md", b"caf\xe8.md"):
        Path(os.fsdecode(os.fsencode(notes) + b"/" + name)).write_text(f"# Cafe\n\nCoffee number {name[3]} is good.\n")
    (notes / os.fsdecode(b"bad\xff.md")).write_bytes(b"\x00" * 100)
    assert len(ingest(root, [notes]).sync.added) == 4
    assert ingest(root, [notes]).sync.added == ()
    assert study("status", "--library", root, "--json").json["failures"][0]["document"].startswith("bad")
    assert len(study("search", "coffee", "--library", root, "--json").json["hits"]) >= 2


def test_a_library_of_a_newer_format_is_left_alone(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    Layout(root).mark.write_text('{"format": 99}')
    for act in (lambda: ingest(root, [notes]), lambda: Session(root)):
        with pytest.raises(LibraryFormat, match="99"):
            act()


def test_a_snapshot_of_another_format_is_refused_and_rebuilt_from_its_roots(notes: Path, root: Path, tmp_path: Path) -> None:
    ingest(root, [notes])
    manifest = Layout(root).snapshots / live(root) / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 0'))
    ran = study("search", "entropy", "--library", root)
    assert (ran.code, ran.out) == (1, "")
    assert "Ingest the same folders again" in ran.err
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "softmax.md").write_text("# Softmax\n\nSoftmax turns scores into probabilities.\n")
    ingest(root, [tmp_path / "more"])
    assert names(root) == ["entropy.md", "gradient.md", "softmax.md"]


def test_damage_is_noticed_and_mended_by_ingesting_again(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    snapshot = open_snapshot(Layout(root))
    snapshot.close()
    for name in snapshot.manifest["files"]:
        file = Layout(root).snapshots / live(root) / name
        file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(LibraryDamaged, match=file.name):
            Session(root)
        ingest(root, [notes])
        assert names(root) == ["entropy.md", "gradient.md"]


def test_a_library_that_cannot_be_written_can_be_asked_but_not_changed(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    asked = study("ask", "what is entropy", "--library", root, "--json")
    for folder, _, files in os.walk(root):
        Path(folder).chmod(0o555)
        for file in files:
            Path(folder, file).chmod(0o444)
    with unprivileged(root, encoder_folder(default_model()) / "model.onnx"):
        again = study("ask", "what is entropy", "--library", root, "--json")
        changed = study("ingest", notes, "--library", root)
    for folder, _, _ in os.walk(root):
        Path(folder).chmod(0o755)
    assert again.json["sentences"] == asked.json["sentences"]
    assert changed.code == 1
    assert "Cannot write to the library" in changed.err


def test_a_full_disk_is_said_and_costs_nothing(notes: Path, root: Path) -> None:
    ingest(root, [notes])
    before = live(root)
    (notes / "long.md").write_text("# Long\n\n" + "\n\n".join(f"Sentence number {i} says something about topic {i}." for i in range(800)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    try:
        with pytest.raises(LibraryReadOnly, match="Cannot write"):
            ingest(root, [notes])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert live(root) == before
    assert names(root) == ["entropy.md", "gradient.md"]
    assert ingest(root, [notes]).sync.added == ("long.md",)
