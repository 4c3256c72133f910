"""`study path` and `study graph`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import batch_option, json_option, library_option, no_course_option, one_or_batch, print_json, run_batch
from assistant.cli.terminal import console, notice, progress_bar
from assistant.library import Library
from graph.export import graph_to_json, path_to_json
from graph.model import Graph
from graph.paths import learning_path


@click.command("path", epilog="Example: study path --to rlhf")
@click.option("--to", "target", metavar="TARGET", help="The concept to arrive at; loosely named will do.")
@no_course_option
@library_option
@json_option
@batch_option
def path_command(target: str | None, no_course: bool, library: Path | None, as_json: bool, batch: bool) -> None:
    """What to learn, in which order, to understand a concept; with the reason for every step."""
    target = one_or_batch(target, batch, "--to TARGET")
    graph = _graph(library, no_course)

    def found(name: str) -> Mapping[str, Any]:
        return path_to_json(learning_path(graph, name))

    if batch:
        run_batch(found, lambda line: {"target": line, "steps": [], "folded": [], "alternatives": []})
    elif as_json:
        print_json(found(target))
    else:
        _show_path(found(target), graph)


@click.command("graph", epilog="Example: study graph --json > graph.json")
@no_course_option
@library_option
@json_option
def graph_command(no_course: bool, library: Path | None, as_json: bool) -> None:
    """The concepts of a library with their prerequisites, the most important first."""
    graph = _graph(library, no_course)
    if as_json:
        print_json(graph_to_json(graph))
    else:
        _show_graph(graph)


def _graph(library: Path | None, no_course: bool) -> Graph:
    with progress_bar() as progress, closing(Library.open(library, notice=notice, progress=progress)) as opened:
        return opened.graph.without_course() if no_course else opened.graph


def _where(citation: Mapping[str, Any]) -> str:
    first, last = citation["lines"]
    return f"{citation['document']}:{first}" if first == last else f"{citation['document']}:{first}-{last}"


def _show_path(path: Mapping[str, Any], graph: Graph) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()

    def name(concept: str) -> str:
        return graph.concepts[concept].name

    minutes = sum(step["minutes"] or 0 for step in path["steps"])
    out.print(f"[bold]Path to {name(path['target'])}[/bold]: {len(path['steps'])} steps, about {minutes:.0f} minutes\n")
    for number, step in enumerate(path["steps"], start=1):
        time = f"  {step['minutes']:.0f} min" if step["minutes"] else ""
        out.print(Text.assemble((f"{number}. {name(step['concept'])}", "bold"), (time, "dim")))
        lines = []
        if step["definition"]:
            lines.append(Text.assemble(step["definition"]["text"], (f"  {_where(step['definition']['citation'])}", "cyan")))
        lines += [_reason(reason, name) for reason in step["because"][:2]]
        if step["reading"]:
            lines.append(Text.assemble(("Read: ", "dim"), (", ".join(_where(citation) for citation in step["reading"]), "cyan")))
        out.print(Padding(Text("\n").join(lines), (0, 0, 1, 3)))
    if path["folded"]:
        out.print(Text(f"Left out, as less essential: {', '.join(map(name, path['folded']))}", style="dim"))
    if path["alternatives"]:
        out.print(Text(f"Did you mean: {', '.join(map(name, path['alternatives']))}?", style="dim"))


def _reason(reason: Mapping[str, Any], name: Any) -> Any:
    from rich.text import Text

    text = Text.assemble(("With ", "dim"), (name(reason["concept"]), "italic"))
    if reason["evidence"]:
        evidence = reason["evidence"][0]
        text.append(f": “{' '.join(evidence['quote'].split())}”", style="dim")
        text.append(f"  {_where(evidence)}", style="cyan")
    return text


def _show_graph(graph: Graph) -> None:
    from rich.text import Text

    out = console()
    out.print(f"[bold]{len(graph.concepts)} concepts, {len(graph.prerequisites)} prerequisites[/bold]\n")
    for concept in graph.concepts.values():
        before = ", ".join(graph.concepts[edge.before].name for edge in graph.before(concept.id))
        out.print(Text.assemble((concept.name, "bold"), (f"  after {before}" if before else "", "dim")))
