"""Import the cards and reviews of a package into a library."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from assistant.practice.cards.reading import read_package
from assistant.practice.keeping.store import append, load_log, save_items
from assistant.storage.snapshots import Layout
from graph.model.values import Graph
from graph.text.normal import words

_LONGEST_NAME = 4


def import_package(
    layout: Layout, file: Path, graph: Graph, day_of: Callable[[datetime], int], at: datetime, known: Collection[str], *, history: bool
) -> tuple[int, int, int, int, int]:
    """Import a package. Returns the numbers of cards, new ones, reviews, notes without text, and exported cards.

    `known` has the ids of the existing items. Raises BadDeck.
    """
    deck = read_package(file, day_of, _finder(graph))
    there = {event.id for event in load_log(layout)}
    new = [event for event in deck.reviews if event.id not in there] if history else []
    save_items(layout, deck.items, (), "", at)
    append(layout, new)
    return len(deck.items), sum(item.id not in known for item in deck.items), len(new), deck.skipped, deck.own


def _finder(graph: Graph) -> Callable[[str], str]:
    """A function that gives the concept with the longest name in a text, "" without one."""
    by_name = {" ".join(words(label)): id_ for id_, label in zip(graph.outline.ids, graph.outline.labels, strict=True)}

    def concept_of(text: str) -> str:
        said = words(text)
        sizes = range(_LONGEST_NAME, 0, -1)
        spans = (" ".join(said[at : at + size]) for size in sizes for at in range(len(said) - size + 1))
        return next((by_name[name] for name in spans if name in by_name), "")

    return concept_of
