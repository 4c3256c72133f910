"""The values of a walk: its progress, and the content of a step."""

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
    """The events of a walk in the log."""

    BEGIN = "begin"  # began it, along the concepts `steps`
    LEARNED = "learned"  # went through the step
    KNOWN = "known"  # said that the step is known
    INSERT = "insert"  # put another concept before the step
    BACK = "back"  # took the step up again
    END = "end"  # gave the walk up


class Standing(StrEnum):
    """The state of a step."""

    LEARNED = "learned"
    KNOWN = "known"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a walk: the concepts in order, the outcome of finished ones, and the times of its begin and last event.

    `inserted` holds the concepts that the user inserted. `step_began` is when the present step became the present one.
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
    """The source of an explanation."""

    NOTES = "notes"
    COURSE = "course"
    ATLAS = "atlas"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a step: the blocks and their places. `mode` is "llm" if a model worded it."""

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
    """The present step: its concept and reasons, explanation, reading, and questions.

    `answered` and `missed` count the answers given at this step; `questions` are the remaining ones.
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
    """A concept that may be missing if a step comes too fast, with the reason why the step builds on it.

    `is_behind` is true for a finished step of the walk; `missed` counts the questions about it that were missed last.
    """

    concept: str
    name: str
    reason: Reason
    is_behind: bool
    missed: int
