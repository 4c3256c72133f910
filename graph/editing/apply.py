"""A corrected graph: made of the columns of the one it corrects, of which most stays as it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from operator import attrgetter
from typing import TypeVar

from graph.editing.cycles import acyclic, circles, is_cyclic, leads
from graph.editing.edges import Edge, Edges
from graph.model.columns import BY_COURSE, BY_MODEL, BY_USER, IN_DEFINITION, REQUIRED, Outline, weight
from graph.model.lazy import ByName, Items, read_ahead, read_named
from graph.model.values import Concept, Evidence, Graph, Origin, Prerequisite, Related, normal_names

_ORIGINS = {BY_COURSE: Origin.COURSE, BY_USER: Origin.USER, BY_MODEL: Origin.LLM}
_GONE = -1
_Value = TypeVar("_Value")
_Edits = Sequence[tuple[int, int]]


def corrected_graph(
    graph: Graph,
    changed: Mapping[str, Concept],
    moved: Mapping[str, str | None],
    edges: Edges,
    accepted: Sequence[tuple[str, str, Evidence]],
    rejected: Mapping[tuple[str, str], Evidence],
    *,
    is_turned: bool = False,
) -> Graph:
    """`graph` with concepts changed, added and gone, and these edges but the rejected, the accepted before all.

    `is_turned`: some edges lead the other way than in `graph`, so that there may be cycles. What no correction has to do with is copied
    as columns, so that a few corrections of a large graph cost little.
    """
    for before, after in (*rejected, *((before, after) for before, after, _ in accepted)):
        edges.lift_between(before, after)
    for id_ in moved:
        edges.lift_at(id_)
    nodes = _Nodes(graph, changed, moved)
    joined, refused = _joined(edges.lifted, nodes, rejected)
    for before, after, cited in accepted:
        old = joined.get((before, after))
        own = (cited, *(old.own if old else _of_related(graph, before, after)))
        flags = (old.flags & (REQUIRED | IN_DEFINITION) if old else 0) | BY_USER
        joined[(before, after)] = Edge(before, after, 1.0, flags, old.of if old else (), own)
    new = [(before, after) for before, after, _ in accepted]
    is_shifted = is_turned or any(moved.values()) or any(id_ not in graph.concepts for id_ in changed)
    made = _assembled(graph, nodes, changed, edges, list(joined.values()), set(joined) if is_shifted else set(new), refused)
    ends = [(made.outline.number(before), made.outline.number(after)) for before, after in (joined if is_shifted else new)]
    if is_cyclic(made.outline, {after for _, after in ends}) if is_shifted else any(leads(made.outline, two, one) for one, two in ends):
        notes = list(graph.notes)
        circle = {made.outline.ids[number] for number in circles(made.outline, ends)}
        edges.lift_among(circle)
        joined = _joined(edges.lifted, nodes, rejected)[0] | joined
        inside = [edge for edge in joined.values() if edge.before in circle and edge.after in circle]
        kept = [edge for edge in joined.values() if edge.before not in circle or edge.after not in circle]
        kept += acyclic(inside, [id_ for id_ in nodes.ids if id_ in circle], notes)
        made = _assembled(graph, nodes, changed, edges, kept, {(edge.before, edge.after) for edge in kept}, refused)
        made = replace(made, notes=tuple(notes)).outlined(made.outline)
    return replace(made, rejected=rejected).outlined(made.outline)


def _assembled(
    graph: Graph,
    nodes: _Nodes,
    changed: Mapping[str, Concept],
    edges: Edges,
    kept: list[Edge],
    ordered: Collection[tuple[str, str]],
    refused: Sequence[Edge],
) -> Graph:
    """The graph of these concepts, with the `kept` edges in place of those that were lifted; `ordered` pairs are not merely related."""
    kept.sort(key=attrgetter("after", "falling", "before"))
    places = [(_place_of(graph.outline, edge), number) for number, edge in enumerate(kept)]
    edits = sorted([*places, *((edge, _GONE) for edge in edges.gone)], key=lambda edit: (edit[0], edit[1] == _GONE, edit[1]))
    order = _spliced(range(len(graph.outline.before)), edits, [~number for number in range(len(kept))])
    pairs = _related(graph, nodes, ordered, refused)
    return Graph(
        _concepts(graph, nodes.ids, changed),
        Items(len(order), lambda places: _some_made(graph, kept, [order[at] for at in places]), lambda: _all_made(graph, kept, order)),
        Items(len(pairs), lambda places: [_made_pair(graph, pairs[at]) for at in places], lambda: _all_pairs(graph, pairs)),
        graph.notes,
    ).outlined(_outline(graph, nodes, changed, kept, edits, pairs))


def _joined(
    lifted: Iterable[Edge], nodes: _Nodes, rejected: Mapping[tuple[str, str], Evidence]
) -> tuple[dict[tuple[str, str], Edge], list[Edge]]:
    """The lifted edges by their ends, several between the same concepts as one; and those that were rejected."""
    joined: dict[tuple[str, str], Edge] = {}
    refused: list[Edge] = []
    for edge in sorted(lifted, key=attrgetter("of")):
        pair = (edge.before, edge.after)
        if edge.before == edge.after or edge.before not in nodes or edge.after not in nodes:
            continue
        if pair in rejected:
            refused.append(edge)
        else:
            joined[pair] = joined[pair].joined(edge) if pair in joined else edge
    return joined, refused


def _place_of(outline: Outline, edge: Edge) -> int:
    """Where an edge belongs among a graph's, which are sorted by their ends and confidence."""

    def rank(number: int) -> tuple[str, float, str]:
        return outline.ids[outline.after[number]], -outline.confidence[number], outline.ids[outline.before[number]]

    return bisect_left(range(len(outline.before)), (edge.after, edge.falling, edge.before), key=rank)


