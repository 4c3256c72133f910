"""The pages of practice: a question, the typed answer beside the notes' own, and the rating."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from assistant.library.library import Library
from assistant.practice.errors import NothingToPractise
from assistant.practice.grading.grade import Grade
from assistant.practice.items.values import Item
from assistant.practice.schedule.memory import Rating
from assistant.web.context import context_of
from assistant.web.pages.shared import first, form_of, go, page
from assistant.web.running import ONE_AT_A_TIME
from ingest.errors import UsageError

_LONGEST = 400
_CHANGES = ("suspend", "bury", "flag", "edit")


async def practice(request: Request) -> Response:
    """The next question, along the path to a concept if one is named."""
    context = context_of(request)
    to = request.query_params.get("to", "").strip()[:_LONGEST]
    values = await context.workers.write(_next, context.library, to)
    return page("practice.html", "/practice", "Practice", to=to, undone=request.query_params.get("undone") == "1", **values)


async def check(request: Request) -> Response:
    """The typed answer beside the answer of the notes."""
    context = context_of(request)
    fields = await form_of(request)
    answer = first(fields, "answer")
    item, found, name = await context.workers.write(_graded, context.library, request.path_params["id"], answer)
    values: dict[str, Any] = {
        "item": item,
        "name": name,
        "grade": found,
        "answer": answer,
        "ratings": list(Rating),
        "to": first(fields, "to"),
        "walk": first(fields, "walk"),
    }
    here, title = ("/walk", "Walk") if values["walk"] else ("/practice", "Practice")
    return page("practice_answer.html", here, title, heading=title, **values)


async def rate(request: Request) -> Response:
    """Store the rating, and continue."""
    context = context_of(request)
    fields = await form_of(request)
    rating = first(fields, "rating")
    if rating not in {str(int(one)) for one in Rating}:
        raise UsageError(f"{rating[:20]!r} is not a rating.")
    await context.workers.write(_reviewed, context.library, request.path_params["id"], int(rating), first(fields, "answer"))
    walk = first(fields, "walk")
    return go(f"/walk/{quote(walk, safe='')}#questions" if walk else _address(first(fields, "to")))


async def change(request: Request) -> Response:
    """Suspend, bury, flag or reword a question; then show the next one."""
    context = context_of(request)
    fields = await form_of(request)
    given = {name: first(fields, name) for name in ("act", "remark", "prompt", "answer")}
    if given["act"] not in _CHANGES:
        raise UsageError(f"{given['act'][:20]!r} is nothing to do with a question.")
    await context.workers.write(_changed, context.library, request.path_params["id"], given)
    return go(_address(first(fields, "to")))


async def undo(request: Request) -> Response:
    """Take the last answer back."""
    context = context_of(request)
    fields = await form_of(request)
    await context.workers.write(_undone, context.library)
    to = first(fields, "to")
    return go(f"{_address(to)}{'&' if to else '?'}undone=1")


def _changed(library: Library, id_: str, given: dict[str, str]) -> None:
    practice = library.practice
    with ONE_AT_A_TIME:
        match given["act"]:
            case "suspend":
                practice.suspend(id_)
            case "bury":
                practice.bury(id_)
            case "flag":
                practice.flag(id_, given["remark"])
            case _:
                practice.edit(id_, prompt=given["prompt"], answer=given["answer"])


def _address(to: str) -> str:
    return f"/practice?{urlencode({'to': to})}" if to else "/practice"


def _next(library: Library, to: str) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        try:
            session = library.practice.session(to=to or None)
        except NothingToPractise as nothing:
            return {"item": None, "nothing": nothing, "due": 0, "new": 0, "name": ""}
        item = session.next()
        return {"item": item, "nothing": None, "due": session.due, "new": session.new, "name": _named(library, item)}


def _graded(library: Library, id_: str, answer: str) -> tuple[Item, Grade, str]:
    with ONE_AT_A_TIME:
        item = library.practice.item(id_)
        return item, library.practice.grade(id_, answer), _named(library, item)


def _reviewed(library: Library, id_: str, rating: int, answer: str) -> None:
    with ONE_AT_A_TIME:
        library.practice.review(id_, rating, answer=answer)


def _undone(library: Library) -> None:
    with ONE_AT_A_TIME:
        library.practice.undo()


def _named(library: Library, item: Item | None) -> str:
    return library.practice.names().get(item.concept, "") if item is not None and item.concept else ""
