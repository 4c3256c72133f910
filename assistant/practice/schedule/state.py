"""What the log adds up to: the memory of every item, what is put away, buried, flagged and edited, and which concepts are known.

The state is always the replay of the whole log. Adding an event to a state gives the same as replaying the longer log; taking one back
replays what is about the same item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.credit import Credit
from assistant.practice.schedule.memory import Memory, Parameters, Rating, reviewed, usable
from assistant.settings import RETENTION

_STATES = frozenset({Act.REVIEW, Act.SUSPEND, Act.RESUME, Act.BURY, Act.FLAG, Act.EDIT, Act.KNOW, Act.FIT})


@dataclass(slots=True)
class Practised:
    """The state, of which the parts are kept by item (or by concept: `known`, `credited`). `events` is the log without what was taken back.

    `parameters` are those that were fitted last; `credit` says which concepts an answer is credited to, and `credited` on which day that
    was last done with which weight.
    """

    retention: float = RETENTION
    credit: Credit | None = None
    parameters: Parameters = ()
    credited: dict[str, dict[float, int]] = field(default_factory=dict)
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
                self._review(event)
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
            case Act.FIT:
                self._fit(usable(value.get("parameters", ())))

    def due(self, item: str) -> int | None:
        """The study day on which an item is due, None if it was never asked: that of its memory, or later where it was credited."""
        memory = self.memories.get(item)
        if memory is None or self.credit is None:
            return memory.due if memory else None
        return self.credit.delayed(item, memory, self.credited)

    def _review(self, event: Event) -> None:
        about, rating = event.about, Rating(event.value["rating"])
        self.memories[about] = reviewed(self.memories.get(about), rating, event.day, self.retention, self.parameters)
        if self.credit is not None and rating >= Rating.GOOD:
            for concept, weight in self.credit.given(about):
                self.credited.setdefault(concept, {})[weight] = event.day

    def _fit(self, parameters: Parameters) -> None:
        """Take other parameters, which change every memory: all answers are gone through again."""
        if parameters == self.parameters:
            return
        self.parameters = parameters
        self.memories.clear()
        self.credited.clear()
        for event in self.events:
            if event.act == Act.REVIEW:
                self._review(event)

    def is_away(self, item: str, day: int) -> bool:
        """True if an item is not to be asked on a study day: suspended, flagged as bad, or buried that day."""
        return item in self.suspended or item in self.flagged or self.buried.get(item, -1) >= day


def replay(log: Iterable[Event], retention: float = RETENTION, credit: Credit | None = None) -> Practised:
    """The state after a log, in the order of its times; events of a kind that this version does not know change nothing."""
    ordered = in_order(log)
    state = Practised(retention, credit)
    state.undone = {event.about for event in ordered if event.act == Act.UNDO}
    fits = [event for event in ordered if event.act == Act.FIT and event.id not in state.undone]
    if fits:  # the last ones from the beginning, instead of going through all answers once more for each
        state.parameters = usable(fits[-1].value.get("parameters", ()))
    for event in ordered:
        if event.act == Act.FIT and event.id not in state.undone:
            state.events.append(event)
        elif event.act != Act.UNDO and event.id not in state.undone:
            state.add(event)
    return state


def in_order(log: Iterable[Event]) -> list[Event]:
    """A log in the order of time; what two machines did at the same moment in the order of ids, so that every machine agrees."""
    return sorted(log, key=lambda event: (event.at, event.id))


def last_done(state: Practised) -> Event | None:
    """The last event that an undo takes back."""
    return next((event for event in reversed(state.events) if event.act in _STATES or event.act == Act.REPEAT), None)
