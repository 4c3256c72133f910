"""What `study eval` shows to a person."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.cli.shared.terminal import console
from assistant.evaluation.retrieval.comparing import Change, Comparison
from assistant.evaluation.runs import Run, RunHit, RunQuestion
from assistant.wording.counts import counted

_SLICED = ("recall@5", "mrr@10", "ndcg@10")
_LISTED = 20
_SIGNIFICANT = 0.05


def show_run(run: Run, file: Path) -> None:
    """The metrics of a run, its slices, how long a question took, and where it was saved."""
    table = metric_table(counted(len(run.questions), "question"), "metric", "mean", "low", "high")
    for name, interval in run.metrics.items():
        table.add_row(name, *(f"{value:.3f}" for value in (interval.mean, interval.low, interval.high)))
    out = console()
    out.print(table)
    for by, slices in run.slices.items():
        table = metric_table(f"\nBy {by}", by, "questions", *_SLICED)
        for name, part in slices.items():
            table.add_row(escape(name), str(part.questions), *(f"{part.metrics[metric].mean:.3f}" for metric in _SLICED))
        out.print(table)
    latency = ", ".join(f"{name} {value:.0f} ms" for name, value in run.latency.items())
    out.print(f"\nA question takes {latency}; peak memory {run.peak_memory:.0f} MB.")
    out.print(f"Saved: {escape(str(file))}", soft_wrap=True)


def show_misses(run: Run, missed: Sequence[RunQuestion], k: int) -> None:
    """Every question missed, what was wanted, at which rank it came, and what came first instead."""
    out = console()
    out.print(
        f"{len(missed)} of {counted(len(run.questions), 'question')} missed something that was wanted (within {counted(k, 'passage')})."
    )
    for question in missed:
        kind = f"  ({question.kind})" if question.kind else ""
        out.print(Text.assemble("\n", (f"{question.id}  {question.question}", "bold"), (kind, "dim")))
        for rank, alternatives in zip(question.ranks, question.gold, strict=True):
            came = "not found" if rank is None else f"came {rank}."
            if rank is not None and rank <= k:
                continue
            for gold in alternatives:
                wanted = Text.assemble("wanted ", (gold.document, "cyan"), f" ({came}): ", (_one_line(gold.snippet), "green"))
                out.print(Padding(wanted, (0, 0, 0, 2)))
        for number, hit in enumerate(question.hits[:3], start=1):
            out.print(Padding(Text.assemble(f"{number}. ", (_where(hit), "cyan"), f"  {_one_line(hit.text)}"), (0, 0, 0, 2)))


def show_comparison(comparison: Comparison) -> None:
    """The differences of every metric, and the questions won and lost."""
    out = console()
    title = f"{counted(comparison.questions, 'question')} in both runs" + (
        f", {comparison.left_out} left out" if comparison.left_out else ""
    )
    table = metric_table(title, "metric", "first", "second", "difference", "low", "high", "p")
    for name, change in comparison.metrics.items():
        found = change.difference
        numbers = [f"{change.first:.3f}", f"{change.second:.3f}", *(f"{value:+z.3f}" for value in (found.mean, found.low, found.high))]
        table.add_row(name, *numbers, f"{found.p:.3f}", style="bold" if found.p < _SIGNIFICANT else None)
    out.print(table)
    out.print("low, high: bootstrap 95 % interval. p: paired permutation test; below 0.05 in bold. Of many metrics, some differ by chance.")
    _show_changes(f"Won by {comparison.metric}", comparison.won)
    _show_changes(f"Lost by {comparison.metric}", comparison.lost)


def _show_changes(title: str, changes: Sequence[Change]) -> None:
    out = console()
    out.print(f"\n{title}: {len(changes)}")
    for change in changes[:_LISTED]:
        out.print(Padding(Text(f"{change.first:.2f} → {change.second:.2f}  {change.id}  {_one_line(change.question)}"), (0, 0, 0, 2)))
    if len(changes) > _LISTED:
        out.print(f"  … and {len(changes) - _LISTED} more with --json")


def metric_table(title: str, first: str, *others: str) -> Table:
    """An empty table without borders: the first column for names, the others for numbers."""
    table = Table(title=title, title_justify="left", box=None)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _where(hit: RunHit) -> str:
    if hit.lines is None:
        return hit.document
    first, last = hit.lines
    return f"{hit.document}:{first}" if first == last else f"{hit.document}:{first}-{last}"


def _one_line(text: str) -> str:
    """The beginning of a text, on one line."""
    joined = " ".join(text.split())
    return joined if len(joined) <= 160 else joined[:160].rsplit(" ", 1)[0] + " …"
