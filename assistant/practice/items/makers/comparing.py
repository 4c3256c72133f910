"""Items that compare two siblings: kinds of one thing, each with a definition of its own in the notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.practice.items.drafts import draft
from assistant.practice.items.makers import definitions
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import size
from graph.model.values import Graph
from graph.text.normal import words

_LONGEST = 20
_NEAR = 60
_SHORTEST_WORD = 4


def make(notes: Notes) -> Iterator[Item]:
    """At most one item for a concept: it and its nearest sibling."""
    defined = _defined(notes)
    taken: set[str] = set()
    for one, other in _siblings(notes.graph, defined):
        if one in taken or other in taken:
            continue
        taken |= {one, other}
        first, second = defined[one], defined[other]
        names = [notes.graph.concepts[id_].name for id_ in (one, other)]
        points = tuple(f"{name}: {item.answer}" for name, item in zip(names, (first, second), strict=True))
        prompt = f"What is the difference between {names[0]} and {names[1]}?"
        gap = " ".join(sorted((one, other)))
        yield draft(ItemKind.COMPARE, prompt, "; ".join(points), one, first.document, first.span, first.quote, points=points, gap=gap)


def _defined(notes: Notes) -> dict[str, Item]:
    """The definitions that are short enough to stand beside another one, by their concepts."""
    found: dict[str, Item] = {}
    for item in definitions.make(notes):
        if item.kind is ItemKind.DEFINITION and size(item.answer) <= _LONGEST and item.concept in notes.graph.concepts:
            found.setdefault(item.concept, item)
    return found


def _siblings(graph: Graph, defined: dict[str, Item]) -> Iterable[tuple[str, str]]:
    """Pairs whose names end alike (continuous and discontinuous variation) and that are defined near each other, the nearest first."""
    names = {id_: words(graph.concepts[id_].name) for id_ in defined}
    ranked: list[tuple[int, str, str]] = []
    ids = sorted(defined)
    for at, one in enumerate(ids):
        for other in ids[at + 1 :]:
            mine, theirs, first, second = names[one], names[other], defined[one], defined[other]
            if len(mine) != len(theirs) or len(mine) < 2 or mine[-1] != theirs[-1] or len(mine[-1]) < _SHORTEST_WORD:
                continue
            apart = abs(first.span.first - second.span.first)
            if first.document == second.document and first.span.part == second.span.part and apart <= _NEAR:
                ranked.append((apart, one, other))
    return [(one, other) for _, one, other in sorted(ranked)]
