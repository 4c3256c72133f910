"""Items that ask to explain a concept aloud: the points are its definition and what its own section says of it."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.practice.items.drafts import draft
from assistant.practice.items.makers import definitions
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import is_balanced, opened, points_back, size
from assistant.wording.display import bare
from graph.model.columns import SECTION
from graph.model.values import Concept
from graph.text.normal import words
from ingest.model import Kind

_MOST_POINTS, _FEWEST_POINTS = 4, 2
_SHORTEST, _LONGEST = 5, 22
_TOLD = (Kind.PROSE, Kind.DEFINITION, Kind.LIST, Kind.CALLOUT)


def make(notes: Notes) -> Iterator[Item]:
    """One item for every concept that has a section of its own and a definition, and of which that says more than one thing."""
    for item in definitions.make(notes):
        concept = notes.graph.concepts.get(item.concept)
        if item.kind is not ItemKind.DEFINITION or concept is None or size(item.answer) > _LONGEST:
            continue
        points = [item.answer, *(point for point in _told(notes, concept) if bare(item.answer) not in bare(point))]
        if len(points) >= _FEWEST_POINTS:
            kept = tuple(points[:_MOST_POINTS])
            prompt = f"Explain {concept.name} in your own words."
            yield draft(
                ItemKind.EXPLAIN, prompt, " ".join(kept), concept.id, item.document, item.span, item.quote, points=kept, gap=concept.id
            )


def _told(notes: Notes, concept: Concept) -> Iterator[str]:
    """The sentences of the concept's own sections whose subject it is."""
    names = [words(name) for name in concept.names]
    said: set[str] = set()
    for place in concept.about:
        if place.weight < SECTION or place.document not in notes.by_name:
            continue
        for unit in notes.inside(place.document, place.span):
            text = opened(unit.text)
            opening = [word for word in words(text) if word not in ("a", "an", "the")]
            is_subject = any(opening[: len(name)] == name for name in names)
            if not is_subject or unit.kind not in _TOLD or text in said or not _SHORTEST <= size(text) <= _LONGEST:
                continue
            if not points_back(text) and is_balanced(text) and text.endswith(".") and "=" not in text:
                said.add(text)
                yield text
