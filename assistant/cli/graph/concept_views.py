"""What `study path`, `study concept` and `study why` show to a person."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten

from rich.text import Text

from assistant.cli.shared.advice import for_library
from assistant.cli.shared.terminal import console, hanging, heading, say_more
from assistant.pages.graph_formats import names_of, thin_lines
from assistant.wording.counts import counted, lasting
from assistant.wording.display import tidy
from graph.model.values import Evidence, Graph, Origin, Place, Prerequisite, Signal
from graph.queries.concept import ConceptView
from graph.queries.paths import LearningPath, Step
from graph.queries.why import Verdict, Why, best_evidence, said, speaks
from ingest.places import place

_MOST_REASONS = 6
_MOST_QUOTED = 160
_MOST_NAMES = 12
_MOST_LISTED = 10
_MOST_STEPS = 100
_MOST_CHAINED = 6
_INDENT = 4


def show_path(path: LearningPath) -> None:
    """The steps in order, each with its definition, reasons, reading and questions; then what was left out."""
    out, graph = console(), path.graph
    goals = ", ".join(names_of(graph, path.targets))
    hanging(out, Text.assemble("Path to ", (goals, "bold"), f": {counted(len(path.steps), 'step')}, about {lasting(path.minutes)}"), 0)
    if set(path.targets) <= set(path.known):
        out.print("You know it already; this is for review.")
    learned: set[str] = set()
    shown = _MOST_STEPS if out.is_terminal else len(path.steps)
    for number, step in enumerate(path.steps[:shown], start=1):
        out.print()
        _show_step(number, step, learned, graph, step.concept.id in path.targets)
        learned.add(step.concept.id)
    say_more(out, len(path.steps) - shown, "steps (--json, --markdown or --html give all)")
    if path.known or path.unaffordable or path.folded or path.alternatives or path.thin:
        out.print()
    _show_thin(path)
    _show_names("Left out, as you know it", path.known, graph)
    _show_names("Left out for lack of time", path.unaffordable, graph)
    rest = [id_ for id_ in path.folded if id_ not in set(path.unaffordable)]
    _show_names("Left out, as basic or less essential (--all shows them)", rest, graph)
    _show_names("Did you mean", path.alternatives, graph)


def _show_thin(path: LearningPath) -> None:
    """Say of which targets the notes tell too little, and what to do about it."""
    out, lines = console(), thin_lines(path)
    for line in lines:
        hanging(out, Text(line), 2, 0)
    if lines:
        out.print("Say what comes first, or add a concept that was missed:")
        for command in ("study graph accept BEFORE AFTER", "study graph add NAME"):
            out.print(Text(f"  {for_library(command)}"), soft_wrap=True)


def show_concept(view: ConceptView) -> None:
    """What a concept is, what it builds on and unlocks, where to read about it."""
    out, concept, graph = console(), view.concept, view.graph
    time = f"  {lasting(concept.minutes)}" if concept.minutes else ""
    out.print(Text.assemble((concept.name, "bold"), (time, "dim")))
    if concept.aliases:
        hanging(out, Text(f"also {', '.join(concept.aliases)}", style="dim"), 2)
    if concept.definition:
        hanging(out, _quoted(concept.definition), 2)
    else:
        hanging(out, Text("No sentence defines it.", style="dim"), 2)
    _show_edges("Builds on", [(edge.before, edge) for edge in view.before], graph)
    _show_edges("Unlocks", [(edge.after, edge) for edge in view.after], graph)
    related = [pair.second if pair.first == concept.id else pair.first for pair in view.related]
    if related:
        out.print()
        _show_names("Related", related, graph)
    passages = view.reading
    if passages:
        out.print(Text("\nRead", style="bold"))
        for read in passages:
            title = heading((read.title, *read.section)) if read.title else heading(read.section)
            hanging(out, Text.assemble((place(read.document, read.span), "cyan"), (f"  {title}", "dim")), 4, 2)
        more = len(concept.about) - len(passages)
        if more > 0:
            hanging(out, Text(f"and {counted(more, 'more place')} (--json lists them)", style="dim"), 2)
    if concept.questions:
        out.print(Text("\nCheck yourself", style="bold"))
        for question in concept.questions:
            hanging(out, _quoted(question), 4, 2)
    if view.alternatives:
        out.print()
        _show_names("Did you mean", view.alternatives, graph)


_VERDICTS = {
    Verdict.SAME: "Both names are of one concept, {before}.",
    Verdict.PREREQUISITE: "{before} is learned before {after}",
    Verdict.CHAIN: "{before} is learned before {after}, through others",
    Verdict.REJECTED: "You said that {before} need not come before {after}.",
    Verdict.REVERSED: "No: {after} is learned before {before}",
    Verdict.REVERSED_CHAIN: "No: {after} is learned before {before}, through others",
    Verdict.RELATED: "{before} and {after} belong together, but neither is known to need the other.",
    Verdict.NOTHING: "Nothing connects {before} with {after}.",
}


def show_why(found: Why) -> None:
    """The verdict, then every piece of evidence."""
    out, graph = console(), found.graph
    before, after = names_of(graph, (found.before, found.after))
    sure = f" (confidence {found.confidence:.2f})." if found.chain and found.verdict is not Verdict.REJECTED else ""
    hanging(out, Text(_VERDICTS[found.verdict].format(before=before, after=after) + sure, style="bold"), 0)
    if found.rejected:
        hanging(out, Text.assemble(found.rejected.quote, (f"  {place(found.rejected.document, found.rejected.span)}", "cyan")), _INDENT, 2)
    left_out = range(_MOST_CHAINED, max(_MOST_CHAINED, len(found.chain) - _MOST_CHAINED))
    for number, edge in enumerate(found.chain):
        if number in left_out:
            say_more(out, len(left_out) if number == _MOST_CHAINED else 0, "in between (--json lists them)")
            continue
        one, two = names_of(graph, (edge.before, edge.after))
        by = {
            Origin.ATLAS: ", from the atlas",
            Origin.COURSE: ", from the starter course",
            Origin.USER: ", by your correction",
            Origin.LLM: ", by a language model",
        }
        out.print()
        hanging(out, Text.assemble(f"{one} → {two}", (f"  {edge.confidence:.2f}{by.get(edge.origin, '')}", "dim")), 2, 0)
        for seen in edge.evidence:
            hanging(out, _evidence(seen), _INDENT, 2)
    if not found.chain and found.related:
        for seen in found.related.evidence:
            hanging(out, _evidence(seen), _INDENT, 2)
    for note in found.notes:
        hanging(out, Text("Left out of the graph: " + note.removesuffix(": left out"), style="dim"), 2, 0)
    _show_names("Did you mean", found.alternatives, graph)


def _show_step(number: int, step: Step, learned: set[str], graph: Graph, is_target: bool) -> None:
    out = console()
    time = f"  {lasting(step.minutes)}" if step.minutes else ""
    hanging(
        out,
        Text.assemble((f"{number}. ", "bold"), (step.concept.name, "bold underline" if is_target else "bold"), (time, "dim")),
        _INDENT,
        0,
    )
    if step.concept.definition:
        hanging(out, _quoted(step.concept.definition), _INDENT)
    for reason in step.because[:_MOST_REASONS]:
        relation = "Builds on " if reason.concept in learned else "Needed for "
        (name,) = names_of(graph, (reason.concept,))
        hanging(out, Text.assemble((relation, "dim"), name, edge_reason(reason.edge)), _INDENT + 2, _INDENT)
    if step.assumes:
        hanging(out, Text.assemble(("Takes for granted ", "dim"), ", ".join(names_of(graph, step.assumes))), _INDENT + 2, _INDENT)
    if not step.reading:
        hanging(out, Text("Your notes have nothing on it.", style="dim"), _INDENT + 2, _INDENT)
    else:
        text = Text("Read ", style="dim")
        for at, read in enumerate(step.reading):
            text.append(", " if at else "", style="dim").append(place(read.document, read.span), style="cyan")
        text.append(" (your notes have nothing on it)" if step.is_gap else "", style="dim")
        hanging(out, text, _INDENT + 2, _INDENT)
    if step.concept.questions:
        hanging(out, Text.assemble(("Check ", "dim"), _quoted(step.concept.questions[0])), _INDENT + 2, _INDENT)


def _show_edges(label: str, edges: Sequence[tuple[str, Prerequisite]], graph: Graph) -> None:
    if not edges:
        return
    out = console()
    out.print(Text(f"\n{label}", style="bold"))
    for id_, edge in edges[:_MOST_LISTED]:
        (name,) = names_of(graph, (id_,))
        hanging(out, Text.assemble(name, (f" {edge.confidence:.2f}", "dim"), edge_reason(edge)), _INDENT, 2)
    if len(edges) > _MOST_LISTED:
        hanging(out, Text(f"and {len(edges) - _MOST_LISTED} more (--json lists them)", style="dim"), 2)


def edge_reason(edge: Prerequisite) -> Text:
    """The reason for an edge: the kind of evidence, and the best quote."""
    seen = best_evidence(edge)
    if seen.kind is Signal.ATLAS:
        return Text.assemble(f": {seen.quote}", (f"  {place(seen.document, seen.span)}", "cyan"))
    text = Text(f" ({said(seen)}", style="dim")
    if speaks(seen):
        text.append(f": “{shorten(tidy(seen.quote), _MOST_QUOTED, placeholder=' …')}”")
    return Text.assemble(text, (")", "dim"), (f"  {place(seen.document, seen.span)}", "cyan"))


def _evidence(seen: Evidence) -> Text:
    return Text.assemble((f"{said(seen)}: ", "dim"), f"“{tidy(seen.quote)}”", (f"  {place(seen.document, seen.span)}", "cyan"))


def _quoted(cited: Place) -> Text:
    return Text.assemble(tidy(cited.quote), (f"  {place(cited.document, cited.span)}", "cyan"))


def _show_names(label: str, concepts: Sequence[str], graph: Graph) -> None:
    if concepts:
        names = ", ".join(dict.fromkeys(names_of(graph, concepts[:_MOST_NAMES])))
        more = f" and {len(concepts) - _MOST_NAMES} more" if len(concepts) > _MOST_NAMES else ""
        hanging(console(), Text(f"{label}: {names}{more}", style="dim"), 2, 0)
