"""Implicit credit: answering a question about a concept exercises its prerequisites, so these may be asked a little later.

Credit flows only along authored edges (the atlas, and requirements of notes), never along mined ones, and can only delay: an answer that
counts as a part `w` of a review of an item lets it wait until `w` of its interval has passed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assistant.practice.items.values import Item
from assistant.practice.keeping.store import load_items
from assistant.practice.schedule.memory import Memory
from assistant.settings import load_settings, settings_file
from assistant.storage.snapshots import Layout
from graph.model.columns import LISTED, REQUIRED
from graph.model.values import Graph
from graph.overlay.parts import part_of

_LEAST = 0.1
"""A smaller part of a review is dropped."""


@dataclass(frozen=True, slots=True)
class Credit:
    """`flows` has the prerequisites of each concept, with the part of a review that an answer counts for.

    `concepts` has the concept of each item.
    """

    flows: Mapping[str, tuple[tuple[str, float], ...]]
    concepts: Mapping[str, str] = field(default_factory=dict)

    def given(self, item: str) -> tuple[tuple[str, float], ...]:
        """The concepts that a good answer to an item gives credit to."""
        return self.flows.get(self.concepts.get(item, ""), ())

    def delayed(self, item: str, memory: Memory, credited: Mapping[str, Mapping[float, int]]) -> int:
        """The due day of an item with credit: never sooner than its memory says."""
        interval = memory.due - memory.last
        days = credited.get(self.concepts.get(item, ""), {})
        return max([memory.due, *(day + round(weight * interval) for weight, day in days.items() if day > memory.last)])


def credit_of(graph: Graph, items: Iterable[Item]) -> Credit:
    """The credit along the authored edges of a graph, direct and indirect, for some items."""
    outline = graph.outline
    direct: dict[int, list[tuple[int, float]]] = {}
    for edge, after in enumerate(outline.after):
        if outline.flags[edge] & (LISTED | REQUIRED):
            weight = part_of(outline.confidence[edge]) if outline.flags[edge] & LISTED else part_of(1.0)
            direct.setdefault(after, []).append((outline.before[edge], weight))
    concepts = {item.id: item.concept for item in items if item.concept}
    wanted = {outline.number(id_): id_ for id_ in set(concepts.values()) if id_ in graph.concepts}
    flows = {}
    for number, id_ in wanted.items():
        best: dict[int, float] = {}
        open_ = [(number, 1.0)]
        while open_:
            at, so_far = open_.pop()
            for before, weight in direct.get(at, ()):
                value = so_far * weight
                if value >= _LEAST and value > best.get(before, 0.0):
                    best[before] = value
                    open_.append((before, value))
        flows[id_] = tuple(
            (wanted[before], round(value, 2)) for before, value in sorted(best.items()) if before in wanted and before != number
        )
    return Credit(flows, concepts)


class Credited(Protocol):
    """The part of a library that credit needs."""

    @property
    def layout(self) -> Layout: ...
    def graph(self, *, course: bool | None = None, everything: bool = False) -> Graph: ...


def chosen_credit(library: Credited) -> Credit | None:
    """The credit of a library, if the user has switched it on."""
    if not settings_file().exists() or not load_settings().credit:
        return None
    return credit_of(library.graph(everything=True), (kept.item for kept in load_items(library.layout)))
