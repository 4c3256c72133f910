"""Learning paths and graphs as documents of their own: Markdown, and a page that needs no network."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.pages.graph_formats import names_of, path_edges
from assistant.pages.page import Box, Line, page, text_of
from assistant.wording.counts import counted
from assistant.wording.display import tidy
from graph.model.reading import reading
from graph.model.values import Concept, Evidence, Graph, Place, Prerequisite
from graph.queries.paths import LearningPath
from graph.queries.why import best_evidence, said, speaks
from ingest.places import place

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~!$])")
_MOST_REASONS = 3
_MOST_NAMES = 100


def path_to_markdown(path: LearningPath) -> str:
    """A path as a list that can be ticked off; whatever could be markup in the quotes is escaped."""
    goals = ", ".join(map(_plain, names_of(path.graph, path.targets)))
    lines = [f"# Path to {goals}", "", _extent(path), ""]
    learned: set[str] = set()
    for number, step in enumerate(path.steps, start=1):
        concept = step.concept
        time = f" ({step.minutes:.0f} min)" if step.minutes else ""
        lines += [f"{number}. [ ] **{_plain(concept.name)}**{time}", ""]
        if concept.definition:
            lines += [f"   {_cited(concept.definition)}", ""]
        for reason in step.because[:_MOST_REASONS]:
            relation = "Builds on" if reason.concept in learned else "Needed for"
            (name,) = names_of(path.graph, (reason.concept,))
            lines.append(f"   - {relation} {_plain(name)}: {_reason(best_evidence(reason.edge))}")
        if step.reading:
            lines.append(f"   - Read {', '.join(_code(place(read.document, read.span)) for read in step.reading)}")
        if concept.questions:
            lines.append(f"   - Check yourself: {_cited(concept.questions[0])}")
        lines.append("")
        learned.add(concept.id)
    for label, ids in (("Left out, as known", path.known), ("Left out, as less essential", path.folded)):
        if ids:
            lines += [f"{label}: {', '.join(map(_plain, _some_names(path.graph, ids)))}.", ""]
    return "\n".join(lines)


def _extent(path: LearningPath) -> str:
    """`2 steps, about 35 minutes.`"""
    return f"{counted(len(path.steps), 'step')}, about {counted(round(path.minutes), 'minute')}."


def path_to_html(path: LearningPath) -> str:
    """A path as a page: drawn in layers, with the evidence on click, and as a list."""
    goals = ", ".join(names_of(path.graph, path.targets))
    boxes = [
        _box(step.concept, f"{number}. {step.concept.name}", step.minutes, step.concept.id in path.targets)
        for number, step in enumerate(path.steps, start=1)
    ]
    left = [
        f"{label}: {', '.join(_some_names(path.graph, ids))}."
        for label, ids in (("Left out, as known", path.known), ("Left out, as less essential", path.folded))
        if ids
    ]
    lead = f"{_extent(path)} Learn from top to bottom; each arrow says why."
    return page(f"Path to {goals}", lead, boxes, [_line(edge) for edge in path_edges(path)], left)


def _some_names(graph: Graph, ids: Sequence[str]) -> list[str]:
    """The first names of many, and how many more there are."""
    more = [f"and {len(ids) - _MOST_NAMES:,} more"] if len(ids) > _MOST_NAMES else []
    return [*names_of(graph, ids[:_MOST_NAMES]), *more]


def graph_to_html(graph: Graph) -> str:
    """A graph as a page of the same kind."""
    outline = graph.outline
    # Topological, as what is drawn in layers must be.
    order: list[int] = []
    waiting = {number: len(outline.into(number)) for number in range(len(outline.ids))}
    ready = [number for number, count in waiting.items() if not count]
    for number in ready:
        order.append(number)
        for edge in outline.out_of(number):
            waiting[outline.after[edge]] -= 1
            if not waiting[outline.after[edge]]:
                ready.append(outline.after[edge])
    concepts = [graph.concepts[outline.ids[number]] for number in order]
    implied = _implied(graph, order)
    drawn = [_line(edge) for number, edge in enumerate(graph.prerequisites) if number not in implied]
    lead = f"{counted(len(concepts), 'concept')}, {counted(len(outline.before), 'prerequisite')}. "
    lead += "What is learned first is at the top; each arrow says why."
    if implied:
        lead += f" {len(implied)} that follow from others are not drawn; the list has them."
    boxes = [_box(concept, concept.name, concept.minutes, False) for concept in concepts]
    return page("Concept graph", lead, boxes, [_line(edge) for edge in graph.prerequisites], [], drawn)


def _implied(graph: Graph, order: Sequence[int]) -> set[int]:
    """The prerequisites between concepts that a chain of others leads from one to the other of: a drawing is clearer without them."""
    outline = graph.outline
    below = [0] * len(outline.ids)  # one bit for every concept that is learned before
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


def _box(concept: Concept, label: str, minutes: float | None, is_target: bool) -> Box:
    facts = []
    if concept.aliases:
        facts.append(("Also", [(", ".join(concept.aliases), "")]))
    if concept.definition:
        facts.append(("", _said([concept.definition])))
    read = reading(concept)
    if read:
        facts.append(("Read", [("", place(one.document, one.span)) for one in read]))
    if concept.questions:
        facts.append(("Check yourself", _said(concept.questions[:1])))
    return Box(
        concept.id, label, f"{minutes:.0f} min" if minutes else "", is_target, tuple((name, tuple(entries)) for name, entries in facts)
    )


def _line(edge: Prerequisite) -> Line:
    seen = tuple((said(one), tidy(one.quote), place(one.document, one.span)) for one in edge.evidence)
    return Line(edge.before, edge.after, edge.confidence, str(edge.origin), seen)


def _said(places: Sequence[Place]) -> list[tuple[str, str]]:
    return [(tidy(one.quote), place(one.document, one.span)) for one in places]


def _reason(seen: Evidence) -> str:
    quote = f", “{_plain(tidy(seen.quote))}”" if speaks(seen) else ""
    return f"{said(seen)}{quote} {_code(place(seen.document, seen.span))}"


def _cited(cited: Place) -> str:
    return f"{_plain(tidy(cited.quote))} {_code(place(cited.document, cited.span))}"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text_of(text))


def _code(text: str) -> str:
    """A location as code, whatever signs it holds."""
    shown = text_of(text)
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", shown)), default=0))
    return f"{fence}{shown}{fence}" if len(fence) == 1 else f"{fence} {shown} {fence}"
