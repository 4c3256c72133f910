"""The pages of concepts: a list, one concept with its neighbourhood, and its corrections."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.library.library import Library
from assistant.web.context import context_of
from assistant.web.pages.shared import first, form_of, go, page
from assistant.web.rendering.drawing import MOST, neighbourhood_drawing
from assistant.web.rendering.links import concept_url
from graph.editing.corrections import Verb
from graph.model.reading import reading
from ingest.errors import UsageError

_LONGEST = 200


async def concepts(request: Request) -> Response:
    """The most important concepts, or those with a name that begins with the typed text; and the corrections."""
    context = context_of(request)
    typed = request.query_params.get("q", "").strip()[:_LONGEST]
    return page("concepts.html", "/concepts", "Concepts", q=typed, **await context.workers.call(_listed, context.library, typed))


async def concept(request: Request) -> Response:
    """One concept."""
    context = context_of(request)
    asked = request.query_params
    values = await context.workers.call(_viewed, context.library, request.path_params["id"], 2 if asked.get("hops") == "2" else 1)
    made = asked.get("made", "")
    number = int(made) if made.isascii() and made.isdigit() and len(made) < 7 else 0
    return page("concept.html", "/concepts", values["view"].concept.name, made=number, undone=asked.get("undone") == "1", **values)


async def correct(request: Request) -> Response:
    """Preview a correction, or make it."""
    context = context_of(request)
    fields = await form_of(request)
    verb, names = _verb(first(fields, "verb")), [name.strip() for name in fields.get("names", [])]
    here = request.path_params["id"]
    if first(fields, "sure"):
        made = await context.workers.write(context.library.correct.make, verb, *names)
        gone = verb is Verb.HIDE
        return go("/concepts" if gone else f"{concept_url(here)}?made={made.number}")
    made = await context.workers.call(context.library.correct.preview, verb, *names)
    return page("correct.html", "/concepts", "Correct the graph", made=made, names=names, concept=here)


async def add(request: Request) -> Response:
    """Add a missing concept, or names and a definition to an existing one."""
    context = context_of(request)
    fields = await form_of(request)
    names = [name for text in fields.get("names", []) for name in text.split(",") if name.strip()]
    definition = first(fields, "definition").strip()
    made = await context.workers.write(context.library.correct.make, Verb.ADD, *names, definition=definition)
    return go(f"{concept_url(made.correction.names[0])}?made={made.number}")


async def undo(request: Request) -> Response:
    """Take a correction back."""
    context = context_of(request)
    fields = await form_of(request)
    number = first(fields, "number")
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise UsageError("A correction is taken back by its number.")
    await context.workers.write(context.library.correct.undo, int(number))
    back = first(fields, "back")
    return go(f"{back}?undone=1" if back.startswith(("/concept/", "/concepts")) else "/concepts")


def _verb(text: str) -> Verb:
    try:
        return Verb(text)
    except ValueError:
        raise UsageError(f"There is no correction {text[:80]!r}.") from None


def _listed(library: Library, typed: str) -> dict[str, Any]:
    graph = library.graph()
    return {
        "found": library.complete(typed),
        "count": len(graph.outline.ids),
        "corrections": library.correct.all() if library.correct.file.exists() else (),
    }


def _viewed(library: Library, name: str, hops: int) -> dict[str, Any]:
    view = library.concept(name)
    around = library.neighbourhood(view.concept.id, hops)
    if len(around.graph.outline.ids) > MOST and hops > 1:
        around, hops = library.neighbourhood(view.concept.id, 1), 1
    return {
        "view": view,
        "hops": hops,
        "is_part": len(around.graph.outline.ids) > MOST,
        "drawn": neighbourhood_drawing(around.graph, view.concept.id),
        "reading": reading(view.concept),
    }
