"""An evaluation of the concept graph as one page that needs no network: metrics, calibration, kinds of evidence. The plot is inline SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from assistant.evaluation.graph.evaluate import ABLATION, GraphRun
from assistant.evaluation.graph.metrics import Calibration
from assistant.evaluation.reports.retrieval import STYLE
from assistant.storage.snapshots import writing

_SIZE, _LEFT, _TOP, _FOOT = 300, 44, 12, 40


def write_graph_report(run: GraphRun, file: Path) -> None:
    """Write the page. Raises LibraryReadOnly where that fails."""
    with writing(file.parent):
        file.write_text(graph_report_page(run), encoding="utf-8", errors="backslashreplace")


def graph_report_page(run: GraphRun) -> str:
    """The page as HTML."""
    facts = {
        "evaluated": run.evaluated,
        "graph": run.graph,
        "pairs": f"{len(run.lines)}, both concepts found of {sum(line.found for line in run.lines)}",
        "made": f"{run.created[:19]} UTC, study {run.study}" + (f", commit {run.commit}" if run.commit else ""),
    }
    metrics = [
        (name, f"{each.mean:.3f}", f"{each.low:.3f} – {each.high:.3f}") if each else (name, "–", "–") for name, each in run.metrics.items()
    ]
    kinds = [(name, str(kind.edges), str(kind.right), str(kind.strongest), str(kind.strongest_right)) for name, kind in run.kinds.items()]
    ablation = [(name, *(_number(values[metric]) for metric in ABLATION)) for name, values in run.ablation.items()]
    parts = [
        "<h1>Concept graph, measured</h1>",
        f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(text)}</dd>' for name, text in facts.items())}</dl>",
        "<h2>Metrics</h2>",
        _table(("metric", "mean", "95 % interval"), metrics),
        "<h2>Calibration</h2>",
        _calibration(run.calibration) if run.calibration else "<p>The gold judges none of the graph's edges.</p>",
        "<h2>Edges by kind of evidence</h2>",
        _table(("evidence", "edges", "right", "strongest", "right"), kinds),
    ]
    if ablation:
        parts += ["<h2>Mined without a kind of evidence</h2>", _table(("without", *ABLATION), ablation)]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Concept graph, measured</title>'
        f"<style>{STYLE}svg {{ max-width: 26rem }}</style></head><body>\n{chr(10).join(parts)}\n</body></html>\n"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _calibration(found: Calibration) -> str:
    most = max(each.edges for each in found.bins)
    dots = "".join(
        f'<circle cx="{_x(each.confidence):.1f}" cy="{_y(each.right):.1f}" r="{3 + 9 * (each.edges / most) ** 0.5:.1f}" fill="#1b6ca8" '
        f'fill-opacity="0.7"><title>{each.edges} edges of {each.low:.1f}–{each.high:.1f}: {each.right:.2f} right</title></circle>'
        for each in found.bins
    )
    ticks = "".join(
        f'<text x="{_x(at / 5):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{at / 5:.1f}</text>'
        f'<text x="{_LEFT - 8}" y="{_y(at / 5) + 4:.1f}" text-anchor="end">{at / 5:.1f}</text>'
        f'<line class="axis" x1="{_LEFT}" x2="{_x(1):.1f}" y1="{_y(at / 5):.1f}" y2="{_y(at / 5):.1f}"/>'
        for at in range(6)
    )
    line = f'<line x1="{_x(0):.1f}" y1="{_y(0):.1f}" x2="{_x(1):.1f}" y2="{_y(1):.1f}" stroke="#888" stroke-dasharray="4"/>'
    rows = [(f"{each.low:.1f} – {each.high:.1f}", str(each.edges), f"{each.confidence:.2f}", f"{each.right:.2f}") for each in found.bins]
    return (
        f"<p>The share right of the edges of like confidence, larger circles for more edges; on the line a confidence is true. "
        f"{found.edges} edges judged, expected calibration error {found.ece:.3f}, Brier score {found.brier:.3f}.</p>"
        f'<svg viewBox="0 0 {_LEFT + _SIZE + 20} {_TOP + _SIZE + _FOOT}" role="img" aria-label="Calibration">{ticks}{line}{dots}'
        f'<text x="{_x(0.5):.1f}" y="{_y(0) + 34:.1f}" text-anchor="middle">confidence</text></svg>'
        + _table(("confidence", "edges", "mean", "right"), rows)
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _x(value: float) -> float:
    return _LEFT + _SIZE * value


def _y(value: float) -> float:
    return _TOP + _SIZE * (1 - value)
