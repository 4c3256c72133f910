"""What the log adds up to: the memory of every item, what is put away, buried, flagged and edited, and which concepts are known.

The state is always the replay of the whole log. Adding an event to a state gives the same as replaying the longer log; taking one back
replays what is about the same item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.memory import Memory, Rating, reviewed
from assistant.settings import RETENTION

_STATES = frozenset({Act.REVIEW, Act.SUSPEND, Act.RESUME, Act.BURY, Act.FLAG, Act.EDIT, Act.KNOW})


@dataclass(slots=True)
class Practised:
    """The state, of which the parts are kept by item (or by concept: `known`). `events` is the log without what was taken back."""

    retention: float = RETENTION
    memories: dict[str, Memory] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    buried: dict[str, int] = field(default_factory=dict)
    flagged: dict[str, str] = field(default_factory=dict)
    edited: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    undone: set[str] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """Add the event that comes last in the order of the log, and is no undo."""
        self.events.append(event)
        about, value = event.about, event.value
        match event.act:
            case Act.REVIEW:
                self.memories[about] = reviewed(self.memories.get(about), Rating(value["rating"]), event.day, self.retention)
            case Act.SUSPEND:
                self.suspended.add(about)
            case Act.RESUME:
                self.suspended.discard(about)
                self.buried.pop(about, None)
                self.flagged.pop(about, None)
            case Act.BURY:
                self.buried[about] = event.day
            case Act.FLAG:
                self.flagged[about] = str(value.get("remark", ""))
            case Act.EDIT:
                self.edited[about] = value
            case Act.KNOW if value.get("known", True):
                self.known.add(about)
            case Act.KNOW:
                self.known.discard(about)

    def is_away(self, item: str, day: int) -> bool:
        """True if an item is not to be asked on a study day: suspended, flagged as bad, or buried that day."""
        return item in self.suspended or item in self.flagged or self.buried.get(item, -1) >= day


def replay(log: Iterable[Event], retention: float = RETENTION) -> Practised:
    """The state after a log, in the order of its times; events of a kind that this version does not know change nothing."""
    ordered = in_order(log)
    state = Practised(retention)
    state.undone = {event.about for event in ordered if event.act == Act.UNDO}
    for event in ordered:
        if event.act != Act.UNDO and event.id not in state.undone:
            state.add(event)
    return state


def in_order(log: Iterable[Event]) -> list[Event]:
    """A log in the order of time; what two machines did at the same moment in the order of ids, so that every machine agrees."""
    return sorted(log, key=lambda event: (event.at, event.id))


def last_done(state: Practised) -> Event | None:
    """The last event that an undo takes back."""
    return next((event for event in reversed(state.events) if event.act in _STATES or event.act == Act.REPEAT), None)