def _made(graph: Graph, kept: Sequence[Edge], at: int) -> Prerequisite:
    """A prerequisite: the graph's own of that number, or where it is negative one of those that were lifted."""
    if at >= 0:
        return graph.prerequisites[at]
    edge = kept[~at]
    origin = next((origin for flag, origin in _ORIGINS.items() if edge.flags & flag), Origin.DOCUMENTS)
    return Prerequisite(edge.before, edge.after, edge.confidence, origin, edge.evidence(graph))


def _some_made(graph: Graph, kept: Sequence[Edge], some: Sequence[int]) -> list[Prerequisite]:
    read_ahead(graph.prerequisites, (at for at in some if at >= 0))
    return [_made(graph, kept, at) for at in some]


def _all_made(graph: Graph, kept: Sequence[Edge], order: Iterable[int]) -> Iterable[Prerequisite]:
    iter(graph.prerequisites)  # reads all of them at once
    return (_made(graph, kept, at) for at in order)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two related concepts: pair number `of` of the uncorrected graph, or a prerequisite that the user took out."""

    first: str
    second: str
    of: int
    refused: Edge | None = None


def _made_pair(graph: Graph, pair: int | _Pair) -> Related:
    if isinstance(pair, int):
        return graph.related[pair]
    if pair.refused is not None:
        return Related(pair.first, pair.second, pair.refused.confidence, pair.refused.evidence(graph)[:1])
    return replace(graph.related[pair.of], first=pair.first, second=pair.second)


def _all_pairs(graph: Graph, pairs: Iterable[int | _Pair]) -> Iterable[Related]:
    iter(graph.related)  # reads all of them at once
    return (_made_pair(graph, pair) for pair in pairs)


def _of_related(graph: Graph, one: str, two: str) -> tuple[Evidence, ...]:
    """What shows that two concepts belong together, where nothing says which comes first."""
    if one not in graph.concepts or two not in graph.concepts:
        return ()
    ends = {graph.outline.number(one), graph.outline.number(two)}
    return next((graph.related[at].evidence for at, pair in enumerate(graph.outline.related) if ends.issuperset(pair)), ())


def _related(graph: Graph, nodes: _Nodes, ordered: Collection[tuple[str, str]], refused: Sequence[Edge]) -> list[int | _Pair]:
    """What is merely related: as before, between concepts that are there and not in order now, and what the user put out of order.

    A pair that no correction has to do with is the number that it has in the uncorrected graph.
    """
    outline, moved = graph.outline, nodes.moved
    ends = {id_ for pair in ordered for id_ in pair} | {id_ for edge in refused for id_ in (edge.before, edge.after)}
    touched = {outline.number(id_) for id_ in ends.union(moved, (_now(id_, moved) for id_ in moved)) if id_ in graph.concepts}
    found: set[tuple[str, str]] = set()
    pairs: list[int | _Pair] = []

    def is_free(first: str, second: str) -> bool:
        return (first, second) not in found and (first, second) not in ordered and (second, first) not in ordered

    for number, (one, two) in enumerate(outline.related):
        if one not in touched and two not in touched:
            pairs.append(number)
            continue
        first, second = sorted((_now(outline.ids[one], moved), _now(outline.ids[two], moved)))
        if first != second and first in nodes and second in nodes and is_free(first, second):
            found.add((first, second))
            pairs.append(_Pair(first, second, number))
    for edge in refused:
        first, second = sorted((edge.before, edge.after))
        if is_free(first, second):
            found.add((first, second))
            pairs.append(_Pair(first, second, -1, edge))
    return pairs


def _now(id_: str, moved: Mapping[str, str | None]) -> str:
    while id_ in moved:
        id_ = moved[id_] or ""
    return id_


def _concepts(graph: Graph, ids: Sequence[str], changed: Mapping[str, Concept]) -> ByName[Concept]:
    def one(id_: str) -> Concept:
        return changed[id_] if id_ in changed else graph.concepts[id_]

    def some(numbers: Sequence[int]) -> Iterable[Concept]:
        named = [ids[number] for number in numbers]
        read_named(graph.concepts, (id_ for id_ in named if id_ not in changed))
        return map(one, named)

    def every() -> Iterable[Concept]:
        graph.concepts.values()  # reads all of them at once
        return map(one, ids)

    return ByName(ids, Items(len(ids), some, every))


class _Nodes:
    """The concepts of a corrected graph: those of the graph without the `gone`, which are their numbers there, then the `new` ones."""

    def __init__(self, graph: Graph, changed: Mapping[str, Concept], moved: Mapping[str, str | None]) -> None:
        self._graph = graph
        self.moved = moved
        self.gone = sorted(graph.outline.number(id_) for id_ in moved if id_ in graph.concepts)
        self.new = [id_ for id_ in changed if id_ not in graph.concepts]
        self.ids = [*self.left(graph.outline.ids), *self.new]
        self._numbers = {id_: number for number, id_ in enumerate(self.ids)} if self.gone else {}

    def __contains__(self, id_: str) -> bool:
        return (id_ in self._graph.concepts and id_ not in self.moved) or id_ in self.new

    def left(self, column: Sequence[_Value]) -> list[_Value]:
        """A column of the graph's concepts without those that are gone."""
        return _spliced(column, [(number, _GONE) for number in self.gone], ())

    def old(self, id_: str) -> int:
        """The number of a concept before any was gone."""
        return self._graph.outline.number(id_) if id_ in self._graph.concepts else len(self._graph.outline.ids) + self.new.index(id_)

    def number(self, id_: str) -> int:
        """The number of a concept now."""
        return self._numbers[id_] if self.gone else self.old(id_)

    def now(self, numbers: Sequence[int]) -> Sequence[int]:
        """The numbers that concepts have now, of those that they had before."""
        if not self.gone:
            return numbers
        shifted: list[int] = []
        for count, number in enumerate(self.gone):
            shifted.extend(range(len(shifted) - count, number - count))
            shifted.append(_GONE)
        shifted.extend(range(len(shifted) - len(self.gone), len(self.ids)))
        return [shifted[number] for number in numbers]


