"""The JSON of errors."""

from __future__ import annotations

from typing import Any

from ingest.errors import StudyError


def failure_to_json(error: StudyError) -> dict[str, Any]:
    """The members that a failed line of a batch adds to its empty shape: the message with the hint, and the code for programs."""
    return {"error": str(error), "code": error.code}
