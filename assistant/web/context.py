"""The shared objects of all requests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from starlette.requests import Request

from assistant.library.library import Library
from assistant.web.jobs import Jobs
from assistant.web.running import Workers
from assistant.web.shelf import COOKIE, Shelf
from assistant.web.watchers import Watchers


@dataclass(frozen=True, slots=True)
class Context:
    """The library of a request, all libraries of the server, the threads for calls, and background jobs."""

    library: Library
    shelf: Shelf
    workers: Workers = field(default_factory=Workers)
    jobs: Jobs = field(default_factory=Jobs)
    watchers: Watchers = field(default_factory=Watchers)


def context_of(request: Request) -> Context:
    """The context of a request, with the library that this browser chose."""
    context: Context = request.app.state.context
    chosen = request.cookies.get(COOKIE)
    return replace(context, library=context.shelf.library(chosen)) if chosen else context
