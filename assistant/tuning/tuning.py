"""Tune a library's encoder: learn from pairs, compare on pairs held back, keep the better one, and undo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.building.build import embed_again
from assistant.errors import ModelFailed, NothingToTune
from assistant.evaluation.sets.held_out import without_lines
from assistant.evaluation.sets.sets import EvaluationQuestion
from assistant.progress import Notice, Progress, quiet, silent
from assistant.session import Session
from assistant.storage.documents import load_documents
from assistant.storage.snapshots import Layout, replace_file, writing
from assistant.tuning.pairs import Lessons, asked_places, make_lessons
from index.indexed_text import embedded_parts
from index.local.engine import LocalEngine
from index.local.writer import write_index
from index.metrics.comparison import Difference, paired_difference
from index.metrics.ranking import Passage
from index.models.embeddings import EmbeddingCache
from index.models.encoder import Model, encoder_folder, identify_model, model_folder, open_encoder
from index.search import Index
from ingest.model import Chunk, Document

METRICS = ("recall@1", "recall@5", "mrr@10", "ndcg@10")
_DECIDING = "ndcg@10"
_COMPARED = 3000
"""The most passages for the comparison: those of the questions held back, and an even sample of the others."""
_RECORD = "tuned.json"


@dataclass(frozen=True, slots=True)
class Change:
    """A metric on the questions held back, before and after, with the paired difference."""

    before: float
    after: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class Tuning:
    """The result of a tuning. `kinds` counts the pairs; `encoder` is the one that the library uses now."""

    kinds: Mapping[str, int]
    learned: int
    held: int
    changes: Mapping[str, Change]
    kept: bool
    encoder: str


def tune(root: Path, minutes: float, *, keep: bool = False, progress: Progress = quiet, notice: Notice = silent) -> Tuning:
    """Train the library's encoder on its documents for at most `minutes`; the library uses the result if it is better, or with `keep`.

    Better means that the interval of the difference in nDCG@10, over held-back questions and with the default search, is above 0. A library
    that was tuned before is tuned again from its first encoder. Raises NothingToTune, LibraryError and ModelError; after an error or an
    interruption the library is unchanged.
    """
    current, documents, chunks, lessons = _material(root, notice)
    first = _first(root) or current
    work = Path(tempfile.mkdtemp(prefix="study-tune-"))
    tuned: Model | None = None
    kept = False
    try:
        made = work / f"tuned-{datetime.now(UTC):%Y%m%d%H%M%S}"
        _train(lessons, model_folder(first), made, minutes, work, progress)
        tuned = identify_model(str(made))
        compared = _Comparison(lessons, documents, chunks, Layout(root).embeddings, progress, notice)
        before, after = compared.judge(current), compared.judge(tuned)
        changes = {name: _change([row[name] for row in before], [row[name] for row in after]) for name in METRICS}
        kept = keep or is_better(changes[_DECIDING])
        if kept:
            _keep(root, made, first, current, progress, notice)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if tuned is not None and not kept:
            shutil.rmtree(encoder_folder(tuned), ignore_errors=True)
    return Tuning(lessons.kinds, len(lessons.learned), len(lessons.held), changes, kept, (tuned if kept else current).name)


def check_tuning(root: Path) -> None:
    """Raise NothingToTune if the documents give too few pairs to learn from."""
    _material(root, silent)


def _material(root: Path, notice: Notice) -> tuple[Model, list[Document], list[Chunk], Lessons]:
    """The encoder that a library has, its documents and passages, and the pairs from these."""
    with closing(Session(root, notice=notice)) as library:
        current = Model(**library.snapshot.manifest["settings"]["encoder"])
        documents = [entry.document for entry in load_documents(library.snapshot.folder)]
        chunks = list(library.index.engine.chunks())
        return current, documents, chunks, make_lessons(documents, library.graph, chunks)


def is_better(change: Change) -> bool:
    """True if the gain is significant: the bootstrap 95 % interval of the paired difference is above 0."""
    return change.difference.low > 0


def undo(root: Path, *, progress: Progress = quiet, notice: Notice = silent) -> str:
    """Go back to the encoder before the first tuning. Returns its name. Raises NothingToTune if the library is not tuned."""
    first = _first(root)
    if first is None:
        raise NothingToTune(f"The library {root} is not tuned, so there is nothing to undo.")
    embed_again(root, first.source, wait=True, progress=progress, notice=notice)
    with writing(root):
        _record(root).unlink()
        _clear(root, None)
    return first.name


def is_tuned(root: Path) -> bool:
    """True if the library has a tuned encoder. A backup does not hold it."""
    return _record(root).exists()


def _train(lessons: Lessons, base: Path, target: Path, minutes: float, work: Path, progress: Progress) -> None:
    """Run index/models/tune.py in a process of its own and report its progress. Raises ModelFailed."""
    triples, errors = work / "triples.jsonl", work / "errors"
    triples.write_text("".join(f"{json.dumps(triple)}\n" for triple in lessons.triples), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2]), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-P", "-m", "index.models.tune", str(triples), str(base), str(target), str(minutes)]
    with (
        errors.open("w", encoding="utf-8") as stream,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=stream, text=True) as learning,  # noqa: S603
    ):
        try:
            for line in learning.stdout or ():
                step, steps = json.loads(line)
                progress("Training", step, steps)
        except BaseException:
            learning.kill()
            learning.wait()
            raise
    if learning.returncode < 0:
        raise ModelFailed(f"The tuning was stopped (signal {-learning.returncode}).", "It needs about 2 GB of free memory.")
    if learning.returncode:
        reason = (errors.read_text(encoding="utf-8").strip().splitlines() or ["no reason given"])[-1]
        raise ModelFailed(f"The encoder could not be tuned: {reason}")


class _Comparison:
    """Judges encoders on the questions held back; the lines of the questions are hidden from the search."""

    def __init__(
        self, lessons: Lessons, documents: Sequence[Document], chunks: Sequence[Chunk], embeddings: Path, progress: Progress, notice: Notice
    ) -> None:
        self._questions: list[EvaluationQuestion] = [pair.question for pair in lessons.held]
        wanted = {pair.passage.id for pair in lessons.held}
        others = [chunk.id for chunk in chunks if chunk.id not in wanted]
        step = max(1, -(-len(others) // max(1, _COMPARED - len(wanted))))
        kept = wanted.union(others[::step])
        sections = {document.name: document.sections for document in documents}
        self._chunks = without_lines([chunk for chunk in chunks if chunk.id in kept], sections, asked_places(lessons.held))
        self._embeddings, self._progress, self._notice = embeddings, progress, notice

    def judge(self, model: Model) -> list[Mapping[str, float]]:
        """Every question's metrics."""
        parts = [part for chunk in self._chunks for part in embedded_parts(chunk)]
        encoder = open_encoder(model, threads=0, notice=self._notice)
        stage = f"Comparing, {model.name.partition('@')[0]}"
        with closing(EmbeddingCache(self._embeddings)) as cache:
            vectors = cache.embed(parts, model.name, lambda: encoder, lambda done, total: self._progress(stage, done, total))
        with tempfile.TemporaryDirectory() as folder:
            write_index(self._chunks, vectors, Path(folder))
            with closing(Index(LocalEngine(Path(folder)))) as index:
                rankings = [index.search(index.query(question.question, encoder)) for question in self._questions]
        return [
            question.judge([Passage(hit.chunk.document, hit.chunk.text) for hit in hits]).metrics
            for question, hits in zip(self._questions, rankings, strict=True)
        ]


def _change(before: Sequence[float], after: Sequence[float]) -> Change:
    return Change(sum(before) / len(before), sum(after) / len(after), paired_difference(before, after))


def _keep(root: Path, made: Path, first: Model, current: Model, progress: Progress, notice: Notice) -> None:
    """Move the new encoder into the library and embed the library with it; if that fails, the library stays as it was."""
    place = root / made.name
    try:
        with writing(root):
            shutil.move(made, place)
        embed_again(root, str(place), wait=True, progress=progress, notice=notice)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    with writing(root):
        replace_file(_record(root), json.dumps({"first": asdict(first), "before": current.name, "encoder": place.name}, indent=1))
        _clear(root, place)


def _clear(root: Path, kept: Path | None) -> None:
    """Remove tuned encoders, all but the one to keep."""
    for folder in root.glob("tuned-*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def _first(root: Path) -> Model | None:
    """The encoder before the first tuning; None if the library was never tuned."""
    try:
        return Model(**json.loads(_record(root).read_text(encoding="utf-8"))["first"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _record(root: Path) -> Path:
    return root / _RECORD
