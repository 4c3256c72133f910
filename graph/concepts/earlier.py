"""Knowledge about concepts from before the documents are read: earlier ids, and names that the user added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.text.normal import free_slug, key, slug


@dataclass(frozen=True, slots=True)
class Earlier:
    """`ids` are the ids that concepts had, by the keys of their names; `added` the names of concepts that the user added, the main one
    first."""

    ids: Mapping[str, str] = field(default_factory=dict)
    added: Sequence[tuple[str, ...]] = ()

    @classmethod
    def of(cls, ids: Sequence[str], names: Iterable[Iterable[str]], added: Sequence[tuple[str, ...]] = ()) -> Earlier:
        """From an earlier graph: its ids and the normal forms of the names of each, separated by blanks. A name belongs to the first
        concept that has it."""
        found: dict[str, str] = {}
        for id_, several in zip(ids, names, strict=True):
            for name in several:
                found.setdefault(name.replace(" ", ""), id_)
        for name, *_ in added:  # the id that it has since it was added
            found.setdefault(key(name), slug(name))
        return cls(found, added)


NOTHING = Earlier()


def give_ids(named: Sequence[Sequence[str]], earlier: Earlier) -> list[str]:
    """An id for each concept by its names, the main one first: the one that it had under any of its names, else a new one.

    If several concepts had the same id, the one whose main name matches it keeps it, else the first.
    """
    found: list[str | None] = [None] * len(named)
    taken: set[str] = set()
    # An id stays with the main name rather than with an alias.
    for at_most in (1, None):
        for at, names in enumerate(named):
            before = (earlier.ids.get(key(name)) for name in names[:at_most]) if found[at] is None else ()
            id_ = next((id_ for id_ in before if id_ is not None and id_ not in taken), None)
            if id_ is not None:
                found[at] = id_
                taken.add(id_)
    given: list[str] = []
    for id_, names in zip(found, named, strict=True):
        given.append(free_slug(names[0], taken) if id_ is None else id_)
        taken.add(given[-1])
    return given
