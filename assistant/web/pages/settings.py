"""The page of settings: the model for answers, a backup, the health of the installation."""

from __future__ import annotations

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.library.library import Library
from assistant.web.context import context_of
from assistant.web.pages.shared import first, form_of, go, page

_SAID = {"used": "Chosen.", "added": "Added.", "removed": "Removed.", "saved": "Saved."}
_LABELS = {
    "new_per_day": "New questions a day",
    "minutes": "Minutes of a session",
    "retention": "Retention",
    "day_starts": "A day starts at",
    "credit": "Credit for what a concept builds on",
    "course": "Starter course and atlas",
}


async def settings(request: Request) -> Response:
    """The settings."""
    context = context_of(request)
    said = _SAID.get(request.query_params.get("said", ""), "")
    return page("settings.html", "/settings", "Settings", said=said, **await context.workers.call(_values, context.library))


async def use_model(request: Request) -> Response:
    """Choose the model that words answers."""
    context = context_of(request)
    await context.workers.write(context.library.models.use, first(await form_of(request), "name"))
    return go("/settings?said=used")


async def add_model(request: Request) -> Response:
    """Name a model."""
    context = context_of(request)
    fields = await form_of(request)
    await context.workers.write(context.library.models.add, first(fields, "model"), name=first(fields, "name"))
    return go("/settings?said=added")


async def remove_model(request: Request) -> Response:
    """Forget a model."""
    context = context_of(request)
    await context.workers.write(context.library.models.remove, first(await form_of(request), "name"))
    return go("/settings?said=removed")


async def pull_model(request: Request) -> Response:
    """Fetch a model as a background job."""
    from assistant.library.models import Models

    context = context_of(request)
    name = first(await form_of(request), "name")
    job = context.jobs.start(
        f"Fetching {name}",
        lambda progress: Models(progress).pull(name),
        back="/settings",
        stops_with="What arrived is kept: fetch it again to go on from there.",
    )
    return go(f"/library/jobs/{job.number}")


async def prefer(request: Request) -> Response:
    """Change settings by their names. One that is not allowed changes none."""
    context = context_of(request)
    fields = await form_of(request)
    values = {name: first(fields, name) for name in _LABELS if name in fields}
    await context.workers.write(context.library.preferences.set_all, values)
    return go("/settings?said=saved")


async def backup(request: Request) -> Response:
    """Everything that the user made, as one file."""
    context = context_of(request)
    data = await context.workers.write(_backed_up, context.library)
    return Response(data, media_type="application/zip", headers={"content-disposition": 'attachment; filename="study-backup.zip"'})


def _backed_up(library: Library) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "backup.zip"
        library.back_up(file)
        return file.read_bytes()


def _preferences(library: Library) -> list[dict[str, Any]]:
    known = {one.name: one for one in library.preferences.all()}
    return [{"label": label, "is_switch": known[name].value in ("on", "off"), **asdict(known[name])} for name, label in _LABELS.items()]


def _values(library: Library) -> dict[str, Any]:
    offered = library.models.suggestions()
    return {
        "models": library.models.all(),
        "chosen": library.models.chosen,
        "suggested": [(one, one is offered.best) for one in offered.models],
        "cores": offered.cores,
        "preferences": _preferences(library),
        "findings": library.examine(),
    }
