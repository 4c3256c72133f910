"""`study show`."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.shared.completion import complete_document
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import WholeNumber, json_option, library_option, print_json
from assistant.cli.shared.terminal import console
from assistant.contract.documents import shown_to_json
from ingest.places import place


@click.command("show", epilog='Example: study show notes/attention.md:12-14, study show "paper.pdf page 3:8"')
@click.argument("where", metavar="PLACE", nargs=-1, required=True, shell_complete=complete_document)
@click.option("--context", type=WholeNumber(0, 10_000), default=3, show_default=True, help="Lines before and after to print as well.")
@library_option
@json_option
def show_command(where: tuple[str, ...], context: int, library: Path | None, as_json: bool) -> None:
    """Print the source around a location, as the library holds it.

    PLACE is written as citations are: DOCUMENT:LINES, or DOCUMENT page 3:LINES.
    """
    with opened_library(library) as opened:
        shown = opened.show(" ".join(where), context)
    if as_json:
        print_json(shown_to_json(shown))
        return
    from rich.text import Text

    out, span = console(), shown.span
    out.print(Text(place(shown.document, span), style="bold"), soft_wrap=True)
    width = len(str(shown.first + len(shown.lines) - 1))
    for number, text in enumerate(shown.lines, start=shown.first):
        cited_line = span.first <= number <= span.last
        out.print(Text(f"{'>' if cited_line else ' '} {number:{width}} │ {text}", style="" if cited_line else "dim"), soft_wrap=True)
