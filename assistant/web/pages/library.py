"""The page of the library: its documents, what could not be read, and adding more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assistant.errors import LibraryMissing
from assistant.library.library import Library
from assistant.search.filters import Within
from assistant.sources.sources import source_id
from assistant.web.context import context_of
from assistant.web.errors import NotServed
from assistant.web.jobs import Job
from assistant.web.pages.shared import first, form_of, go, page
from assistant.web.rendering.environment import render
from assistant.web.shelf import COOKIE, library_id
from assistant.wording.counts import counted, held
from ingest.errors import StudyError, UsageError

_SHOWN = 500
_MOST_FILES = 200
_PAUSE = 0.3


async def library(request: Request) -> Response:
    """What the library holds."""
    context = context_of(request)
    named = request.query_params.get("document", "").strip()[:1000]
    values = await context.workers.call(_values, context.library, named)
    values |= {"watched": context.watchers.of(context.library), "running": context.jobs.running, "document": named}
    values |= {"chosen": library_id(context.library.folder), "known": context.shelf.known()}
    return page("library.html", "/library", "Library", **values)


async def add_files(request: Request) -> Response:
    """Upload files, and read them."""
    from starlette.exceptions import HTTPException

    context = context_of(request)
    try:
        form = await request.form(max_files=_MOST_FILES, max_fields=20)
    except HTTPException as error:
        raise UsageError(f"The form cannot be read ({error.detail}).") from error
    try:
        files = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        if not files:
            raise UsageError("No file was chosen.", "Choose at least one.")
        kept = [await context.workers.write(context.library.keep, one.filename or "", await one.read()) for one in files]
        collection = str(form.get("collection") or "").strip()
    finally:
        await form.close()
    job = context.jobs.start(
        f"Reading {counted(len(kept), 'file')}",
        lambda progress: context.library.ingest(*kept, collection=collection or None, progress=progress),
    )
    return go(f"/library/jobs/{job.number}")


async def add_folder(request: Request) -> Response:
    """Read a folder or a file of this machine."""
    context = context_of(request)
    fields = await form_of(request)
    folder, collection = Path(first(fields, "path")).expanduser(), first(fields, "collection")
    if not folder.is_absolute():
        raise UsageError("Name the whole path of the folder, from / or ~ on.")
    job = context.jobs.start(
        f"Reading {folder.name}",
        lambda progress: context.library.ingest(folder, collection=collection or None, progress=progress),
    )
    return go(f"/library/jobs/{job.number}")


async def watch(request: Request) -> Response:
    """Start or stop watching a folder."""
    context = context_of(request)
    fields = await form_of(request)
    path = first(fields, "path")
    if first(fields, "on") != "yes":
        context.watchers.stop(context.library, path)
    elif path in (await context.workers.call(context.library.status)).roots:
        context.watchers.start(context.library, path)
    else:
        raise UsageError(f"{path[:200]!r} was not read yet.", "Read it first.")
    return go("/library")


async def choose(request: Request) -> Response:
    """Show another library in this browser."""
    context = context_of(request)
    id_ = first(await form_of(request), "id")
    if id_ not in context.shelf.known():
        raise UsageError("There is no such library any more.")
    response = go("/library")
    response.set_cookie(COOKIE, id_, httponly=True, samesite="strict")
    return response


async def forget(request: Request) -> Response:
    """Take a document out."""
    context = context_of(request)
    found = await context.workers.call(context.library.source, first(await form_of(request), "id"))
    job = context.jobs.start(f"Forgetting {found.document.name}", lambda _: context.library.forget(found.document.name))
    return go(f"/library/jobs/{job.number}")


async def job_page(request: Request) -> Response:
    """The progress of a background job."""
    job = _job(request)
    return page("job.html", "/library", job.title, **_told(job))


async def job_events(request: Request) -> Response:
    """The same as a stream of events."""
    job = _job(request)

    async def parts() -> AsyncIterator[bytes]:
        seen = -1
        while True:
            is_over = job.is_over
            if job.changes != seen:
                seen = job.changes
                html = render("_job.html", **_told(job)).encode("utf-8", "replace")
                yield b"".join(b"data: " + line + b"\n" for line in html.splitlines() if line.strip()) + b"\n"
            if is_over:
                yield b"event: over\ndata: \n\n"
                return
            await asyncio.sleep(_PAUSE)

    return StreamingResponse(parts(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def stop_job(request: Request) -> Response:
    """Stop a background job that can be stopped."""
    job = _job(request)
    if not job.stops_with:
        raise UsageError("This cannot be stopped.", "Wait until it is done.")
    job.is_stopping = True
    return go(f"/library/jobs/{job.number}")


def _job(request: Request) -> Job:
    job = context_of(request).jobs.get(request.path_params["number"])
    if job is None:
        raise NotServed("There is no such piece of work any more.")
    return job


def _told(job: Job) -> dict[str, Any]:
    from assistant.building.build import IngestReport  # it loads all that reads documents

    report = job.result if isinstance(job.result, IngestReport) else None
    saved = getattr(job.result, "file", None)
    return {"job": job, "report": report, "run": saved.stem if isinstance(saved, Path) else ""}


def _values(library: Library, named: str) -> dict[str, Any]:
    try:
        status = library.status()
    except LibraryMissing:
        return {"status": None, "held": "", "documents": (), "more": 0, "problem": None}
    problem = None
    try:
        records = library.documents(Within(documents=(named,)) if named else Within())
    except StudyError as error:
        problem, records = error, []
    shown = [(source_id(record.name), record, f"{datetime.fromtimestamp(record.modified / 10**9):%Y-%m-%d}") for record in records[:_SHOWN]]
    counts = held(status.documents, status.chunks, status.concepts)
    return {"status": status, "held": counts, "documents": shown, "more": max(0, len(records) - _SHOWN), "problem": problem}
