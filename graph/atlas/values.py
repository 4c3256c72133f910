"""The values of the atlas: its concepts, their prerequisites and the reasons for these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.model.values import ATLAS as ATLAS
from graph.text.normal import key

WHOLE = 0.5
"""How much of a prerequisite a concept needs if its author does not say."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One concept that another builds on: its id, what of it is used, and how much of it (0 to 1). `line` is its line in the file."""

    concept: str
    why: str
    part: float = WHOLE
    line: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept of the atlas.

    `says` defines it in one sentence; `minutes` is the time to learn it when its prerequisites are known; `goals` begin with a verb.
    `requires` holds the direct prerequisites, `helps` concepts that make it easier, `choices` groups of which one concept suffices. `field`
    is the name of its file without the ending, `first` and `last` its lines there (1-based, inclusive), `said` the line of `says`.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    says: str
    minutes: float
    goals: tuple[str, ...]
    requires: tuple[Requirement, ...] = ()
    helps: tuple[Requirement, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()
    field: str = ""
    first: int = 1
    last: int = 1
    said: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The name, then the aliases."""
        return (self.name, *self.aliases)

    @property
    def file(self) -> str:
        """Its file, as in citations: `atlas:deep-learning.toml`."""
        return f"{ATLAS}{self.field}.toml"

    @property
    def place(self) -> str:
        """Its file and lines, as in citations: `atlas:deep-learning.toml:12-24`."""
        return f"{self.file}:{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name that several concepts share: their ids, and the question that tells them apart. `line` is its line in the file."""

    name: str
    means: tuple[str, ...]
    ask: str
    line: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """All concepts by id, in the order of the files and of the concepts in them. `digest` names this edition.

    An atlas equals only itself, so that results derived from it can be cached.

    `fields` are the titles of the fields by the names of their files. `keys` are the ids by the normal forms of all names and aliases; they
    are computed from the entries if not given.
    """

    entries: Mapping[str, Entry]
    ambiguous: tuple[Ambiguous, ...] = ()
    digest: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.keys:
            object.__setattr__(self, "keys", keys_of(self.entries))

    def named(self, name: str) -> Entry | None:
        """The concept with this id, or with this name in any spelling; None without one."""
        if name in self.entries:
            return self.entries[name]
        found = self.keys.get(key(name))
        return self.entries[found] if found is not None else None


def keys_of(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The ids of entries by the normal forms of their names; names win over aliases, earlier entries over later ones."""
    keys: dict[str, str] = {}
    for entry in entries.values():
        keys.setdefault(key(entry.name), entry.id)
    for entry in entries.values():
        for alias in entry.aliases:
            keys.setdefault(key(alias), entry.id)
    keys.pop("", None)
    return keys
