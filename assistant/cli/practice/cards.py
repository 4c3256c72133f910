"""`study cards`: to Anki and back."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, force_option, json_option, library_option, print_json
from assistant.cli.shared.terminal import print_line
from assistant.contract.practice import exported_to_json, imported_to_json
from assistant.wording.counts import counted

_file = click.argument("file", type=NamedPath(path_type=Path, dir_okay=False))


@click.group("cards", cls=SuggestingGroup, epilog="Example: study cards export notes.apkg")
def cards_command() -> None:
    """Take your questions to Anki, or Anki's cards here."""


@cards_command.command("export", epilog="Example: study cards export notes.apkg")
@_file
@click.option("--to", metavar="CONCEPT", shell_complete=complete_concept, help="Only what is on the path to this concept.")
@force_option
@library_option
@json_option
def export_command(file: Path, to: str | None, force: bool, library: Path | None, as_json: bool) -> None:
    """Write your questions to FILE: a package for Anki (.apkg), a table (.csv) or Markdown (.md).

    Imported into Anki again, a newer package updates its notes and keeps their schedules.
    """
    with opened_library(library, fill=False) as opened:
        kind, cards, retired = opened.practice.export(file, to=to, overwrite=force)
        opened.tell_written(file)
    if as_json:
        print_json(exported_to_json(file, kind, cards, retired))
    else:
        print_line(f"{counted(cards, 'card')} in {file}.")


@cards_command.command("import", epilog="Example: study cards import biology.apkg")
@_file
@click.option("--no-history", is_flag=True, help="Leave the reviews in Anki out.")
@library_option
@json_option
def import_command(file: Path, no_history: bool, library: Path | None, as_json: bool) -> None:
    """Take the cards of FILE, a package of Anki, as questions, with the history of their reviews."""
    with opened_library(library, fill=False) as opened:
        cards, new, reviews, skipped, own = opened.practice.import_cards(file, history=not no_history)
    if as_json:
        print_json(imported_to_json(file, cards, new, reviews, skipped, own))
        return
    left_out = f" {counted(skipped, 'note')} without two sides of text left out." if skipped else ""
    if own:
        left_out += f" {counted(own, 'card')} came from study and stay as they are here; only their reviews are taken."
    print_line(f"{counted(cards, 'card')}, {new} of them new, and {counted(reviews, 'review')} taken from {file}.{left_out}")
