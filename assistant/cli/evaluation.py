"""`study eval`: how well the library answers, measured."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from assistant.cli.options import json_option, library_option, print_json
from assistant.cli.terminal import console, notice, progress_bar
from index.search import Channel, Fusion, SearchSettings


@click.group("eval")
def eval_command() -> None:
    """Measure retrieval on your own questions."""


@eval_command.command("retrieval", epilog="Example: study eval retrieval questions.jsonl --channels lexical")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--channels", default=",".join(Channel), show_default=True, help="Which channels search, separated by commas.")
@click.option(
    "--fusion",
    type=click.Choice([way.value for way in Fusion]),
    default=SearchSettings().fusion.value,
    show_default=True,
    help="How two channels become one ranking.",
)
@library_option
@json_option
def retrieval_command(file: Path, channels: str, fusion: str, library: Path | None, as_json: bool) -> None:
    """Search for every question of FILE (JSONL: question, gold) and report the metrics with 95 % bootstrap intervals."""
    from assistant.evaluation import evaluate_retrieval
    from assistant.library import Library

    try:
        chosen = tuple(Channel(name.strip()) for name in channels.split(","))
    except ValueError as error:
        raise click.BadParameter(f"{error}; choose from {', '.join(Channel)}", param_hint="--channels") from error
    settings = SearchSettings(channels=chosen, fusion=Fusion(fusion))
    with progress_bar() as progress, closing(Library.open(library, notice=notice)) as opened:
        run = evaluate_retrieval(opened, file, settings, lambda done, total: progress("Questions", done, total))
    if as_json:
        metrics = {name: {key: round(value, 4) for key, value in asdict(interval).items()} for name, interval in run.metrics.items()}
        print_json({"metrics": metrics, "run": str(run.file)})
        return
    from rich.table import Table

    table = Table(title=f"{run.questions} questions", title_justify="left", box=None)
    table.add_column("metric")
    for name in ("mean", "low", "high"):
        table.add_column(name, justify="right")
    for name, interval in run.metrics.items():
        table.add_row(name, *(f"{value:.3f}" for value in asdict(interval).values()))
    out = console()
    out.print(table)
    out.print(f"Saved: {run.file}", soft_wrap=True)
