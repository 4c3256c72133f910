"""Errors as OpenAI's clients expect them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from assistant.web.api.problems import status_of
from assistant.web.api.routes import json_text
from assistant.wording.safe import displayable
from ingest.errors import StudyError

PREFIX = "/v1"


def error_body(error: StudyError, status: int) -> dict[str, Any]:
    """The body of a response that failed."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": displayable(str(error)), "type": kind, "param": None, "code": error.code}}


def error_response(error: StudyError, status: int = 0) -> Response:
    """The response to a request that failed."""
    status = status or status_of(error)
    return Response(json_text(error_body(error, status)), status, media_type="application/json")
