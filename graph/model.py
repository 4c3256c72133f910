"""The values of the concept graph: concepts, the places they stand at, and the relations between them with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ingest.model import Span


class Signal(StrEnum):
    """What kind of sign a piece of evidence is, strongest claims first."""

    REQUIRES = "requires"  # the note's front matter says so
    LINK = "link"  # the note links to the other one
    CUE = "cue"  # the text says so: "builds on", "extends", "uses"
    DEFINITION = "definition"  # used in the sentence that defines the other
    FORMULA = "formula"  # stands on the right-hand side of the other's formula
    NAME = "name"  # the other's name is a special case of this one
    EXAMPLE = "example"  # the text lists the other as an example, kind or use of this one
    OPENING = "opening"  # used in the first sentences about the other
    NESTING = "nesting"  # the other's section stands inside this one's
    MENTION = "mention"  # used in passages about the other
    REFERENCE = "reference"  # reference distance (RefD)
    ORDER = "order"  # treated earlier in the same document


class Origin(StrEnum):
    """Whose knowledge it is: the user's documents or the starter course."""

    DOCUMENTS = "documents"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote (only runs of white space may differ) and where it stands. Course notes are cited as `course:FILE`."""

    kind: Signal
    document: str
    span: Span
    quote: str
    title: str = ""
    section: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a document that mention a concept or are about it. `weight` in (0, 1] says how much."""

    document: str
    span: Span
    title: str
    section: tuple[str, ...]
    quote: str
    weight: float


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing to learn, with all its names.

    `id` is a readable slug; `aliases` are the other names as written, without `name`; `mentions` counts the places in running text;
    `importance` ranks concepts (no unit); `minutes` is the reading time of what is about it; `about` is sorted best first, `mentioned`
    in document order.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    definition: Place | None = None
    mentions: int = 0
    origin: Origin = Origin.DOCUMENTS
    importance: float = 0.0
    minutes: float | None = None
    about: tuple[Place, ...] = ()
    mentioned: tuple[Place, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The display name, then the aliases."""
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """`before` is learned before `after` (both concept ids). `confidence` in [0, 1]; `evidence` strongest first."""

    before: str
    after: str
    confidence: float
    origin: Origin
    evidence: tuple[Evidence, ...]


def is_explicit(edge: Prerequisite) -> bool:
    """Whether a note's front matter states it."""
    return any(evidence.kind is Signal.REQUIRES for evidence in edge.evidence)


@dataclass(frozen=True, slots=True)
class Related:
    """Two concepts that belong together without one needing the other; `strength` in [0, 1], ids in alphabetical order."""

    first: str
    second: str
    strength: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Concepts by id in order of importance, acyclic prerequisites, and what is merely related.

    `notes` logs what was left out on the way (cycles broken, requirements that name nothing). `bare` is the graph of the documents alone.
    """

    concepts: Mapping[str, Concept] = field(default_factory=dict)
    prerequisites: tuple[Prerequisite, ...] = ()
    related: tuple[Related, ...] = ()
    notes: tuple[str, ...] = ()
    bare: Graph | None = None

    def without_course(self) -> Graph:
        """The same graph with nothing of the starter course in it."""
        return self.bare if self.bare is not None else self

    def before(self, concept: str) -> tuple[Prerequisite, ...]:
        """What is learned directly before `concept`, surest first."""
        found = [edge for edge in self.prerequisites if edge.after == concept]
        return tuple(sorted(found, key=lambda edge: (-edge.confidence, edge.before)))

    def after(self, concept: str) -> tuple[Prerequisite, ...]:
        """What `concept` directly unlocks, surest first."""
        found = [edge for edge in self.prerequisites if edge.before == concept]
        return tuple(sorted(found, key=lambda edge: (-edge.confidence, edge.after)))
