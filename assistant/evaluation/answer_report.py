"""An evaluation of answers as one page that needs no network: the metrics, risk by coverage, calibration, confidence. Inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.evaluation.answer_runs import AnswerRun
from assistant.evaluation.answer_scores import BINS
from assistant.evaluation.report import STYLE
from assistant.storage.snapshots import writing

_SIZE, _LEFT, _TOP, _FOOT = 300, 44, 12, 40
_BLUE, _ORANGE = "#1b6ca8", "#d1711f"


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
<html lang="en"><head><meta charset="utf-8"><title>Answers, measured</title><style>{STYLE}svg {{ max-width: 26rem }}</style></head><body>
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
{_calibration(run)}
<h2>Confidence</h2>
<p>How many questions have which confidence: <span style="color:{_BLUE}">answerable</span>, <span style="color:{_ORANGE}">not</span>.</p>
{_confidence(run)}
</body></html>
"""


def _risk(risks: Sequence[tuple[float, float]]) -> str:
    points = " ".join(f"{_x(coverage):.1f},{_y(risk):.1f}" for coverage, risk in risks)
    return _plot("Risk by coverage", [f'<polyline points="{points}" fill="none" stroke="{_BLUE}" stroke-width="2"/>'], "answered", "risk")


def _calibration(run: AnswerRun) -> str:
    most = max(each.questions for each in run.bins)
    parts = [f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#999" stroke-dasharray="4"/>']
    for each in run.bins:
        label = f"{each.questions} questions: confidence {each.confidence:.2f}, answered {each.answerable:.2f}"
        radius = 3 + 9 * (each.questions / most) ** 0.5
        parts.append(
            f'<circle cx="{_x(each.confidence):.1f}" cy="{_y(each.answerable):.1f}" r="{radius:.1f}" fill="{_BLUE}" fill-opacity="0.7">'
            f"<title>{label}</title></circle>"
        )
    return _plot("Calibration", parts, "confidence", "documents answer")


def _confidence(run: AnswerRun) -> str:
    sides = [
        [sum(q.answerable is answerable and min(int(q.confidence * BINS), BINS - 1) == at for q in run.questions) for at in range(BINS)]
        for answerable in (True, False)
    ]
    most = max(max(side) for side in sides)
    parts: list[str] = []
    for number, (side, colour) in enumerate(zip(sides, (_BLUE, _ORANGE), strict=True)):
        for at, count in enumerate(side):
            x, y = _x((at + 0.05 + 0.45 * number) / BINS), _y(count / most)
            width = _x(0.45 / BINS) - _x(0)
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_y(0) - y:.1f}" fill="{colour}"><title>{count}</title></rect>'
            )
    return _plot("Confidence", parts, "confidence", f"questions, of {most}")


def _plot(label: str, parts: Sequence[str], across: str, up: str) -> str:
    axes = "".join(
        f'<line class="axis" x1="{_x(0)}" x2="{_x(1)}" y1="{_y(at / 5):.1f}" y2="{_y(at / 5):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{_y(at / 5) + 4:.1f}" text-anchor="end">{at / 5:.1f}</text>'
        f'<text x="{_x(at / 5):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{at / 5:.1f}</text>'
        for at in range(6)
    )
    names = (
        f'<text x="{_x(0.5):.1f}" y="{_y(0) + 34:.1f}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{_y(0.5):.1f}" text-anchor="middle" transform="rotate(-90 12 {_y(0.5):.1f})">{up}</text>'
    )
    height = _TOP + _SIZE + _FOOT
    return f'<svg viewBox="0 0 {_LEFT + _SIZE + 20} {height}" role="img" aria-label="{label}">{axes}{names}{"".join(parts)}</svg>'


def _x(share: float) -> float:
    return _LEFT + _SIZE * share


def _y(share: float) -> float:
    return _TOP + _SIZE * (1 - share)
