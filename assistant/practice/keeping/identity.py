"""Match items after the notes have changed: by key, else by the common words of their sources.

Ids depend on the content, not on library, file or line, so a moved or renamed note keeps its items. An edited sentence keeps them while at
least half of its words stay in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.practice.items.values import Item, ItemKind
from graph.text.normal import words

_STAYED = 0.5


@dataclass(frozen=True, slots=True)
class Carried:
    """The current items with their ids, and the ids of items whose source is gone."""

    present: tuple[Item, ...]
    gone: tuple[str, ...]


def carried_over(made: Sequence[Item], kept: Iterable[Item]) -> Carried:
    """Give new items the ids of the old ones that they continue.

    Cards from other programs and items of a model are not made from the notes, so they stay unchanged.
    """
    old = [item for item in kept if item.kind not in (ItemKind.CARD, ItemKind.WRITTEN)]
    by_key = {item.key: item for item in old}
    named: dict[int, str] = {at: by_key[item.key].id for at, item in enumerate(made) if item.key in by_key}
    taken = set(named.values())
    waiting: dict[ItemKind, list[Item]] = defaultdict(list)
    for item in old:
        if item.id not in taken:
            waiting[item.kind].append(item)
    pairs = sorted(_pairs(made, named, waiting), key=lambda pair: (-pair[0], pair[1], pair[2]))
    for _, at, id_ in pairs:
        if at not in named and id_ not in taken:
            named[at] = id_
            taken.add(id_)
    # If a key's id went to an edited sentence, it needs a new id.
    present = []
    for at, item in enumerate(made):
        id_ = named.get(at, item.key)
        while at not in named and id_ in taken:
            id_ += "x"
        taken.add(id_)
        present.append(item.called(id_))
    used = {item.id for item in present}
    return Carried(tuple(present), tuple(item.id for item in old if item.id not in used))


def _pairs(made: Sequence[Item], named: dict[int, str], waiting: dict[ItemKind, list[Item]]) -> Iterable[tuple[float, int, str]]:
    """The common share of the sources of every old and every new item, if it is at least half."""
    if not any(waiting.values()):
        return
    said = {item.id: words(item.quote) for items in waiting.values() for item in items}
    for at, item in enumerate(made):
        if at in named or not waiting[item.kind]:
            continue
        new = words(item.quote)
        letters = set(new)
        for old in waiting[item.kind]:
            share = stayed(said[old.id], new, letters)
            # An item with another concept or answer is a different question, unless nearly the whole sentence is the same.
            if share >= _STAYED and (item.concept == old.concept or share >= 1 - _STAYED / 2):
                yield share, at, old.id


def stayed(before: Sequence[str], after: Sequence[str], there: set[str] | None = None) -> float:
    """The share of the words of a text that are in another one in the same order."""
    if not before:
        return 0.0
    there = set(after) if there is None else there
    if sum(word in there for word in before) < _STAYED * len(before):
        return 0.0
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(before)
