"""What `study graph` shows to a person."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from assistant.cli.terminal import console, hanging
from graph.drawing import names_of
from graph.model import Graph
from graph.statistics import Statistics


def show_graph(graph: Graph) -> None:
    """Every concept with what comes directly before it."""
    out = console()
    outline = graph.outline
    out.print(Text(f"{len(outline.ids)} concepts, {len(outline.before)} prerequisites\n", style="bold"))
    for number, label in enumerate(outline.labels):
        before = ", ".join(outline.labels[outline.before[edge]] for edge in outline.sorted_into(number))
        hanging(out, Text.assemble((label, "bold"), (f"  after {before}" if before else "", "dim")), 2, 0)


def show_statistics(found: Statistics, graph: Graph) -> None:
    """A graph in numbers."""
    out = console()
    counts = f"{found.concepts} concepts, {found.prerequisites} prerequisites, {found.related} pairs merely related"
    hanging(out, Text(counts, style="bold"), 0)
    for label, counted in (("Evidence", found.kinds), ("Origin", found.origins)):
        _show_list(label, [f"{name} {count}" for name, count in counted.items()])
    sizes = ", ".join(map(str, found.components[:5])) + (" …" if len(found.components) > 5 else "")
    parts = (
        f"{len(found.components)} (of {sizes} concepts), {found.alone} concepts without any prerequisite" if found.components else "none"
    )
    _show_list("Connected parts", [parts])
    _show_list(f"Longest chain ({len(found.longest)})", [" → ".join(names_of(graph, found.longest))] if found.longest else [])
    needed = names_of(graph, [id_ for id_, _ in found.needed])
    _show_list("Most needed", [f"{name} (for {count})" for name, (_, count) in zip(needed, found.needed, strict=True)])
    _show_list("Left out as they would close a cycle", [str(found.cycles)])


def show_around(graph: Graph, center: str) -> None:
    """A part of a graph, each concept with what comes directly before it, in the order of learning."""
    out = console()
    outline = graph.outline
    numbers = list(outline.behind([outline.number(center)]))
    earlier = [number for number in reversed(numbers) if outline.ids[number] != center]
    later = [number for number in range(len(outline.ids)) if number not in set(numbers)]
    for label, some in (("Before", earlier), ("", [outline.number(center)]), ("After or beside", later)):
        if label and some:
            out.print(Text(f"\n{label}", style="dim"))
        elif some:
            out.print()
        for number in some:
            edges = outline.sorted_into(number)
            before = ", ".join(f"{outline.labels[outline.before[edge]]} {outline.confidence[edge]:.2f}" for edge in edges)
            name = Text(outline.labels[number], style="bold" if outline.ids[number] == center else "")
            hanging(out, Text.assemble(name, (f"  after {before}" if before else "", "dim")), 4, 2)


def _show_list(label: str, entries: Sequence[str]) -> None:
    if entries:
        hanging(console(), Text.assemble((f"{label}: ", "dim"), ", ".join(entries)), 2, 0)
