"""`study tune`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.advice import for_library
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import AnyNumber, json_option, library_option, print_json
from assistant.cli.shared.terminal import console, is_interactive, notice, print_line
from assistant.contract.library import encoder_to_json, tuning_to_json
from assistant.search.filters import EVERYWHERE
from assistant.wording.counts import counted

if TYPE_CHECKING:
    from assistant.tuning.tuning import Tuning


@click.command("tune", epilog="Example: study tune --minutes 5")
@click.option("--minutes", default=5, show_default=True, type=AnyNumber(0, 600, min_open=True), help="Train no longer than this.")
@click.option("--keep", is_flag=True, help="Keep the result even if it is not better.")
@click.option("--yes", is_flag=True, help="Don't ask at the terminal whether to begin.")
@click.option("--undo", is_flag=True, help="Go back to the encoder that was used before tuning.")
@library_option
@json_option
def tune_command(minutes: float, keep: bool, yes: bool, undo: bool, library: Path | None, as_json: bool) -> None:
    """Fit the encoder to your notes: it learns from their questions with answers, headings with sections, terms with definitions.

    A quarter of them is held back; the old and the new encoder are compared on it, and the new one is kept only if it is better. This takes
    minutes on a CPU. At a terminal it asks first. Ctrl-C leaves everything as it was.
    """
    with opened_library(library, fill=False) as opened:
        if undo:
            name = opened.undo_tuning()
            print_json(encoder_to_json(name)) if as_json else print_line(f"The library uses {name} again.")
            return
        opened.has_passages(EVERYWHERE)  # raises before anything is announced
        opened.check_tuning()
        if not as_json:
            _announce(minutes, keep=keep)
        if is_interactive() and not yes and not click.confirm("Begin?", default=True, err=True):
            print_line("Nothing was changed.")
            return
        done = opened.tune(minutes, keep=keep)
    if as_json:
        print_json(tuning_to_json(done))
    else:
        _show(done)


def _announce(minutes: float, *, keep: bool) -> None:
    """Announce what tuning will do."""
    result = "The result is kept in any case" if keep else "The result is kept only if it is better"
    notice(
        f"This trains the encoder on your notes for up to {minutes:g} min and compares it with the present one, with about 2 GB of memory. "
        f"{result}; then the library is embedded again. {for_library('study tune --undo')} goes back."
    )


def _show(done: Tuning) -> None:
    from assistant.cli.evaluation.views import metric_table

    kinds = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in sorted(done.kinds.items()))
    out = console()
    out.print(f"{kinds}: {counted(done.learned, 'pair')} to learn from, {done.held} held back.")
    table = metric_table(f"\n{counted(done.held, 'question')} held back", "metric", "before", "after", "difference", "low", "high", "p")
    for name, change in done.changes.items():
        found = change.difference
        shown = [f"{change.before:.3f}", f"{change.after:.3f}", *(f"{value:+.3f}" for value in (found.mean, found.low, found.high))]
        table.add_row(name, *shown, f"{found.p:.3f}")
    out.print(table)
    if done.kept:
        out.print(f"\nKept: the library now uses {done.encoder}. `{for_library('study tune --undo')}` goes back.")
    else:
        out.print(f"\nNot kept: the difference may be chance, or the new encoder is worse. The library uses {done.encoder} as before.")
