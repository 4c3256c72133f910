"""The user's corrections to the concept graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.curation.correcting import Made, correct, preview, undo
from assistant.storage.snapshots import Layout
from graph.editing.corrections import Outcome, Verb

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.library.opened import OpenedLibrary


class Corrections:
    """Corrections apply at once, outlive every ingest, and can be taken back. Concepts may be named loosely.

    Each method raises UnknownConcept, and Contradiction if the correction is impossible or contradicts another one; then nothing is
    written.

    >>> library.correct.accept("dot product", "attention")                            # doctest: +SKIP
    >>> library.correct.undo()
    """

    def __init__(self, library: OpenedLibrary) -> None:
        self._library = library

    @property
    def file(self) -> Path:
        """The file that holds the corrections; it may be edited by hand."""
        return Layout(self._library.folder).corrections

    def accept(self, before: str, after: str) -> Made:
        """`before` is learned before `after`, whatever the documents seem to say."""
        return self.make(Verb.ACCEPT, before, after)

    def reject(self, before: str, after: str) -> Made:
        """`before` need not be learned before `after`."""
        return self.make(Verb.REJECT, before, after)

    def merge(self, concept: str, other: str) -> Made:
        """`other` is the same as `concept`, whose name stays."""
        return self.make(Verb.MERGE, concept, other)

    def split(self, concept: str, *names: str) -> Made:
        """`concept` is really several: each name becomes one, with the passages and the evidence that name it."""
        return self.make(Verb.SPLIT, concept, *names)

    def rename(self, concept: str, name: str) -> Made:
        """`concept` is called `name`; it is still found under its old name."""
        return self.make(Verb.RENAME, concept, name)

    def hide(self, concept: str) -> Made:
        """`concept` is not a concept: it is removed from the graph."""
        return self.make(Verb.HIDE, concept)

    def add(self, name: str, *aliases: str, definition: str = "") -> Made:
        """`name` is a concept.

        For an existing concept, add further names or the lines that define it (`definition`, such as `notes.md:12-14`). Its prerequisites
        are read from the documents at the next ingest.
        """
        return self.make(Verb.ADD, name, *aliases, definition=definition)

    def make(self, verb: Verb, *names: str, definition: str = "") -> Made:
        """Make a correction given by its verb as a value."""
        return correct(Layout(self._library.folder), self._library.session().curated, verb, names, definition)

    def preview(self, verb: Verb, *names: str, definition: str = "") -> Made:
        """The changes that a correction would make, without writing it."""
        return preview(self._library.session().curated, verb, names, definition)

    def undo(self, number: int | None = None) -> Made:
        """Take back a correction by its number in `all`, the last one without a number. Raises Contradiction if there is none."""
        return undo(Layout(self._library.folder), self._library.session().curated, number)

    def all(self) -> tuple[Outcome, ...]:
        """Every correction in order, with its outcome."""
        return self._library.session().curated.corrected.outcomes
