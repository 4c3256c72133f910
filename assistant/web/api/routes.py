"""The API as routes: parameters in, JSON out, with ETags, problems and a stream for questions."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from assistant.contract.ingest import ingest_to_json
from assistant.library.library import Library
from assistant.web.api import concepts, documents, practice, questions, walks
from assistant.web.api.openapi import openapi
from assistant.web.api.operations import Operation
from assistant.web.api.parameters import read_parameters
from assistant.web.api.problems import problem
from assistant.web.context import Context, context_of
from assistant.wording.safe import escaped_json
from ingest.errors import StudyError, UsageError

PREFIX = "/api/v1"
OPERATIONS: tuple[Operation, ...] = (
    *questions.OPERATIONS,
    *concepts.OPERATIONS,
    *documents.OPERATIONS,
    *practice.OPERATIONS,
    *walks.OPERATIONS,
)
_MOST_FILES = 200


def routes() -> list[Route]:
    """All routes of the API."""
    made = [Route(f"{PREFIX}{_starlette(one.path)}", _endpoint(one), methods=[one.method]) for one in OPERATIONS]
    files = Route(f"{PREFIX}/documents/files", _files, methods=["POST"])
    return [files, *sorted(made, key=lambda route: -len(route.path)), Route(f"{PREFIX}/openapi.json", _openapi)]


def json_response(value: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON as the command line prints it."""
    return Response(json_text(value), status, headers, "application/json")


def json_text(value: Mapping[str, Any]) -> bytes:
    """JSON that is harmless on a terminal, without lone surrogates (invalid bytes of a document), which UTF-8 cannot encode."""
    return escaped_json(json.dumps(value, ensure_ascii=False)).encode("utf-8", "backslashreplace")


def problem_response(error: StudyError, status: int = 0) -> Response:
    """The response to a request that failed; its status is that of the error unless another is named."""
    body = {**problem(error), **({"status": status} if status else {})}
    return Response(json_text(body), body["status"], media_type="application/problem+json")


def event(name: str, value: Mapping[str, Any]) -> bytes:
    """An event of a stream, as server-sent events are written."""
    return b"event: " + name.encode() + b"\ndata: " + json_text(value) + b"\n\n"


def _starlette(path: str) -> str:
    # Ids of authored documents and loose names of concepts may contain slashes.
    return path.replace("{number}", "{number:str}")


def _endpoint(one: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        context = context_of(request)
        values = read_parameters(one.parameters, await _given(request, one))
        if one.path == "/ask":
            if "text/event-stream" in request.headers.get("accept", ""):
                return await _streamed(context, values)
            return json_response(await _asked(context, values))
        if one.method != "GET":
            return json_response(await context.workers.write(one.answer, context.library, values))
        if not one.is_stable:
            return json_response(await context.workers.call(one.answer, context.library, values))
        tag = f'"{await context.workers.call(_version, context.library)}"'
        headers = {"etag": tag, "cache-control": "private, no-cache"}
        if tag in re.split(r",\s*", request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        return json_response(await context.workers.call(one.answer, context.library, values), headers=headers)

    return answer


def _version(library: Library) -> str:
    library.session()  # an empty default library is filled first
    return library.version


async def _given(request: Request, one: Operation) -> dict[str, list[Any]]:
    """The given values of the parameters: from the path, and from the query or, for POST, a JSON body. Raises UsageError."""
    found: dict[str, list[Any]] = {name: [str(value)] for name, value in request.path_params.items()}
    for name, value in request.query_params.multi_items():
        if name != "token":
            found.setdefault(name, []).append(value)
    if one.method != "POST":
        return found
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise UsageError("The body is not JSON.", "Send the parameters as one JSON object.") from None
    if not isinstance(body, dict):
        raise UsageError("The body is not a JSON object.", "Send the parameters as one JSON object.")
    for name, value in body.items():
        if value is not None:
            found[name] = value if isinstance(value, list) else [value]
    return found


async def _asked(context: Context, values: Mapping[str, Any]) -> dict[str, Any]:
    events = []
    async with context.workers.stream(partial(questions.ask_events, context.library, values)) as steps:
        async for step in steps:
            events.append(step)
    return questions.answered(events, explain=values["explain"])


async def _streamed(context: Context, values: Mapping[str, Any]) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        try:
            async with context.workers.stream(partial(questions.ask_events, context.library, values)) as steps:
                async for step in steps:
                    yield event(*questions.event_to_json(step))
        except StudyError as error:
            yield event("error", problem(error))

    return StreamingResponse(parts(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _files(request: Request) -> Response:
    """Store uploaded files in the library's own folder, and read them."""
    context = context_of(request)
    kept = await kept_files(request, context)
    report = await context.workers.write(context.library.ingest, *kept, wait=False)
    return json_response(ingest_to_json(report))


async def kept_files(request: Request, context: Context) -> list[Any]:
    """The files of a form, written into the folder that the library owns. Raises UsageError without a file."""
    from starlette.exceptions import HTTPException

    try:
        form = await request.form(max_files=_MOST_FILES, max_fields=20)
    except HTTPException as error:
        raise UsageError(f"The form cannot be read ({error.detail}).") from error
    try:
        files = [one for _, one in form.multi_items() if isinstance(one, UploadFile) and one.filename]
        if not files:
            raise UsageError("No file was sent.", "Choose at least one.")
        return [await context.workers.write(context.library.keep, one.filename or "", await one.read()) for one in files]
    finally:
        await form.close()


async def _openapi(_: Request) -> Response:
    return JSONResponse(openapi(OPERATIONS, PREFIX))
