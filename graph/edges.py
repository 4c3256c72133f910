"""The edges of a graph being corrected, and the corrected graph made of them: without reading evidence that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from operator import attrgetter

from graph.lazy import ByName, Items
from graph.model import Concept, Evidence, Graph, Origin, Prerequisite, Related, normal_names
from graph.order import Order
from graph.outline import BY_COURSE, BY_MODEL, BY_USER, IN_DEFINITION, REQUIRED, Outline, weight

_ORIGINS = {BY_COURSE: Origin.COURSE, BY_USER: Origin.USER, BY_MODEL: Origin.LLM}


@dataclass(slots=True)
class Edge:
    """An edge on its way to a corrected graph: its evidence is `own`, and that of the uncorrected graph's edges numbered `of`."""

    before: str
    after: str
    confidence: float
    flags: int
    of: tuple[int, ...] = ()
    own: tuple[Evidence, ...] = ()

    @property
    def falling(self) -> float:
        """Sorts the surest first."""
        return -self.confidence

    @property
    def rank(self) -> tuple[bool, bool, float, str, str]:
        """Sorts what outranks others first: the user's word, what is required, confidence."""
        return not self.flags & BY_USER, not self.flags & REQUIRED, -self.confidence, self.before, self.after

    def evidence(self, graph: Graph) -> tuple[Evidence, ...]:
        """The evidence, read from the uncorrected graph where it is there."""
        return self.own + tuple(seen for number in self.of for seen in graph.prerequisites[number].evidence)

    def between(self, before: str, after: str, evidence: tuple[Evidence, ...]) -> Edge:
        """The same between other concepts, with this evidence alone."""
        return Edge(before, after, self.confidence, self.flags, (), evidence)

    def joined(self, other: Edge) -> Edge:
        """Two edges between the same concepts as one: the surer one's, with the evidence of both."""
        first, second = (self, other) if self.confidence >= other.confidence else (other, self)
        flags = first.flags | (second.flags & (REQUIRED | IN_DEFINITION))
        return Edge(first.before, first.after, first.confidence, flags, first.of + second.of, first.own + second.own)


def edges_of(graph: Graph) -> list[Edge]:
    """All prerequisites of a graph."""
    outline = graph.outline
    ids = outline.ids
    columns = zip(outline.before, outline.after, outline.confidence, outline.flags, strict=True)
    return [Edge(ids[one], ids[two], sure, flags, (number,)) for number, (one, two, sure, flags) in enumerate(columns)]


def is_linked(graph: Graph, one: str, two: str) -> bool:
    """Whether anything says that two concepts of a graph have to do with each other."""
    outline = graph.outline
    if one not in graph.concepts or two not in graph.concepts:
        return False
    first, second = outline.number(one), outline.number(two)
    into = (outline.before[edge] == second for edge in outline.into(first))
    out = (outline.after[edge] == second for edge in outline.out_of(first))
    return any(into) or any(out) or any({first, second} == set(pair) for pair in outline.related)


