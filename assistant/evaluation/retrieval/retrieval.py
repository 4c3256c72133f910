"""Evaluate retrieval: search for every question of a set, judge the results, and save the run with its settings."""

from __future__ import annotations

import hashlib
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from assistant.answers.confidence.confidence import confidence
from assistant.errors import LibraryMissing
from assistant.evaluation.errors import BadEvaluation
from assistant.evaluation.retrieval.searched import index_of
from assistant.evaluation.runs import Run, RunHit, RunQuestion, Slice, commit, save_run
from assistant.evaluation.sets.held_out import without_lines
from assistant.evaluation.sets.sets import EvaluationQuestion, read_public_set, read_questions
from assistant.opening import library_folder
from assistant.progress import Notice, Progress, quiet, silent
from assistant.search.scored import search_scored
from assistant.session import Session
from assistant.storage.documents import load_documents
from assistant.storage.snapshots import Layout, check_library, create_library, open_snapshot
from index.metrics.ranking import GRADED_DEPTH, Gold, Passage, summarise
from index.models.encoder import Model, default_model, encoder_window, open_encoder
from index.rerank import Reranking
from index.search import Hit, Index, Query, SearchSettings
from ingest.chunking.chunking import chunk_document
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.errors import UsageError
from ingest.model import Chunk, TokenEncoder

_DEPTH = 10
_SHOWN = 3
_EXCERPT = 300


@dataclass(frozen=True, slots=True)
class RetrievalRun:
    """A run and where it was saved."""

    run: Run
    file: Path


@dataclass(frozen=True, slots=True)
class _Searched:
    """The index, the encoder, how many passages are judged, the settings that the run records, and the reranking."""

    index: Index
    encoder: TokenEncoder
    depth: int
    settings: Mapping[str, Any]
    whole: Mapping[str, Chunk]
    reranking: Reranking | None


def evaluate_retrieval(
    named: Path | None,
    source: Path,
    settings: Sequence[SearchSettings],
    *,
    split: str = "test",
    chunking: ChunkSettings | None = None,
    reranking: Reranking | None = None,
    progress: Progress = quiet,
    notice: Notice = silent,
) -> list[RetrievalRun]:
    """Search for every question of a set that has gold, with each of the settings, the first of them reranked if asked for; save one run
    each.

    The questions of a file are asked of the named (or the default) library, cut again with `chunking` if given; those of a folder in BEIR's
    layout of its own passages, with the library's encoder. Raises BadEvaluation with the broken line, UsageError for passages that cannot
    be cut, and LibraryError.
    """
    if source.is_dir():
        if chunking is not None:
            raise UsageError(
                f"{source} comes with its passages, so it cannot be cut in another way.", "Chunk settings apply to questions on a library."
            )
        root, model = _home(named)
        public = read_public_set(source, split)
        questions = public.questions
        index = index_of(list(public.chunks.values()), f"beir-{public.digest[:16]}", model, progress, notice)
        said: dict[str, Any] = {"encoder": asdict(model), "split": split, "passages": len(public.chunks)}
        with closing(index):
            searched = _Searched(index, open_encoder(model, notice=notice), GRADED_DEPTH, said, public.chunks, reranking)
            return _runs(root, source, questions, searched, settings, progress)
    with closing(Session(library_folder(named)[0], notice=notice)) as library:
        questions = read_questions(source, library)
        said = dict(library.snapshot.manifest["settings"])

        def runs(index: Index) -> list[RetrievalRun]:
            searched = _Searched(index, library.encoder, _DEPTH, said, {}, reranking)
            return _runs(library.root, source, questions, searched, settings, progress)

        held = {place for question in questions for place in question.without}
        if not held and chunking is None:
            return runs(library.index)
        model = Model(**said["encoder"])
        if chunking is not None:
            said["chunking"] = chunking.identity
        chunks = _cut(library, model, chunking, progress, notice) if chunking else list(library.index.engine.chunks())
        if held:
            said["held_out"] = len(held)
            sections = {entry.document.name: entry.document.sections for entry in load_documents(library.snapshot.folder)}
            chunks = without_lines(chunks, sections, held)
        key = f"{library.root}\0{source.resolve()}\0{said['chunking']}"
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        with closing(index_of(chunks, f"library-{name}", model, progress, notice)) as index:
            return runs(index)


def _cut(library: Session, model: Model, chunking: ChunkSettings, progress: Progress, notice: Notice) -> list[Chunk]:
    """The library's documents cut by other settings."""
    window = encoder_window(model, notice)
    encoder = open_encoder(model, threads=0, notice=notice) if chunking.strategy is Strategy.SEMANTIC else None
    chunks: list[Chunk] = []
    for done, entry in enumerate(load_documents(library.snapshot.folder), start=1):
        chunks.extend(chunk_document(entry.document, chunking, window, encoder))
        progress("Chunking", done, library.snapshot.manifest["counts"]["documents"])
    return chunks


