"""Saved evaluation runs: the questions, the results, the metrics and the settings."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from assistant.evaluation.errors import UnknownRun
from assistant.storage.snapshots import replace_file, writing
from index.metrics.ranking import Gold, Interval

LATEST = "latest"
RETRIEVAL = "retrieval"
ANSWERS = "answers"
GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class RunHit:
    """A passage that was found: its number of words and, for the first few, the beginning of its text.

    `lines` is None if the passage is a whole document. `copies` are the documents and lines of its copies, which take no rank.
    """

    document: str
    lines: tuple[int, int] | None
    score: float
    words: int
    text: str = ""
    copies: tuple[tuple[str, tuple[int, int] | None], ...] = ()


@dataclass(frozen=True, slots=True)
class RunQuestion:
    """A question, the wanted evidence and the passages found. `ranks` are those of the evidence sets or of the relevant documents.

    `confidence` is the probability that the documents answer the question.
    """

    id: str
    question: str
    kind: str | None
    documents: tuple[str, ...]
    gold: tuple[tuple[Gold, ...], ...]
    ranks: tuple[int | None, ...]
    metrics: Mapping[str, float]
    milliseconds: float
    hits: tuple[RunHit, ...]
    confidence: float | None = None

    def recall_within(self, words: int) -> float:
        """1 if the passages that fit so many words meet every evidence set; for graded documents the share of relevant ones among them."""
        total = accumulate(hit.words for hit in self.hits)
        fit = sum(1 for _ in takewhile(lambda so_far: so_far <= words, total))
        found = [rank is not None and rank <= fit for rank in self.ranks]
        return float(all(found)) if self.documents else sum(found) / len(found)


@dataclass(frozen=True, slots=True)
class Slice:
    """The metrics over some of the questions."""

    questions: int
    metrics: Mapping[str, Interval]


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation. `slices` are by `kind` and `document`; latency is in milliseconds per question, `peak_memory` in MB."""

    created: str
    evaluated: str
    study: str
    commit: str | None
    search: Mapping[str, Any]
    library: Mapping[str, Any]
    metrics: Mapping[str, Interval]
    slices: Mapping[str, Mapping[str, Slice]]
    latency: Mapping[str, float]
    peak_memory: float
    questions: tuple[RunQuestion, ...]

    def misses(self, within: int) -> list[RunQuestion]:
        """The questions for which some wanted evidence is not among the first `within` passages."""
        return [question for question in self.questions if any(rank is None or rank > within for rank in question.ranks)]


def save_run(root: Path, run: Run) -> Path:
    """Save a run of retrieval in the library, named by the time it was made; returns the file."""
    return save_values(root, RETRIEVAL, run.created, asdict(run))


def save_values(root: Path, kind: str, created: str, values: Mapping[str, Any]) -> Path:
    """Save the values of a run of any kind; returns the file."""
    folder = _folder(root)
    stamp = f"{datetime.fromisoformat(created):%Y%m%dT%H%M%S%f}"
    with writing(root):
        folder.mkdir(exist_ok=True)
        saved = folder / f"{kind}-{stamp}.json"
        replace_file(saved, json.dumps({"kind": kind, **values}, indent=1, ensure_ascii=False))
    return saved


def saved_runs(root: Path) -> list[str]:
    """The names of the runs of a library, the latest first."""
    files = sorted(_folder(root).glob("*-*.json"), key=lambda file: file.stem.rpartition("-")[2], reverse=True)
    return [file.stem for file in files]


