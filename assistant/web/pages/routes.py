"""The pages as routes, the assets, and errors as pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from assistant.errors import UnknownDocument
from assistant.web.errors import NotServed
from assistant.web.pages import ask, chats, concept, gaps, library, path, search, settings, source
from assistant.web.pages.evaluation import runs, sets
from assistant.web.pages.learning import practice, statistics, walk
from assistant.web.pages.shared import page
from assistant.web.rendering.environment import ASSETS
from assistant.web.rendering.links import concept_url, source_url
from graph.errors import UnknownConcept
from ingest.errors import StudyError

_TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


def routes() -> list[Route]:
    """All routes of the pages."""
    get = [
        ("/", ask.start),
        ("/ask", ask.ask),
        ("/search", search.search),
        ("/source/{id}", source.source),
        ("/source/{id}/page/{page:int}.png", source.picture),
        ("/concepts", concept.concepts),
        ("/concept/{id}", concept.concept),
        ("/gaps", gaps.gaps),
        ("/path", path.path),
        ("/path/export", path.export),
        ("/practice", practice.practice),
        ("/practice/statistics", statistics.statistics),
        ("/walk", walk.walks),
        ("/walk/{id}", walk.walk),
        ("/walk/{id}/lacking", walk.lacking),
        ("/chats", chats.chats),
        ("/chats/{name}", chats.chat),
        ("/chats/{name}/export", chats.export),
        ("/library", library.library),
        ("/library/jobs/{number:int}", library.job_page),
        ("/library/jobs/{number:int}/events", library.job_events),
        ("/evaluation", runs.evaluation),
        ("/evaluation/compare", runs.compare),
        ("/evaluation/sets/{name}", sets.question_set),
        ("/evaluation/{name}", runs.run),
        ("/settings", settings.settings),
        ("/settings/backup", settings.backup),
        ("/assets/{name}", asset),
    ]
    post = [
        ("/concept/{id}/correct", concept.correct),
        ("/corrections/add", concept.add),
        ("/corrections/undo", concept.undo),
        ("/practice/undo", practice.undo),
        ("/practice/{id}/check", practice.check),
        ("/practice/{id}/rate", practice.rate),
        ("/practice/{id}/change", practice.change),
        ("/known", path.know),
        ("/walk", walk.begin),
        ("/walk/{id}/insert", walk.insert),
        ("/walk/{id}/{act}", walk.act),
        ("/chats", chats.begin),
        ("/chats/{name}", chats.say),
        ("/chats/{name}/rename", chats.rename),
        ("/chats/{name}/delete", chats.delete),
        ("/evaluation/sets", sets.make),
        ("/evaluation/sets/{name}", sets.put),
        ("/evaluation/sets/{name}/remove", sets.remove),
        ("/evaluation/sets/{name}/delete", sets.delete),
        ("/evaluation/sets/{name}/measure", sets.measure),
        ("/library/files", library.add_files),
        ("/library/folder", library.add_folder),
        ("/library/watch", library.watch),
        ("/library/jobs/{number:int}/stop", library.stop_job),
        ("/library/choose", library.choose),
        ("/library/forget", library.forget),
        ("/settings/model", settings.use_model),
        ("/settings/preferences", settings.prefer),
        ("/settings/models", settings.add_model),
        ("/settings/models/remove", settings.remove_model),
        ("/settings/models/pull", settings.pull_model),
    ]
    return [Route(path, answer) for path, answer in get] + [Route(path, answer, methods=["POST"]) for path, answer in post]


async def asset(request: Request) -> Response:
    """A file of the pages. Its address changes with its content, so that a browser keeps it."""
    name = request.path_params["name"]
    file = {found.name: found for found in ASSETS.iterdir()}.get(name)
    if file is None or file.suffix not in _TYPES:
        raise NotServed("There is nothing here.")
    caching = "public, max-age=31536000, immutable" if request.url.query else "no-cache"
    return Response(file.read_bytes(), media_type=_TYPES[file.suffix], headers={"cache-control": caching})


def error_page(error: StudyError, status: int) -> Response:
    """A page for an error, with suggestions."""
    near: list[tuple[str, str]] = []
    if isinstance(error, UnknownConcept):
        near = [(name, concept_url(name)) for name in error.nearest]
    elif isinstance(error, UnknownDocument):
        near = [(name, source_url(name)) for name in error.nearest]
    heading = "Not found" if status == 404 else "That did not work"
    return page("error.html", "", heading, status, heading=heading, error=error, near=near)
