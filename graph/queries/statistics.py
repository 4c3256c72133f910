"""Statistics of a graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx

from graph.model.columns import Outline
from graph.model.values import Graph

_MOST_NEEDED = 10


@dataclass(frozen=True, slots=True)
class Statistics:
    """`kinds` and `origins` count edges (an edge counts once for every kind of its evidence); `components` are the sizes of the connected
    components, without isolated concepts; `needed` gives for the most needed concepts the number of concepts that build on them; `cycles`
    counts the edges that were left out because they would have closed one.
    """

    concepts: int
    prerequisites: int
    related: int
    kinds: Mapping[str, int]
    origins: Mapping[str, int]
    components: tuple[int, ...]
    alone: int
    longest: tuple[str, ...]
    needed: Sequence[tuple[str, int]]
    cycles: int
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)


def statistics(graph: Graph) -> Statistics:
    """Count a graph."""
    outline = graph.outline
    whole: nx.DiGraph = nx.DiGraph(zip(outline.before, outline.after, strict=True))
    longest = nx.dag_longest_path(whole) if len(whole) else []
    return Statistics(
        concepts=len(outline.ids),
        prerequisites=len(outline.before),
        related=len(outline.related),
        kinds=dict(Counter(str(kind) for edge in graph.prerequisites for kind in {seen.kind for seen in edge.evidence}).most_common()),
        origins=dict(Counter(str(edge.origin) for edge in graph.prerequisites).most_common()),
        components=tuple(sorted(map(len, nx.weakly_connected_components(whole)), reverse=True)),
        alone=len(outline.ids) - len(whole),
        longest=tuple(outline.ids[number] for number in longest),
        needed=_needed(outline),
        cycles=sum(note.cycle is not None for note in graph.notes),
        graph=graph,
    )


def _needed(outline: Outline) -> list[tuple[str, int]]:
    """The concepts that most others need, directly or not, counted with one bit per concept in topological order."""
    order = outline.topological()
    needing = [0] * len(outline.ids)
    for number in reversed(order):
        for edge in outline.out_of(number):
            after = outline.after[edge]
            needing[number] |= needing[after] | (1 << after)
    counted = [(-needing[number].bit_count(), -outline.importance[number], outline.ids[number]) for number in order]
    return [(id_, -count) for count, _, id_ in sorted(counted)[:_MOST_NEEDED] if count]
