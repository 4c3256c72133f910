"""The page of gaps and loose ends, each with advice."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.library.library import Library
from assistant.practice.loose_ends.values import Loose
from assistant.web.context import context_of
from assistant.web.pages.shared import page
from assistant.web.running import ONE_AT_A_TIME
from graph.queries.resolve import find_concept

_MOST = 40
_MOST_LOOSE = 15
_LONGEST = 400
_LOOSE = (
    (Loose.WEAK, "You are forgetting"),
    (Loose.REQUIRED, "Required by a note, and covered by none"),
    (Loose.QUESTION, "Your notes ask and do not answer"),
    (Loose.UNDEFINED, "Used and never defined"),
    (Loose.LINK, "Links that lead nowhere"),
    (Loose.TODO, "Still to do"),
)


async def gaps(request: Request) -> Response:
    """What is missing on the way to a concept, or for all concepts of the notes."""
    context = context_of(request)
    to = request.query_params.get("to", "").strip()[:_LONGEST]
    values = await context.workers.call(_values, context.library, to)
    return page("gaps.html", "/concepts", "Gaps", to=to, **values)


def _values(library: Library, to: str) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        found, loose = library.gaps([to] if to else []), library.loose_ends([to] if to else [])
    goal = find_concept(found.graph, to)[0] if to else ""
    groups = [(kind, heading, [one for one in loose if one.kind is kind]) for kind, heading in _LOOSE]
    return {
        "goal": found.graph.concepts[goal].name if goal else "",
        "graph": found.graph,
        "gaps": found.found[:_MOST],
        "more": max(0, len(found.found) - _MOST),
        "loose": [(kind, heading, some[:_MOST_LOOSE], max(0, len(some) - _MOST_LOOSE)) for kind, heading, some in groups if some],
    }
