"""Paths and graphs in the languages of other tools: Graphviz, Mermaid, GraphML; and helpers for every form of a path."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.pages.text import clean, one_line
from assistant.wording.counts import counted, lasting
from graph.model.values import Graph, Prerequisite
from graph.queries.paths import LearningPath

if TYPE_CHECKING:
    import networkx as nx

_MOST_NAMES = 100


def path_edges(path: LearningPath) -> list[Prerequisite]:
    """The prerequisites between the steps of a path, each once, in the order of the steps."""
    found: dict[tuple[str, str], Prerequisite] = {}
    for step in path.steps:
        for reason in step.because:
            found.setdefault((reason.edge.before, reason.edge.after), reason.edge)
    return list(found.values())


def path_to_dot(path: LearningPath) -> str:
    """A path for Graphviz, numbered in the order of its steps."""
    nodes = [
        (step.concept.id, f"{number}. {step.concept.name}", step.concept.id in path.targets) for number, step in enumerate(path.steps, 1)
    ]
    return _dot(nodes, path_edges(path))


def graph_to_dot(graph: Graph) -> str:
    """A graph for Graphviz."""
    return _dot([(concept.id, concept.name, False) for concept in graph.concepts.values()], graph.prerequisites)


def extent(path: LearningPath) -> str:
    """`2 steps, about 35 min.`"""
    return f"{counted(len(path.steps), 'step')}, about {lasting(path.minutes)}."


def thin_lines(path: LearningPath) -> list[str]:
    """Lines that name the targets for which the notes have hardly any prerequisites."""
    lines = []
    for id_ in path.thin:
        concept = path.graph.concepts[id_]
        does = f"define {concept.name}, but say" if concept.definition is not None else f"do not define {concept.name}, and say"
        lines.append(f"Your notes {does} little of what it needs.")
    return lines


def left_out_lines(path: LearningPath) -> list[str]:
    """Lines on what a path leaves out: what the notes do not say, and the names of known and of less essential concepts.

    Beyond a hundred names only their number is given.
    """
    lines = thin_lines(path)
    for label, ids in (("Left out, as known", path.known), ("Left out, as less essential", path.folded)):
        if ids:
            more = [f"and {len(ids) - _MOST_NAMES:,} more"] if len(ids) > _MOST_NAMES else []
            lines.append(f"{label}: {', '.join([*names_of(path.graph, ids[:_MOST_NAMES]), *more])}.")
    return lines


def _dot(nodes: Iterable[tuple[str, str, bool]], edges: Iterable[Prerequisite]) -> str:
    lines = ["digraph study {", "  rankdir=TB;", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    lines += [f"  {quoted(id_)} [label={quoted(label)}{', penwidth=2' if bold else ''}];" for id_, label, bold in nodes]
    lines += [
        f"  {quoted(edge.before)} -> {quoted(edge.after)} [weight={max(1, round(10 * edge.confidence))}, "
        f"tooltip={quoted(f'{edge.confidence:.2f} {one_line(edge.evidence[0].quote)}')}];"
        for edge in edges
    ]
    return "\n".join([*lines, "}", ""])


def quoted(text: str) -> str:
    """A text in Graphviz's quotes."""
    return '"' + one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def path_to_mermaid(path: LearningPath) -> str:
    """A path as a Mermaid flowchart."""
    numbers = {step.concept.id: number for number, step in enumerate(path.steps, start=1)}
    lines = ["flowchart TD"]
    lines += [f'  s{number}["{number}. {_entities(step.concept.name)}"]' for number, step in enumerate(path.steps, start=1)]
    lines += [f"  s{numbers[edge.before]} --> s{numbers[edge.after]}" for edge in path_edges(path)]
    lines += [f"  style s{numbers[target]} stroke-width:3px" for target in path.targets if target in numbers]
    return "\n".join([*lines, ""])


def _entities(text: str) -> str:
    """Text for Mermaid's quotes: every character that could be markup as its number."""
    return "".join(sign if sign.isalnum() or sign in " -,.()'/:" else f"#{ord(sign)};" for sign in one_line(text))


def graph_to_graphml(graph: Graph) -> str:
    """A graph as GraphML, with names, importance, confidence, origin, kinds of evidence and the first quote as attributes."""
    import networkx as nx  # takes 0.3 s to import, and no other format needs it

    made: nx.DiGraph = nx.DiGraph()
    for concept in graph.concepts.values():
        made.add_node(
            clean(concept.id),
            name=clean(concept.name),
            label=clean(concept.name),
            aliases=clean("; ".join(concept.aliases)),
            mentions=concept.mentions,
            importance=concept.importance,
            origin=str(concept.origin),
            definition=clean(concept.definition.quote) if concept.definition else "",
        )
    for edge in graph.prerequisites:
        first = edge.evidence[0]
        made.add_edge(
            clean(edge.before),
            clean(edge.after),
            confidence=edge.confidence,
            weight=edge.confidence,
            origin=str(edge.origin),
            kinds=", ".join(dict.fromkeys(str(seen.kind) for seen in edge.evidence)),
            document=clean(first.document),
            lines=f"{first.span.first}-{first.span.last}",
            quote=clean(first.quote),
        )
    return graphml(made)


def graphml(made: nx.DiGraph) -> str:
    """A graph of networkx as GraphML."""
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml_xml(made, out)
    return out.getvalue().decode("utf-8")


def names_of(graph: Graph, ids: Sequence[str]) -> list[str]:
    """The display names of concepts."""
    outline = graph.outline
    return [outline.labels[outline.number(id_)] for id_ in ids]
