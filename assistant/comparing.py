"""Two saved runs compared on the questions that both were asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.runs import Run, RunQuestion
from index.comparison import Difference, paired_difference
from ingest.errors import UnknownRun


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose metric differs between two runs."""

    id: str
    question: str
    first: float
    second: float


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A metric's means in both runs and their paired difference."""

    first: float
    second: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """`won` and `lost` are the questions that the second run does better or worse by `metric`, the largest difference first.

    `left_out` questions are in one run only, or have other gold there.
    """

    questions: int
    left_out: int
    metric: str
    metrics: Mapping[str, MetricChange]
    won: tuple[Change, ...]
    lost: tuple[Change, ...]


def compare_runs(first: Run, second: Run, metric: str) -> Comparison:
    """The second run against the first. Raises UnknownRun where they share no question, or know no such metric."""
    asked = {_identity(question): question for question in second.questions}
    pairs = [(question, asked[_identity(question)]) for question in first.questions if _identity(question) in asked]
    if not pairs:
        raise UnknownRun("The two runs share no question with the same gold, so they cannot be compared.")
    names = [name for name in first.metrics if name in second.metrics]
    if metric not in names:
        raise UnknownRun(f"The two runs have no metric {metric!r}; they share {', '.join(names)}.")
    metrics: dict[str, MetricChange] = {}
    for name in names:
        before, after = ([side[at].metrics[name] for side in pairs] for at in (0, 1))
        metrics[name] = MetricChange(sum(before) / len(pairs), sum(after) / len(pairs), paired_difference(before, after))
    changes = [Change(a.id, a.question, a.metrics[metric], b.metrics[metric]) for a, b in pairs]
    changes.sort(key=lambda change: (-abs(change.second - change.first), change.id))
    return Comparison(
        questions=len(pairs),
        left_out=len(first.questions) + len(second.questions) - 2 * len(pairs),
        metric=metric,
        metrics=metrics,
        won=tuple(change for change in changes if change.second > change.first),
        lost=tuple(change for change in changes if change.second < change.first),
    )


def _identity(question: RunQuestion) -> tuple[object, ...]:
    gold = tuple(tuple((gold.document, gold.snippet) for gold in alternatives) for alternatives in question.gold)
    return question.id, question.question, gold
