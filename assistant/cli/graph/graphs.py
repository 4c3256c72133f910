"""`study graph` and what belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from assistant.cli.graph import corrections
from assistant.cli.shared.advice import for_library
from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import (
    AnyNumber,
    WholeNumber,
    course_option,
    force_option,
    json_option,
    library_option,
    out_option,
    print_json,
    print_text,
)
from assistant.cli.shared.terminal import notice, print_line
from assistant.contract.corrections import refined_to_json, undone_to_json
from assistant.contract.graph import disagreements_to_json, graph_to_json, neighbourhood_to_json, statistics_to_json
from assistant.pages.graph_formats import graph_to_dot, graph_to_graphml
from assistant.wording.counts import counted
from graph.model.levels import Level
from graph.model.values import Graph

_MOST_DRAWN = 120
_MOST_JUDGED = 50

all_option = click.option("--all", "everything", is_flag=True, help="Also what only the atlas has and nothing of yours builds on.")

level_option = click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    default=Level.NORMAL.value,
    show_default=True,
    help="How sure the prerequisites read from your notes have to be: loose shows more of them, strict fewer.",
)


@click.group("graph", cls=SuggestingGroup, invoke_without_command=True, epilog="Example: study graph --json > graph.json")
@all_option
@level_option
@course_option
@library_option
@json_option
@click.pass_context
def graph_command(context: click.Context, everything: bool, level: str, course: bool | None, library: Path | None, as_json: bool) -> None:
    """The concepts of a library with their prerequisites, and what they build on, the most important first.

    The documents get it wrong? `accept`, `reject`, `merge`, `split`, `rename`, `hide` and `add` correct it, at once and for good.
    """
    if context.invoked_subcommand is not None:
        # Options before the subcommand apply to it too.
        said = {"library": library, "as_json": as_json, "course": course, "everything": everything, "level": level}
        context.default_map = dict.fromkeys(graph_command.list_commands(context), said)
        return
    with opened_library(library) as opened:
        graph = opened.graph(course=course, everything=everything, level=level)
        if as_json:
            print_json(graph_to_json(graph))
        else:
            from assistant.cli.graph.graph_views import show_graph

            show_graph(graph)


@graph_command.command("stats", epilog="Example: study graph stats")
@all_option
@level_option
@course_option
@library_option
@json_option
def stats_command(everything: bool, level: str, course: bool | None, library: Path | None, as_json: bool) -> None:
    """How many concepts and prerequisites, by which evidence, and what is needed most."""
    with opened_library(library) as opened:
        found = opened.statistics(course=course, everything=everything, level=level)
        if as_json:
            print_json(statistics_to_json(found))
            return
        from assistant.cli.graph.graph_views import show_statistics

        show_statistics(found)


@graph_command.command("show", epilog="Example: study graph show attention --hops 2")
@click.argument("concept", shell_complete=complete_concept)
@click.option("--hops", type=WholeNumber(1, 10), default=1, show_default=True, help="How many prerequisites away.")
@all_option
@course_option
@library_option
@json_option
def show_command(concept: str, hops: int, everything: bool, course: bool | None, library: Path | None, as_json: bool) -> None:
    """What lies around CONCEPT: what comes before it and after it."""
    with opened_library(library) as opened:
        found = opened.neighbourhood(concept, hops, course=course, everything=everything)
        if as_json:
            print_json(neighbourhood_to_json(found))
            return
        from assistant.cli.graph.graph_views import show_around

        show_around(found.graph, found.center)


@graph_command.command("disagreements", epilog="Example: study graph disagreements")
@course_option
@library_option
@json_option
def disagreements_command(course: bool | None, library: Path | None, as_json: bool) -> None:
    """Where your documents, your corrections and the atlas contradict one another about what comes first.

    Your corrections and `requires:` outrank what your documents say, that outranks the atlas, and that outranks mere guesses.
    """
    with opened_library(library) as opened:
        found = opened.disagreements(course=course)
        if as_json:
            print_json(disagreements_to_json(found))
            return
        from assistant.cli.graph.gap_views import show_disagreements

        show_disagreements(found)


@graph_command.command("export", epilog="Example: study graph export --format graphml --out graph.graphml")
@click.option(
    "--format", "form", type=click.Choice(["json", "graphml", "dot", "html"]), default="json", show_default=True, help="The format."
)
@click.option("--around", "center", metavar="CONCEPT", shell_complete=complete_concept, help="Only what lies around this concept.")
@click.option("--hops", type=WholeNumber(1, 10), default=2, show_default=True, help="How far around it.")
@click.option("--most", type=WholeNumber(min=1), help=f"Only so many concepts, the most important.  [default for html: {_MOST_DRAWN}]")
@out_option
@force_option
@all_option
@level_option
@course_option
@library_option
@json_option
def export_command(
    form: str,
    center: str | None,
    hops: int,
    most: int | None,
    out: Path | None,
    force: bool,
    everything: bool,
    level: str,
    course: bool | None,
    library: Path | None,
    as_json: bool,
) -> None:
    """The graph, or what lies around a concept, for other tools or as a page of its own."""
    if as_json and form != "json":
        raise click.UsageError(f"--json means --format json, but you chose {form}.")
    with opened_library(library) as opened:
        if center:
            part = opened.neighbourhood(center, hops, course=course, everything=everything, level=level).graph
        else:
            part = opened.graph(course=course, everything=everything, level=level)
        most = _MOST_DRAWN if most is None and form == "html" else most
        if most is not None and most < len(part.outline.ids):
            notice(f"The {most} most important of {len(part.outline.ids)} concepts; choose others with --most NUMBER or --around CONCEPT.")
            part = opened.most_important(part, most)
        files = opened.addresses(out.parent if out else None) if form == "html" else {}
        print_text(_exported(part, form, files), out, force=force)
        opened.tell_written(out)


@graph_command.command("refine", epilog="Example: study graph refine --model qwen --most 50")
@click.option(
    "--model",
    help="What judges: a name of `study model list`, a GGUF file, or the address of an OpenAI-compatible server; else what you chose.",
)
@click.option("--below", type=AnyNumber(0, 1), default=0.75, show_default=True, help="Prerequisites less sure than this are uncertain.")
@click.option("--most", type=WholeNumber(min=1), help="How many of them to judge: 50, or with --minutes as many as there is time for.")
@click.option("--minutes", type=AnyNumber(0, min_open=True), help="Stop after so long; the next run goes on where this one stopped.")
@click.option("--undo", is_flag=True, help="Take back all that models judged.")
@library_option
@json_option
def refine_command(
    model: str | None, below: float, most: int | None, minutes: float | None, undo: bool, library: Path | None, as_json: bool
) -> None:
    """A language model judges uncertain prerequisites from the quoted evidence.

    Its answers are kept and marked `llm`; your corrections outrank them.
    """
    if undo and model is not None:
        raise click.UsageError("Give --model or --undo, not both.")
    with opened_library(library) as opened:
        if undo:
            there = opened.forget_judgements()
            if as_json:
                print_json(undone_to_json(there))
            else:
                print_line("The judgements of models are taken back." if there else "No model has judged anything.")
            return
        most = _MOST_JUDGED if most is None and minutes is None else most
        refined = opened.refine(model, below=below, most=most, minutes=minutes)
        called = {id_: opened.graph().concepts[id_].name for one in refined.judgements for id_ in (one.before, one.after)
                  if id_ in opened.graph().concepts}  # fmt: skip
    if as_json:
        print_json(refined_to_json(refined))
        return
    asked = counted(refined.asked, "prerequisite")
    print_line(f"{asked} asked about, {refined.known} judged before, {len(refined.judgements)} judged now, {refined.left} left:")
    for one in refined.judgements:
        print_line(f"  {called.get(one.before, one.before)} before {called.get(one.after, one.after)}: {one.answer}")
    print_line(f"Take it back: {for_library('study graph refine --undo')}")


def _exported(graph: Graph, form: str, files: Mapping[str, str]) -> str:
    if form == "json":
        return json.dumps(graph_to_json(graph), ensure_ascii=False) + "\n"
    if form == "html":
        from assistant.pages.concept_pages import graph_to_html

        return graph_to_html(graph, files)
    return graph_to_dot(graph) if form == "dot" else graph_to_graphml(graph)


for _command in (
    corrections.accept_command,
    corrections.reject_command,
    corrections.merge_command,
    corrections.split_command,
    corrections.rename_command,
    corrections.hide_command,
    corrections.add_command,
    corrections.corrections_command,
    corrections.undo_command,
):
    graph_command.add_command(_command)
