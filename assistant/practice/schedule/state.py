"""The state after the log: the memory of every item, suspended, buried, flagged and edited items, and known concepts.

The state always equals a replay of the whole log. Adding an event gives the same state as replaying the longer log; an undo replays the
events of the same item.
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
    """The state, with parts by item (or by concept: `known`, `credited`).

    `events` is the log without undone events. `parameters` are those fitted last; `credit` gives the concepts that an answer gives credit
    to, and `credited` the day and the weight of the last credit.
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
        """Add the latest event of the log, which must not be an undo."""
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
        """The study day on which an item is due, None if it was never asked: that of its memory, or later with credit."""
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
        """Use new parameters, which change every memory: all answers are replayed."""
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
    if fits:  # use the last parameters from the beginning, instead of replaying all answers for each fit
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
