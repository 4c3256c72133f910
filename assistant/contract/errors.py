"""The JSON of errors."""

from __future__ import annotations

from typing import Any

from ingest.errors import StudyError


def failure_to_json(error: StudyError) -> dict[str, Any]:
    """What a line of a batch that failed has beside its empty shape: what is wrong and what to do, and the code for programs."""
    return {"error": str(error), "code": error.code}
