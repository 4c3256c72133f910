"""Queries to the atlas: a concept by name, concepts by words, statistics."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from graph.atlas.order import depths, direct, learning_order
from graph.atlas.values import Atlas, Entry, Requirement
from graph.errors import AmbiguousConcept, UnknownEntry
from graph.text.normal import STOP, key, words
from ingest.text.nearest import nearest_names

_IN_NAME, _IN_ALIAS, _IN_TEXT = 4.0, 3.0, 1.0
_WHOLE_NAME = 100.0
_LEAST_FOR_PREFIX = 3
_LEAST_ALIKE = 75
"""In percent of common letters: of more than a thousand names many are somewhat like any word."""


@dataclass(frozen=True, slots=True)
class Link:
    """A concept linked to another, and what one uses of the other."""

    entry: Entry
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class EntryView:
    """One concept with its neighbours: what it builds on, what helps to learn it, alternatives, and what builds on it."""

    entry: Entry
    requires: tuple[Link, ...]
    helps: tuple[Link, ...]
    choices: tuple[tuple[Entry, ...], ...]
    unlocks: tuple[Link, ...]
    before: int
    minutes: float


@dataclass(frozen=True, slots=True)
class FieldSize:
    """How large a field is: its concepts, their prerequisites, and how many of these lie in other fields."""

    title: str
    concepts: int
    prerequisites: int
    from_others: int


@dataclass(frozen=True, slots=True)
class AtlasStatistics:
    """The atlas in numbers. `longest` is a chain of prerequisites that is as deep as the atlas, `needed` what most concepts build on."""

    digest: str
    concepts: int
    prerequisites: int
    names: int
    goals: int
    hours: float
    across: int
    roots: tuple[str, ...]
    fields: Mapping[str, FieldSize]
    depth: int
    longest: tuple[str, ...]
    needed: tuple[tuple[str, int], ...]


def find_entry(atlas: Atlas, name: str) -> Entry:
    """The concept with this id or name. Raises AmbiguousConcept for a name that several share, UnknownEntry with the nearest names."""
    found = atlas.named(name)
    if found is not None:
        return found
    wanted = key(name)
    for term in atlas.ambiguous:
        if key(term.name) == wanted:
            raise AmbiguousConcept(name, term.ask, term.means)
    raise UnknownEntry(name, nearest_entries(atlas, name))


def nearest_entries(atlas: Atlas, name: str) -> list[str]:
    """The names in the atlas that a misspelt name may mean, the most alike first."""
    by_name = {spelled: entry.id for entry in atlas.entries.values() for spelled in entry.names}
    nearest = {by_name[spelled]: spelled for spelled in reversed(nearest_names(name, list(by_name), _LEAST_ALIKE))}
    return [_called(atlas.entries[id_], spelled) for id_, spelled in reversed(nearest.items())]


def _called(entry: Entry, spelled: str) -> str:
    """The matching name of an entry, with the entry's display name if that differs."""
    return entry.name if spelled == entry.name else f"{spelled} ({entry.name})"


def view_entry(atlas: Atlas, name: str) -> EntryView:
    """A concept by name with its neighbours. Raises the errors of `find_entry`."""
    entry, entries = find_entry(atlas, name), atlas.entries
    order = learning_order(entries, entry.id)
    return EntryView(
        entry,
        tuple(Link(entries[one.concept], one) for one in entry.requires if one.concept in entries),
        tuple(Link(entries[one.concept], one) for one in entry.helps if one.concept in entries),
        tuple(tuple(entries[one] for one in group if one in entries) for group in entry.choices),
        tuple(_unlocked(entries, entry.id)),
        len(order) - 1,
        sum(entries[id_].minutes for id_ in order),
    )


def _unlocked(entries: Mapping[str, Entry], id_: str) -> list[Link]:
    found = []
    for after in entries.values():
        for one in after.requires:
            if one.concept == id_:
                found.append(Link(after, one))
        if any(id_ in group for group in after.choices):
            found.append(Link(after, Requirement(id_, "one of several that suffice", line=after.first)))
    return found


