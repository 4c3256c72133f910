"""Find concepts that an entry of the atlas names and requires only through others.

The atlas lists no requirement that is implied by others: the lasso requires ridge regression, and linear regression comes long before that.
But the lasso is defined as a linear regression, so a path to it without linear regression would not explain it. So those ancestors that the
name, the definition or a reason mentions count as close to the concept.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.atlas.values import Atlas, Entry
from graph.concepts.lexicon import find_names
from graph.text.normal import words

_LEAST = 0.5
"""Concepts that more than a share of exp(-0.5) of the atlas builds on are basic, and named in passing nearly everywhere."""


@dataclass(frozen=True, slots=True)
class Named:
    """`after` names `before` in its definition or in a reason: `says` is the sentence and `line` its line. Its own name may contain the
    other's too."""

    before: str
    after: str
    said: str
    line: int
    is_name: bool = False


@lru_cache(maxsize=2)
def all_before(atlas: Atlas) -> Mapping[str, frozenset[str]]:
    """Everything that each entry requires, directly or through others; of alternatives, the first."""
    found: dict[str, frozenset[str]] = {}
    for start in atlas.entries:
        stack = [start]
        while stack:
            id_ = stack[-1]
            needed = [one for one in required(atlas.entries[id_]) if one in atlas.entries]
            missing = [one for one in needed if one not in found]
            if missing and id_ not in found:
                found[id_] = frozenset()  # ends a cycle, which a checked atlas does not have
                stack += missing
            else:
                stack.pop()
                found[id_] = frozenset(needed).union(*(found[one] for one in needed))
    return found


def required(entry: Entry) -> list[str]:
    """The ids that an entry requires; of alternatives, the first."""
    return [*(one.concept for one in entry.requires), *(group[0] for group in entry.choices)]


@lru_cache(maxsize=2)
def named_before(atlas: Atlas) -> tuple[Named, ...]:
    """The ancestors that entries name, each pair once: in the definition, else the name, else a reason.

    Direct requirements count only if the name or the definition has them, since their reasons always do.
    """
    return tuple(_named_before(atlas, all_before(atlas)))


def _named_before(atlas: Atlas, behind: Mapping[str, Collection[str]]) -> Iterator[Named]:
    needed_by = dict.fromkeys(atlas.entries, 0)
    for ids in behind.values():
        for id_ in ids:
            needed_by[id_] += 1
    special = {id_ for id_, count in needed_by.items() if math.log(len(atlas.entries) / max(1, count)) >= _LEAST}
    names = called(atlas)
    parts = {id_: [frozenset(words(name)) for name in entry.names] for id_, entry in atlas.entries.items()}
    for entry in atlas.entries.values():
        direct = set(required(entry))
        seen: set[str] = set()
        for before, said, line, is_name in _mentions(entry, behind[entry.id], names, parts):
            counts = (said is entry.says or is_name) if before in direct else before in special
            if counts and before in behind[entry.id] and before not in seen:
                seen.add(before)
                yield Named(before, entry.id, said, line, is_name)


def called(atlas: Atlas) -> dict[str, str]:
    """The ids of the entries by the words of their names; of several with the same name the first."""
    names = {" ".join(words(name)): entry.id for entry in reversed(list(atlas.entries.values())) for name in reversed(entry.names)}
    names.pop("", None)
    return names


def reaches_ahead(text: str, entry: Entry, behind: Collection[str], names: Mapping[str, str]) -> bool:
    """True if a text about an entry names another one that does not come before it.

    `names` are the ids by the names, as `called` gives them. Learners of the entry could not understand such a text yet.
    """
    return any(id_ != entry.id and id_ not in behind for id_ in _named_in(text, names))


def _mentions(
    entry: Entry, behind: Collection[str], names: Mapping[str, str], parts: Mapping[str, Sequence[frozenset[str]]]
) -> Iterator[tuple[str, str, int, bool]]:
    """The entries named in the definition, the name and the reasons of an entry, each with the text, its line, and whether it is the name.

    `parts` are the words of the names of each entry.
    """
    own = [name for name in parts[entry.id] if len(name) > 1]
    yield from ((before, entry.says, entry.said, False) for before in _named_in(entry.says, names))
    for before in behind:
        if own and any(name < longer for name in parts[before] for longer in own):
            yield before, entry.name, entry.first, True
    for one in entry.requires:
        yield from ((before, one.why, one.line, False) for before in _named_in(one.why, names))


def _named_in(text: str, names: Mapping[str, str]) -> list[str]:
    return [names[" ".join(words(text[start:end]))] for start, end in find_names(text, names)]
