"""`study eval graph` and `study eval make-graph`: how good the concept graph is, measured on judged pairs."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.advice import for_library
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, WholeNumber, course_option, force_option, json_option, library_option, print_json
from assistant.cli.shared.terminal import console, print_line
from assistant.contract.evaluation import disagreements_to_json, graph_draft_to_json, graph_run_to_json
from assistant.wording.counts import counted

if TYPE_CHECKING:
    from assistant.evaluation.graph.evaluate import GraphRun

_FILE = NamedPath(path_type=Path, dir_okay=False)


@click.command("graph", epilog="Example: study eval graph pairs.tsv --report graph.html")
@click.argument("gold", metavar="GOLD", type=_FILE)
@click.option("--mined", is_flag=True, help="Judge only what is mined from the text: without the course, and without what notes require.")
@click.option("--ablation", is_flag=True, help="Mine the library again without each kind of evidence.")
@click.option("--report", type=_FILE, help="Also write a page with the calibration plot.")
@force_option
@course_option
@library_option
@json_option
def graph_evaluation_command(
    gold: Path, mined: bool, ablation: bool, report: Path | None, force: bool, course: bool | None, library: Path | None, as_json: bool
) -> None:
    """Compare the concept graph with GOLD: pairs of concepts that you judged. Columns separated by tabs (before, after, verdict) or JSONL;
    the verdict is yes, no, reversed or related; | separates the names of one concept."""
    with opened_library(library) as opened:
        saved = opened.evaluate.graph(gold, course=course, mined=mined, ablation=ablation, report=report, overwrite=force)
    if as_json:
        print_json(graph_run_to_json(saved.run, saved.file))
    else:
        _show(saved.run, saved.file)


@click.command("make-graph", epilog="Example: study eval make-graph pairs.tsv --edges 50")
@click.argument("out", type=_FILE)
@click.option("--edges", type=WholeNumber(1), default=100, show_default=True, help="How many random prerequisites.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed, another sample.")
@click.option("--required", is_flag=True, help="Write what the notes require, judged yes, instead of a sample.")
@force_option
@course_option
@library_option
@json_option
def make_graph_command(
    out: Path, edges: int, seed: int, required: bool, force: bool, course: bool | None, library: Path | None, as_json: bool
) -> None:
    """Draft gold for the concept graph: a random sample of its prerequisites, each with its best quote, for you to judge.

    OUT gets columns separated by tabs, for a spreadsheet or an editor.
    """
    with opened_library(library) as opened:
        count = opened.evaluate.draft_pairs(out, edges=edges, seed=seed, required=required, course=course, overwrite=force)
    if as_json:
        print_json(graph_draft_to_json(out, count))
        return
    print_line(f"{counted(count, 'pair')} in {out}.")
    if count == 0:
        print_line("The graph has no prerequisites to judge. Ingest notes on concepts that build on one another.")
    elif not required:
        again = for_library(f"study eval graph {shlex.quote(str(out))}")
        print_line(f"Write yes, no, reversed or related into the third column of each line. Then measure:\n  {again}")


def _show(run: GraphRun, file: Path) -> None:
    """The metrics, calibration and kinds of evidence of a run, and where it was saved."""
    from rich.markup import escape

    from assistant.cli.evaluation.views import metric_table
    from assistant.evaluation.graph.evaluate import ABLATION

    out = console()
    found = sum(line.found for line in run.lines)
    table = metric_table(f"{counted(len(run.lines), 'pair')}, both concepts found of {found}", "metric", "mean", "low", "high")
    for name, each in run.metrics.items():
        table.add_row(name, *(f"{value:.3f}" for value in (each.mean, each.low, each.high)) if each else ("–", "–", "–"))
    out.print(table)
    if run.calibration:
        title = f"\nCalibration: {counted(run.calibration.edges, 'edge')} judged, expected error {run.calibration.ece:.3f}"
        table = metric_table(title, "confidence", "edges", "mean", "right")
        for bin_ in run.calibration.bins:
            table.add_row(f"{bin_.low:.1f} – {bin_.high:.1f}", str(bin_.edges), f"{bin_.confidence:.2f}", f"{bin_.right:.2f}")
        out.print(table)
        table = metric_table("\nBy kind of evidence", "evidence", "edges", "right", "strongest", "right")
        for name, kind in run.kinds.items():
            table.add_row(name, *map(str, (kind.edges, kind.right, kind.strongest, kind.strongest_right)))
        out.print(table)
    if run.ablation:
        table = metric_table("\nMined without a kind of evidence", "without", *ABLATION)
        for name, values in run.ablation.items():
            table.add_row(name, *("–" if (value := values[metric]) is None else f"{value:.3f}" for metric in ABLATION))
        out.print(table)
    out.print(f"\nSaved: {escape(str(file))}", soft_wrap=True)


def show_disagreements(run: GraphRun, file: Path, as_json: bool) -> None:
    """The lines of gold on which the graph of a saved run disagrees."""
    wrong = run.disagreements
    if as_json:
        print_json(disagreements_to_json(run, file, wrong))
        return
    print_line(f"The graph disagrees with {len(wrong)} of {counted(len(run.lines), 'pair')}.")
    for line in wrong:
        found = "before" if line.forth else "after" if line.back else "apart from" if line.found else "not both known:"
        print_line(f"  line {line.line}: {line.before} {found} {line.after}, judged {line.verdict}")
