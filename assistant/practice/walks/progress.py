"""The progress of walks, read from the log of practice, so that walks survive an ingest and can be merged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.practice.keeping.events import Act, Event
from assistant.practice.walks.values import Did, Progress


def walks_of(events: Iterable[Event]) -> dict[str, Progress]:
    """The walks in progress, by their targets, from a log in order without undone events."""
    walks: dict[str, Progress] = {}
    for event in events:
        if event.act != Act.WALK or event.value.get("did") not in set(Did):
            continue
        did = Did(event.value["did"])
        if did is Did.BEGIN:
            plan = tuple(map(str, event.value.get("steps", ())))
            walks[event.about] = Progress(event.about, plan, event.at, event.at, event.at)
        elif did is Did.END:
            walks.pop(event.about, None)
        elif event.about in walks:
            walks[event.about] = _gone_on(walks[event.about], did, event)
    return walks


def _gone_on(walk: Progress, did: Did, event: Event) -> Progress:
    step = str(event.value.get("step", ""))
    went_on = replace(walk, last=event.at, step_began=event.at)
    match did:
        case Did.LEARNED | Did.KNOWN:
            return replace(went_on, done={**walk.done, step: did})
        case Did.BACK:
            return replace(went_on, done=_without(walk.done, step))
        case Did.INSERT:
            others = [concept for concept in walk.plan if concept != step]
            before = str(event.value.get("before", ""))
            at = others.index(before) if before in others else 0
            plan = (*others[:at], step, *others[at:])
            return replace(went_on, plan=plan, done=_without(walk.done, step), inserted=walk.inserted | {step})
    return walk


def _without(done: Mapping[str, Did], step: str) -> dict[str, Did]:
    return {concept: did for concept, did in done.items() if concept != step}
