"""A library remembers how its documents are cut, and cuts them again only when told to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from samples import WordEncoder

from assistant.building.build import IngestReport, ingest
from assistant.cli.main import study
from assistant.storage.status import library_status
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.errors import UsageError
from ingest.model import TextPart

_NOTE = "# Margins\n\n" + "\n\n".join(
    f"Paragraph {n} says what a margin is. It says it once more, with other words. Then it ends, as all {n} of them do." for n in range(12)
)


class CountingEncoder(WordEncoder):
    """Counts the texts it was given."""

    def __init__(self) -> None:
        self.seen = 0

    def encode_parts(self, parts: Sequence[TextPart]) -> NDArray[np.float32]:
        self.seen += len(parts)
        return super().encode_parts(parts)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text(_NOTE, encoding="utf-8")
    return folder


def run(tmp_path: Path, notes: Path, encoder: CountingEncoder, chunking: ChunkSettings | None = None) -> IngestReport:
    return ingest(tmp_path / "library", [notes], encoder=encoder, chunking=chunking)


def test_another_way_of_cutting_rebuilds_and_is_remembered(tmp_path: Path, notes: Path) -> None:
    encoder = CountingEncoder()
    usual = run(tmp_path, notes, encoder)
    seen = encoder.seen
    sentences = run(tmp_path, notes, encoder, ChunkSettings(Strategy.SENTENCE, 40))
    assert sentences.chunks > usual.chunks
    assert encoder.seen <= 2 * seen
    assert library_status(tmp_path / "library").chunking == {"method": 3, "strategy": "sentence", "size": 40, "overlap": 0}
    seen = encoder.seen
    (notes / "b.md").write_text(_NOTE.replace("margin", "kernel"), encoding="utf-8")
    assert run(tmp_path, notes, encoder).chunks == 2 * sentences.chunks
    assert library_status(tmp_path / "library").chunking["strategy"] == "sentence"


def test_what_the_encoder_does_not_take_in_changes_nothing(tmp_path: Path, notes: Path) -> None:
    encoder = CountingEncoder()
    run(tmp_path, notes, encoder)
    before = library_status(tmp_path / "library")
    with pytest.raises(UsageError, match="at most 254"):
        run(tmp_path, notes, encoder, ChunkSettings(size=300))
    assert library_status(tmp_path / "library") == before


@pytest.mark.parametrize("strategy", list(Strategy))
def test_every_strategy_makes_a_library(tmp_path: Path, notes: Path, strategy: Strategy) -> None:
    assert run(tmp_path, notes, CountingEncoder(), ChunkSettings(strategy, 60)).chunks > 2


def test_the_command_refuses_what_cannot_be(tmp_path: Path, notes: Path) -> None:
    def message(*options: str) -> str:
        result = CliRunner().invoke(study, ["ingest", str(notes), "--library", str(tmp_path / "library"), *options])
        assert result.exit_code != 0
        return str(result.exception) + result.output

    assert "hold nothing" in message("--chunk-size", "0")
    assert "does not fit" in message("--chunking", "sentence", "--chunk-size", "50", "--chunk-overlap", "50")
    assert "never overlap" in message("--chunk-overlap", "10")
    assert "semantic" in message("--chunking", "clever")
    assert not (tmp_path / "library").exists()


def test_passages_that_are_given_cannot_be_cut_anew(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(json.dumps({"_id": "1", "text": "A margin."}), encoding="utf-8")
    result = CliRunner().invoke(study, ["eval", "retrieval", str(folder), "--chunking", "sentence"])
    assert isinstance(result.exception, UsageError)
    assert "comes with its passages" in str(result.exception)
