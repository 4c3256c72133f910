"""Walks in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.cli.graph.concept_views import edge_reason
from assistant.cli.questions.drawn import draw
from assistant.cli.shared.advice import for_library
from assistant.cli.shared.terminal import console, hanging, print_line
from assistant.library.walks import Walk
from assistant.pages.graph_formats import names_of
from assistant.practice.walks.values import From, Lacking, Lesson, Standing, WalkStep
from assistant.wording.counts import counted, lasting
from ingest.places import place

_MARKS = {Standing.LEARNED: ("✓", "green"), Standing.KNOWN: ("–", "dim"), Standing.NOW: ("→", "bold"), Standing.AHEAD: ("·", "dim")}
_WHOSE = {
    From.COURSE: "Your notes have nothing on it; this is the starter course.",
    From.ATLAS: "Your notes have nothing on it; this is the atlas. A note of your own would close the gap.",
    From.NOBODY: "Your notes have nothing to read on it.",
}


def behind(steps: Sequence[WalkStep]) -> int:
    """The number of completed steps."""
    return sum(step.standing in (Standing.LEARNED, Standing.KNOWN) for step in steps)


def show_walks(walks: Sequence[Walk]) -> None:
    """The walks that are under way."""
    if not walks:
        print_line(f"No walk is under way. Begin one with:\n  {for_library('study walk --to CONCEPT')}")
    for walk in walks:
        steps = walk.steps()
        now = next((step.name for step in steps if step.standing is Standing.NOW), "")
        where = f"next: {now}" if now else "at its end"
        print_line(f"{walk.name}: {behind(steps)} of {counted(len(steps), 'step')}, {where}, last on {_day(walk.last)}")


def show_way(walk: Walk, steps: Sequence[WalkStep]) -> None:
    """The steps of a walk, with the present one."""
    from rich.text import Text

    out = console()
    minutes = sum(step.minutes or 0 for step in steps if step.standing in (Standing.NOW, Standing.AHEAD))
    left = f", about {lasting(minutes)} left" if minutes else ""
    done = f", {behind(steps)} behind you" if behind(steps) else ""
    hanging(out, Text.assemble("Walk to ", (walk.name, "bold"), f": {counted(len(steps), 'step')}{done}{left}"), 2, 0)
    text = Text()
    for at, step in enumerate(steps):
        mark, style = _MARKS[step.standing]
        text.append("  " if at else "").append(f"{mark}\u00a0{step.name}".replace(" ", "\u00a0"), style)
    hanging(out, text, 2, 2)


def show_lesson(lesson: Lesson, steps: int) -> None:
    """A step: why it comes now, what it is, where to read more."""
    from rich.text import Text

    out, graph = console(), lesson.graph
    out.print()
    minutes = f"  {lasting(lesson.concept.minutes)}" if lesson.concept.minutes else ""
    goal = ", where you are going" if lesson.is_target else ""
    out.print(
        Text.assemble((f"{lesson.number} of {steps}  ", "dim"), (lesson.concept.name, "bold"), (f"{goal}{minutes}", "dim")), soft_wrap=True
    )
    for reason in lesson.because:
        relation = "Builds on " if reason.edge.after == lesson.concept.id else "Needed for "
        (name,) = names_of(graph, (reason.concept,))
        hanging(out, Text.assemble((relation, "dim"), name, edge_reason(reason.edge)), 4, 2)
    found = lesson.explanation
    out.print()
    if said := _WHOSE.get(found.words_of):
        hanging(out, Text(said, style="dim"), 0)
    for block in found.blocks:
        draw(out, block)
    if found.citations:
        text = Text()
        for cited in found.citations:
            text.append("  " if cited.id > 1 else "").append(f"[{cited.id}]\u00a0", "dim").append(cited.place, "cyan")
        hanging(out, text, 4, 2)
    if lesson.reading:
        text = Text("Read ", style="dim")
        for at, one in enumerate(lesson.reading):
            text.append(", " if at else "", style="dim").append(place(one.document, one.span), style="cyan")
        hanging(out, text, 4, 2)


def show_lacking(found: Sequence[Lacking]) -> None:
    """The concepts that may be missing, numbered."""
    from rich.text import Text

    out = console()
    for number, one in enumerate(found, start=1):
        was = ", missed" if one.missed else ", behind you" if one.is_behind else ""
        hanging(out, Text.assemble(f"{number}. ", (one.name, "bold"), (was, "dim"), edge_reason(one.reason.edge)), 4, 2)


def _day(at: datetime) -> str:
    return at.astimezone().date().isoformat()