def corrected_graph(
    graph: Graph,
    changed: Mapping[str, Concept],
    moved: Mapping[str, str | None],
    edges: Sequence[Edge],
    accepted: Sequence[tuple[str, str, Evidence]],
    rejected: Mapping[tuple[str, str], Evidence],
    *,
    is_turned: bool = False,
) -> Graph:
    """`graph` with concepts changed, added and gone, and these edges but the rejected, the accepted before all.

    `is_turned`: some edges lead the other way than in `graph`, so that there may be cycles.
    """
    ids = [id_ for id_ in graph.concepts if id_ not in moved] + [id_ for id_ in changed if id_ not in graph.concepts]
    present = set(ids)
    joined: dict[tuple[str, str], Edge] = {}
    refused: list[Edge] = []
    for edge in edges:
        pair = (edge.before, edge.after)
        if edge.before == edge.after or edge.before not in present or edge.after not in present:
            continue
        if pair in rejected:
            refused.append(edge)
        else:
            joined[pair] = joined[pair].joined(edge) if pair in joined else edge
    for before, after, cited in accepted:
        old = joined.get((before, after))
        own = (cited, *(old.own if old else _of_related(graph, before, after)))
        flags = (old.flags & (REQUIRED | IN_DEFINITION) if old else 0) | BY_USER
        joined[(before, after)] = Edge(before, after, 1.0, flags, old.of if old else (), own)
    notes = list(graph.notes)
    is_shifted = is_turned or any(moved.values()) or any(id_ not in graph.concepts for id_ in changed)
    new = [(before, after) for before, after, _ in accepted]
    if is_shifted or any(_leads(graph.outline, after, before, new) for before, after in new):
        kept = _acyclic(joined.values(), ids, notes)
    else:
        kept = list(joined.values())
    kept.sort(key=attrgetter("after", "falling", "before"))
    concepts = _concepts(graph, ids, changed)
    related = _related(graph, moved, present, {(edge.before, edge.after) for edge in kept} if is_shifted else set(new), refused)
    return Graph(
        concepts,
        Items(len(kept), lambda number: _made(graph, kept[number]), lambda: _all_made(graph, kept)),
        Items(len(related), lambda number: related[number].made(graph), lambda: _all_related(graph, related)),
        tuple(notes),
        rejected=rejected,
    ).outlined(_outline(graph, concepts, ids, changed, kept, related))


def _made(graph: Graph, edge: Edge) -> Prerequisite:
    origin = next((origin for flag, origin in _ORIGINS.items() if edge.flags & flag), Origin.DOCUMENTS)
    return Prerequisite(edge.before, edge.after, edge.confidence, origin, edge.evidence(graph))


def _all_made(graph: Graph, edges: Iterable[Edge]) -> Iterable[Prerequisite]:
    iter(graph.prerequisites)  # reads all of them at once
    return (_made(graph, edge) for edge in edges)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two related concepts: pair number `of` of the uncorrected graph, or a prerequisite that the user took out."""

    first: str
    second: str
    of: int
    refused: Edge | None = None

    def made(self, graph: Graph) -> Related:
        if self.refused is not None:
            return Related(self.first, self.second, self.refused.confidence, self.refused.evidence(graph)[:1])
        return replace(graph.related[self.of], first=self.first, second=self.second)


def _all_related(graph: Graph, pairs: Iterable[_Pair]) -> Iterable[Related]:
    iter(graph.related)  # reads all of them at once
    return (pair.made(graph) for pair in pairs)


def _of_related(graph: Graph, one: str, two: str) -> tuple[Evidence, ...]:
    """What shows that two concepts belong together, where nothing says which comes first."""
    ids = graph.outline.ids
    pairs = ((at, {ids[first], ids[second]}) for at, (first, second) in enumerate(graph.outline.related))
    return next((graph.related[at].evidence for at, pair in pairs if pair == {one, two}), ())


def _related(
    graph: Graph, moved: Mapping[str, str | None], present: set[str], ordered: set[tuple[str, str]], refused: Iterable[Edge]
) -> list[_Pair]:
    """What is merely related: as before, between concepts that are there and not in order now, and what the user put out of order."""
    found: dict[tuple[str, str], _Pair] = {}
    ids = graph.outline.ids
    for number, (one, two) in enumerate(graph.outline.related):
        first, second = _now(ids[one], moved), _now(ids[two], moved)
        if first > second:
            first, second = second, first
        if first != second and first in present and second in present and (first, second) not in ordered and (second, first) not in ordered:
            found.setdefault((first, second), _Pair(first, second, number))
    for edge in refused:
        first, second = sorted((edge.before, edge.after))
        if (first, second) not in ordered and (second, first) not in ordered:
            found.setdefault((first, second), _Pair(first, second, -1, edge))
    return list(found.values())


def _now(id_: str, moved: Mapping[str, str | None]) -> str:
    while id_ in moved:
        id_ = moved[id_] or ""
    return id_


def _acyclic(edges: Iterable[Edge], ids: Sequence[str], notes: list[str]) -> list[Edge]:
    """The edges without what closes a cycle with those that outrank it; each loss is noted."""
    ranked = sorted(edges, key=lambda edge: edge.rank)
    numbers = _topological(ranked, ids)
    order = Order(len(ids))
    kept = []
    for edge in ranked:
        if order.add(numbers[edge.before], numbers[edge.after]):
            kept.append(edge)
        else:
            notes.append(f"{edge.before} before {edge.after} ({edge.confidence:.2f}) would close a cycle with your corrections: left out")
    return kept


def _leads(outline: Outline, start: str, goal: str, new: Sequence[tuple[str, str]]) -> bool:
    """Whether the graph's edges and the new ones lead from start to goal: both ends are followed in turn, as one is often near an end."""
    further: dict[int, list[int]] = {}
    earlier: dict[int, list[int]] = {}
    for before, after in new:
        one, two = outline.number(before), outline.number(after)
        further.setdefault(one, []).append(two)
        earlier.setdefault(two, []).append(one)
    first, last = outline.number(start), outline.number(goal)
    forward, backward = [first], [last]
    after_start, before_goal = {first}, {last}
    for one, two in zip(forward, backward, strict=False):  # both grow while they are walked; who cannot go on has seen all there is
        for number in (*(outline.after[edge] for edge in outline.out_of(one)), *further.get(one, ())):
            if number in before_goal:
                return True
            if number not in after_start:
                after_start.add(number)
                forward.append(number)
        for number in (*(outline.before[edge] for edge in outline.into(two)), *earlier.get(two, ())):
            if number in after_start:
                return True
            if number not in before_goal:
                before_goal.add(number)
                backward.append(number)
    return False


