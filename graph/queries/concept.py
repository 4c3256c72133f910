"""One concept with what it builds on, what it unlocks and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model.reading import reading
from graph.model.values import Concept, Graph, Place, Prerequisite, Related
from graph.queries.resolve import find_concept


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept in its graph.

    `before` are the prerequisites it builds on and `after` those it is one of, surest first; `related` the pairs it is one of, strongest
    first. In the latter two, the user's own concepts come before those that only the atlas has. `alternatives` are ids of concepts whose
    names fit about as well.
    """

    concept: Concept
    before: tuple[Prerequisite, ...]
    after: tuple[Prerequisite, ...]
    related: tuple[Related, ...]
    alternatives: tuple[str, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)

    @property
    def reading(self) -> tuple[Place, ...]:
        """The best places to read about the concept."""
        return reading(self.concept)


def view_concept(graph: Graph, name: str) -> ConceptView:
    """The concept of this name, which may be loose. Raises UnknownConcept with the nearest names."""
    found, alternatives = find_concept(graph, name)
    own = {graph.outline.ids[number] for number in graph.outline.own()}
    after = sorted(graph.after(found), key=lambda edge: edge.after not in own)  # the user's own concepts first
    related = sorted(graph.related_to(found), key=lambda pair: not own.issuperset((pair.first, pair.second)))
    return ConceptView(graph.concepts[found], graph.before(found), tuple(after), tuple(related), alternatives, graph)
