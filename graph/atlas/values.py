"""The values of the atlas: its concepts, what each builds on and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.text.normal import key

WHOLE = 0.5
"""How much of a prerequisite a concept needs where its author does not say."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One concept that another builds on: its id, what of it is used, and how much of it (0 to 1). `line` is where that stands."""

    concept: str
    why: str
    part: float = WHOLE
    line: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept of the atlas.

    `says` defines it in one sentence; `minutes` is the time to learn it when its prerequisites are known; `goals` begin with a verb.
    `requires` holds the direct prerequisites, `helps` what makes it easier, `choices` groups of which one concept suffices.
    `field` is the name of its file without the ending, `first` and `last` its lines there (1-based, inclusive), `said` the line of `says`.
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


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name that several concepts share: their ids, and the question that tells them apart."""

    name: str
    means: tuple[str, ...]
    ask: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """All concepts by id, in the order of the files and of the concepts in them. `digest` names this edition."""

    entries: Mapping[str, Entry]
    ambiguous: tuple[Ambiguous, ...] = ()
    digest: str = ""

    def named(self, name: str) -> Entry | None:
        """The concept that bears a name, spelled loosely; None if there is none or several share it."""
        wanted = key(name)
        return next((entry for entry in self.entries.values() if any(key(own) == wanted for own in entry.names)), None)
