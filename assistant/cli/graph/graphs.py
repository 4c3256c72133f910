"""`study graph` and what belongs to it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from assistant.cli.graph import corrections
from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.opening import opened_graph
from assistant.cli.shared.options import json_option, library_option, no_course_option, out_option, print_json, print_text
from assistant.cli.shared.terminal import notice, progress_bar
from assistant.contract.graph import graph_to_json, statistics_to_json
from assistant.opening import open_session
from assistant.pages.graph_formats import graph_to_dot, graph_to_graphml
from graph.model.values import Graph
from graph.queries.resolve import find_concept
from graph.queries.subgraph import around, most_important

_MOST_DRAWN = 120


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
            from assistant.cli.graph.graph_views import show_graph

            show_graph(graph)


@graph_command.command("stats", epilog="Example: study graph stats")
@no_course_option
@library_option
@json_option
def stats_command(no_course: bool, library: Path | None, as_json: bool) -> None:
    """How many concepts and prerequisites, by which evidence, and what is needed most."""
    from graph.queries.statistics import statistics

    with opened_graph(library, no_course) as graph:
        found = statistics(graph)
        if as_json:
            print_json(statistics_to_json(found, graph))
            return
        from assistant.cli.graph.graph_views import show_statistics

        show_statistics(found, graph)


@graph_command.command("show", epilog="Example: study graph show attention --hops 2")
@click.argument("concept", shell_complete=complete_concept)
@click.option("--hops", type=click.IntRange(1, 10), default=1, show_default=True, help="How many prerequisites away.")
@no_course_option
@library_option
@json_option
def show_command(concept: str, hops: int, no_course: bool, library: Path | None, as_json: bool) -> None:
    """What lies around CONCEPT: what comes before it and after it."""
    with opened_graph(library, no_course) as graph:
        center, alternatives = find_concept(graph, concept)
        part = around(graph, center, hops)
        if as_json:
            print_json({"concept": center, **graph_to_json(part), "alternatives": list(alternatives)})
            return
        from assistant.cli.graph.graph_views import show_around

        show_around(part, center)


@graph_command.command("export", epilog="Example: study graph export --format graphml --out graph.graphml")
@click.option(
    "--format", "form", type=click.Choice(["json", "graphml", "dot", "html"]), default="json", show_default=True, help="Of what kind."
)
@click.option("--around", "center", metavar="CONCEPT", shell_complete=complete_concept, help="Only what lies around this concept.")
@click.option("--hops", type=click.IntRange(1, 10), default=2, show_default=True, help="How far around it.")
@click.option("--most", type=click.IntRange(min=1), help=f"Only so many concepts, the most important.  [default for html: {_MOST_DRAWN}]")
@out_option
@no_course_option
@library_option
@json_option
def export_command(
    form: str, center: str | None, hops: int, most: int | None, out: Path | None, no_course: bool, library: Path | None, as_json: bool
) -> None:
    """The graph, or what lies around a concept, for other tools or as a page of its own."""
    if as_json and form != "json":
        raise click.UsageError(f"--json is --format json; you named {form}.")
    with opened_graph(library, no_course) as graph:
        part = around(graph, find_concept(graph, center)[0], hops) if center else graph
        most = _MOST_DRAWN if most is None and form == "html" else most
        if most is not None and most < len(part.outline.ids):
            notice(f"The {most} most important of {len(part.outline.ids)} concepts; --most names another number, --around a centre.")
            part = most_important(part, most)
        print_text(_exported(part, form), out)


@graph_command.command("refine", epilog="Example: study graph refine --model qwen --most 50")
@click.option(
    "--model",
    help="What judges: a name of `study model list`, a GGUF file, or the address of an OpenAI-compatible server; else what you chose.",
)
@click.option(
    "--below", type=click.FloatRange(0, 1), default=0.75, show_default=True, help="Prerequisites less sure than this are uncertain."
)
@click.option("--most", type=click.IntRange(min=1), default=50, show_default=True, help="How many of them to judge.")
@click.option("--undo", is_flag=True, help="Take back all that models judged.")
@library_option
@json_option
def refine_command(model: str | None, below: float, most: int, undo: bool, library: Path | None, as_json: bool) -> None:
    """A language model judges uncertain prerequisites from the quoted evidence.

    Its answers are kept and marked `llm`; your corrections outrank them.
    """
    if undo and model is not None:
        raise click.UsageError("Give --model or --undo, not both.")
    from assistant.storage.snapshots import Layout

    if undo:
        from assistant.curation.judging import forget_judgements
        from assistant.opening import library_folder
        from assistant.storage.snapshots import check_library

        root = library_folder(library)[0]
        check_library(Layout(root))
        there = forget_judgements(root)
        if as_json:
            print_json({"undone": there})
        else:
            click.echo("What models judged is taken back." if there else "No model has judged anything.")
        return
    from assistant.curation.refining import refine
    from assistant.settings import load_settings
    from assistant.writers.models import open_writer

    named = model or load_settings().model
    if not named:
        raise click.UsageError("Name a model: --model NAME, FILE.gguf or http://…; or choose one for all: study model use NAME.")
    with progress_bar() as progress, closing(open_session(library, notice=notice, progress=progress)) as opened:
        refined = refine(Layout(opened.root), opened.snapshot.graph, open_writer(named), below, most, progress)
        called = {id_: opened.graph.concepts[id_].name for one in refined.judgements for id_ in (one.before, one.after)
                  if id_ in opened.graph.concepts}  # fmt: skip
    judged = [{"from": one.before, "to": one.after, "answer": str(one.answer)} for one in refined.judgements]
    if as_json:
        print_json({"asked": refined.asked, "known": refined.known, "judged": judged})
        return
    click.echo(f"{refined.asked} prerequisites asked about, {refined.known} judged before, {len(judged)} judged now:")
    for one in judged:
        click.echo(f"  {called.get(one['from'], one['from'])} before {called.get(one['to'], one['to'])}: {one['answer']}")
    click.echo("Take it back: study graph refine --undo")


def _exported(graph: Graph, form: str) -> str:
    if form == "json":
        return json.dumps(graph_to_json(graph), ensure_ascii=False) + "\n"
    if form == "html":
        from assistant.pages.path_pages import graph_to_html

        return graph_to_html(graph)
    return graph_to_dot(graph) if form == "dot" else graph_to_graphml(graph)


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