def search_entries(atlas: Atlas, text: str, most: int) -> list[Entry]:
    """The concepts that the words of a text fit best, names before definitions; at least half of the words have to be found.

    A word that few concepts have counts more (the logarithm of one over their share).
    """
    wanted = [word for word in words(text) if word not in STOP]
    named = atlas.keys.get(key(text))
    if not wanted:
        return [atlas.entries[named]] if named else []
    fits = {entry.id: [_fit(word, entry) for word in wanted] for entry in _vocabulary(atlas)}
    having = [sum(1 for fit in fits.values() if fit[at]) for at in range(len(wanted))]
    weights = [math.log(1 + len(fits) / count) if count else 0.0 for count in having]
    scores: dict[str, float] = {}
    for id_, fit in fits.items():
        if id_ == named or 2 * sum(map(bool, fit)) >= len(wanted):
            score = sum(one * weight for one, weight in zip(fit, weights, strict=True))
            scores[id_] = score + _WHOLE_NAME * (id_ == named) - len(words(atlas.entries[id_].name)) / 100
    best = sorted(scores, key=lambda id_: (-scores[id_], id_))[:most]
    return [atlas.entries[id_] for id_ in best]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of an entry: of its name, its aliases and its text; `named` has those of the names, each after a line break."""

    id: str
    name: frozenset[str]
    aliases: frozenset[str]
    text: frozenset[str]
    named: str


@lru_cache(maxsize=2)
def _vocabulary(atlas: Atlas) -> tuple[_Words, ...]:
    found = []
    for entry in atlas.entries.values():
        name, aliases, text = map(_words_of, ((entry.name, entry.id), entry.aliases, (entry.says, *entry.goals)))
        found.append(_Words(entry.id, name, aliases, text, "".join(f"\n{word}" for word in name | aliases)))
    return tuple(found)


def _words_of(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for text in texts for word in words(text))


def _fit(word: str, entry: _Words) -> float:
    """How well a word fits a concept; 0 if it is nowhere in it."""
    if word in entry.name:
        return _IN_NAME
    if word in entry.aliases:
        return _IN_ALIAS
    if word in entry.text:
        return _IN_TEXT
    return _IN_TEXT / 2 if len(word) >= _LEAST_FOR_PREFIX and f"\n{word}" in entry.named else 0.0


def atlas_statistics(atlas: Atlas) -> AtlasStatistics:
    """The size of an atlas."""
    entries = atlas.entries
    edges = [(before, entry.id) for entry in entries.values() for before in direct(entry) if before in entries]
    across = [after for before, after in edges if entries[before].field != entries[after].field]
    deep = depths(entries)
    sizes = {
        name: FieldSize(
            title,
            sum(entry.field == name for entry in entries.values()),
            sum(entries[after].field == name for _, after in edges),
            sum(entries[after].field == name for after in across),
        )
        for name, title in atlas.fields.items()
    }
    needed = Counter(before for before, _ in edges).most_common(10)
    return AtlasStatistics(
        digest=atlas.digest,
        concepts=len(entries),
        prerequisites=len(edges),
        names=sum(len(entry.names) for entry in entries.values()),
        goals=sum(len(entry.goals) for entry in entries.values()),
        hours=sum(entry.minutes for entry in entries.values()) / 60,
        across=len(across),
        roots=tuple(id_ for id_ in entries if not direct(entries[id_])),
        fields=sizes,
        depth=max(deep.values(), default=0),
        longest=_longest(entries, deep),
        needed=tuple(needed),
    )


def _longest(entries: Mapping[str, Entry], deep: Mapping[str, int]) -> tuple[str, ...]:
    """A deepest chain, the root first."""
    if not deep:
        return ()
    chain = [max(deep, key=lambda id_: deep[id_])]
    while deep[chain[-1]]:
        chain.append(max((one for one in direct(entries[chain[-1]]) if one in deep), key=lambda id_: deep[id_]))
    return tuple(reversed(chain))
