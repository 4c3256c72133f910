"""What the readers of markup languages share: one pass over the lines of a file that gives every line its kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from ingest.model import Document, FrontMatter
from ingest.readers.documents import document_of_lines
from ingest.structure.lines import BLANK, LineKind, TypedLine
from ingest.structure.questions import FoundQuestion, Strength
from ingest.structure.structure import Marks, structure_of

_SAYS = (LineKind.TEXT, LineKind.ITEM, LineKind.FORMULA)
"""The kinds of line that are the text of an exercise."""
_LONGEST_QUESTION = 400
"""Characters of an exercise that become the text of the question. Its lines are quoted in full wherever it is shown."""
_SPACED = (LineKind.CODE, LineKind.FORMULA)
"""The kinds whose blank lines belong to them."""


class MarkupReader(ABC):
    """Reads one file. `marks` starts as blank lines; `read` fills it.

    `lines` are the lines as the rules see them, `raw` the unchanged lines of the file. `title` is the title that the file declares, `body`
    the number of lines before its text begins. `front_matter` has its aliases and tags. `exercise` is the last exercise, until its answer,
    or the next exercise, is found.
    """

    def __init__(self, raw: Sequence[str]) -> None:
        self.raw = tuple(raw)
        self.lines: Sequence[str] = self.raw
        self.marks = Marks([BLANK] * len(self.raw))
        self.title: str | None = None
        self.body = 0
        self.front_matter = FrontMatter()
        self.exercise: FoundQuestion | None = None
        self._unclosed: set[str] = set()

    @abstractmethod
    def read(self) -> None:
        """Give every line its kind, and find the title and the exercises."""

    def document(self, name: str, digest: str) -> Document:
        """The document of the file."""
        self.read()
        self.keep_exercise()
        structure = structure_of(self.raw, self.marks, title=self.title)
        return document_of_lines(name, digest, self.raw, structure, title=self.title, front_matter=self.front_matter, skip=self.body)

    def put(self, at: int, line: TypedLine) -> int:
        """Set the line at an index. Returns the next index, as every method does that reads lines."""
        self.marks.lines[at] = line
        return at + 1

    def markup(self, at: int) -> int:
        """Mark the line at an index as markup, which is not text."""
        text = self.lines[at].strip()
        return self.put(at, TypedLine(LineKind.MARKUP, 0, text) if text else BLANK)

    def run(self, first: int, end: int, kind: LineKind) -> int:
        """Give the lines from `first` up to `end` (exclusive) one kind."""
        blank = TypedLine(kind, 0, "") if kind in _SPACED else BLANK
        for at in range(first, end):
            raw = self.lines[at]
            text = raw.strip()
            self.put(at, TypedLine(kind, len(raw) - len(raw.lstrip()), text) if text else blank)
        return end

    def closing(self, sign: str, first: int, closes: Callable[[str], object]) -> int | None:
        """The index of the first line from `first` on that closes what `sign` opened, or None if none does.

        A sign that is never closed is remembered, so that a file with many of them is not searched again for each.
        """
        if sign in self._unclosed:
            return None
        found = next((at for at in range(first, len(self.lines)) if closes(self.lines[at])), None)
        if found is None:
            self._unclosed.add(sign)
        return found

    def take_exercise(self, first: int, end: int) -> None:
        """Take the lines from `first` up to `end` (exclusive) as an exercise, unless they hold one that is kept already."""
        said = [at for at in range(first, end) if self.marks.lines[at].kind in _SAYS]
        self.exercise = None
        if said and not any(at in self.marks.questions for at in said):
            text = " ".join(self.marks.lines[at].text for at in said)[:_LONGEST_QUESTION]
            self.exercise = FoundQuestion(said[0], said[-1], text, 0, Strength.NAMED_AND_NUMBERED, said[-1])

    def keep_exercise(self, reach: int | None = None) -> None:
        """Keep the last exercise as a question. Its answer ends at the line `reach`; without `reach` it has no answer."""
        if self.exercise is None:
            return
        exercise, self.exercise = self.exercise, None
        self.marks.questions[exercise.first] = exercise if reach is None else exercise._replace(reach=reach)