def find_run(root: Path, name: str) -> Path:
    """The file of a run of any kind, by its path, its name, or `latest`. Raises UnknownRun."""
    runs = sorted(_folder(root).glob("*-*.json"), key=lambda file: file.stem.rpartition("-")[2])
    if name == LATEST:
        if runs:
            return runs[-1]
        raise UnknownRun(f"No run is saved in {_folder(root)}.", "Evaluate first.")
    for file in (_folder(root) / f"{name.removesuffix('.json')}.json", Path(name).expanduser()):
        if file.is_file():
            return file
    newest = "".join(f"\n  {file.stem}" for file in runs[:-6:-1])
    raise UnknownRun(
        f"There is no run {name!r}: neither a file nor a name in {_folder(root)}.", f"The newest there:{newest}" if newest else ""
    )


def kind_of(file: Path) -> str:
    """The kind of a saved run. Raises UnknownRun for a file that is not a run."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["kind"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnknownRun(f"{file} is not a run of this version of study ({error!r}).", "Evaluate again.") from error


def load_run(file: Path) -> Run:
    """Read what `save_run` wrote. Raises UnknownRun for any other file."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return Run(
            **{name: value[name] for name in ("created", "evaluated", "study", "commit", "search", "library", "latency", "peak_memory")},
            metrics=_intervals(value["metrics"]),
            slices={
                by: {name: Slice(entry["questions"], _intervals(entry["metrics"])) for name, entry in entries.items()}
                for by, entries in value["slices"].items()
            },
            questions=tuple(_question(entry) for entry in value["questions"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownRun(f"{file} is not a run of this version of study ({error!r}).", "Evaluate again.") from error


def trec_lines(run: Run, tag: str) -> list[str]:
    """The run in TREC's format: question, Q0, passage, rank, score, tag. A passage of a file is named by document and lines.

    trec_eval orders by score alone and breaks ties by name. To keep our order, a score that is not below the one before is written a
    millionth lower. The copies of a passage follow it.
    """
    lines: list[str] = []
    for question in run.questions:
        millionths: float = math.inf
        named = [(place, hit.score) for hit in question.hits for place in ((hit.document, hit.lines), *hit.copies)]
        for rank, (place, score) in enumerate(named, start=1):
            millionths = min(round(score * 1e6), millionths - 1)
            lines.append(f"{quote(question.id)} Q0 {_trec_name(*place)} {rank} {millionths / 1e6:.6f} {quote(tag)}")
    return lines


def write_trec(run: Run, file: Path) -> None:
    """Write the run in TREC's format. Raises LibraryReadOnly where that fails."""
    with writing(file.parent):
        file.write_text("".join(f"{line}\n" for line in trec_lines(run, "study")), encoding="utf-8")


def commit() -> str | None:
    """The commit of the checkout that study runs from, with a + if it has changes; None outside a checkout."""
    here = Path(__file__).resolve().parent
    try:
        command = ["git", "-C", str(here), "describe", "--always", "--dirty=+", "--exclude=*"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _folder(root: Path) -> Path:
    return root / "evaluations"


def _trec_name(document: str, lines: tuple[int, int] | None) -> str:
    return quote(document + (f":{lines[0]}-{lines[1]}" if lines else ""), safe="/:")


def _intervals(value: Mapping[str, Mapping[str, float]]) -> dict[str, Interval]:
    return {name: Interval(**entry) for name, entry in value.items()}


def _question(value: Mapping[str, Any]) -> RunQuestion:
    return RunQuestion(
        **{name: value[name] for name in ("id", "question", "kind", "metrics", "milliseconds")},
        documents=tuple(value["documents"]),
        gold=tuple(tuple(Gold(**gold) for gold in alternatives) for alternatives in value["gold"]),
        ranks=tuple(value["ranks"]),
        hits=tuple(_hit(hit) for hit in value["hits"]),
        confidence=value.get("confidence"),
    )


def _hit(value: Mapping[str, Any]) -> RunHit:
    copies = tuple((document, _lines(lines)) for document, lines in value.get("copies", ()))
    return RunHit(**{**value, "lines": _lines(value["lines"]), "copies": copies})


def _lines(value: Sequence[int] | None) -> tuple[int, int] | None:
    return (value[0], value[1]) if value else None
