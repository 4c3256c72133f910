"""Errors over HTTP: a status for every code, and the body of RFC 9457."""

from __future__ import annotations

from typing import Any

from assistant.errors import (
    Contradiction,
    LibraryBusy,
    LibraryFormat,
    LibraryMissing,
    LibraryReadOnly,
    OutputExists,
    UnknownCollection,
    UnknownConversation,
    UnknownCorrection,
    UnknownDocument,
    UnknownPlace,
    UnreadDocument,
)
from assistant.evaluation.errors import BadEvaluation, RunsNotComparable, UnknownRun
from assistant.practice.errors import NoStep, NothingToPractise, NothingToUndo, NoWalk, UnknownItem
from assistant.web.errors import NotServed, TookTooLong, Unaccepted
from assistant.wording.safe import displayable
from graph.errors import UnknownConcept
from index.errors import BadQuestion, ModelError
from ingest.errors import BadDocument, NothingToIngest, StudyError, UsageError

_STATUSES: tuple[tuple[type[StudyError], int], ...] = (
    (UnknownConcept, 404),
    (UnknownDocument, 404),
    (UnreadDocument, 404),
    (UnknownPlace, 404),
    (UnknownCollection, 404),
    (UnknownConversation, 404),
    (UnknownCorrection, 404),
    (UnknownRun, 404),
    (UnknownItem, 404),
    (NoWalk, 404),
    (NothingToPractise, 404),
    (NothingToUndo, 400),
    (NoStep, 409),
    (LibraryMissing, 404),
    (NotServed, 404),
    (LibraryBusy, 409),
    (Contradiction, 409),
    (OutputExists, 409),
    (RunsNotComparable, 409),
    (LibraryReadOnly, 507),
    (LibraryFormat, 503),
    (ModelError, 503),
    (TookTooLong, 504),
    (BadEvaluation, 422),
    (BadQuestion, 422),
    (BadDocument, 422),
    (NothingToIngest, 422),
    (UsageError, 400),
)


def status_of(error: StudyError) -> int:
    """The HTTP status of an error; 503 for problems of the library itself."""
    if isinstance(error, Unaccepted):
        return error.status
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 503)


def problem(error: StudyError) -> dict[str, Any]:
    """The body of an error response."""
    near = [displayable(str(name)) for name in getattr(error, "nearest", ()) or getattr(error, "known", ())]
    return {
        "type": "about:blank",
        "title": displayable(error.message),
        "status": status_of(error),
        "code": error.code,
        "hint": displayable(error.hint),
        **({"nearest": near} if near else {}),
    }
