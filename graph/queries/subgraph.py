"""Parts of a graph: the neighbourhood of a concept, and the most important concepts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model.lazy import read_ahead, read_named
from graph.model.values import Graph
from graph.queries.resolve import find_concept


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The part of a graph around the concept `center`; `alternatives` are ids of concepts whose names fit about as well."""

    center: str
    graph: Graph
    alternatives: tuple[str, ...] = ()


def neighbourhood(graph: Graph, name: str, hops: int, *, everything: bool = False) -> Neighbourhood:
    """The neighbourhood of the concept with this name, spelled loosely.

    Raises UnknownConcept. Among its dependents only the user's own concepts are included, unless `everything` is true.
    """
    center, alternatives = find_concept(graph, name)
    outline = graph.outline
    shown = None if everything else set(outline.behind([*outline.own(), outline.number(center)]))
    return Neighbourhood(center, around(graph, center, hops, shown), alternatives)


def around(graph: Graph, concept: str, hops: int, among: set[int] | None = None) -> Graph:
    """The concepts that are at most `hops` prerequisites away from `concept`, in either direction, with the edges between them.

    Only those `among` the given numbers count, if any are given.
    """
    outline = graph.outline
    inside = {outline.number(concept)}
    edge_of = set(inside)
    for _ in range(hops):
        further = {outline.before[edge] for number in edge_of for edge in outline.into(number)}
        further |= {outline.after[edge] for number in edge_of for edge in outline.out_of(number)}
        further = further if among is None else further & among
        edge_of = further - inside
        inside |= further
    return part_of(graph, inside)


def own_part(graph: Graph) -> Graph:
    """The concepts of the user's documents with everything that they build on, without the rest of the atlas."""
    outline = graph.outline
    needed = set(outline.behind(outline.own()))
    return graph if len(needed) == len(outline.ids) else part_of(graph, needed)


def most_important(graph: Graph, most: int) -> Graph:
    """The first `most` concepts of a graph, whose concepts are in order of importance."""
    return graph if most >= len(graph.outline.ids) else part_of(graph, range(most))


def part_of(graph: Graph, numbers: Iterable[int]) -> Graph:
    """The concepts of these numbers, with the prerequisites and relations between them."""
    outline = graph.outline
    inside = set(numbers)
    ids = [outline.ids[number] for number in sorted(inside)]
    edges = [edge for edge, ends in enumerate(zip(outline.before, outline.after, strict=True)) if inside.issuperset(ends)]
    pairs = [at for at, pair in enumerate(outline.related) if inside.issuperset(pair)]
    read_named(graph.concepts, ids)
    read_ahead(graph.prerequisites, edges)
    read_ahead(graph.related, pairs)
    known = set(ids)
    return Graph(
        {id_: graph.concepts[id_] for id_ in ids},
        tuple(map(graph.prerequisites.__getitem__, edges)),
        tuple(map(graph.related.__getitem__, pairs)),
        tuple(note for note in graph.notes if note.cycle is None or known.issuperset(note.cycle)),
        contradicted=tuple(edge for edge in graph.contradicted if {edge.before, edge.after} <= known),
    )
