"""Learning paths and graphs as HTML pages that need no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from assistant.pages.drawing import Arrow, Box, Cited, Fact, Seen, concept_page
from assistant.pages.graph_formats import extent, left_out_lines, names_of, path_edges
from assistant.wording.counts import counted
from assistant.wording.display import tidy
from graph.model.reading import reading
from graph.model.values import Concept, Graph, Place, Prerequisite
from graph.queries.paths import LearningPath
from graph.queries.why import said
from ingest.places import place

NO_FILES: Mapping[str, str] = MappingProxyType({})
_MANY = 6
"""More arrows than this do not make a concept a better centre, only a tangle."""


def path_to_html(path: LearningPath, files: Mapping[str, str] = NO_FILES) -> str:
    """A path as a page: drawn in layers with the evidence on click, and listed in order.

    `files` has the addresses of documents by their names; citations of these are links.
    """
    boxes = [
        _box(step.concept, f"{number}. {step.concept.name}", step.minutes, step.concept.id in path.targets, files)
        for number, step in enumerate(path.steps, start=1)
    ]
    lead = f"{extent(path)} Learn from top to bottom; each arrow says why."
    title = f"Path to {', '.join(names_of(path.graph, path.targets))}"
    return concept_page(title, lead, boxes, [_arrow(edge, files) for edge in path_edges(path)], left_out_lines(path))


def graph_to_html(graph: Graph, files: Mapping[str, str] = NO_FILES) -> str:
    """A graph as a page of the same kind. Arrows that follow from others are listed, but not drawn.

    A large one opens at the neighbourhood of its most important concept, and can be searched, filtered and zoomed.
    """
    order = _topological(graph)
    implied = _implied(graph, order)
    concepts = [graph.concepts[graph.outline.ids[number]] for number in order]
    arrows = [_arrow(edge, files) for edge in graph.prerequisites]
    lead = f"{counted(len(concepts), 'concept')}, {counted(len(arrows), 'prerequisite')}. "
    lead += "What is learned first is at the top; each arrow says why."
    if implied:
        lead += f" {len(implied)} that follow from others are not drawn; the list has them."
    boxes = [_box(concept, concept.name, concept.minutes, False, files) for concept in concepts]
    drawn = [arrow for at, arrow in enumerate(arrows) if at not in implied]
    return concept_page("Concept graph", lead, boxes, arrows, [], drawn, _centre(graph, order))


def _centre(graph: Graph, order: Sequence[int]) -> str | None:
    """The most connected concept: the most important of those with the most arrows."""
    outline = graph.outline
    if not order:
        return None
    return outline.ids[
        max(order, key=lambda number: (min(len(outline.into(number)) + len(outline.out_of(number)), _MANY), outline.importance[number]))
    ]


def _topological(graph: Graph) -> list[int]:
    """The numbers of all concepts, each after everything that it needs."""
    outline = graph.outline
    order: list[int] = []
    waiting = {number: len(outline.into(number)) for number in range(len(outline.ids))}
    ready = [number for number, count in waiting.items() if not count]
    for number in ready:
        order.append(number)
        for edge in outline.out_of(number):
            waiting[outline.after[edge]] -= 1
            if not waiting[outline.after[edge]]:
                ready.append(outline.after[edge])
    return order


def _implied(graph: Graph, order: Sequence[int]) -> set[int]:
    """The edges that a longer chain implies (transitive reduction): a drawing is clearer without them."""
    outline = graph.outline
    below = [0] * len(outline.ids)  # a set of concepts as one bit each: everything that a concept needs
    implied: set[int] = set()
    for number in order:
        into = outline.into(number)
        through = 0
        for edge in into:
            through |= below[outline.before[edge]]
        implied |= {edge for edge in into if through >> outline.before[edge] & 1}
        below[number] = through
        for edge in into:
            below[number] |= 1 << outline.before[edge]
    return implied


def _box(concept: Concept, label: str, minutes: float | None, is_target: bool, files: Mapping[str, str]) -> Box:
    facts = []
    if concept.aliases:
        facts.append(Fact("Also", (Cited(", ".join(concept.aliases), ""),)))
    if concept.definition:
        facts.append(Fact("", (_cited(concept.definition, files),)))
    if read := reading(concept):
        facts.append(Fact("Read", tuple(Cited("", place(one.document, one.span), files.get(one.document, "")) for one in read)))
    if concept.questions:
        facts.append(Fact("Check yourself", (_cited(concept.questions[0], files),)))
    return Box(concept.id, label, concept.name, f"{minutes:.0f} min" if minutes else "", is_target, tuple(facts))


def _arrow(edge: Prerequisite, files: Mapping[str, str]) -> Arrow:
    seen = tuple(Seen(said(one), tidy(one.quote), place(one.document, one.span), files.get(one.document, "")) for one in edge.evidence)
    return Arrow(edge.before, edge.after, edge.confidence, str(edge.origin), seen)


def _cited(seen: Place, files: Mapping[str, str]) -> Cited:
    return Cited(tidy(seen.quote), place(seen.document, seen.span), files.get(seen.document, ""))
