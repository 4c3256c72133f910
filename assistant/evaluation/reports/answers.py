"""An evaluation of answers as one page that needs no network: the metrics, risk by coverage, calibration, confidence. Inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.evaluation.answers.runs import AnswerRun
from assistant.evaluation.answers.scores import BINS
from assistant.evaluation.reports.plots import BLUE, ORANGE, SQUARE, calibration_plot, square_plot, x_of, y_of
from assistant.evaluation.reports.retrieval import STYLE, VIEWPORT
from assistant.storage.snapshots import writing


def write_answer_report(run: AnswerRun, file: Path) -> None:
    """Write the page. Raises LibraryReadOnly where that fails."""
    with writing(file.parent):
        file.write_text(answer_report_page(run), encoding="utf-8", errors="backslashreplace")


def answer_report_page(run: AnswerRun) -> str:
    """The page as HTML."""
    facts = {
        "evaluated": run.evaluated,
        "questions": f"{len(run.questions)}, {sum(question.answerable for question in run.questions)} of them answerable",
        "made": f"{run.created[:19]} UTC, study {run.study}" + (f", commit {run.commit}" if run.commit else ""),
        "latency": ", ".join(f"{name} {value:.0f} ms" for name, value in run.latency.items()),
    }
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{each.mean:.3f}</td><td>{each.low:.3f} – {each.high:.3f}</td></tr>"
        for name, each in run.metrics.items()
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">{VIEWPORT}<title>Answers, measured</title><style>{STYLE}{SQUARE}</style></head><body>
<h1>Answers, measured</h1>
<dl>{"".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())}</dl>
<h2>Metrics</h2>
<table><tr><th>metric</th><th>mean</th><th>95 % interval</th></tr>{rows}</table>
<h2>Risk by coverage</h2>
<p>If only the surest questions are answered: what their answers lack (no key point made: 1), by the share that is answered.</p>
{_risk(run.risks)}
<h2>Calibration</h2>
<p>Of the questions of like confidence (circles, larger for more questions): the share that the documents answer. The line is a confidence
that is always right.</p>
{calibration_plot(run.bins, "Calibration", "documents answer", "answered")}
<h2>Confidence</h2>
<p>How many questions have which confidence: <span style="color:{BLUE}">answerable</span>, <span style="color:{ORANGE}">not</span>.</p>
{_confidence(run)}
</body></html>
"""


def _risk(risks: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{x_of(coverage):.1f},{y_of(risk):.1f}" for coverage, risk in risks)
    return square_plot(
        "Risk by coverage", [f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="2"/>'], "answered", "risk"
    )


def _confidence(run: AnswerRun) -> str:
    sides = [
        [sum(q.answerable is answerable and min(int(q.confidence * BINS), BINS - 1) == at for q in run.questions) for at in range(BINS)]
        for answerable in (True, False)
    ]
    most = max(max(side) for side in sides)
    parts: list[str] = []
    for number, (side, colour) in enumerate(zip(sides, (BLUE, ORANGE), strict=True)):
        for at, count in enumerate(side):
            x, y = x_of((at + 0.05 + 0.45 * number) / BINS), y_of(count / most)
            width = x_of(0.45 / BINS) - x_of(0)
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{y_of(0) - y:.1f}" fill="{colour}">'
                f"<title>{count}</title></rect>"
            )
    return square_plot("Confidence", parts, "confidence", f"questions, of {most}")
