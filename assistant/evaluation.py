"""Evaluation runs: a file of questions with gold, asked of a library; the run is saved with its settings."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from assistant.documents import load_documents
from assistant.library import Library
from assistant.snapshots import replace_file, writing
from index.evaluation import Gold, Interval, Passage, first_ranks, gold_words, holds, question_metrics, summarise
from index.search import SearchSettings
from ingest.errors import BadEvaluation

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question and its evidence sets; none for a question that the documents don't answer."""

    id: str
    question: str
    evidence: tuple[tuple[Gold, ...], ...]


@dataclass(frozen=True, slots=True)
class RetrievalRun:
    """The metrics over the answerable questions, and where the run was saved."""

    metrics: Mapping[str, Interval]
    questions: int
    file: Path


def evaluate_retrieval(
    library: Library, file: Path, settings: SearchSettings, progress: Callable[[int, int], None] = lambda done, total: None
) -> RetrievalRun:
    """Search for every question of a JSONL file that has gold, and save what came back. Raises BadEvaluation with the line that is
    broken."""
    questions = [question for question in read_questions(file, library) if question.evidence]
    if not questions:
        raise BadEvaluation(str(file), 1, "no question with gold; nothing can be measured")
    rows: list[dict[str, float]] = []
    records: list[dict[str, Any]] = []
    for done, question in enumerate(questions, start=1):
        hits = library.search(question.question, _DEPTH, settings)
        passages = [Passage(hit.chunk.document, hit.chunk.text) for hit in hits]
        ranks = first_ranks(passages, question.evidence)
        metrics = question_metrics(passages, ranks)
        rows.append(metrics)
        returned = [
            {"document": hit.chunk.document, "lines": [hit.chunk.span.first, hit.chunk.span.last], "score": hit.score} for hit in hits
        ]
        words = sum(len(passage.text.split()) for passage in passages) / max(1, len(passages))
        records.append(
            {"id": question.id, "question": question.question, "ranks": ranks, "metrics": metrics, "mean_words": words, "hits": returned}
        )
        progress(done, len(questions))
    summary = summarise(rows)
    return RetrievalRun(summary, len(rows), _save(library, file, settings, summary, records))


def read_questions(file: Path, library: Library) -> list[EvaluationQuestion]:
    """The questions of a JSONL file, every snippet checked against the library. Raises BadEvaluation."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadEvaluation(str(file), 1, f"cannot be read ({error})") from error
    texts = {
        entry.document.name: [line for text in entry.document.texts for line in text.lines]
        for entry in load_documents(library.snapshot.folder)
    }
    words = {name: gold_words("\n".join(content)) for name, content in texts.items()}
    return [_question(str(file), number, line, words) for number, line in enumerate(lines, start=1) if line.strip()]


def _question(file: str, number: int, line: str, documents: Mapping[str, Sequence[str]]) -> EvaluationQuestion:
    try:
        value = json.loads(line)
        question = EvaluationQuestion(
            id=str(value.get("id", number)),
            question=str(value["question"]),
            evidence=tuple(
                tuple(Gold(_resolve(str(gold["document"]), documents), str(gold["snippet"])) for gold in alternatives)
                for alternatives in value["gold"]
            ),
        )
    except json.JSONDecodeError as error:
        raise BadEvaluation(file, number, f"no JSON object ({error})") from error
    except KeyError as error:
        raise BadEvaluation(file, number, f"{error.args[0]} is missing; see docs/evaluation.md for the format") from error
    except (TypeError, AttributeError, LookupError) as error:
        raise BadEvaluation(file, number, str(error)) from error
    if not question.question.strip():
        raise BadEvaluation(file, number, "the question is empty")
    for alternatives in question.evidence:
        if not alternatives:
            raise BadEvaluation(file, number, "an evidence set is empty; leave it out, or give its snippets")
        for gold in alternatives:
            if not holds(documents[gold.document], gold_words(gold.snippet)):
                raise BadEvaluation(file, number, f"the snippet is not in {gold.document}: {gold.snippet[:60]!r}")
    return question


def _resolve(name: str, documents: Mapping[str, Sequence[str]]) -> str:
    """A document by its name, or by its file name alone where only one has it. Raises LookupError."""
    if name in documents:
        return name
    found = [known for known in documents if PurePosixPath(known).name == PurePosixPath(name).name]
    if len(found) != 1:
        raise LookupError(f"{name} is {'not in' if not found else 'the name of several documents of'} the library")
    return found[0]


def _save(
    library: Library, file: Path, settings: SearchSettings, summary: Mapping[str, Interval], records: Sequence[Mapping[str, Any]]
) -> Path:
    """Write the run beside the library's snapshots; its name is the time it was made."""
    now = datetime.now(UTC)
    run = {
        "kind": "retrieval",
        "created": now.isoformat(timespec="seconds"),
        "file": str(file),
        "study": version("study-assistant"),
        "commit": _commit(),
        "search": asdict(settings),
        "library": library.snapshot.manifest["settings"],
        "metrics": {name: asdict(interval) for name, interval in summary.items()},
        "questions": records,
    }
    folder = library.root / "evaluations"
    with writing(library.root):
        folder.mkdir(exist_ok=True)
        saved = folder / f"retrieval-{now:%Y%m%dT%H%M%S%f}.json"
        replace_file(saved, json.dumps(run, indent=1, ensure_ascii=False))
    return saved


def _commit() -> str | None:
    """The commit of the checkout that study runs from, with a + where it was changed; None outside one."""
    here = Path(__file__).resolve().parent
    try:
        command = ["git", "-C", str(here), "describe", "--always", "--dirty=+", "--exclude=*"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
