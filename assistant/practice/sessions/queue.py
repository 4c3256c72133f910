"""The order of questions: due items first, the most valuable first, concepts mixed, and no more new ones than wanted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence

from assistant.practice.items.values import RANK, Item
from assistant.practice.keeping.events import Act
from assistant.practice.schedule.state import Practised
from graph.model.values import Graph

_APART = 2
"""The number of items between two about the same concept, if there are enough others."""


def waiting(
    items: Iterable[Item], state: Practised, day: int, *, worth: Mapping[str, float], new: int, order: Sequence[str] | None = None
) -> tuple[list[Item], list[Item]]:
    """The items that are due on a study day, and at most `new` that were never asked, each best first.

    `worth` gives how much depends on a concept. `order` has the concepts of a path: only these are asked about, new ones in that order. A
    concept that the user knows gives no new items.
    """
    wanted = None if order is None else {concept: rank for rank, concept in enumerate(order)}
    open_ = [item for item in items if not state.is_away(item.id, day) and (wanted is None or item.concept in wanted)]
    due = [item for item in open_ if (at := state.due(item.id)) is not None and at <= day]
    due.sort(key=lambda item: (-worth.get(item.concept, 0.0), state.memories[item.id].retrievability(day), item.id))
    fresh = [item for item in open_ if item.id not in state.memories and item.concept not in state.known]
    met = Counter(item.concept for item in open_ if item.id in state.memories)
    turns: Counter[str] = Counter()
    ranked: list[tuple[tuple[float, ...], str, Item]] = []
    for item in sorted(fresh, key=lambda item: (RANK[item.kind], item.id)):
        place = float(wanted[item.concept]) if wanted is not None else -worth.get(item.concept, 0.0)
        turn = met[item.concept] + turns[item.concept]
        turns[item.concept] += 1
        ranked.append(((turn, place, RANK[item.kind]) if item.concept else (turn + 1.0, 0.0, RANK[item.kind]), item.id, item))
    ranked.sort(key=lambda one: one[:2])
    return due, [item for _, _, item in ranked[: max(0, new)]]


def begun_on(state: Practised, day: int) -> int:
    """How many items were asked for the first time on a study day."""
    first: dict[str, int] = {}
    for event in state.events:
        if event.act == Act.REVIEW:
            first.setdefault(event.about, event.day)
    return sum(begun == day for begun in first.values())


def interleaved(items: Sequence[Item]) -> list[Item]:
    """The same items in nearly the same order, those about one concept apart from each other."""
    left = deque(items)
    found: list[Item] = []
    while left:
        recent = {item.concept for item in found[-_APART:] if item.concept}
        at = next((at for at, item in enumerate(left) if item.concept not in recent), 0)
        found.append(left[at])
        del left[at]
    return found


def worth_of(graph: Graph) -> dict[str, float]:
    """How much depends on each concept: the concepts that directly build on it, then its importance in the documents."""
    outline = graph.outline
    unlocks = Counter(outline.before)
    most = max(outline.importance, default=1.0) or 1.0
    return {id_: unlocks[number] + 0.9 * outline.importance[number] / most for number, id_ in enumerate(outline.ids)}
