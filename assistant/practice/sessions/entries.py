"""Items with their state in practice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.practice.items.values import Item
from assistant.practice.schedule.memory import Memory
from assistant.practice.schedule.state import Practised

STATUSES = ("new", "due", "waiting", "buried", "suspended", "flagged", "retired")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its state in practice: `status` is new, due, waiting, buried, suspended, flagged or retired."""

    item: Item
    status: str
    memory: Memory | None = None


def edited(item: Item, state: Practised) -> Item:
    """An item in the user's own words."""
    value = state.edited.get(item.id)
    if not value:
        return item
    answer = str(value.get("answer", item.answer))
    points = (answer,) if "answer" in value else item.points
    return replace(item, prompt=str(value.get("prompt", item.prompt)), answer=answer, points=points)


def entry_of(item: Item, is_retired: bool, state: Practised, day: int) -> Entry:
    """An item with its state on a study day."""
    memory = state.memories.get(item.id)
    if is_retired:
        status = "retired"
    elif item.id in state.flagged:
        status = "flagged"
    elif item.id in state.suspended:
        status = "suspended"
    elif state.is_away(item.id, day):
        status = "buried"
    else:
        due = state.due(item.id)
        status = "new" if due is None else "due" if due <= day else "waiting"
    due = state.due(item.id)
    return Entry(item, status, memory if memory is None or due is None else replace(memory, due=due))
