"""Find concepts that the documents, the atlas and the user order differently."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model.columns import AUTHORED, BY_MODEL, BY_USER, REQUIRED
from graph.model.lazy import read_ahead, read_named
from graph.model.values import Graph, Origin, Prerequisite
from graph.queries.why import surest_chain

_SOMEBODYS = REQUIRED | AUTHORED | BY_USER | BY_MODEL


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A prerequisite that was dropped, and the chain of prerequisites with the highest confidence that says the opposite."""

    gave_way: Prerequisite
    counts: tuple[Prerequisite, ...]
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)


def disagreements(graph: Graph) -> list[Disagreement]:
    """The disagreements of a graph, the user's own concepts first. Those settled by a correction are left out."""
    outline = graph.outline
    found: list[tuple[Prerequisite, list[int]]] = []
    for edge in graph.contradicted:
        if edge.before in graph.concepts and edge.after in graph.concepts:
            chain = surest_chain(outline, edge.after, edge.before)
            # Guesses from the documents that contradict one another are not disagreements.
            if chain and (edge.origin is not Origin.DOCUMENTS or any(outline.flags[each] & _SOMEBODYS for each in chain)):
                found.append((edge, chain))
    read_ahead(graph.prerequisites, (number for _, chain in found for number in chain))
    read_named(graph.concepts, {end for edge, _ in found for end in (edge.before, edge.after)})
    own = {outline.ids[number] for number in outline.own()}
    found.sort(key=lambda pair: (not own.issuperset((pair[0].before, pair[0].after)), pair[0].after, pair[0].before))
    return [Disagreement(edge, tuple(graph.prerequisites[number] for number in chain), graph) for edge, chain in found]
