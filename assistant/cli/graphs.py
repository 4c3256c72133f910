"""`study graph` and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from assistant.cli import corrections
from assistant.cli.options import json_option, library_option, no_course_option, print_json
from assistant.cli.terminal import console, notice, progress_bar
from assistant.library import Library
from graph.export import graph_to_json
from graph.model import Graph


@click.group("graph", invoke_without_command=True, epilog="Example: study graph --json > graph.json")
@no_course_option
@library_option
@json_option
@click.pass_context
def graph_command(context: click.Context, no_course: bool, library: Path | None, as_json: bool) -> None:
    """The concepts of a library with their prerequisites, the most important first.

    The documents get it wrong? `accept`, `reject`, `merge`, `split`, `rename` and `hide` correct it, at once and for good.
    """
    if context.invoked_subcommand is not None:
        # What is said before the subcommand counts for it too.
        context.default_map = {
            name: {"library": library, "as_json": as_json, "no_course": no_course} for name in graph_command.list_commands(context)
        }
        return
    with opened_graph(library, no_course) as graph:
        if as_json:
            print_json(graph_to_json(graph))
        else:
            _show_graph(graph)


for _command in (
    corrections.accept_command,
    corrections.reject_command,
    corrections.merge_command,
    corrections.split_command,
    corrections.rename_command,
    corrections.hide_command,
    corrections.corrections_command,
    corrections.undo_command,
):
    graph_command.add_command(_command)


@contextmanager
def opened_graph(library: Path | None, no_course: bool) -> Iterator[Graph]:
    """The graph of a library while it is open: it is read when asked for."""
    with progress_bar() as progress:
        opened = Library.open(library, notice=notice, progress=progress)
    with closing(opened):
        yield opened.graph.without_course() if no_course else opened.graph


def _show_graph(graph: Graph) -> None:
    from rich.text import Text

    out = console()
    outline = graph.outline
    out.print(f"[bold]{len(outline.ids)} concepts, {len(outline.before)} prerequisites[/bold]\n")
    for number, label in enumerate(outline.labels):
        before = ", ".join(outline.labels[outline.before[edge]] for edge in outline.sorted_into(number))
        out.print(Text.assemble((label, "bold"), (f"  after {before}" if before else "", "dim")))
