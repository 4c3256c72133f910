"""Choose the questions of a walk's step, its reasons, and concepts that may be missing before it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from assistant.practice.items.values import RANK, Item
from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.memory import Rating
from assistant.practice.schedule.state import Practised
from assistant.practice.walks.values import Did, Lacking, Progress, Standing, WalkStep
from graph.model.values import Concept, Graph, Place
from graph.queries.paths import Reason
from graph.text.normal import words

QUESTIONS = 3
"""Questions at a step: enough to see whether it was understood, and few enough to go on."""
_MOST_REASONS = 3
_MOST_LACKING = 5


def standings(walk: Progress, graph: Graph, known: Collection[str]) -> list[WalkStep]:
    """The steps of a walk that are in the graph, each with its state; the first open one is the present one.

    Known concepts are skipped, unless the user inserted them. The target always stays a step.
    """
    found: list[WalkStep] = []
    is_now = True
    for concept in dict.fromkeys(graph.moved.get(id_, id_) for id_ in walk.plan):
        if concept not in graph.concepts:
            continue
        did = walk.done.get(concept)
        if did is not None:
            standing = Standing.KNOWN if did is Did.KNOWN else Standing.LEARNED
        elif concept in known and concept != walk.target and concept not in walk.inserted:
            standing = Standing.KNOWN
        else:
            standing = Standing.NOW if is_now else Standing.AHEAD
            is_now = False
        one = graph.concepts[concept]
        found.append(WalkStep(concept, one.name, standing, one.minutes, concept in walk.inserted))
    return found


def reasons(concept: str, steps: Sequence[WalkStep], graph: Graph) -> tuple[Reason, ...]:
    """The reasons for a step: earlier steps that it builds on, else later steps that need it."""
    ids = [step.concept for step in steps]
    at = ids.index(concept)
    builds_on = [Reason(edge.before, edge) for edge in graph.before(concept) if edge.before in ids[:at]]
    needed_for = [Reason(edge.after, edge) for edge in graph.after(concept) if edge.after in ids[at + 1 :]]
    return (*builds_on[:_MOST_REASONS], *needed_for[: max(1, _MOST_REASONS - len(builds_on))])


def asked_at(events: Iterable[Event], items: Collection[str], since: datetime) -> dict[str, Rating]:
    """The last rating of each item that was answered since a moment."""
    acts = (Act.REVIEW, Act.REPEAT)
    return {
        event.about: Rating(event.value["rating"]) for event in events if event.act in acts and event.about in items and event.at > since
    }


def questions(
    concept: Concept, reading: Sequence[Place], behind: Collection[str], items: Iterable[Item], state: Practised, day: int, since: datetime
) -> list[Item]:
    """The items that a step asks, those that were answered at it included: what is new or due about its concept, best kinds first.

    Items that are not due are skipped, except for one if there is nothing else. If there are few, items from its reading that mention it
    are added, if they are about a step `behind` or no concept.
    """
    own: list[Item] = []
    near: list[Item] = []
    names = [" ".join(words(name)) for name in concept.names]
    for item in items:
        if state.is_away(item.id, day):
            continue
        if item.concept == concept.id:
            own.append(item)
        elif (not item.concept or item.concept in behind) and _stands_in(item, reading) and _speaks(item, names):
            near.append(item)
    answered = asked_at(state.events, {item.id for item in (*own, *near)}, since)

    def is_open(item: Item) -> bool:
        due = state.due(item.id)
        return due is None or due <= day or item.id in answered

    def place(item: Item) -> tuple[bool, bool, int, str]:
        return item.id not in answered, item.concept != concept.id, RANK[item.kind], item.id

    ranked = sorted(filter(is_open, (*own, *near)), key=place) or sorted((*own, *near), key=place)[:1]
    chosen: list[Item] = []
    for is_kind_free in (False, True):  # one of each kind first, so that two or three questions are different questions
        for item in ranked:
            is_apart = all((is_kind_free or item.kind is not other.kind) and not is_told_by(item, other) for other in chosen)
            if item not in chosen and (item.id in answered or is_apart):
                chosen.append(item)
    return chosen[: max(QUESTIONS, len(answered))]


def is_told_by(item: Item, other: Item) -> bool:
    """True if two items ask about the same sentence, so that the answer to one has just been shown with the other."""
    return item.document == other.document and item.span.overlaps(other.span)


def _stands_in(item: Item, reading: Sequence[Place]) -> bool:
    return any(place.document == item.document and place.span.covers(item.span) for place in reading)


def _speaks(item: Item, names: Sequence[str]) -> bool:
    said = f" {' '.join(words(f'{item.prompt} {item.answer}'))} "
    return any(f" {name} " in said for name in names if name)


def lacking(
    concept: str, steps: Sequence[WalkStep], graph: Graph, known: Collection[str], items: Mapping[str, Sequence[str]], state: Practised
) -> list[Lacking]:
    """The direct prerequisites of a step that the user may not know, the likeliest first: finished steps with misses, then concepts left
    out of the walk, then other finished steps.

    `items` has the ids of the items of each concept.
    """
    behind = {step.concept for step in steps if step.standing is Standing.LEARNED}
    in_plan = {step.concept for step in steps}
    last = {event.about: Rating(event.value["rating"]) for event in state.events if event.act == Act.REVIEW}
    found: list[Lacking] = []
    for edge in graph.before(concept):
        one = edge.before
        is_behind = one in behind
        if not is_behind and (one in in_plan or one in known):
            continue
        missed = sum(last.get(id_) is Rating.AGAIN for id_ in items.get(one, ()))
        found.append(Lacking(one, graph.concepts[one].name, Reason(one, edge), is_behind, missed))
    found.sort(key=lambda one: (-min(1, one.missed), one.is_behind, -one.reason.edge.confidence, one.concept))
    return found[:_MOST_LACKING]
