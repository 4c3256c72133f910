"""The values of the concept graph: concepts, their places in documents, and the relations between them with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan

from graph.model.columns import BY_ATLAS, BY_COURSE, BY_MODEL, BY_USER, IN_DEFINITION, LISTED, REQUIRED, Outline, weight
from graph.text.normal import words
from ingest.model import Span

COURSE = "course:"  # what the notes of the starter course are cited by
ATLAS = "atlas:"  # what the files of the atlas are cited by
SURE = 0.99  # the confidence of a prerequisite that an author states


class Signal(StrEnum):
    """The kinds of evidence, strongest first."""

    REQUIRES = "requires"  # the note's front matter says so
    ATLAS = "atlas"  # the atlas says so, and why
    LINK = "link"  # the note links to the other one
    CUE = "cue"  # the text says so: "builds on", "extends", "requires"
    GENUS = "genus"  # the other is a kind of this one: "X is a Y"
    USE = "use"  # what the text says of the other uses this one: "by", "from", "uses"
    PART = "part"  # a part or step of the other
    DEFINITION = "definition"  # used in the sentence that defines the other
    FORMULA = "formula"  # stands on the right-hand side of the other's formula
    NAME = "name"  # the other's name is a special case of this one
    EXAMPLE = "example"  # the text lists the other as an example, kind or use of this one
    OPENING = "opening"  # used in the first sentences about the other
    NESTING = "nesting"  # the other's section stands inside this one's
    MENTION = "mention"  # used in passages about the other
    REFERENCE = "reference"  # reference distance (RefD)
    ORDER = "order"  # treated earlier in the same document
    CORRECTION = "correction"  # the user says so
    MODEL = "model"  # a language model, asked about the quoted evidence, says so


class Origin(StrEnum):
    """The source of knowledge: the documents, the atlas, the starter course, a correction by the user, or a language model's judgement.

    Graphs of earlier versions have edges from the course; today the order comes from the atlas.
    """

    DOCUMENTS = "documents"
    ATLAS = "atlas"
    COURSE = "course"
    USER = "user"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote (only runs of white space may differ) and its place. Course notes are cited as `course:FILE`."""

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
    `importance` ranks concepts (no unit); `minutes` is the time to learn it: what a note or the atlas states (then `is_timed`), else the
    reading time of what is about it; `about` is sorted best first, `mentioned` in document order. `questions` are the documents' own
    questions about it, best first, each quoted at its place. `worth` is the probability that it should be a step of a path.
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
    questions: tuple[Place, ...] = ()
    is_timed: bool = False
    worth: float = 1.0

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


def reason_of(edge: Prerequisite) -> Evidence | None:
    """The atlas's reason for an edge; None if the atlas does not have the edge."""
    return next((seen for seen in edge.evidence if seen.kind is Signal.ATLAS), None)


def is_explicit(edge: Prerequisite) -> bool:
    """True if a note's front matter states it."""
    return any(evidence.kind is Signal.REQUIRES for evidence in edge.evidence)


@dataclass(frozen=True, slots=True)
class Related:
    """Two concepts that belong together without one needing the other; `strength` in [0, 1], ids in alphabetical order."""

    first: str
    second: str
    strength: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A note on something that was left out of the graph: `text` says what and why, `cycle` is the pair of ids (before, after) that would
    have closed a cycle, `required` a name that a note requires and no document has."""

    text: str
    cycle: tuple[str, str] | None = None
    required: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Graph:
    """Concepts by id in order of importance, acyclic prerequisites, and related pairs.

    `notes` says what was left out: edges that would have closed a cycle, requirements that name no concept. `bare` makes the graph of the
    documents alone; it is None if nothing authored was laid over it. `rejected` holds the pairs (before, after) that the user rejected,
    each with the place of that correction. `contradicted` holds the prerequisites that lost against higher-ranked ones, where the
    documents, the atlas and the user disagree. `moved` maps the ids of concepts that were merged by the atlas to the remaining id.
    A graph from a file holds mappings and sequences that read entries on demand.
    """

    concepts: Mapping[str, Concept] = field(default_factory=dict)
    prerequisites: Sequence[Prerequisite] = ()
    related: Sequence[Related] = ()
    notes: tuple[LeftOut, ...] = ()
    bare: Callable[[], Graph] | None = field(default=None, compare=False)
    rejected: Mapping[tuple[str, str], Evidence] = field(default_factory=dict)
    contradicted: tuple[Prerequisite, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    _outlines: list[Outline] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def outline(self) -> Outline:
        """The same graph as columns, created on first use."""
        if not self._outlines:
            self._outlines.append(_outline(self))
        return self._outlines[0]

    def outlined(self, outline: Outline) -> Graph:
        """This graph with a ready outline."""
        self._outlines[:] = [outline]
        return self

    def without_course(self) -> Graph:
        """The same graph without the atlas and the starter course."""
        return self.bare() if self.bare is not None else self

    def before(self, concept: str) -> tuple[Prerequisite, ...]:
        """The prerequisites of `concept`, by descending confidence."""
        outline = self.outline
        return tuple(self.prerequisites[edge] for edge in outline.sorted_into(outline.number(concept)))

    def after(self, concept: str) -> tuple[Prerequisite, ...]:
        """The prerequisites that have `concept` as their `before`, by descending confidence."""
        outline = self.outline
        return tuple(self.prerequisites[edge] for edge in outline.sorted_out_of(outline.number(concept)))

    def related_to(self, concept: str) -> tuple[Related, ...]:
        """The related pairs with `concept`, strongest first."""
        outline = self.outline
        number = outline.number(concept)
        found = [self.related[at] for at, pair in enumerate(outline.related) if number in pair]
        return tuple(sorted(found, key=lambda pair: (-pair.strength, pair.first, pair.second)))


def _outline(graph: Graph) -> Outline:
    concepts = list(graph.concepts.values())
    numbers = {concept.id: number for number, concept in enumerate(concepts)}
    return Outline(
        ids=[concept.id for concept in concepts],
        labels=[concept.name for concept in concepts],
        names=[normal_names(concept) for concept in concepts],
        importance=[concept.importance for concept in concepts],
        weight=[weight(concept) for concept in concepts],
        minutes=[nan if concept.minutes is None else concept.minutes for concept in concepts],
        before=[numbers[edge.before] for edge in graph.prerequisites],
        after=[numbers[edge.after] for edge in graph.prerequisites],
        confidence=[edge.confidence for edge in graph.prerequisites],
        flags=[flags(edge) for edge in graph.prerequisites],
        related=[[numbers[pair.first], numbers[pair.second]] for pair in graph.related],
    )


def normal_names(concept: Concept) -> list[str]:
    """The normal forms of a concept's names: their words, separated by blanks."""
    return [" ".join(words(name)) for name in concept.names]


_BY = {Origin.COURSE: BY_COURSE, Origin.ATLAS: BY_ATLAS, Origin.USER: BY_USER, Origin.LLM: BY_MODEL}


def flags(edge: Prerequisite) -> int:
    """The flags of an edge in an outline, from its origin and evidence."""
    found = _BY.get(edge.origin, 0)
    for seen in edge.evidence:
        if seen.kind is Signal.REQUIRES:
            found |= REQUIRED
        elif seen.kind is Signal.ATLAS:
            found |= BY_ATLAS | LISTED
        elif seen.kind is Signal.DEFINITION:
            found |= IN_DEFINITION
    return found
