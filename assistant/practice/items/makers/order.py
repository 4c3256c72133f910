"""Items about the order of concepts: which of two is needed for the other, and why, by the graph."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.practice.items.drafts import draft
from assistant.practice.items.notes import Notes
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.wording import clean, points_back, size
from graph.model.values import Signal
from ingest.text.terms import analyze

_SURE = 0.8
_LONGEST = 20
_MOST_TIMES = 8
_TELLING = frozenset({Signal.CUE, Signal.DEFINITION})


def make(notes: Notes) -> Iterator[Item]:
    """At most one item for a concept: its prerequisite with the highest confidence and a sentence in the documents as its reason."""
    asked: set[str] = set()
    for edge in sorted(notes.graph.prerequisites, key=lambda edge: -edge.confidence):
        if edge.confidence < _SURE or edge.after in asked:
            continue
        seen = next((one for one in edge.evidence if one.kind in _TELLING and one.document in notes.by_name), None)
        if seen is None:
            continue
        before, after = (notes.graph.concepts[id_] for id_ in (edge.before, edge.after))
        if before.definition is None or before.definition.document not in notes.by_name:
            continue  # an everyday word is not worth ordering
        if before.mentions > _MOST_TIMES * after.mentions or set(analyze(before.name)) & set(analyze(after.name)):
            continue  # the general word of the field, or a part of the other's name: too easy
        reason = clean(seen.quote)
        named = {one.id for one, _, _ in notes.mentions(reason)}
        if not {before.id, after.id} <= named or size(reason) > _LONGEST or points_back(reason) or reason.endswith(":"):
            continue
        asked.add(edge.after)
        first, second = sorted((before.name, after.name), key=str.lower)
        prompt = f"Which comes first, and why: {first} or {second}?"
        points = (before.name, reason)
        answer = f"{before.name}: {reason}"
        yield draft(
            ItemKind.ORDER,
            prompt,
            answer,
            edge.after,
            seen.document,
            seen.span,
            seen.quote,
            points=points,
            gap=f"{edge.before} {edge.after}",
        )
