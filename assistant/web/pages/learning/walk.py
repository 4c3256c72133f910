"""The pages of walks: a path step by step, with an explanation, free questions, and practice questions."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from assistant.answers.events import Event
from assistant.answers.model import Block, Citation
from assistant.library.library import Library
from assistant.library.walks import Walk
from assistant.practice.walks.values import From, Standing
from assistant.web.context import context_of
from assistant.web.pages.ask import answer_values, answered, check_model, is_live, streamed
from assistant.web.pages.shared import asked_in, choices, first, form_of, go, model_of, page, query_fields, suggested
from assistant.web.rendering.environment import render
from assistant.web.rendering.links import walk_url
from assistant.web.running import ONE_AT_A_TIME
from ingest.errors import UsageError

_WHOSE = {
    From.COURSE: "Your notes have nothing on it; this is the starter course.",
    From.ATLAS: "Your notes have nothing on it; this is the atlas. A note of your own would close the gap.",
    From.NOBODY: "Your notes have nothing to read on it.",
}
_EMPTY: dict[str, Any] = {"result": None, "citations": {}, "places": {}, "certainty": ""}
_ACTS = ("next", "know", "back", "forget")


async def walks(request: Request) -> Response:
    """The walks that are under way, and the form to begin one."""
    context = context_of(request)
    begun = await context.workers.write(_listed, context.library)
    offered = [] if begun else await context.workers.call(suggested, context.library)
    return page("walks.html", "/walk", "Walks", walks=begun, suggested=offered, to=_to(request))


async def begin(request: Request) -> Response:
    """Begin or continue a walk."""
    context = context_of(request)
    to = first(await form_of(request), "to")
    if not to:
        raise UsageError("A walk leads to a concept.", "Name one.")
    return go(walk_url(await context.workers.write(_begun, context.library, to)))


async def walk(request: Request) -> Response:
    """The present step of a walk, with the answer to a question about it if the address holds one."""
    context = context_of(request)
    offered = await context.workers.call(choices, context.library)
    asked = asked_in(query_fields(request), default_model=offered.chosen)
    check_model(asked, offered)
    target = request.path_params["id"]
    if asked.question:
        start = partial(_ask, context.library, target, asked.question, model_of(asked))
        if is_live(request):
            return streamed(context, start, has_model=bool(asked.model))
        result, _ = await answered(context, start)
        told = {"result": result, **answer_values(result)}
    else:
        told = _EMPTY
    values = await context.workers.write(_values, context.library, target)
    return page("walk.html", "/walk", f"Walk to {values['walk_name']}", target=target, asked=asked, **values, **told)


async def act(request: Request) -> Response:
    """Continue a walk: next step, mark as known, go back, or give up."""
    context = context_of(request)
    target, what = request.path_params["id"], request.path_params["act"]
    if what not in _ACTS:
        raise UsageError(f"{what[:20]!r} is not an act of a walk.")
    await context.workers.write(_done, context.library, target, what)
    return go("/walk" if what == "forget" else walk_url(target))


async def lacking(request: Request) -> Response:
    """What may be missing where a step comes too fast."""
    context = context_of(request)
    target = request.path_params["id"]
    values = await context.workers.write(_lacking, context.library, target)
    return page("walk_lacking.html", "/walk", "What do I lack?", target=target, **values)


async def insert(request: Request) -> Response:
    """Put a concept before the present step."""
    context = context_of(request)
    target = request.path_params["id"]
    await context.workers.write(_inserted, context.library, target, first(await form_of(request), "concept"))
    return go(walk_url(target))


def _to(request: Request) -> str:
    return request.query_params.get("to", "").strip()[:400]


def _listed(library: Library) -> list[dict[str, Any]]:
    with ONE_AT_A_TIME:
        found = []
        for one in library.walks.all():
            steps = one.steps()
            behind = sum(step.standing in (Standing.LEARNED, Standing.KNOWN) for step in steps)
            now = next((step.name for step in steps if step.standing is Standing.NOW), "")
            found.append({"name": one.name, "address": walk_url(one.target), "steps": len(steps), "behind": behind, "now": now})
        return found


def _begun(library: Library, to: str) -> str:
    with ONE_AT_A_TIME:
        return library.walks.begin(to).target


def _values(library: Library, target: str) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        found = library.walks.walk(target)
        lesson = found.lesson(model=False)
        cited = {one.id: one for one in lesson.explanation.citations} if lesson else {}
        return {
            "walk_name": found.name,
            "steps": found.steps(),
            "lesson": lesson,
            "explanation": _blocks(lesson.explanation.blocks, cited) if lesson else "",
            "whose": _WHOSE.get(lesson.explanation.words_of, "") if lesson else "",
            "names": library.practice.names(),
            "address": walk_url(target),
        }


def _blocks(blocks: Sequence[Block], cited: Mapping[int, Citation]) -> Markup:
    return Markup(render("_blocks.html", all=blocks, citations=cited, places={}))  # noqa: S704 (a template of our own)


def _ask(library: Library, target: str, question: str, model: Any) -> Generator[Event, None, None]:
    yield from library.walks.walk(target).ask(question, model=model)


def _done(library: Library, target: str, what: str) -> None:
    acts: dict[str, Callable[[Walk], object]] = {"next": Walk.go_on, "know": Walk.know, "back": Walk.back, "forget": Walk.give_up}
    with ONE_AT_A_TIME:
        acts[what](library.walks.walk(target))


def _lacking(library: Library, target: str) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        found = library.walks.walk(target)
        return {"now": found.now, "lacking": found.lacking(), "address": walk_url(target)}


def _inserted(library: Library, target: str, concept: str) -> None:
    with ONE_AT_A_TIME:
        library.walks.walk(target).insert(concept)
