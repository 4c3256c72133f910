"""`study graph accept`, `reject`, `merge`, `split`, `rename`, `hide`, `add`, `corrections` and `undo`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from assistant.cli.shared.advice import for_library
from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import WholeNumber, json_option, library_option, print_json
from assistant.cli.shared.terminal import console, hanging
from assistant.contract.corrections import corrections_to_json, made_to_json
from assistant.curation.correcting import Made
from assistant.library.library import Library
from graph.editing.corrections import State, Verb

_concept = click.argument("concept", shell_complete=complete_concept)
_before = click.argument("before", shell_complete=complete_concept)
_after = click.argument("after", shell_complete=complete_concept)
_MOST_CHANGES = 8


@click.command("accept", epilog='Example: study graph accept "dot product" attention')
@_before
@_after
@library_option
@json_option
def accept_command(before: str, after: str, library: Path | None, as_json: bool) -> None:
    """BEFORE is learned before AFTER, whatever the documents seem to say."""
    _make(library, as_json, Verb.ACCEPT, before, after)


@click.command("reject", epilog='Example: study graph reject prompt "fine-tuning"')
@_before
@_after
@library_option
@json_option
def reject_command(before: str, after: str, library: Path | None, as_json: bool) -> None:
    """BEFORE need not be learned before AFTER."""
    _make(library, as_json, Verb.REJECT, before, after)


@click.command("merge", epilog='Example: study graph merge "ridge regression" "L2 regularization"')
@_concept
@click.argument("other", shell_complete=complete_concept)
@library_option
@json_option
def merge_command(concept: str, other: str, library: Path | None, as_json: bool) -> None:
    """OTHER is the same as CONCEPT, whose name stays."""
    _make(library, as_json, Verb.MERGE, concept, other)


@click.command("split", epilog='Example: study graph split MAP "mean average precision" "maximum a posteriori"')
@_concept
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@library_option
@json_option
def split_command(concept: str, names: tuple[str, ...], library: Path | None, as_json: bool) -> None:
    """CONCEPT is really several: each NAME becomes one, with the passages and the evidence that name it."""
    _make(library, as_json, Verb.SPLIT, concept, *names)


@click.command("rename", epilog='Example: study graph rename "CE loss" "Cross-entropy"')
@_concept
@click.argument("name")
@library_option
@json_option
def rename_command(concept: str, name: str, library: Path | None, as_json: bool) -> None:
    """CONCEPT is called NAME; it is still found under its old name."""
    _make(library, as_json, Verb.RENAME, concept, name)


@click.command("hide", epilog="Example: study graph hide prompt")
@_concept
@library_option
@json_option
def hide_command(concept: str, library: Path | None, as_json: bool) -> None:
    """CONCEPT is not a concept: it leaves the graph."""
    _make(library, as_json, Verb.HIDE, concept)


@click.command("add", epilog='Example: study graph add "attention sink" --alias "sink token" --definition notes.md:12-14')
@click.argument("name")
@click.option("--alias", "aliases", metavar="NAME", multiple=True, help="What it is also called; may be repeated.")
@click.option("--definition", metavar="FILE:LINES", default="", help="The lines that say what it is, as they are cited.")
@library_option
@json_option
def add_command(name: str, aliases: tuple[str, ...], definition: str, library: Path | None, as_json: bool) -> None:
    """NAME is a concept that was missed, or one that gets further names or a definition.

    It is a concept at once; what it needs is read from your notes at the next `study ingest`.
    """
    _run(library, as_json, "Noted", lambda opened: opened.correct.add(name, *aliases, definition=definition))


@click.command("undo", epilog="Example: study graph undo 2")
@click.argument("number", type=WholeNumber(min=1), required=False)
@library_option
@json_option
def undo_command(number: int | None, library: Path | None, as_json: bool) -> None:
    """Take back correction NUMBER of `study graph corrections`, the last one without a NUMBER."""
    _run(library, as_json, "Taken back", lambda opened: opened.correct.undo(number))


@click.command("corrections", epilog="Example: study graph corrections")
@library_option
@json_option
def corrections_command(library: Path | None, as_json: bool) -> None:
    """The corrections in their order, with what became of each."""
    from rich.text import Text

    with opened_library(library) as opened:
        outcomes, file = opened.correct.all(), opened.correct.file
    if as_json:
        print_json(corrections_to_json(file, outcomes))
        return
    out = console()
    if not outcomes:
        out.print("No corrections yet. Make one: study graph add|accept|reject|merge|rename|hide")
        return
    for number, outcome in enumerate(outcomes, start=1):
        state = "" if outcome.state is State.APPLIED else f"  {outcome.state}: {outcome.remark}"
        out.print(Text.assemble((f"{number}. ", "bold"), f"{outcome.correction.verb}: {outcome.correction}", (state, "yellow")))
    out.print()
    hanging(out, Text(f"Kept in {file}, which can be edited. Take one back: {for_library('study graph undo NUMBER')}", style="dim"), 2, 0)


def _make(library: Path | None, as_json: bool, verb: Verb, *names: str) -> None:
    _run(library, as_json, "Noted", lambda opened: opened.correct.make(verb, *names))


def _run(library: Path | None, as_json: bool, done: str, change: Callable[[Library], Made]) -> None:
    """Make or take back a correction and print the result."""
    from rich.text import Text

    with opened_library(library) as opened:
        made = change(opened)
    if as_json:
        print_json(made_to_json(made))
        return
    out = console()
    if not made.is_new:
        out.print(Text(f"Correction {made.number} already says so: {made.correction}."))
        return
    out.print(Text(f"{done} as correction {made.number}: {made.correction}." if done == "Noted" else f"{done}: {made.correction}."))
    for label, pairs in (("Now", made.added), ("No longer", made.removed)):
        for before, after in pairs[:_MOST_CHANGES]:
            out.print(Text(f"  {label}: {made.names[before]} before {made.names[after]}", style="dim"))
        if len(pairs) > _MOST_CHANGES:
            out.print(Text(f"  and {len(pairs) - _MOST_CHANGES} more", style="dim"))
