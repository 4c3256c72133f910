"""`study path` and `study graph`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.graphs import opened_graph
from assistant.cli.options import batch_option, json_option, library_option, no_course_option, one_or_batch, print_json, run_batch
from assistant.cli.terminal import console, place
from assistant.wording import tidy
from graph.export import path_to_json
from graph.model import Graph, Prerequisite, Signal
from graph.paths import LearningPath, learning_path

if TYPE_CHECKING:
    from rich.text import Text

_MOST_REASONS = 3
_MOST_QUOTED = 160
_MOST_NAMES = 12


@click.command("path", epilog="Example: study path --to rlhf")
@click.option("--to", "target", metavar="TARGET", help="The concept to arrive at; loosely named will do.")
@no_course_option
@library_option
@json_option
@batch_option
def path_command(target: str | None, no_course: bool, library: Path | None, as_json: bool, batch: bool) -> None:
    """What to learn, in which order, to understand a concept; with the reason for every step."""
    target = one_or_batch(target, batch, "--to TARGET")
    with opened_graph(library, no_course) as graph:
        _path(graph, target, batch, as_json)


def _path(graph: Graph, target: str, batch: bool, as_json: bool) -> None:
    def found(name: str) -> Mapping[str, Any]:
        return path_to_json(learning_path(graph, name), graph)

    if batch:
        run_batch(found, lambda line: {"target": line, "steps": [], "folded": [], "alternatives": []})
    elif as_json:
        print_json(found(target))
    else:
        _show_path(learning_path(graph, target), graph)


def _show_path(path: LearningPath, graph: Graph) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    minutes = sum(step.minutes or 0 for step in path.steps)
    title = Text.assemble(
        "Path to ", (graph.concepts[path.target].name, "bold"), f": {len(path.steps)} steps, about {minutes:.0f} minutes\n"
    )
    out.print(title)
    learned: set[str] = set()
    for number, step in enumerate(path.steps, start=1):
        time = f"  {step.minutes:.0f} min" if step.minutes else ""
        out.print(Text.assemble((f"{number}. {step.concept.name}", "bold"), (time, "dim")))
        lines = []
        if step.concept.definition:
            definition = step.concept.definition
            lines.append(Text.assemble(tidy(definition.quote), (f"  {place(definition.document, definition.span)}", "cyan")))
        for reason in step.because[:_MOST_REASONS]:
            lines.append(
                _reason("Builds on" if reason.concept in learned else "Needed for", graph.concepts[reason.concept].name, reason.edge)
            )
        if step.reading:
            lines.append(Text.assemble(("Read ", "dim"), (", ".join(place(read.document, read.span) for read in step.reading), "cyan")))
        out.print(Padding(Text("\n").join(lines), (0, 0, 1, 3)))
        learned.add(step.concept.id)
    _show_names("Left out, as less essential", path.folded, graph)
    _show_names("Did you mean", path.alternatives, graph)


def _reason(relation: str, name: str, edge: Prerequisite) -> Text:
    """Why a step is there: the quote that says most, which front matter does not where the text has one too."""
    from rich.text import Text

    text = Text.assemble((f"{relation} ", "dim"), name)
    quoted = [evidence for evidence in edge.evidence if evidence.kind is not Signal.REQUIRES]
    for evidence in [*quoted, *edge.evidence][:1]:
        said = f": “{shorten(tidy(evidence.quote), _MOST_QUOTED, placeholder=' …')}”" if quoted else ", the note says"
        text.append(said, style="dim").append(f"  {place(evidence.document, evidence.span)}", style="cyan")
    return text


def _show_names(label: str, concepts: Sequence[str], graph: Graph) -> None:
    from rich.text import Text

    if concepts:
        names = ", ".join(graph.concepts[concept].name for concept in concepts[:_MOST_NAMES])
        more = f" and {len(concepts) - _MOST_NAMES} more" if len(concepts) > _MOST_NAMES else ""
        console().print(Text(f"{label}: {names}{more}", style="dim"))
