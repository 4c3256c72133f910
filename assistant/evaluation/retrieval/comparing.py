"""Compare two saved runs on the questions that both were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.evaluation.errors import RunsNotComparable
from index.metrics.comparison import Difference, paired_difference
from index.metrics.ranking import Gold, Interval


class JudgedQuestion(Protocol):
    """A question of a run of any kind."""

    @property
    def id(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def gold(self) -> tuple[tuple[Gold, ...], ...]: ...
    @property
    def metrics(self) -> Mapping[str, float]: ...


class JudgedRun(Protocol):
    """A run of retrieval or of answers. A metric may exist for some of the questions only."""

    @property
    def metrics(self) -> Mapping[str, Interval]: ...
    @property
    def questions(self) -> Sequence[JudgedQuestion]: ...


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
    """`won` and `lost` are the questions on which the second run is better or worse by `metric`, the largest difference first.

    `left_out` counts the questions that only one run has, or that have different gold in the two.
    """

    questions: int
    left_out: int
    metric: str
    metrics: Mapping[str, MetricChange]
    won: tuple[Change, ...]
    lost: tuple[Change, ...]


def compare_runs(first: JudgedRun, second: JudgedRun, metric: str) -> Comparison:
    """The second run against the first. Raises RunsNotComparable if they share no question, or not that metric."""
    asked = {_identity(question): question for question in second.questions}
    pairs = [(question, asked[_identity(question)]) for question in first.questions if _identity(question) in asked]
    if not pairs:
        raise RunsNotComparable("The two runs share no question with the same gold, so they cannot be compared.")
    changes = {name: found for name in first.metrics if (found := _changes(pairs, name))}
    if metric not in changes:
        raise RunsNotComparable(f"The two runs do not share the metric {metric!r}.", f"They share {', '.join(changes) or 'no metric'}.")
    ordered = sorted(changes[metric], key=lambda change: (-abs(change.second - change.first), change.id))
    return Comparison(
        questions=len(pairs),
        left_out=len(first.questions) + len(second.questions) - 2 * len(pairs),
        metric=metric,
        metrics={name: _summed_up(found) for name, found in changes.items()},
        won=tuple(change for change in ordered if change.second > change.first),
        lost=tuple(change for change in ordered if change.second < change.first),
    )


def _changes(pairs: Sequence[tuple[JudgedQuestion, JudgedQuestion]], metric: str) -> list[Change]:
    """The questions that have the metric in both runs, with its two values."""
    return [Change(a.id, a.question, a.metrics[metric], b.metrics[metric]) for a, b in pairs if metric in a.metrics and metric in b.metrics]


def _summed_up(changes: Sequence[Change]) -> MetricChange:
    first, second = [change.first for change in changes], [change.second for change in changes]
    return MetricChange(sum(first) / len(first), sum(second) / len(second), paired_difference(first, second))


def _identity(question: JudgedQuestion) -> tuple[object, ...]:
    gold = tuple(tuple((gold.document, gold.snippet) for gold in alternatives) for alternatives in question.gold)
    return question.id, question.question, gold
