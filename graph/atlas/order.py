"""What comes before a concept of the atlas: its ancestors, their order, and how deep the atlas is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.atlas.values import Entry


def direct(entry: Entry) -> tuple[str, ...]:
    """The ids of what a concept builds on directly, the alternatives of its groups included, in the order of the file."""
    return tuple(dict.fromkeys([one.concept for one in entry.requires] + [one for group in entry.choices for one in group]))


def learning_order(entries: Mapping[str, Entry], target: str) -> list[str]:
    """The target and everything that it builds on, every concept after its own prerequisites, each chain in one piece.

    Of equally good alternatives the first is taken. Prerequisites that the atlas lacks are left out.
    """
    order: list[str] = []
    seen = {target}
    stack: list[tuple[str, Iterator[str]]] = [(target, _needed(entries, target))]
    while stack:
        concept, rest = stack[-1]
        before = next(rest, None)
        if before is None:
            order.append(concept)
            stack.pop()
        elif before not in seen:
            seen.add(before)
            stack.append((before, _needed(entries, before)))
    return order


def _needed(entries: Mapping[str, Entry], concept: str) -> Iterator[str]:
    entry = entries[concept]
    needed = dict.fromkeys([one.concept for one in entry.requires] + [group[0] for group in entry.choices])
    return iter([one for one in needed if one in entries])


def cycles(entries: Mapping[str, Entry]) -> list[tuple[str, ...]]:
    """Circles of prerequisites, each written so that every concept needs the next one and the last needs the first."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in entries:
        if start in done:
            continue
        path = [start]
        on_path = {start}
        stack = [iter(direct(entries[start]))]
        while stack:
            before = next(stack[-1], None)
            if before is None:
                stack.pop()
                done.add(path[-1])
                on_path.discard(path.pop())
            elif before in on_path:
                found.append(tuple(path[path.index(before) :]))
            elif before not in done and before in entries:
                path.append(before)
                on_path.add(before)
                stack.append(iter(direct(entries[before])))
    return found


def certain_ancestors(entries: Mapping[str, Entry]) -> dict[str, frozenset[str]]:
    """For each concept, what everyone who knows it must have learned: of alternatives, only what all of them build on. No cycle may be
    left."""
    found: dict[str, frozenset[str]] = {}
    for start in entries:
        for concept in _after_its_prerequisites(entries, start, found):
            entry = entries[concept]
            own = {one.concept for one in entry.requires if one.concept in entries}
            behind = own.union(*(found[one] for one in own))
            for group in entry.choices:
                known = [found[one] | {one} for one in group if one in entries]
                behind |= frozenset.intersection(*known) if known else frozenset()
            found[concept] = frozenset(behind)
    return found


def _after_its_prerequisites(entries: Mapping[str, Entry], start: str, done: Mapping[str, object]) -> Iterator[str]:
    """A concept and what it builds on, without the concepts in `done`, prerequisites first."""
    stack = [start]
    while stack:
        concept = stack[-1]
        missing = [one for one in direct(entries[concept]) if one in entries and one not in done] if concept not in done else []
        if missing:
            stack += missing
            continue
        stack.pop()
        if concept not in done:
            yield concept


def depths(entries: Mapping[str, Entry]) -> dict[str, int]:
    """For each concept, the length of the longest chain of prerequisites below it; 0 for a root. No cycle may be left."""
    found: dict[str, int] = {}
    for start in entries:
        for concept in _after_its_prerequisites(entries, start, found):
            found[concept] = max((found[one] + 1 for one in direct(entries[concept]) if one in entries), default=0)
    return found
