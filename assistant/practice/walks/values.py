"""The values of a walk: how far it has come, and what one step shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assistant.answers.model import Block, Citation
from assistant.practice.items.values import Item
from graph.model.values import Concept, Graph, Place
from graph.queries.paths import Reason


class Did(StrEnum):
    """What happened on a walk, as the log has it."""

    BEGIN = "begin"  # began it, along the concepts `steps`
    LEARNED = "learned"  # went through the step
    KNOWN = "known"  # said that the step is known
    INSERT = "insert"  # put another concept before the step
    BACK = "back"  # took the step up again
    END = "end"  # gave the walk up


class Standing(StrEnum):
    """How a step stands."""

    LEARNED = "learned"
    KNOWN = "known"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Progress:
    """A walk as the log has it: the concepts in order, what became of those behind, and when it began and went on last.

    `inserted` holds the concepts that the person put in. `step_began` is when the present step became the present one.
    """

    target: str
    plan: tuple[str, ...]
    began: datetime
    last: datetime
    step_began: datetime
    done: Mapping[str, Did] = field(default_factory=dict)
    inserted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WalkStep:
    """A step in the list of a walk."""

    concept: str
    name: str
    standing: Standing
    minutes: float | None
    is_inserted: bool = False


class From(StrEnum):
    """Whose words explain a step."""

    NOTES = "notes"
    COURSE = "course"
    ATLAS = "atlas"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A step explained: the blocks and the places that they are from. `mode` is "llm" where a model worded it."""

    words_of: From
    blocks: tuple[Block, ...] = ()
    citations: tuple[Citation, ...] = ()
    mode: str = "extractive"

    @property
    def text(self) -> str:
        """The explanation as plain text."""
        from assistant.answers.model import sentences_of

        return " ".join(sentence.text for sentence in sentences_of(self.blocks))


@dataclass(frozen=True, slots=True)
class Lesson:
    """The present step: what it is and why it comes now, its explanation, what to read, and what is asked.

    `answered` and `missed` count the answers that were given at this step; `questions` are those that are left.
    """

    number: int
    concept: Concept
    because: tuple[Reason, ...]
    explanation: Explanation
    reading: tuple[Place, ...]
    questions: tuple[Item, ...]
    answered: int
    missed: int
    is_target: bool
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What may be missing where a step comes too fast: a concept with the reason why the step builds on it.

    `is_behind` is true for a step of the walk that is behind; `missed` counts the questions about it that were missed last.
    """

    concept: str
    name: str
    reason: Reason
    is_behind: bool
    missed: int
