"""Concepts in layers with arrows between them, as SVG with links to their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.pages.drawing import Arrow, Box, Drawing, draw
from assistant.web.rendering.links import concept_url
from graph.model.values import Graph, Prerequisite
from graph.queries.paths import LearningPath

MOST = 60
"""The most boxes of a readable drawing."""
_NEAR = 12
"""The most concepts on each side of one with too many neighbours."""


def neighbourhood_drawing(graph: Graph, center: str) -> Drawing | None:
    """The neighbourhood of a concept: all of it, or its neighbours with the highest confidence; None without neighbours."""
    order = [graph.outline.ids[number] for number in graph.outline.topological()]
    if len(order) > MOST:
        near = {center, *(edge.before for edge in graph.before(center)[:_NEAR]), *(edge.after for edge in graph.after(center)[:_NEAR])}
        order = [id_ for id_ in order if id_ in near]
    if len(order) < 2:
        return None
    boxes = [Box(id_, graph.concepts[id_].name, graph.concepts[id_].name, "", id_ == center, (), concept_url(id_)) for id_ in order]
    return draw(boxes, _arrows(graph.prerequisites, set(order)))


def path_drawing(path: LearningPath) -> Drawing:
    """A path: its steps with their numbers and times."""
    boxes = [
        Box(
            step.concept.id,
            f"{number}. {step.concept.name}",
            step.concept.name,
            f"{step.minutes:.0f} min" if step.minutes else "",
            step.concept.id in path.targets,
            (),
            f"#step-{number}",
        )
        for number, step in enumerate(path.steps, start=1)
    ]
    inside = {box.id for box in boxes}
    edges: dict[tuple[str, str], Prerequisite] = {}
    for step in path.steps:
        for reason in step.because:
            edges[reason.edge.before, reason.edge.after] = reason.edge
    return draw(boxes, _arrows(edges.values(), inside))


def _arrows(edges: Iterable[Prerequisite], inside: set[str]) -> Sequence[Arrow]:
    return [Arrow(edge.before, edge.after, edge.confidence, str(edge.origin), ()) for edge in edges if {edge.before, edge.after} <= inside]
