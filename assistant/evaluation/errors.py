"""The errors of evaluations; `assistant/errors.py` draws the whole tree."""

from __future__ import annotations

from ingest.errors import StudyError


class BadEvaluation(StudyError):
    """An evaluation file is broken; carries the line, 0 for the file as a whole."""

    code = "bad-evaluation"

    def __init__(self, file: str, line: int, reason: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {reason}.", "docs/guide/evaluating.md describes the format.")
        self.file = file
        self.line = line
        self.reason = reason


class UnknownRun(StudyError):
    """No saved evaluation run has that name."""

    code = "unknown-run"


class RunsNotComparable(StudyError):
    """Two evaluation runs have nothing in common that could be compared."""

    code = "runs-not-comparable"