def _topological(edges: Iterable[Edge], ids: Sequence[str]) -> dict[str, int]:
    """A number for every concept, in an order that nearly all edges agree with: then little has to be moved."""
    before: dict[str, list[str]] = {}
    for edge in edges:
        before.setdefault(edge.after, []).append(edge.before)
    numbers: dict[str, int] = {}
    seen: set[str] = set()
    for start in ids:
        stack = [(start, iter(before.get(start, ())))] if start not in seen else []
        seen.add(start)
        while stack:
            id_, rest = stack[-1]
            further = next((other for other in rest if other not in seen), None)
            if further is None:
                numbers[id_] = len(numbers)
                stack.pop()
            else:
                seen.add(further)
                stack.append((further, iter(before.get(further, ()))))
    return numbers


def _concepts(graph: Graph, ids: Sequence[str], changed: Mapping[str, Concept]) -> ByName[Concept]:
    def one(number: int) -> Concept:
        return changed[ids[number]] if ids[number] in changed else graph.concepts[ids[number]]

    def every() -> Iterable[Concept]:
        graph.concepts.values()  # reads all of them at once
        return (one(number) for number in range(len(ids)))

    return ByName(ids, Items(len(ids), one, every))


def _outline(
    graph: Graph,
    concepts: Mapping[str, Concept],
    ids: Sequence[str],
    changed: Mapping[str, Concept],
    edges: Sequence[Edge],
    related: Sequence[_Pair],
) -> Outline:
    old = graph.outline
    numbers = {id_: number for number, id_ in enumerate(ids)}
    labels, importance, weights, minutes = [], [], [], []
    names: list[Sequence[str]] = []
    for id_ in ids:
        if id_ in changed:
            concept = concepts[id_]
            labels.append(concept.name)
            names.append(normal_names(concept))
            importance.append(concept.importance)
            weights.append(weight(concept))
            minutes.append(nan if concept.minutes is None else concept.minutes)
        else:
            number = old.number(id_)
            labels.append(old.labels[number])
            names.append(old.names[number])
            importance.append(old.importance[number])
            weights.append(old.weight[number])
            minutes.append(old.minutes[number])
    return Outline(
        ids,
        labels,
        names,
        importance,
        weights,
        minutes,
        [numbers[edge.before] for edge in edges],
        [numbers[edge.after] for edge in edges],
        [edge.confidence for edge in edges],
        [edge.flags for edge in edges],
        [[numbers[pair.first], numbers[pair.second]] for pair in related],
    )
