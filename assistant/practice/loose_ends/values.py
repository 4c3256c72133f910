"""The values of loose ends."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.model import Span


class Loose(StrEnum):
    """The kinds of loose ends."""

    QUESTION = "question"  # a question of the notes without an answer
    TODO = "todo"  # a task that the notes set themselves
    LINK = "link"  # a link to a missing note
    REQUIRED = "required"  # a concept that a note requires, and that no note covers
    UNDEFINED = "undefined"  # a concept that others build on, and that no sentence defines
    WEAK = "weak"  # a concept whose questions are missed or forgotten


@dataclass(frozen=True, slots=True)
class LooseEnd:
    """A loose end: its words, its place (None without one), and its concept, if any.

    `needed_by` counts the concepts of the notes that build on that one, directly or not; `count` is the number of its places or questions.
    """

    kind: Loose
    text: str
    document: str = ""
    span: Span | None = None
    concept: str = ""
    needed_by: int = 0
    count: int = 1
