"""An evaluation of answers as a page: metrics, risk by coverage, calibration, and the spread of the confidence."""

from __future__ import annotations

from pathlib import Path

from assistant.evaluation.answers.runs import AnswerRun
from assistant.evaluation.calibration import BINS
from assistant.evaluation.reports.page import Section, Table, made, metric_table, report_page, write_page
from assistant.evaluation.reports.plots import Bars, Curve, Dot, bar_plot, calibration_plot, line_plot


def write_answer_report(run: AnswerRun, file: Path) -> None:
    """Write the page. Raises LibraryReadOnly, ExtraMissing."""
    write_page(answers_page(run), file)


def answers_page(run: AnswerRun) -> str:
    """The page as HTML. Raises ExtraMissing if matplotlib is not installed."""
    answerable = sum(question.answerable for question in run.questions)
    facts = {
        "evaluated": run.evaluated,
        "questions": f"{len(run.questions)}, {answerable} of them answerable",
        "made": made(run.created, run.study, run.commit),
        "latency": ", ".join(f"{name} {value:.0f} ms" for name, value in run.latency.items()),
    }
    dots = [Dot(each.confidence, each.answerable, each.questions) for each in run.bins]
    sections = [
        Section("Metrics", table=metric_table(run.metrics)),
        Section(
            "Risk by coverage",
            "If only the surest questions are answered: what their answers lack (1 if no key point is made), by the share answered.",
            line_plot("Risk by coverage", "share answered", "risk", [Curve("risk", run.risks)]),
        ),
        Section(
            "Calibration",
            "For questions of about the same confidence (dots, larger for more questions): the share that the documents answer. On the "
            "line a confidence is always right.",
            calibration_plot("Calibration", "the documents answer", dots),
            Table(
                ("confidence", "questions", "answerable"),
                [(f"{each.confidence:.2f}", str(each.questions), f"{each.answerable:.2f}") for each in run.bins],
            ),
        ),
        _confidence(run),
    ]
    return report_page("Answers, measured", facts, sections)


def _confidence(run: AnswerRun) -> Section:
    """How many questions have which confidence, those that the documents answer beside the others."""
    sides = [
        [sum(q.answerable is answerable and min(int(q.confidence * BINS), BINS - 1) == at for q in run.questions) for at in range(BINS)]
        for answerable in (True, False)
    ]
    groups = [f"{at / BINS:.1f}" for at in range(BINS)]
    rows = [Bars(name, side) for name, side in zip(("answerable", "not answerable"), sides, strict=True)]
    return Section(
        "Confidence",
        "How many questions have a confidence from each value on.",
        bar_plot("Confidence", groups, rows, highest=None),
        Table(("confidence from", "answerable", "not answerable"), list(zip(groups, *(map(str, side) for side in sides), strict=True))),
    )
