"""An evaluation of the concept graph as a page: metrics, calibration, kinds of evidence."""

from __future__ import annotations

from pathlib import Path

from assistant.evaluation.graph.evaluate import ABLATION, GraphRun
from assistant.evaluation.graph.metrics import Calibration
from assistant.evaluation.reports.page import Section, Table, made, metric_table, report_page, write_page
from assistant.evaluation.reports.plots import Dot, calibration_plot


def write_graph_report(run: GraphRun, file: Path) -> None:
    """Write the page. Raises LibraryReadOnly, ExtraMissing."""
    write_page(graph_report_page(run), file)


def graph_report_page(run: GraphRun) -> str:
    """The page as HTML. Raises ExtraMissing if matplotlib is not installed."""
    facts = {
        "evaluated": run.evaluated,
        "graph": run.graph,
        "pairs": f"{len(run.lines)}; the graph has both concepts of {sum(line.found for line in run.lines)}",
        "made": made(run.created, run.study, run.commit),
    }
    kinds = [(name, *map(str, (kind.edges, kind.right, kind.strongest, kind.strongest_right))) for name, kind in run.kinds.items()]
    sections = [
        Section("Metrics", table=metric_table(run.metrics)),
        _calibration(run.calibration),
        Section("Edges by kind of evidence", table=Table(("evidence", "edges", "right", "strongest", "right"), kinds)),
    ]
    if run.ablation:
        rows = [(name, *(_number(values[metric]) for metric in ABLATION)) for name, values in run.ablation.items()]
        sections.append(Section("Mined without a kind of evidence", table=Table(("without", *ABLATION), rows)))
    return report_page("Concept graph, measured", facts, sections)


def _calibration(found: Calibration | None) -> Section:
    if found is None:
        return Section("Calibration", "The gold judges none of the graph's edges.")
    text = (
        "For edges of about the same confidence (dots, larger for more edges): the share that is right. "
        "On the line, a confidence is exactly right. "
        f"{found.edges} edges judged, expected calibration error {found.ece:.3f}, Brier score {found.brier:.3f}."
    )
    rows = [(f"{each.low:.1f} – {each.high:.1f}", str(each.edges), f"{each.confidence:.2f}", f"{each.right:.2f}") for each in found.bins]
    plot = calibration_plot("Calibration", "right", [Dot(each.confidence, each.right, each.edges) for each in found.bins])
    return Section("Calibration", text, plot, Table(("confidence", "edges", "mean", "right"), rows))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
