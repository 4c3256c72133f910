"""An evaluation as one page that needs no network: a table, metrics by channel, recall against the words read, whether the confidence
can be relied on. Plots are inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from assistant.evaluation.answers.scores import calibration, calibration_error
from assistant.evaluation.reports.plots import SQUARE, calibration_plot
from assistant.evaluation.runs import Run
from assistant.storage.snapshots import writing

_PLOTTED = ("recall@1", "recall@5", "mrr@10", "ndcg@10")
_BUDGETS = (50, 100, 200, 300, 400, 600, 800, 1200, 1600)
_COLOURS = ("#1b6ca8", "#d1711f", "#3c8d4f")
_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 260, 44, 12
VIEWPORT = '<meta name="viewport" content="width=device-width"/>'
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse }
td, th { padding: .15rem .8rem .15rem 0; text-align: right }
td:first-child, th:first-child { text-align: left }
svg { width: 100%; height: auto; font-size: 12px }
.axis { stroke: #ccc }
dl { display: grid; grid-template-columns: max-content auto; gap: 0 1rem }
dd { margin: 0; overflow-wrap: anywhere }
@media (max-width: 34rem) { svg:not(.square) { font-size: 17px } }
"""


def write_report(runs: Sequence[Run], file: Path) -> None:
    """Write the page on the first run, the others beside it in the plots. Raises LibraryReadOnly where that fails."""
    with writing(file.parent):
        file.write_text(report_page(runs), encoding="utf-8", errors="backslashreplace")


def report_page(runs: Sequence[Run]) -> str:
    """The page as HTML."""
    run = runs[0]
    facts = {
        "evaluated": run.evaluated,
        "questions": str(len(run.questions)),
        "made": f"{run.created[:19]} UTC, study {run.study}" + (f", commit {run.commit}" if run.commit else ""),
        "search": ", ".join(f"{name} {_plain(value)}" for name, value in run.search.items()),
        "latency": ", ".join(f"{name} {value:.0f} ms" for name, value in run.latency.items()),
        "peak memory": f"{run.peak_memory:.0f} MB",
    }
    names = [" + ".join(each.search["channels"]) for each in runs]
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td>{each.mean:.3f}</td><td>{each.low:.3f} – {each.high:.3f}</td></tr>"
        for name, each in run.metrics.items()
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">{VIEWPORT}<title>Retrieval, measured</title><style>{STYLE}{SQUARE}</style></head><body>
<h1>Retrieval, measured</h1>
<dl>{"".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items())}</dl>
<h2>Metrics</h2>
<table><tr><th>metric</th><th>mean</th><th>95 % interval</th></tr>{rows}</table>
<h2>Metric by channel</h2>
<p>Bars are means over the questions, lines their bootstrap 95 % intervals.</p>
{_bars(runs, names)}
<h2>Recall against the words read</h2>
<p>How much of what is wanted stands in the first passages that fit so many words.</p>
{_lines(runs, names)}
{_reliability(run)}
</body></html>
"""


def recall_by_words(run: Run) -> list[tuple[int, float]]:
    """The mean recall within each budget of words: all evidence sets met, or the share of the relevant documents."""
    found: list[tuple[int, float]] = []
    for budget in _BUDGETS:
        found.append((budget, sum(question.recall_within(budget) for question in run.questions) / len(run.questions)))
    return found


def _reliability(run: Run) -> str:
    known = [(q.confidence, any(rank == 1 for rank in q.ranks)) for q in run.questions if q.confidence is not None]
    if not known:
        return ""  # a run of an earlier study
    sure, found = np.array([confidence for confidence, _ in known]), np.array([is_found for _, is_found in known])
    error = calibration_error(sure, found)
    return f"""<h2>Reliability</h2>
<p>Of the questions of like confidence (circles, larger for more questions): the share whose first passage is one that is wanted. On the
line is a confidence that is always right. Mean confidence {sure.mean():.2f}, found {found.mean():.2f}, expected calibration error
{error:.2f}. Confidence is meant to say whether the documents answer at all, which they do here, so circles above the line are usual.</p>
{calibration_plot(calibration(sure, found), "Reliability", "first passage is wanted", "found")}"""


def _bars(runs: Sequence[Run], names: Sequence[str]) -> str:
    group = (_WIDTH - _LEFT) / len(_PLOTTED)
    width = group / (len(runs) + 1)
    parts = [_axes()]
    for at, metric in enumerate(_PLOTTED):
        for number, run in enumerate(runs):
            value = run.metrics[metric]
            x = _LEFT + at * group + (number + 0.5) * width
            middle = x + width * 0.45
            parts.append(
                f'<rect x="{x:.1f}" y="{_y(value.mean):.1f}" width="{width * 0.9:.1f}" height="{_y(0) - _y(value.mean):.1f}" '
                f'fill="{_COLOURS[number]}"><title>{escape(names[number])}: {metric} {value.mean:.3f}</title></rect>'
                f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{_y(value.low):.1f}" y2="{_y(value.high):.1f}" stroke="#222"/>'
            )
        parts.append(f'<text x="{_LEFT + (at + 0.5) * group:.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{metric}</text>')
    return _svg("Metrics by channel", parts, names)


def _lines(runs: Sequence[Run], names: Sequence[str]) -> str:
    parts = [_axes()]
    for number, run in enumerate(runs):
        points = " ".join(f"{_x(budget):.1f},{_y(value):.1f}" for budget, value in recall_by_words(run))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{_COLOURS[number]}" stroke-width="2"/>')
    parts += [f'<text x="{_x(budget):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{budget}</text>' for budget in (100, *_BUDGETS[2::2])]
    return _svg("Recall against words", parts, names)


def _svg(label: str, parts: Sequence[str], names: Sequence[str]) -> str:
    legend = "".join(
        f'<rect x="{_LEFT + at * 190}" y="{_HEIGHT + 30}" width="12" height="12" fill="{_COLOURS[at]}"/>'
        f'<text x="{_LEFT + at * 190 + 18}" y="{_HEIGHT + 41}">{escape(name)}</text>'
        for at, name in enumerate(names)
    )
    return f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + 48}" role="img" aria-label="{label}">{"".join(parts)}{legend}</svg>'


def _axes() -> str:
    return "".join(
        f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH}" y1="{_y(at / 5):.1f}" y2="{_y(at / 5):.1f}"/>'
        f'<text x="{_LEFT - 8}" y="{_y(at / 5) + 4:.1f}" text-anchor="end">{at / 5:.1f}</text>'
        for at in range(6)
    )


def _x(words: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - 20) * words / _BUDGETS[-1]


def _y(value: float) -> float:
    return _TOP + (_HEIGHT - _TOP) * (1 - value)


def _plain(value: object) -> str:
    return " + ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
