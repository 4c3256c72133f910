"""The JSON of evaluations: metrics with their intervals, what was missed, how two runs differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assistant.contract.numbers import rounded

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.evaluation.answers.runs import AnsweredQuestion, AnswerRun
    from assistant.evaluation.graph.evaluate import GraphRun
    from assistant.evaluation.graph.metrics import LineResult
    from assistant.evaluation.retrieval.comparing import Comparison
    from assistant.evaluation.runs import Run, RunQuestion
    from index.metrics.ranking import Interval


def retrieval_to_json(run: Run, file: Path) -> dict[str, Any]:
    """`study eval retrieval`; `file` is where the run was saved."""
    return {
        "metrics": _metrics(run.metrics),
        "run": str(file),
        "questions": len(run.questions),
        "slices": {by: {name: rounded(asdict(part)) for name, part in parts.items()} for by, parts in run.slices.items()},
        "latency_ms": dict(run.latency),
        "peak_memory_mb": run.peak_memory,
    }


def retrieval_misses_to_json(run: Run, file: Path, missed: Iterable[RunQuestion]) -> dict[str, Any]:
    """`study eval show` for a run of retrieval: the same, with the questions that it missed."""
    return {**retrieval_to_json(run, file), "missed": [asdict(question) for question in missed]}


def answers_to_json(run: AnswerRun, file: Path) -> dict[str, Any]:
    """`study eval answers`."""
    return {
        "metrics": _metrics(run.metrics),
        "run": str(file),
        "questions": len(run.questions),
        "slices": {"kind": {kind: _metrics(metrics) for kind, metrics in run.kinds.items()}},
        "latency_ms": dict(run.latency),
    }


def compared_answers_to_json(runs: Iterable[tuple[AnswerRun, Path]]) -> dict[str, Any]:
    """`study eval answers` with several models: a run for the documents' own words, whose `model` is empty, and for each model."""
    return {"runs": [{"model": run.model, **answers_to_json(run, file)} for run, file in runs]}


def answers_misses_to_json(run: AnswerRun, file: Path, wrong: Iterable[AnsweredQuestion]) -> dict[str, Any]:
    """`study eval show` for a run of answers: the same, with the questions that were answered or refused wrongly."""
    return {**answers_to_json(run, file), "missed": [asdict(question) for question in wrong]}


def graph_run_to_json(run: GraphRun, file: Path) -> dict[str, Any]:
    """`study eval graph`."""
    return {
        "metrics": {name: rounded(asdict(each)) if each else None for name, each in run.metrics.items()},
        "run": str(file),
        "graph": run.graph,
        "pairs": len(run.lines),
        "found": sum(line.found for line in run.lines),
        "kinds": {name: asdict(kind) for name, kind in run.kinds.items()},
        "calibration": rounded(asdict(run.calibration)) if run.calibration else None,
        "ablation": rounded(run.ablation),
    }


def disagreements_to_json(run: GraphRun, file: Path, wrong: Iterable[LineResult]) -> dict[str, Any]:
    """`study eval show` for a run of the graph: the pairs on which the graph disagrees with the person who judged them."""
    metrics = {name: asdict(each) if each else None for name, each in run.metrics.items()}
    return {"metrics": metrics, "run": str(file), "wrong": [asdict(line) for line in wrong]}


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """`study eval compare`."""
    return asdict(comparison)


def draft_to_json(file: Path, counts: Mapping[str, int]) -> dict[str, Any]:
    """`study eval make`: how many questions were drafted from what."""
    return {"file": str(file), "questions": dict(counts)}


def graph_draft_to_json(file: Path, pairs: int) -> dict[str, Any]:
    """`study eval make-graph`: how many pairs were written."""
    return {"file": str(file), "pairs": pairs}


def _metrics(metrics: Mapping[str, Interval]) -> dict[str, Any]:
    return {name: rounded(asdict(interval)) for name, interval in metrics.items()}
