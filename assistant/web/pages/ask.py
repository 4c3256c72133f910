"""The start page, and questions: answered as a page, or as a stream if the browser can."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assistant.answers.events import Done, Event, Result, Searched, Understood, WordsCame, result_so_far
from assistant.errors import LibraryMissing, UnknownModel
from assistant.library.library import Library
from assistant.web.context import Context, context_of
from assistant.web.pages.shared import Asked, Choices, asked_in, certainty_of, choices, model_of, page, query_fields
from assistant.web.rendering.environment import render
from assistant.web.rendering.links import walk_url
from assistant.web.running import ONE_AT_A_TIME
from assistant.wording.counts import held
from ingest.errors import StudyError

_SHOWN = 8
_MOST_WALKS = 3
Begin = Callable[[], Generator[Event, None, None]]


async def start(request: Request) -> Response:
    """The start page: a question, recent activity, and the most important concepts."""
    context = context_of(request)
    offered = await context.workers.call(choices, context.library)
    values = await context.workers.call(_overview, context.library)
    return page("ask.html", "/", "Ask", asked=Asked(model=offered.chosen), **_offered(offered), result=None, error=None, **values)


async def ask(request: Request) -> Response:
    """The answer to a question."""
    context = context_of(request)
    offered = await context.workers.call(choices, context.library)
    asked = asked_in(query_fields(request), default_model=offered.chosen)
    check_model(asked, offered)
    begin = partial(context.library.stream, asked.question, within=asked.within, model=model_of(asked))
    if is_live(request):
        return streamed(context, begin, has_model=bool(asked.model))
    status, error, result = 200, None, None
    try:
        result, _ = await answered(context, begin)
    except StudyError as failure:
        from assistant.web.api.problems import status_of

        status, error = status_of(failure), failure
    told: dict[str, Any] = answer_values(result) if result else {"citations": {}, "places": {}, "certainty": ""}
    return page("ask.html", "/", asked.question or "Ask", status, asked=asked, **_offered(offered), error=error, result=result, **told)


def check_model(asked: Asked, offered: Choices) -> None:
    """Raise UnknownModel for a model without a name: pages open nothing else."""
    if asked.model and asked.model not in offered.models:
        raise UnknownModel(f"No model is named {asked.model[:80]!r}.", "Add it in the settings.")


def is_live(request: Request) -> bool:
    """True if the page's script asks, which accepts a stream."""
    return "hx-request" in request.headers and "text/event-stream" in request.headers.get("accept", "")


async def answered(context: Context, begin: Begin) -> tuple[Result, str]:
    """The result of a question, and how it was understood in a conversation."""
    understood, result = "", None
    async with context.workers.stream(begin) as steps:
        async for event in steps:
            if isinstance(event, Understood) and event.meant != event.asked:
                understood = event.meant
            elif isinstance(event, Done):
                result = event.result
    assert result is not None
    return result, understood


def answer_values(result: Result) -> dict[str, Any]:
    """Further values for the template of an answer."""
    return {"citations": {one.id: one for one in result.answer.citations}, "places": {}, "certainty": certainty_of(result.answer)}


def streamed(context: Context, begin: Begin, *, has_model: bool, asked: str | None = None) -> Response:
    """The answer as server-sent events, each with everything so far."""

    async def parts() -> AsyncIterator[bytes]:
        if has_model:
            yield _event(_part(asked=asked, busy="Looking for passages …"))
        try:
            async for html in _written(context, begin, asked):
                yield _event(html)
        except StudyError as error:
            yield _event(_part(asked=asked, error=error))

    return StreamingResponse(parts(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _written(context: Context, begin: Begin, asked: str | None) -> AsyncIterator[str]:
    seen: list[Event] = []
    understood = ""
    async with context.workers.stream(begin) as steps:
        async for event in steps:
            seen.append(event)
            match event:
                case Understood() if event.meant != event.asked:
                    understood = event.meant
                case Searched():
                    pass
                case WordsCame(text):
                    so_far = result_so_far(seen)
                    told = answer_values(so_far) if so_far else {}
                    yield _part(asked=asked, understood=understood, result=so_far, unchecked=text, busy="Writing …", **told)
                case Done(result):
                    yield _part(asked=asked, understood=understood, result=result, is_done=True, **answer_values(result))


_EMPTY: dict[str, Any] = {
    "understood": "",
    "unchecked": "",
    "busy": "",
    "certainty": "",
    "result": None,
    "error": None,
    "is_done": False,
    "citations": {},
    "places": {},
}


def _part(**values: Any) -> str:
    given: dict[str, Any] = {
        "understood": "",
        "unchecked": "",
        "result": None,
        "error": None,
        "is_done": False,
        "busy": "",
        "citations": {},
        "places": {},
        "certainty": "",
    }
    return render("_streamed.html", **{**given, **values})


def _event(html: str) -> bytes:
    lines = html.encode("utf-8", "replace").splitlines()
    return b"".join(b"data: " + line + b"\n" for line in lines if line.strip()) + b"\n"


def _offered(offered: Choices) -> dict[str, Any]:
    return {"collections": offered.collections, "models": offered.models}


def _overview(library: Library) -> dict[str, Any]:
    told: dict[str, Any] = {
        "missing": False,
        "held": "",
        "library_name": library.folder.name,
        "recent": (),
        "needed": (),
        "questions": (),
        "walks": (),
    }
    told |= {"citations": {}, "places": {}, "certainty": ""}
    try:
        found = library.statistics(course=False)
        status = library.status()
    except LibraryMissing:
        return {**told, "missing": True}
    needed = [(id_, found.graph.concepts[id_].name, count) for id_, count in found.needed[:_SHOWN]]
    asked = [
        " ".join(found.graph.concepts[id_].questions[0].quote.split()) for id_, _ in found.needed if found.graph.concepts[id_].questions
    ]
    return {
        **told,
        "held": held(status.documents, status.chunks, status.concepts),
        "recent": library.chats()[:3],
        "walks": _walks(library),
        "needed": needed,
        "questions": [text[:200] for text in dict.fromkeys(asked)][:4],
    }


def _walks(library: Library) -> list[tuple[str, str, str]]:
    """The walks that are not at their end: their names, addresses and present steps."""
    if not library.layout.practice.exists():
        return []
    with ONE_AT_A_TIME:
        return [(walk.name, walk_url(walk.target), now.name) for walk in library.walks.all()[:_MOST_WALKS] if (now := walk.now) is not None]
