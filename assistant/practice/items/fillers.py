"""The test for a second filler: a gap that another sentence of the notes fills differently has two right answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

from assistant.practice.items.notes import Notes
from assistant.practice.items.values import GAP, Item, ItemKind
from graph.text.normal import words
from graph.text.units import Unit
from ingest.text.terms import analyze

_FEWEST = 3
_ALIKE = 0.65
"""The least share of a prompt's words in another sentence that counts as a second filler."""
_LONGEST = 40
_EXACT = frozenset({ItemKind.CLOZE, ItemKind.TERM})


def second_filler(notes: Notes) -> Callable[[Item], bool]:
    """A test for items: True if another sentence matches the prompt, but without the answer."""
    terms = [frozenset(analyze(unit.text)) for unit in notes.corpus.units]
    places: dict[str, list[int]] = defaultdict(list)
    for at, found in enumerate(terms):
        if len(found) <= _LONGEST:
            for term in found:
                places[term].append(at)

    def is_ambiguous(item: Item) -> bool:
        if item.kind not in _EXACT:
            return False
        prompt, other = _asked(item)
        asked = frozenset(analyze(prompt))
        if len(asked) < _FEWEST:
            return False
        shared = Counter(at for term in asked for at in places.get(term, ()))
        near = (at for at, count in shared.items() if count >= _ALIKE * len(asked) and count >= _ALIKE * (len(terms[at]) - 1))
        return any(_fills_otherwise(notes, item, notes.corpus.units[at], other) for at in near)

    return is_ambiguous


def _asked(item: Item) -> tuple[str, str]:
    """The words of a prompt without the gap, and the word that is not the answer where two are to choose from."""
    text, _, choice = item.prompt.removeprefix("Which term: ").replace(GAP, " ").rpartition(" (")
    if not text or " or " not in choice:
        return item.prompt.removeprefix("Which term: ").replace(GAP, " "), ""
    return text, next((word for word in choice.rstrip(")").split(" or ") if word != item.answer), "")


def _fills_otherwise(notes: Notes, item: Item, unit: Unit, other: str) -> bool:
    document = notes.documents[unit.document].name
    if (document == item.document and unit.span.overlaps(item.span)) or words(unit.text) == words(item.quote):
        return False
    said = _spaced(unit.text)
    if other:
        return _spaced(other) in said and _spaced(item.answer) not in said
    if item.kind is ItemKind.TERM and item.concept in notes.graph.concepts:
        return not any(_spaced(name).rstrip() in said for name in notes.graph.concepts[item.concept].names)
    return _spaced(item.answer) not in said


def _spaced(text: str) -> str:
    return f" {' '.join(words(text))} "
