"""`study path`, `study concept` and `study why`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from assistant.cli.shared.completion import complete_concept
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import (
    AnyNumber,
    batch_option,
    course_option,
    force_option,
    json_option,
    library_option,
    one_form,
    one_or_batch,
    out_option,
    print_json,
    print_text,
    run_batch,
)
from assistant.cli.shared.terminal import ask_which, is_interactive
from assistant.contract.graph import concept_to_json, empty_path, gaps_to_json, path_to_json, why_to_json
from assistant.library.library import Library
from assistant.pages.graph_formats import path_to_dot, path_to_mermaid
from graph.queries.paths import BRIEF, LIMIT, LearningPath

_LIMITS = {None: LIMIT, "brief": BRIEF, "full": None}


@click.command("path", epilog='Example: study path --to rlhf --known "probability, entropy" --minutes 60')
@click.option(
    "--to", "targets", metavar="TARGET", multiple=True, shell_complete=complete_concept, help="The concept to arrive at; may be repeated."
)
@click.option(
    "--from", "starts", metavar="CONCEPT", multiple=True, shell_complete=complete_concept, help="You know this, and everything before it."
)
@click.option(
    "--known",
    metavar="A,B",
    multiple=True,
    shell_complete=complete_concept,
    help="You know these; they are left out, and what only they need.",
)
@click.option("--depth", type=click.Choice(["brief", "full"]), help=f"The {BRIEF} most essential steps, or all.  [default: up to {LIMIT}]")
@click.option("--all", "everything", is_flag=True, help="All steps, also the basic ones; the same as --depth full.")
@click.option("--minutes", type=AnyNumber(min=0, min_open=True), help="Only the most essential steps that fit this time.")
@one_form(
    {
        "markdown": "Print Markdown.",
        "html": "Print an HTML page with a drawing; a click shows the evidence.",
        "dot": "Print a drawing for Graphviz.",
        "mermaid": "Print a drawing for Mermaid.",
    }
)
@out_option
@force_option
@course_option
@library_option
@json_option
@batch_option
def path_command(
    targets: tuple[str, ...],
    starts: tuple[str, ...],
    known: tuple[str, ...],
    depth: str | None,
    everything: bool,
    minutes: float | None,
    form: str | None,
    out: Path | None,
    force: bool,
    course: bool | None,
    library: Path | None,
    as_json: bool,
    batch: bool,
) -> None:
    """What to learn, in which order, to understand a concept; with the reason for every step.

    Concepts may be named loosely: `rlhf`, `temp scaling`, with typos.
    """
    one_or_batch(targets[0] if targets else None, batch, "--to TARGET")
    if form and (as_json or batch):
        raise click.UsageError(f"Print JSON or --{form}, not both.")
    if out and not form:
        raise click.UsageError("--out goes with --markdown, --html, --dot or --mermaid.")
    if everything and depth == "brief":
        raise click.UsageError("Give --all or --depth brief, not both.")
    limit = None if everything else _LIMITS[depth]
    names = [name for several in known for name in several.split(",") if name.strip()]
    with opened_library(library) as opened:

        def found(wanted: Sequence[str]) -> LearningPath:
            return opened.path(wanted, start=starts, known=names, minutes=minutes, limit=limit, course=course)

        if batch:
            run_batch(lambda line: path_to_json(found([line]), opened.mastery()), empty_path)
        elif as_json:
            print_json(path_to_json(found(targets), opened.mastery()))
        else:
            chosen = [_chosen(opened, name, course) for name in targets] if form is None else targets
            _print(found(chosen), form, out, force=force, files=lambda: opened.addresses(out.parent if out else None))
            opened.tell_written(out)


@click.command("gaps", epilog="Example: study gaps --to rlhf")
@click.option(
    "--to", "targets", metavar="TARGET", multiple=True, shell_complete=complete_concept, help="Only on the way to this; may be repeated."
)
@click.option("--known", metavar="A,B", multiple=True, shell_complete=complete_concept, help="Concepts that you know; they are not gaps.")
@click.option("--all", "everything", is_flag=True, help="All of them, not only the most needed.")
@library_option
@json_option
def gaps_command(targets: tuple[str, ...], known: tuple[str, ...], everything: bool, library: Path | None, as_json: bool) -> None:
    """What your notes leave open, and what they lack of what they build on.

    Open are questions without an answer, tasks, links that lead nowhere, missing definitions and what practice shows to be weak, each with
    what to do. Below stand the concepts that others build on and that no note treats, the most needed first; they are known from the
    atlas that comes with study (see `study atlas`).
    """
    names = [name for several in known for name in several.split(",") if name.strip()]
    with opened_library(library) as opened:
        found, open_ = opened.gaps(targets, known=names), opened.loose_ends(targets)
        if as_json:
            print_json(gaps_to_json(found, open_))
            return
        from assistant.cli.graph.gap_views import show_gaps, show_loose_ends

        show_loose_ends(open_, found.graph, everything=everything)
        show_gaps(found, "The starter course lacks" if opened.holds_only_the_course() else "Your notes lack", everything=everything)


@click.command("concept", epilog='Example: study concept "cross entropy"')
@click.argument("name", shell_complete=complete_concept)
@course_option
@library_option
@json_option
def concept_command(name: str, course: bool | None, library: Path | None, as_json: bool) -> None:
    """What a concept is, what it builds on, what it unlocks and why, and where to read about it."""
    with opened_library(library) as opened:
        view = opened.concept(name if as_json else _chosen(opened, name, course), course=course)
        if as_json:
            print_json(concept_to_json(view, opened.mastery()))
            return
        from assistant.cli.graph.concept_views import show_concept

        show_concept(view)


@click.command("why", epilog='Example: study why softmax "cross entropy"')
@click.argument("before", shell_complete=complete_concept)
@click.argument("after", shell_complete=complete_concept)
@course_option
@library_option
@json_option
def why_command(before: str, after: str, course: bool | None, library: Path | None, as_json: bool) -> None:
    """The evidence for or against learning BEFORE before AFTER."""
    with opened_library(library) as opened:
        if not as_json:
            before, after = _chosen(opened, before, course), _chosen(opened, after, course)
        found = opened.why(before, after, course=course)
        if as_json:
            print_json(why_to_json(found))
            return
        from assistant.cli.graph.concept_views import show_why

        show_why(found)


def _print(path: LearningPath, form: str | None, out: Path | None, *, force: bool, files: Callable[[], Mapping[str, str]]) -> None:
    if form == "dot":
        print_text(path_to_dot(path), out, force=force)
    elif form == "mermaid":
        print_text(path_to_mermaid(path), out, force=force)
    elif form == "markdown":
        from assistant.pages.markdown import path_to_markdown

        print_text(path_to_markdown(path), out, force=force)
    elif form == "html":
        from assistant.pages.concept_pages import path_to_html

        print_text(path_to_html(path, files()), out, force=force)
    else:
        from assistant.cli.graph.concept_views import show_path

        show_path(path)


def _chosen(library: Library, name: str, course: bool | None) -> str:
    """The concept that the user means. At a terminal, the user chooses if several fit about as well; elsewhere the name is unchanged."""
    among = library.meanings(name, course=course) if is_interactive() else {}
    return list(among)[ask_which(f"Which {name!r}?", list(among.values()))] if among else name
