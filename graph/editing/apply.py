"""Build a corrected graph. Like a graph from a file it reads evidence on demand, so that paths stay quick."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import TypeVar

from graph.model.acyclic import closing_no_cycle
from graph.model.columns import AUTHORED, BY_ATLAS, BY_COURSE, BY_MODEL, BY_USER, IN_DEFINITION, REQUIRED, Outline, weight
from graph.model.lazy import ByName, Items, read_ahead, read_named
from graph.model.values import Concept, Evidence, Graph, LeftOut, Origin, Prerequisite, Related, normal_names

_ORIGINS = {
    BY_USER: Origin.USER,
    BY_MODEL: Origin.LLM,
    BY_COURSE: Origin.COURSE,
    REQUIRED: Origin.DOCUMENTS,  # even if the atlas says the same
    BY_ATLAS: Origin.ATLAS,
}
"""The origin of an edge by its flags; the first match counts."""
_Value = TypeVar("_Value")
_Pair = tuple[str, str]


@dataclass(slots=True)
class Edge:
    """An edge of a graph that is being corrected, between two concept ids.

    Its evidence is `own`, then the evidence of the uncorrected graph's edges with the numbers `of`.
    """

    before: str
    after: str
    confidence: float
    flags: int
    of: tuple[int, ...] = ()
    own: tuple[Evidence, ...] = ()

    @property
    def rank(self) -> tuple[int, float, str, str]:
        """The sort key of edges: the user's corrections first, then requirements of notes, then authored edges, then confidence."""
        place = next((at for at, flag in enumerate((BY_USER, REQUIRED, AUTHORED)) if self.flags & flag), 3)
        return place, -self.confidence, self.before, self.after

    def evidence(self, graph: Graph) -> tuple[Evidence, ...]:
        """All evidence; `graph` is the uncorrected graph."""
        return self.own + tuple(seen for number in self.of for seen in graph.prerequisites[number].evidence)

    def joined(self, other: Edge) -> Edge:
        """Two edges between the same concepts merged: the one with higher confidence, with the evidence of both."""
        first, second = (self, other) if self.confidence >= other.confidence else (other, self)
        flags = first.flags | (second.flags & (REQUIRED | IN_DEFINITION))
        return Edge(first.before, first.after, first.confidence, flags, first.of + second.of, first.own + second.own)


_RelatedPair = tuple[str, str, int | Edge]
"""Two concepts that are merely related: by the pair of this number of the uncorrected graph, or by an edge that was rejected."""


def edges_of(graph: Graph) -> list[Edge]:
    """The edges of a graph, in their order."""
    outline = graph.outline
    ids = outline.ids
    columns = zip(outline.before, outline.after, outline.confidence, outline.flags, strict=True)
    return [Edge(ids[one], ids[two], sure, flags, (number,)) for number, (one, two, sure, flags) in enumerate(columns)]


def corrected_graph(
    graph: Graph,
    edges: Iterable[Edge],
    changed: Mapping[str, Concept],
    moved: Mapping[str, str | None],
    accepted: Mapping[_Pair, Evidence],
    rejected: Mapping[_Pair, Evidence],
) -> Graph:
    """`graph` with these edges, the `changed` (or new) concepts, and without the concepts that were `moved`.

    `accepted` and `rejected` map pairs (before, after) to the evidence that the user said so. An accepted edge outranks edges that would
    close a cycle with it; rejected edges become merely related pairs.
    """
    ids = [id_ for id_ in graph.outline.ids if id_ not in moved] + [id_ for id_ in changed if id_ not in graph.concepts]
    joined, refused = _joined(edges, set(ids), rejected)
    for pair, cited in accepted.items():
        old = joined.get(pair)
        own = (cited, *(old.own if old else _related_evidence(graph, *pair)))
        flags = (old.flags & (REQUIRED | IN_DEFINITION) if old else 0) | BY_USER
        joined[pair] = Edge(*pair, 1.0, flags, old.of if old else (), own)
    made = _assembled(graph, ids, changed, moved, joined, refused)
    order = made.outline.topological()
    if len(order) < len(ids):
        open_ids = {ids[number] for number in set(range(len(ids))).difference(order)}
        kept, gone = _acyclic(joined, open_ids)
        made = _assembled(graph, ids, changed, moved, kept, refused)
        contradicted = tuple(_prerequisite(graph, edge) for edge in gone)
        made = replace(made, notes=(*graph.notes, *map(_left_out, gone)), contradicted=(*graph.contradicted, *contradicted)).outlined(
            made.outline
        )
    return replace(made, rejected=rejected).outlined(made.outline)


def _joined(edges: Iterable[Edge], ids: Collection[str], rejected: Collection[_Pair]) -> tuple[dict[_Pair, Edge], list[Edge]]:
    """The edges between the remaining concepts, one per pair, and the rejected ones among them."""
    joined: dict[_Pair, Edge] = {}
    refused: list[Edge] = []
    for edge in edges:
        pair = (edge.before, edge.after)
        if edge.before == edge.after or edge.before not in ids or edge.after not in ids:
            continue
        if pair in rejected:
            refused.append(edge)
        else:
            joined[pair] = joined[pair].joined(edge) if pair in joined else edge
    return joined, refused


def _acyclic(edges: Mapping[_Pair, Edge], among: Collection[str]) -> tuple[dict[_Pair, Edge], list[Edge]]:
    """The edges without those that close a cycle with edges of higher rank, and those edges. All cycles are `among` these concepts."""
    inside = [pair for pair in edges if pair[0] in among and pair[1] in among]
    inside.sort(key=lambda pair: edges[pair].rank)
    kept = dict(edges)
    gone = []
    for pair, fits in zip(inside, closing_no_cycle(inside), strict=True):
        if not fits:
            gone.append(kept.pop(pair))
    return kept, gone


