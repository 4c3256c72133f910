"""An ingest whose workers are actors of a Ray cluster: one that is started on this machine, and addresses that lead nowhere."""

from __future__ import annotations

import importlib.util
import socket
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from ingesting import Deadly
from samples import WordEncoder
from terminal import study

from assistant.building.build import ingest
from assistant.errors import ExtraMissing, WorkersUnavailable
from assistant.session import Session
from assistant.workers.choice import Workforce

HERE = Workforce(2, "ray")


def vectors(root: Path) -> tuple[list[str], np.ndarray]:
    with closing(Session(root)) as session:
        ids = [chunk.id for chunk in session.index.engine.chunks()]
        return ids, np.concatenate(session.index.engine.units(ids))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(5):
        (folder / f"note{number}.md").write_text(f"# Note {number}\n\nWater number {number} flows into a cell.\n")
    return folder


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, notes: Path, tmp_path: Path) -> None:
    monkeypatch.setattr("assistant.workers.cluster.find_spec", lambda _: None)
    with pytest.raises(ExtraMissing, match=r"study-assistant\[ray\]"):
        Workforce.make(None, "ray")
    refused = study("ingest", notes, "--library", tmp_path / "x", "--on", "ray")
    assert refused.code == 1
    assert "ray is not installed" in refused.err


needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs the [ray] extra")


@needs_ray
def test_an_address_where_nothing_listens_is_named_at_once(notes: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WorkersUnavailable, match="Nothing answers"):
        ingest(tmp_path / "x", [notes], encoder=WordEncoder(), workforce=Workforce.make(None, f"ray://127.0.0.1:{port}"))


@needs_ray
@pytest.mark.filterwarnings("ignore")
def test_actors_make_the_same_library_though_one_dies(notes: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (notes / "last.md").write_text("# Last\n\nThis poison ends an actor, once.\n")
    report = ingest(tmp_path / "shared", [notes], encoder=Deadly(tmp_path / "died"), workforce=HERE)
    assert (tmp_path / "died").exists()
    assert capfd.readouterr().out == ""
    assert len(report.sync.added) == 6
    ingest(tmp_path / "alone", [notes], encoder=WordEncoder())
    (ids, found), (expected_ids, expected) = vectors(tmp_path / "shared"), vectors(tmp_path / "alone")
    assert ids == expected_ids
    assert np.allclose(found, expected, atol=1e-5)
