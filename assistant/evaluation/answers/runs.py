"""Saved evaluations of answers: the questions, the answers and their metrics."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.answers.scores import Bin
from assistant.evaluation.errors import UnknownRun
from assistant.evaluation.runs import ANSWERS, save_values
from index.metrics.ranking import Gold, Interval


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question, its answer and all metrics that apply to it. `missed` are the key points that the answer does not make."""

    id: str
    question: str
    kind: str | None
    answerable: bool
    gold: tuple[tuple[Gold, ...], ...]
    answer: str
    abstained: bool
    confidence: float
    worth: float
    missed: tuple[str, ...]
    metrics: Mapping[str, float]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class AnswerRun:
    """One evaluation of answers; a metric is averaged over the questions that have it.

    `risks` are pairs of the share of questions answered, the surest first, and the risk; `bins` show the calibration; latency is in
    milliseconds. `model` is what worded the answers, empty if nothing did.
    """

    created: str
    evaluated: str
    study: str
    commit: str | None
    library: Mapping[str, Any]
    metrics: Mapping[str, Interval]
    kinds: Mapping[str, Mapping[str, Interval]]
    risks: tuple[tuple[float, float], ...]
    bins: tuple[Bin, ...]
    latency: Mapping[str, float]
    questions: tuple[AnsweredQuestion, ...]
    model: str = ""

    @property
    def wrong(self) -> list[AnsweredQuestion]:
        """The questions that were decided wrongly, or whose answer lacks a key point."""
        return [question for question in self.questions if question.missed or question.metrics["decided"] < 1]


def save_answers(root: Path, run: AnswerRun) -> Path:
    """Save a run in the library, named by the time it was made; returns the file."""
    return save_values(root, ANSWERS, run.created, asdict(run))


def load_answers(file: Path) -> AnswerRun:
    """Read what `save_answers` wrote. Raises UnknownRun for any other file."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
        return AnswerRun(
            **{name: value[name] for name in ("created", "evaluated", "study", "commit", "library", "latency")},
            metrics=_intervals(value["metrics"]),
            kinds={kind: _intervals(metrics) for kind, metrics in value["kinds"].items()},
            risks=tuple((float(coverage), float(risk)) for coverage, risk in value["risks"]),
            bins=tuple(Bin(**entry) for entry in value["bins"]),
            questions=tuple(_question(entry) for entry in value["questions"]),
            model=str(value.get("model", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnknownRun(f"{file} is not a run of this version of study ({error!r}).", "Evaluate again.") from error


def _intervals(value: Mapping[str, Mapping[str, float]]) -> dict[str, Interval]:
    return {name: Interval(**entry) for name, entry in value.items()}


def _question(value: Mapping[str, Any]) -> AnsweredQuestion:
    gold = tuple(tuple(Gold(**gold) for gold in alternatives) for alternatives in value["gold"])
    return AnsweredQuestion(**{**value, "gold": gold, "missed": tuple(value["missed"])})
