"""An evaluation of retrieval as a page: metrics, each channel beside the whole, recall over the words read, and reliability."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.evaluation.answers.scores import calibration, calibration_error
from assistant.evaluation.reports.page import Section, Table, made, metric_table, report_page, write_page
from assistant.evaluation.reports.plots import Bars, Curve, Dot, bar_plot, calibration_plot, line_plot
from assistant.evaluation.runs import Run

_PLOTTED = ("recall@1", "recall@5", "mrr@10", "ndcg@10")
_BUDGETS = (50, 100, 200, 300, 400, 600, 800, 1200, 1600)


def write_report(runs: Sequence[Run], file: Path) -> None:
    """Write the page about the first run, with the others beside it in the plots. Raises LibraryReadOnly, ExtraMissing."""
    write_page(retrieval_page(runs), file)


def retrieval_page(runs: Sequence[Run]) -> str:
    """The page as HTML. Raises ExtraMissing if matplotlib is not installed."""
    run = runs[0]
    facts = {
        "evaluated": run.evaluated,
        "questions": str(len(run.questions)),
        "made": made(run.created, run.study, run.commit),
        "search": ", ".join(f"{name} {_plain(value)}" for name, value in run.search.items()),
        "latency": ", ".join(f"{name} {value:.0f} ms" for name, value in run.latency.items()),
        "peak memory": f"{run.peak_memory:.0f} MB",
    }
    names = [" + ".join(each.search["channels"]) for each in runs]
    recall = [recall_by_words(each) for each in runs]
    sections = [
        Section("Metrics", table=metric_table(run.metrics)),
        Section(
            "Metric by channel",
            "Bars are means over the questions, lines their bootstrap 95 % intervals.",
            bar_plot("Metric by channel", _PLOTTED, [_bars(each, name) for each, name in zip(runs, names, strict=True)]),
            Table(("metric", *names), [(metric, *(f"{each.metrics[metric].mean:.3f}" for each in runs)) for metric in _PLOTTED]),
        ),
        Section(
            "Recall over the words read",
            "The share of the wanted evidence that is in the first passages that fit so many words.",
            line_plot("Recall over the words read", "words", "recall", list(map(Curve, names, recall))),
            Table(
                ("words", *names),
                [(f"{budget}", *(f"{points[at][1]:.3f}" for points in recall)) for at, budget in enumerate(_BUDGETS)],
            ),
        ),
        *_reliability(run),
    ]
    return report_page("Retrieval, measured", facts, sections)


def recall_by_words(run: Run) -> list[tuple[int, float]]:
    """The mean recall within each budget of words: all evidence sets met, or the share of the relevant documents."""
    return [(budget, float(np.mean([question.recall_within(budget) for question in run.questions]))) for budget in _BUDGETS]


def _bars(run: Run, name: str) -> Bars:
    shown = [run.metrics[metric] for metric in _PLOTTED]
    return Bars(name, [each.mean for each in shown], [each.low for each in shown], [each.high for each in shown])


def _reliability(run: Run) -> list[Section]:
    """The section on the confidence of the answers; none for a run of a version that did not save it."""
    known = [(q.confidence, any(rank == 1 for rank in q.ranks)) for q in run.questions if q.confidence is not None]
    if not known:
        return []
    confidence, found = np.array([value for value, _ in known]), np.array([is_found for _, is_found in known])
    bins = calibration(confidence, found)
    text = (
        "For questions of about the same confidence (dots, larger for more questions): the share whose first passage is wanted. On the "
        f"line a confidence is always right. Mean confidence {confidence.mean():.2f}, found {found.mean():.2f}, expected calibration error "
        f"{calibration_error(confidence, found):.2f}. Confidence says whether the documents answer at all, which they do here, so dots "
        "above the line are usual."
    )
    plot = calibration_plot(
        "Reliability", "first passage is wanted", [Dot(each.confidence, each.answerable, each.questions) for each in bins]
    )
    rows = [(f"{each.confidence:.2f}", str(each.questions), f"{each.answerable:.2f}") for each in bins]
    return [Section("Reliability", text, plot, Table(("confidence", "questions", "found"), rows))]


def _plain(value: object) -> str:
    return " + ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