def _home(named: Path | None) -> tuple[Path, Model]:
    """The library folder where the runs of a public set are saved, and its encoder. Raises LibraryMissing if a named one is not there."""
    root, is_named = library_folder(named)
    layout = Layout(root)
    if is_named:
        check_library(layout)
    else:
        create_library(layout)
    try:
        with closing(open_snapshot(layout)) as snapshot:
            return root, Model(**snapshot.manifest["settings"]["encoder"])
    except LibraryMissing:
        return root, default_model()  # nothing was ingested yet


def _runs(
    root: Path,
    source: Path,
    questions: Sequence[EvaluationQuestion],
    searched: _Searched,
    settings: Sequence[SearchSettings],
    progress: Progress,
) -> list[RetrievalRun]:
    asked = [question for question in questions if question.answerable]
    if not asked:
        raise BadEvaluation(str(source), 1, "the file has no question with gold, so nothing can be measured")
    runs: list[RetrievalRun] = []
    for way in settings:
        used = searched.reranking if way is settings[0] else None
        stage = "Questions" if len(settings) == 1 else "Questions, " + " and ".join(way.channels)
        answered = _answered(asked, searched, way, used, partial(progress, stage))
        run = Run(
            created=datetime.now(UTC).isoformat(),
            evaluated=str(source.resolve()),
            study=version("study-assistant"),
            commit=commit(),
            search={**asdict(way), **({"rerank": used.name, "rerank_depth": used.depth} if used else {})},
            library=searched.settings,
            metrics=summarise([question.metrics for question in answered]),
            slices=_slices(answered),
            latency={f"p{at}": round(float(np.percentile([q.milliseconds for q in answered], at)), 2) for at in (50, 95)},
            peak_memory=round(_peak_memory(), 1),
            questions=tuple(answered),
        )
        runs.append(RetrievalRun(run, save_run(root, run)))
    return runs


def _answered(
    questions: Sequence[EvaluationQuestion],
    searched: _Searched,
    settings: SearchSettings,
    reranking: Reranking | None,
    progress: Callable[[int, int], None],
) -> list[RunQuestion]:
    def search(question: str) -> tuple[Query, list[Hit]]:
        query = searched.index.query(question, searched.encoder, settings)
        return query, search_scored(searched.index, searched.encoder, query, searched.depth, settings, reranking=reranking)

    single = replace(settings, join=False, scored=False)
    search(questions[0].question)  # opens files, which should not count as search time
    answered: list[RunQuestion] = []
    for done, question in enumerate(questions, start=1):
        start = perf_counter()
        query, hits = search(question.question)
        milliseconds = 1000 * (perf_counter() - start)
        # The confidence is calibrated on the fusion's scores of single passages, as in answers.
        fused = (
            hits[:_DEPTH] if reranking is None and not (settings.join or settings.scored) else searched.index.search(query, _DEPTH, single)
        )
        judged = question.judge([_passage(hit.chunk, hit.copies) for hit in hits])
        answered.append(
            RunQuestion(
                id=question.id,
                question=question.question,
                kind=question.kind,
                documents=question.documents,
                gold=_gold(question, searched.whole),
                ranks=judged.ranks,
                metrics=judged.metrics,
                milliseconds=round(milliseconds, 2),
                hits=tuple(_run_hit(hit, bool(searched.whole)) for hit in hits),
                confidence=round(confidence(query, fused, searched.index, searched.encoder), 4),
            )
        )
        progress(done, len(questions))
    return answered


def _gold(question: EvaluationQuestion, whole: Mapping[str, Chunk]) -> tuple[tuple[Gold, ...], ...]:
    """The wanted evidence in the order of the ranks; for a graded document, its beginning."""
    if not question.grades:
        return question.evidence
    return tuple((Gold(name, _excerpt(whole[name])),) for name in sorted(question.grades) if question.grades[name] > 0)


def _passage(chunk: Chunk, copies: Sequence[Chunk] = ()) -> Passage:
    return Passage(chunk.document, chunk.text, tuple(map(_passage, copies)))


def _run_hit(hit: Hit, whole: bool) -> RunHit:
    chunk = hit.chunk
    return RunHit(
        document=chunk.document,
        lines=None if whole else (chunk.span.first, chunk.span.last),
        score=hit.score,
        words=len(chunk.text.split()),
        text=_excerpt(chunk) if hit.rank <= _SHOWN else "",
        copies=tuple((copy.document, None if whole else (copy.span.first, copy.span.last)) for copy in hit.copies),
    )


def _excerpt(chunk: Chunk) -> str:
    text = " ".join(chunk.text.split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _slices(questions: Sequence[RunQuestion]) -> dict[str, dict[str, Slice]]:
    """The metrics by kind of question and by document with the evidence; a slicing into a single part is left out."""
    kinds = {question.id: (question.kind or "none",) for question in questions}
    documents = {question.id: question.documents for question in questions}
    found: dict[str, dict[str, Slice]] = {}
    for by, names_of in (("kind", kinds), ("document", documents)):
        names = sorted({name for names in names_of.values() for name in names})
        if len(names) > 1:
            chosen = {name: [question.metrics for question in questions if name in names_of[question.id]] for name in names}
            found[by] = {name: Slice(len(rows), summarise(rows)) for name, rows in chosen.items()}
    return found


def _peak_memory() -> float:
    """The peak memory of this process in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
