"""Items that ask to explain a concept aloud: the points are its definition and statements about it in its own section."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.practice.items.drafts import draft, source
from assistant.practice.items.makers import definitions
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import clean, is_balanced, opened, points_back, sentence, size
from assistant.wording.display import bare
from graph.model.columns import SECTION
from graph.model.values import Concept
from graph.text.normal import words
from ingest.model import Kind, Span

_MOST_POINTS, _FEWEST_POINTS = 4, 2
_WORTH = 0.5
"""The least probability of being worth a step of a path: titles below it are headings of what was said, not things to know."""
_SHORTEST, _SHORTEST_LISTED, _LONGEST = 5, 4, 22
_MOST_LISTED = 5
_WORD = re.compile(r"[^\W\d_]{3,}")
_FEWEST_WORDS = 3
"""The fewest words of three letters or more in a point: a row of symbols is not a point."""
_NO_POINT = re.compile(
    r"image|^[\w-]+ ?(?:->|→)|\w#\w|\(\D*\d{4}\)|\bvideo\b|\bVimeo\b|\bYouTube\b|\.\.\.$|…$|^\w+(?: \w+){0,3}: (?:[A-Z]\S*\s?){1,5}$",
    re.IGNORECASE,
)
"""Matches pictures, arrows for trends, links, citations and names of people, which are not statements."""
_TOLD = (Kind.PROSE, Kind.DEFINITION, Kind.LIST, Kind.CALLOUT)


def make(notes: Notes) -> Iterator[Item]:
    """One item for every concept with its own section and at least two statements about it."""
    asked: set[str] = set()
    for item in definitions.make(notes):
        concept = notes.graph.concepts.get(item.concept)
        if item.kind is not ItemKind.DEFINITION or concept is None or not _is_point(item.answer):
            continue
        points = [item.answer, *(point for point in _told(notes, concept) if bare(item.answer) not in bare(point))]
        if len(points) >= _FEWEST_POINTS:
            kept = tuple(points[:_MOST_POINTS])
            asked.add(concept.id)
            prompt = f"Explain {concept.name} in your own words."
            yield draft(
                ItemKind.EXPLAIN, prompt, " ".join(kept), concept.id, item.document, item.span, item.quote, points=kept, gap=concept.id
            )

    for concept in notes.concepts:
        if concept.id not in asked and concept.worth >= _WORTH:
            yield from _listed(notes, concept)


def _listed(notes: Notes, concept: Concept) -> Iterator[Item]:
    """The item of a concept whose name is the title of a section that is a list of facts."""
    names = {" ".join(words(name)) for name in concept.names}
    for place in concept.about:
        document = notes.by_name.get(place.document)
        if document is None or place.weight < SECTION:
            continue
        under = [section for section in document.sections if place.span.covers(section.span)]
        if not under or " ".join(words(clean(under[0].title))) not in names or len(under) > 1:
            continue
        units = [unit for unit in notes.inside(place.document, place.span) if unit.position >= 0]
        points = [text for unit in units if (text := sentence(unit.text)) and unit.kind in _TOLD and _is_point(text)]
        if _FEWEST_POINTS <= len(points) == len(units) <= _MOST_LISTED:
            kept, span = tuple(points), Span(units[0].span.first, units[-1].span.last, place.span.part)
            prompt = f"Explain {concept.name} in your own words."
            quote = source(document, span)
            yield draft(ItemKind.EXPLAIN, prompt, " ".join(kept), concept.id, place.document, span, quote, points=kept, gap=concept.id)
            return


def _is_point(text: str) -> bool:
    return (
        _SHORTEST_LISTED <= size(text) <= _LONGEST
        and len(_WORD.findall(text)) >= _FEWEST_WORDS
        and not _NO_POINT.search(text)
        and not points_back(text)
        and is_balanced(text)
        and text[-1] not in ":?"
    )


def _told(notes: Notes, concept: Concept) -> Iterator[str]:
    """The sentences in the concept's own sections that have it as their subject."""
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
            if not points_back(text) and is_balanced(text) and text.endswith(".") and "=" not in text and not _NO_POINT.search(text):
                said.add(text)
                yield text
