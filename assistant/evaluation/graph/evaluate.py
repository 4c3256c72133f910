"""Evaluate the concept graph on judged pairs, optionally without each kind of evidence, and save the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from assistant.building.graph_input import graph_documents
from assistant.evaluation.errors import BadEvaluation, UnknownRun
from assistant.evaluation.graph.gold import GoldPair, Verdict, draft_sample, read_pairs, required_rows, sample_rows, write_rows
from assistant.evaluation.graph.metrics import Bin, Calibration, Judge, KindScore, LineResult, by_kind, calibrate, measure
from assistant.evaluation.runs import GRAPH, commit, save_values
from assistant.opening import library_folder
from assistant.progress import Notice, Progress, quiet, silent
from assistant.session import Session
from assistant.storage.documents import load_documents, load_records
from graph.build import ABLATED, ablated_graphs
from graph.model.levels import Level, at_level
from graph.model.values import Graph, Signal
from graph.queries.subgraph import own_part
from index.metrics.ranking import Interval
from ingest.model import Document

ABLATION = ("recall", "direction", "precision", "f1")

Metrics = Mapping[str, Interval | None]


@dataclass(frozen=True, slots=True)
class GraphRun:
    """One evaluation of a graph.

    `graph` says which graph: `library` (as it is used, corrections included), `without course`, or `mined` (without the course and without
    what notes require). `ablation` holds the metrics of the mined graph without each kind of evidence, under `all` those with every kind;
    it is empty unless requested.
    """

    created: str
    evaluated: str
    study: str
    commit: str | None
    graph: str
    metrics: Metrics
    kinds: Mapping[str, KindScore]
    calibration: Calibration | None
    ablation: Mapping[str, Mapping[str, float | None]]
    lines: tuple[LineResult, ...]

    @property
    def disagreements(self) -> list[LineResult]:
        """The lines on which the graph disagrees with the person who judged them."""
        return [line for line in self.lines if line.disagrees]


@dataclass(frozen=True, slots=True)
class SavedGraphRun:
    """A run and where it was saved."""

    run: GraphRun
    file: Path


def evaluate_graph(
    named: Path | None,
    gold: Path,
    *,
    course: bool = True,
    mined: bool = False,
    ablation: bool = False,
    progress: Progress = quiet,
    notice: Notice = silent,
) -> SavedGraphRun:
    """Compare the library's graph with judged pairs and save the run. Raises BadEvaluation with the broken line."""
    pairs = read_pairs(gold)
    with closing(Session(library_folder(named)[0], notice=notice)) as library:
        kinds: list[Signal | None] = [None, *(kind for kind in ABLATED if kind is not Signal.REQUIRES)] if ablation else [None]
        graph, runs = None if mined else at_level(library.graph, Level.NORMAL), {}
        if mined or ablation:
            documents = _without_requirements(library)
            for done, (kind, without) in enumerate(zip(kinds, ablated_graphs(documents, kinds), strict=True), start=1):
                without = at_level(without, Level.NORMAL)
                graph = graph or without
                runs[kind.value if kind else "all"] = _means(without, pairs)
                progress("Judging without each kind of evidence", done, len(kinds))
        assert graph is not None
        graph = graph if mined or course else at_level(library.graph.without_course(), Level.NORMAL)
        judge = Judge(graph, pairs)
        lines = judge.lines()
        if not any(line.found for line in lines):
            raise BadEvaluation(
                str(gold), pairs[0].line, "no pair has both of its concepts in the graph; the file may belong to another library"
            )
        judged = judge.judged()
        run = GraphRun(
            created=datetime.now(UTC).isoformat(),
            evaluated=str(gold.resolve()),
            study=version("study-assistant"),
            commit=commit(),
            graph="mined" if mined else "library" if course else "without course",
            metrics=measure(lines),
            kinds=by_kind(judged),
            calibration=calibrate([(edge.confidence, right) for edge, right in judged]),
            ablation=runs if ablation else {},
            lines=tuple(lines),
        )
        return SavedGraphRun(run, save_values(library.root, GRAPH, run.created, asdict(run)))


def load_graph_run(file: Path) -> GraphRun:
    """Read a run of `evaluate_graph`. Raises UnknownRun for any other file."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        found = value["calibration"]
        calibration = Calibration(**{**found, "bins": tuple(Bin(**entry) for entry in found["bins"])}) if found else None
        return GraphRun(
            **{name: value[name] for name in ("created", "evaluated", "study", "commit", "graph", "ablation")},
            metrics={name: Interval(**entry) if entry else None for name, entry in value["metrics"].items()},
            kinds={name: KindScore(**entry) for name, entry in value["kinds"].items()},
            calibration=calibration,
            lines=tuple(LineResult(**{**line, "verdict": Verdict(line["verdict"])}) for line in value["lines"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownRun(f"{file} is not a saved evaluation of this version ({error!r}).", "Evaluate again.") from error


def write_graph_draft(
    named: Path | None, out: Path, *, edges: int, seed: int, required: bool, course: bool, overwrite: bool = False, notice: Notice = silent
) -> int:
    """Draft gold into a file: random edges to be judged, or the notes' requirements, judged yes. Returns the number of lines."""
    with closing(Session(library_folder(named)[0], notice=notice)) as library:
        if required:
            rows = required_rows([entry.document for entry in load_documents(library.snapshot.folder)])
        else:
            graph = at_level(own_part(library.graph) if course else library.graph.without_course(), Level.NORMAL)
            rows = sample_rows(graph, draft_sample(graph, edges, seed))
    write_rows(rows, out, overwrite=overwrite)
    return len(rows)


def _without_requirements(library: Session) -> list[Document]:
    folder = library.snapshot.folder
    documents, _ = graph_documents(folder, load_records(folder))
    return [replace(document, front_matter=replace(document.front_matter, requires=None)) for document in documents]


def _means(graph: Graph, pairs: list[GoldPair]) -> dict[str, float | None]:
    found = measure(Judge(graph, pairs).lines())
    return {name: interval.mean if (interval := found[name]) else None for name in ABLATION}