def _left_out(edge: Edge) -> LeftOut:
    text = f"{edge.before} before {edge.after} ({edge.confidence:.2f}) would close a cycle with your corrections: left out"
    return LeftOut(text, (edge.before, edge.after))


def _assembled(
    graph: Graph,
    ids: Sequence[str],
    changed: Mapping[str, Concept],
    moved: Mapping[str, str | None],
    joined: Mapping[_Pair, Edge],
    refused: Sequence[Edge],
) -> Graph:
    edges = sorted(joined.values(), key=lambda edge: (edge.after, -edge.confidence, edge.before))
    related = _related(graph, set(ids), moved, joined, refused)
    return Graph(
        _concepts(graph, ids, changed),
        _prerequisites(graph, edges),
        Items(len(related), lambda some: [_made_related(graph, related[at]) for at in some], lambda: _all_related(graph, related)),
        graph.notes,
        contradicted=graph.contradicted,
        moved=graph.moved,
    ).outlined(_outline(graph, ids, changed, edges, related))


def _concepts(graph: Graph, ids: Sequence[str], changed: Mapping[str, Concept]) -> ByName[Concept]:
    def some(numbers: Sequence[int]) -> list[Concept]:
        wanted = [ids[number] for number in numbers]
        read_named(graph.concepts, (id_ for id_ in wanted if id_ not in changed))
        return [changed[id_] if id_ in changed else graph.concepts[id_] for id_ in wanted]

    def every() -> list[Concept]:
        graph.concepts.values()  # reads all of them at once
        return some(range(len(ids)))

    return ByName(ids, Items(len(ids), some, every))


def _prerequisites(graph: Graph, edges: Sequence[Edge]) -> Items[Prerequisite]:
    def some(numbers: Sequence[int]) -> list[Prerequisite]:
        wanted = [edges[number] for number in numbers]
        read_ahead(graph.prerequisites, (number for edge in wanted for number in edge.of))
        return [_prerequisite(graph, edge) for edge in wanted]

    def every() -> list[Prerequisite]:
        iter(graph.prerequisites)  # reads all of them at once
        return some(range(len(edges)))

    return Items(len(edges), some, every)


def _prerequisite(graph: Graph, edge: Edge) -> Prerequisite:
    return Prerequisite(edge.before, edge.after, edge.confidence, _origin(edge), edge.evidence(graph))


def _origin(edge: Edge) -> Origin:
    return next((origin for flag, origin in _ORIGINS.items() if edge.flags & flag), Origin.DOCUMENTS)


def _related(
    graph: Graph, ids: Collection[str], moved: Mapping[str, str | None], ordered: Collection[_Pair], refused: Sequence[Edge]
) -> list[_RelatedPair]:
    """The pairs that were related before, and the rejected ones, without those that now have an order."""
    current = [_current(id_, moved) for id_ in graph.outline.ids]
    pairs: list[_RelatedPair] = [(current[one], current[two], at) for at, (one, two) in enumerate(graph.outline.related)]
    pairs += [(edge.before, edge.after, edge) for edge in refused]
    found: dict[_Pair, _RelatedPair] = {}
    for one, two, source in pairs:
        first, second = (one, two) if one <= two else (two, one)
        is_ordered = (first, second) in ordered or (second, first) in ordered
        if first != second and first in ids and second in ids and not is_ordered and (first, second) not in found:
            found[first, second] = (first, second, source)
    return list(found.values())


def _made_related(graph: Graph, pair: _RelatedPair) -> Related:
    first, second, source = pair
    if isinstance(source, Edge):
        return Related(first, second, source.confidence, source.evidence(graph)[:1])
    return replace(graph.related[source], first=first, second=second)


def _all_related(graph: Graph, pairs: Iterable[_RelatedPair]) -> list[Related]:
    iter(graph.related)  # reads all of them at once
    return [_made_related(graph, pair) for pair in pairs]


def _related_evidence(graph: Graph, one: str, two: str) -> tuple[Evidence, ...]:
    """The evidence that two concepts are related, without an order."""
    if one not in graph.concepts or two not in graph.concepts:
        return ()
    ends = {graph.outline.number(one), graph.outline.number(two)}
    return next((graph.related[at].evidence for at, pair in enumerate(graph.outline.related) if ends.issuperset(pair)), ())


def _current(id_: str, moved: Mapping[str, str | None]) -> str:
    """The id that a concept has now, empty if it has none."""
    while id_ in moved:
        id_ = moved[id_] or ""
    return id_


def _outline(
    graph: Graph, ids: Sequence[str], changed: Mapping[str, Concept], edges: Sequence[Edge], related: Sequence[_RelatedPair]
) -> Outline:
    old = graph.outline
    numbers = {id_: number for number, id_ in enumerate(ids)}

    at = [old.number(id_) if id_ in graph.concepts else -1 for id_ in ids]  # -1 is a new concept, so it is changed too

    def column(values: Sequence[_Value], value: Callable[[Concept], _Value]) -> list[_Value]:
        found = [values[number] for number in at]
        for id_, concept in changed.items():
            found[numbers[id_]] = value(concept)
        return found

    names: Sequence[Sequence[str]] = column(old.names, normal_names)
    return Outline(
        ids,
        column(old.labels, lambda concept: concept.name),
        names,
        column(old.importance, lambda concept: concept.importance),
        column(old.weight, weight),
        column(old.minutes, lambda concept: nan if concept.minutes is None else concept.minutes),
        [numbers[edge.before] for edge in edges],
        [numbers[edge.after] for edge in edges],
        [edge.confidence for edge in edges],
        [edge.flags for edge in edges],
        [[numbers[first], numbers[second]] for first, second, _ in related],
    )