def _outline(
    graph: Graph, nodes: _Nodes, changed: Mapping[str, Concept], kept: Sequence[Edge], edits: _Edits, pairs: Sequence[int | _Pair]
) -> Outline:
    old = graph.outline
    fresh = [(nodes.number(id_), concept) for id_, concept in changed.items() if id_ in nodes]

    def column(of: Sequence[_Value], value: Callable[[Concept], _Value]) -> list[_Value]:
        values = [*nodes.left(of), *(value(changed[id_]) for id_ in nodes.new)]
        for number, concept in fresh:
            values[number] = value(concept)
        return values

    names: Sequence[Sequence[str]] = column(old.names, normal_names)
    ends = nodes.now([number for pair in pairs if isinstance(pair, int) for number in old.related[pair]])
    untouched = map(list, zip(ends[::2], ends[1::2], strict=True))
    return Outline(
        nodes.ids,
        column(old.labels, lambda concept: concept.name),
        names,
        column(old.importance, lambda concept: concept.importance),
        column(old.weight, weight),
        column(old.minutes, lambda concept: nan if concept.minutes is None else concept.minutes),
        nodes.now(_spliced(old.before, edits, [nodes.old(edge.before) for edge in kept])),
        nodes.now(_spliced(old.after, edits, [nodes.old(edge.after) for edge in kept])),
        _spliced(old.confidence, edits, [edge.confidence for edge in kept]),
        _spliced(old.flags, edits, [edge.flags for edge in kept]),
        [next(untouched) if isinstance(pair, int) else [nodes.number(pair.first), nodes.number(pair.second)] for pair in pairs],
    )


def _spliced(column: Sequence[_Value], edits: _Edits, values: Sequence[_Value]) -> list[_Value]:
    """A column edited at some places, in their order: without what stands there, or with one of the `values` before it, by its number."""
    made: list[_Value] = []
    last = 0
    for at, number in edits:
        made.extend(column[last:at])
        last = at + 1 if number == _GONE else at
        if number != _GONE:
            made.append(values[number])
    made.extend(column[last:])
    return made
