"""The web face as one application."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from assistant.errors import Unexpected
from assistant.library.library import Library
from assistant.web.api import routes as api
from assistant.web.api.problems import status_of
from assistant.web.context import Context
from assistant.web.errors import NotServed
from assistant.web.guards import Guard, Rules
from assistant.web.pages import routes as pages
from assistant.web.protocol import routes as protocol
from assistant.web.protocol.errors import PREFIX, error_response
from assistant.web.running import Workers
from assistant.web.shelf import Shelf
from ingest.errors import StudyError


def create_app(library: Library, rules: Rules, workers: Workers | None = None, beside: Starlette | None = None) -> ASGIApp:
    """The application over a library, behind the rules. Close the library when the server has ended.

    `beside` is another application whose paths are served too, behind the same rules, with the same lifetime.
    """
    inside = Starlette(
        routes=[*api.routes(), *protocol.routes(), *pages.routes(), *(beside.routes if beside else ())],
        lifespan=beside.router.lifespan_context if beside else None,
        exception_handlers={StudyError: _failed, HTTPException: _refused, Exception: _broken},
    )
    # A token gives access to one library, not to all on this machine.
    inside.state.context = Context(library, Shelf(library, others=not rules.token), workers or Workers())
    return Guard(inside, rules)


async def _failed(request: Request, error: Exception) -> Response:
    """The one place where a StudyError is caught."""
    assert isinstance(error, StudyError)
    return _shown(request, error, status_of(error))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said = NotServed("There is nothing here." if error.status_code == 404 else str(error.detail))
    return _shown(request, said, error.status_code)


async def _broken(request: Request, _: Exception) -> Response:
    return _shown(request, Unexpected("Something went wrong that should not.", "The server's output says what."), 500)


def _shown(request: Request, error: StudyError, status: int) -> Response:
    if request.url.path.startswith(f"{api.PREFIX}/"):
        return api.problem_response(error, status)
    if request.url.path.startswith(f"{PREFIX}/"):
        return error_response(error, status)
    return pages.error_page(error, status)
