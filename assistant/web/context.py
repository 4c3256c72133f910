"""What every request is answered with."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from assistant.library.library import Library
from assistant.web.jobs import Jobs
from assistant.web.running import Workers


@dataclass(frozen=True, slots=True)
class Context:
    """The library that is served, the threads that it is called in, and the jobs that go on."""

    library: Library
    workers: Workers = field(default_factory=Workers)
    jobs: Jobs = field(default_factory=Jobs)


def context_of(request: Request) -> Context:
    """The context of a request."""
    context: Context = request.app.state.context
    return context
