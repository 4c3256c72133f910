"""What `study graph` shows to a person."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from assistant.cli.shared.terminal import console, hanging, print_line, say_more
from assistant.pages.graph_formats import names_of
from assistant.wording.counts import counted
from graph.model.values import Graph
from graph.queries.statistics import Statistics

_MOST_SHOWN = 100
_MOST_CHAINED = 8


def show_graph(graph: Graph) -> None:
    """Every concept with what comes directly before it; on a terminal the most important, elsewhere all of them, each on one line."""
    out = console()
    outline = graph.outline
    counts = f"{counted(len(outline.ids), 'concept')}, {counted(len(outline.before), 'prerequisite')}"
    shown = _MOST_SHOWN if out.is_terminal else len(outline.ids)
    out.print(Text(f"{counts}\n", style="bold"))
    for number, label in enumerate(outline.labels[:shown]):
        before = ", ".join(outline.labels[outline.before[edge]] for edge in outline.sorted_into(number))
        after = f"  after {before}" if before else ""
        if out.is_terminal:
            hanging(out, Text.assemble((label, "bold"), (after, "dim")), 2, 0)
        else:
            print_line(label + after)
    say_more(out, len(outline.ids) - shown, "less important ones (study graph show CONCEPT, study graph --json)")


def show_statistics(found: Statistics) -> None:
    """A graph in numbers."""
    out, graph = console(), found.graph
    counts = f"{counted(found.concepts, 'concept')}, {counted(found.prerequisites, 'prerequisite')}"
    counts += f", {counted(found.related, 'pair')} merely related"
    hanging(out, Text(counts, style="bold"), 0)
    for label, numbers in (("Evidence", found.kinds), ("Origin", found.origins)):
        _show_list(label, [f"{name} {count}" for name, count in numbers.items()])
    sizes = ", ".join(map(str, found.components[:5])) + (" …" if len(found.components) > 5 else "")
    parts = (
        f"{len(found.components)} (of {sizes} concepts), {counted(found.alone, 'concept')} without any prerequisite"
        if found.components
        else "none"
    )
    _show_list("Connected parts", [parts])
    _show_list(f"Longest chain ({len(found.longest)})", [_chain(names_of(graph, found.longest))] if found.longest else [])
    needed = names_of(graph, [id_ for id_, _ in found.needed])
    _show_list("Most needed", [f"{name} (for {count})" for name, (_, count) in zip(needed, found.needed, strict=True)])
    _show_list("Left out as they would close a cycle", [str(found.cycles)])


def show_around(graph: Graph, center: str) -> None:
    """A part of a graph, each concept with what comes directly before it, in the order of learning."""
    out = console()
    outline = graph.outline
    numbers = list(outline.behind([outline.number(center)]))
    earlier = [number for number in reversed(numbers) if outline.ids[number] != center]
    before_it = set(numbers)
    later = [number for number in range(len(outline.ids)) if number not in before_it]
    if not earlier and not later:
        out.print(Text(f"Nothing comes before or after {outline.labels[outline.number(center)]}, as far as your notes say."))
        return
    for label, some in (("Before", earlier), ("", [outline.number(center)]), ("After or beside", later)):
        if label and some:
            out.print(Text(f"\n{label}", style="dim"))
        elif some:
            out.print()
        for number in some[:_MOST_SHOWN] if out.is_terminal else some:
            edges = outline.sorted_into(number)
            before = ", ".join(f"{outline.labels[outline.before[edge]]} {outline.confidence[edge]:.2f}" for edge in edges)
            name = Text(outline.labels[number], style="bold" if outline.ids[number] == center else "")
            hanging(out, Text.assemble(name, (f"  after {before}" if before else "", "dim")), 4, 2)
        say_more(out, len(some) - _MOST_SHOWN if out.is_terminal else 0, "(--json lists them)")


def _chain(names: Sequence[str]) -> str:
    """A chain of names, a long one without its middle."""
    if len(names) <= 2 * _MOST_CHAINED:
        return " → ".join(names)
    return " → ".join([*names[:_MOST_CHAINED], f"… {len(names) - 2 * _MOST_CHAINED} more …", *names[-_MOST_CHAINED:]])


def _show_list(label: str, entries: Sequence[str]) -> None:
    if entries:
        hanging(console(), Text.assemble((f"{label}: ", "dim"), ", ".join(entries)), 2, 0)
