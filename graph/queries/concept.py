"""One concept with its prerequisites, dependents and related concepts."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.model.reading import reading
from graph.model.values import Concept, Graph, Place, Prerequisite, Related
from graph.queries.resolve import find_concept


@dataclass(frozen=True, slots=True)
class ConceptView:
    """A concept in its graph.

    `before` has its prerequisites and `after` the prerequisites of which it is the first, by descending confidence; `related` has its
    related pairs, strongest first. In `after` and `related`, the user's own concepts come before those that only the atlas has.
    `alternatives` are ids of concepts whose names fit about as well.
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
    """The concept with this name, spelled loosely. Raises UnknownConcept with the nearest names."""
    found, alternatives = find_concept(graph, name)
    own = {graph.outline.ids[number] for number in graph.outline.own()}
    after = sorted(graph.after(found), key=lambda edge: edge.after not in own)  # the user's own concepts first
    related = sorted(graph.related_to(found), key=lambda pair: not own.issuperset((pair.first, pair.second)))
    return ConceptView(graph.concepts[found], graph.before(found), tuple(after), tuple(related), alternatives, graph)
