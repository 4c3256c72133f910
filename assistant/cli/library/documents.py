"""`study documents`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.completion import complete_collection, complete_document
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import json_option, library_option, print_json
from assistant.cli.shared.terminal import console, print_line
from assistant.contract.documents import documents_to_json
from assistant.search.filters import Within
from assistant.wording.counts import counted

if TYPE_CHECKING:
    from assistant.storage.documents import Record
    from assistant.storage.standing import Standing

_LETTERS_A_WORD = 6
_SAID = {"gone": "gone", "changed": "changed since"}


@click.command("documents", epilog='Example: study documents "week1/*" --since 7d')
@click.argument("names", metavar="[NAME]...", nargs=-1, shell_complete=complete_document)
@click.option("--collection", default="", metavar="NAME", shell_complete=complete_collection, help="Only this collection.")
@click.option("--since", default="", metavar="DATE", help="Only files changed since a date (2026-01-31) or for a time (7d, 2w).")
@library_option
@json_option
def documents_command(names: tuple[str, ...], collection: str, since: str, library: Path | None, as_json: bool) -> None:
    """List the documents of a library, all or those that a name, a folder or a glob (`old/*.md`) means.

    Each with its length, when its file was changed, its collection, and whether the file is gone or has changed since it was read.
    """
    with opened_library(library) as opened:
        found = opened.documents(Within(documents=names, collection=collection, since=since))
        listed = [(record, opened.standing(record)) for record in found]
    if as_json:
        print_json(documents_to_json(listed))
    elif listed:
        _show(listed)
    else:
        print_line("No document matches these filters." if collection or since or names else "The library holds no document.")


def _show(listed: Sequence[tuple[Record, Standing | None]]) -> None:
    from rich.table import Table
    from rich.text import Text

    grouped = any(record.collection for record, _ in listed)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("document", overflow="fold")
    table.add_column("about words", justify="right", no_wrap=True)
    table.add_column("changed", no_wrap=True)
    if grouped:
        table.add_column("collection", overflow="fold")
    table.add_column("", no_wrap=True)
    for record, state in listed:
        words = f"{-(-record.characters // _LETTERS_A_WORD):,}"
        changed = datetime.fromtimestamp(record.modified / 1e9).astimezone().strftime("%Y-%m-%d")
        row = [Text(record.name.replace("\n", "␊")), Text(words), Text(changed), *([Text(record.collection)] if grouped else [])]
        table.add_row(*row, Text(_SAID[state] if state else "", style="yellow"))
    out = console()
    out.print(table)
    out.print(Text(counted(len(listed), "document"), style="dim"))
