"""Find where the answer to a marked question begins and ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.structure.lines import LineKind, TypedLine
from ingest.structure.openings import Opening, Rank
from ingest.structure.questions import FoundQuestion, Strength, is_bare_answer_mark

_SILENT = (LineKind.TODO, LineKind.MARKUP, LineKind.UNDERLINE)
"""Kinds of line that cannot answer a question."""


class AnswerLines(NamedTuple):
    """The indices of the first and the last line that answer a question, and of the last line of its section.

    Reminders below the answer (`TODO: add a figure`) belong to the section, not to the answer.
    """

    first: int
    last: int
    end: int


def find_answer(
    question: FoundQuestion, lines: Sequence[TypedLine], questions: Mapping[int, FoundQuestion], openings: Mapping[int, Opening]
) -> AnswerLines | None:
    """The lines that answer a question. None if nothing follows it, or only a reminder to write the answer."""
    first = last = None
    end = question.last
    folded = lines[question.first].text.startswith(("<summary", "<details"))
    indents = _Indents(question)
    for at in range(question.last + 1, len(lines)):
        line = lines[at]
        if line.kind is LineKind.BLANK:
            indents.apart = True
            continue
        if question.reach is not None and at > question.reach:
            break
        if folded and line.kind is LineKind.MARKUP and line.text.startswith("</details"):
            end = at
            break
        if _is_asked_beside(question, questions.get(at)) or _is_heading(openings.get(at)) or indents.leaves(line):
            break
        end = at
        if line.kind in _SILENT or (first is None and is_bare_answer_mark(line.text)):
            continue
        first = at if first is None else first
        last = at
    return None if first is None or last is None else AnswerLines(first, last, end)


def _is_asked_beside(question: FoundQuestion, other: FoundQuestion | None) -> bool:
    """True if another question is not part of the answer: it is marked as clearly, and not indented below the question."""
    return other is not None and other.strength >= question.strength and other.indent <= question.indent


def _is_heading(opening: Opening | None) -> bool:
    return opening is not None and opening.rank < Rank.QUESTION


class _Indents:
    """Follows the indentation of an answer's text. `apart` says whether a blank line stands before the next line."""

    def __init__(self, question: FoundQuestion) -> None:
        self._question = question
        self._body: int | None = None
        self.apart = False

    def leaves(self, line: TypedLine) -> bool:
        """True if a line is no longer part of the answer, by its indentation. If it is, it counts for the lines after it."""
        base = self._question.indent
        if line.kind in (LineKind.CODE, LineKind.FORMULA):
            self._body = min(line.indent, self._body) if self._body is not None else None
        elif self._body is None:
            if self._question.strength is Strength.BULLET and line.indent <= base:
                return True
            self._body = None if is_bare_answer_mark(line.text) else line.indent
        elif self.apart and line.indent <= base < self._body:
            return True
        self.apart = False
        return False
