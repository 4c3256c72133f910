"""The edges of a graph being corrected: without reading evidence that nobody asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from graph.model.columns import BY_USER, IN_DEFINITION, REQUIRED
from graph.model.values import Evidence, Graph

_FEW = 10


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


class Edges:
    """The edges of a graph being corrected: those that a correction has to do with are `lifted` out of it, the others stay as they are."""

    def __init__(self, graph: Graph, corrections: int) -> None:
        """`corrections` says how many there are about."""
        self._graph = graph
        self._are_few = corrections <= _FEW
        self.lifted: list[Edge] = []
        self.gone: set[int] = set()
        """The numbers of the graph's edges that were lifted."""

    def lift(self, numbers: Iterable[int]) -> None:
        """Lift the graph's edges of these numbers that are not lifted yet."""
        outline = self._graph.outline
        for edge in numbers:
            if edge not in self.gone:
                self.gone.add(edge)
                ends = outline.ids[outline.before[edge]], outline.ids[outline.after[edge]]
                self.lifted.append(Edge(*ends, outline.confidence[edge], outline.flags[edge], (edge,)))

    def lift_among(self, concepts: Collection[str]) -> None:
        """Lift the edges between these concepts."""
        outline = self._graph.outline
        numbers = {outline.number(id_) for id_ in concepts if id_ in self._graph.concepts}
        self.lift(edge for number in numbers for edge in outline.into(number) if outline.before[edge] in numbers)

    def lift_at(self, id_: str) -> None:
        """Lift the edges at a concept, of the graph or not."""
        if id_ in self._graph.concepts:
            number = self._graph.outline.number(id_)
            self.lift([*self._into(number), *self._out_of(number)])

    def lift_between(self, before: str, after: str) -> None:
        """Lift the edge from one concept to another, where there is one."""
        outline = self._graph.outline
        if before in self._graph.concepts and after in self._graph.concepts:
            number = outline.number(before)
            self.lift(edge for edge in self._into(outline.number(after)) if outline.before[edge] == number)

    def _into(self, number: int) -> list[int]:
        outline = self._graph.outline
        return _places(outline.after, number) if self._are_few else outline.into(number)

    def _out_of(self, number: int) -> list[int]:
        outline = self._graph.outline
        return _places(outline.before, number) if self._are_few else outline.out_of(number)


def _places(column: Sequence[int], number: int) -> list[int]:
    """Where a number stands in a column: for a few numbers quicker than making an index of all."""
    found: list[int] = []
    try:
        while True:
            found.append(column.index(number, found[-1] + 1 if found else 0))
    except ValueError:
        return found


def is_linked(graph: Graph, one: str, two: str) -> bool:
    """Whether anything says that two concepts of a graph have to do with each other."""
    outline = graph.outline
    if one not in graph.concepts or two not in graph.concepts:
        return False
    first, second = outline.number(one), outline.number(two)
    into = (outline.before[edge] == second for edge in outline.into(first))
    out = (outline.after[edge] == second for edge in outline.out_of(first))
    return any(into) or any(out) or any({first, second} == set(pair) for pair in outline.related)
