"""The page of a learning path, as a list and a drawing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from assistant.library.library import Library
from assistant.pages.concept_pages import path_to_html
from assistant.pages.graph_formats import left_out_lines, names_of
from assistant.pages.markdown import path_to_markdown
from assistant.practice.mastery.mastery import Stage
from assistant.web.context import context_of
from assistant.web.pages.shared import first, form_of, go, page, query_fields, suggested
from assistant.web.rendering.drawing import path_drawing
from assistant.web.running import ONE_AT_A_TIME
from graph.queries.paths import BRIEF, LIMIT, LearningPath
from ingest.errors import UsageError

_LIMITS = {"": LIMIT, "brief": BRIEF, "full": None}
_LONGEST = 4_000


async def path(request: Request) -> Response:
    """A path to the concepts in the address; without any, the form."""
    context = context_of(request)
    asked = _asked(request)
    if not asked["to"]:
        offered = await context.workers.call(suggested, context.library)
        return page("path.html", "/path", "Paths", path=None, asked=asked, suggested=offered)
    values = await context.workers.call(_values, context.library, asked)
    return page("path.html", "/path", f"Path to {values['goals'][0]}", asked=asked, **values)


async def export(request: Request) -> Response:
    """The path as a file to keep: Markdown to tick off, or a page that needs nothing else."""
    context = context_of(request)
    found = await context.workers.call(_found, context.library, _asked(request))
    form = request.query_params.get("form")
    kind, text = ("html", path_to_html(found)) if form == "html" else ("md", path_to_markdown(found))
    headers = {"content-disposition": f'attachment; filename="path.{kind}"'}
    return Response(text.encode("utf-8", "replace"), media_type="text/html" if kind == "html" else "text/markdown", headers=headers)


async def know(request: Request) -> Response:
    """Mark a concept as known, and show the path without it."""
    context = context_of(request)
    fields = await form_of(request)
    concept = first(fields, "concept")
    if not concept:
        raise UsageError("Nothing is named that you know.", "Name a concept.")
    await context.workers.write(_known, context.library, concept)
    query = first(fields, "query")
    return go(f"/path?{query}" if query else "/path")


def _known(library: Library, concept: str) -> None:
    with ONE_AT_A_TIME:
        library.practice.know(concept)


def _asked(request: Request) -> dict[str, str]:
    fields = query_fields(request)
    joined = {name: ", ".join(value.strip() for value in fields.get(name, ()) if value.strip()) for name in ("to", "known")}
    asked = {**joined, "minutes": fields.get("minutes", [""])[-1].strip(), "depth": fields.get("depth", [""])[-1]}
    if any(len(value) > _LONGEST for value in asked.values()) or asked["depth"] not in _LIMITS:
        raise UsageError("That is not a path.", "Name the concepts to arrive at.")
    return asked


def _found(library: Library, asked: dict[str, str]) -> LearningPath:
    minutes = None
    if asked["minutes"]:
        try:
            minutes = float(asked["minutes"])
        except ValueError:
            minutes = 0.0
        if not 0 < minutes < 1e6:
            raise UsageError("Minutes are a number above 0.")
    return library.path(_names(asked["to"]), known=_names(asked["known"]), minutes=minutes, limit=_LIMITS[asked["depth"]])


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _values(library: Library, asked: dict[str, str]) -> dict[str, Any]:
    found = _found(library, asked)
    given = {name: value for name, value in asked.items() if value}
    known = _names(asked["known"])
    with ONE_AT_A_TIME:
        mastery = library.mastery()
    known_of = {step.concept.id: mastery[step.concept.id] for step in found.steps if step.concept.id in mastery}
    return {
        "mastery": known_of,
        "begun": sum(one.stage is not Stage.UNSEEN for one in known_of.values()),
        "path": found,
        "goals": names_of(found.graph, found.targets),
        "drawn": path_drawing(found),
        "query": urlencode(given),
        "left_out": left_out_lines(found),
        "known_links": {step.concept.id: urlencode({**given, "known": ", ".join([*known, step.concept.id])}) for step in found.steps},
    }
