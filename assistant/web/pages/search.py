"""The page of a search, with the reason for every rank."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from assistant.web.context import context_of
from assistant.web.pages.shared import asked_in, choices, page, query_fields

_SHOWN = 15


async def search(request: Request) -> Response:
    """The best passages for a query."""
    context = context_of(request)
    offered = await context.workers.call(choices, context.library)
    asked = asked_in(query_fields(request), "q")
    found = await context.workers.call(context.library.explain, asked.question, _SHOWN, within=asked.within) if asked.question else None
    results = list(zip(found.hits, found.explanations, strict=True)) if found else []
    title = asked.question or "Search"
    return page("search.html", "/search", title, asked=asked, collections=offered.collections, found=found, results=results)
