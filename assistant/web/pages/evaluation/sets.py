"""The pages of sets of questions: draft one from the notes, correct it, measure with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from assistant.errors import UnknownDocument
from assistant.library.library import Library
from assistant.progress import Progress
from assistant.search.filters import Within
from assistant.sources.sources import source_id
from assistant.web.context import context_of
from assistant.web.pages.shared import first, form_of, go, page
from ingest.errors import StudyError, UsageError

if TYPE_CHECKING:
    from assistant.evaluation.answers.answers import SavedAnswers
    from assistant.evaluation.retrieval.retrieval import RetrievalRun

_SHOWN = 300
_FIELDS = ("id", "question", "gold", "points", "answer")


async def question_set(request: Request) -> Response:
    """The questions of a set, each with the places of its answer, and a form for one of them."""
    context, name = context_of(request), request.path_params["name"]
    edited = request.query_params.get("edit", "")
    values = await context.workers.call(_values, context.library, name, edited)
    return page("set.html", "/evaluation", name, name=name, address=_address(name), **values)


async def make(request: Request) -> Response:
    """Draft a new set from the notes."""
    context = context_of(request)
    name = first(await form_of(request), "name")
    await context.workers.write(context.library.evaluate.sets.draft, name)
    return go(_address(name))


async def put(request: Request) -> Response:
    """Add a question, or correct one."""
    context, name = context_of(request), request.path_params["name"]
    fields = await form_of(request)
    await context.workers.write(_put, context.library, name, {key: first(fields, key) for key in _FIELDS})
    return go(_address(name))


async def remove(request: Request) -> Response:
    """Take a question out."""
    context, name = context_of(request), request.path_params["name"]
    await context.workers.write(context.library.evaluate.sets.remove, name, first(await form_of(request), "id"))
    return go(_address(name))


async def delete(request: Request) -> Response:
    """Delete a set."""
    context, name = context_of(request), request.path_params["name"]
    await context.workers.write(context.library.evaluate.sets.delete, name)
    return go("/evaluation")


async def measure(request: Request) -> Response:
    """Measure search or answers with a set, as a background job."""
    context, name = context_of(request), request.path_params["name"]
    what = first(await form_of(request), "what")
    evaluate = context.library.evaluate
    file = evaluate.sets.file(name)
    if what not in ("search", "answers"):
        raise UsageError("A set measures search or answers.")

    def work(progress: Progress) -> RetrievalRun | SavedAnswers:
        return evaluate.retrieval(file, progress=progress) if what == "search" else evaluate.answers(file, progress=progress)

    job = context.jobs.start(f"Measuring {what} with {name}", work, back=_address(name))
    return go(f"/library/jobs/{job.number}")


def _address(name: str) -> str:
    return f"/evaluation/sets/{quote(name, safe='')}"


def _put(library: Library, name: str, fields: Mapping[str, str]) -> None:
    held = next((one for one in library.evaluate.sets.read(name) if one["id"] == fields["id"]), {})
    points = [line.strip() for line in fields["points"].splitlines() if line.strip()]
    said = {"question": fields["question"], "gold": _gold(library, fields["gold"]), "key_points": points, "answer": fields["answer"]}
    may_lack = ("key_points", "answer")
    library.evaluate.sets.put(name, {key: value for key, value in {**held, **said}.items() if value or key not in may_lack})


def _gold(library: Library, text: str) -> list[list[dict[str, str]]]:
    """Typed places, one per line: `document | some of its words`. A blank line separates evidence sets."""
    sets: list[list[dict[str, str]]] = [[]]
    for line in text.splitlines():
        if not line.strip():
            sets.append([])
            continue
        document, bar, snippet = (part.strip() for part in line.partition("|"))
        if not bar or not snippet:
            raise UsageError(f"{line.strip()[:80]!r} names no place.", "Write the document, a bar | and some words of the place.")
        found = library.documents(Within(documents=(document,)))
        if not found:
            raise UnknownDocument(document, [])
        sets[-1].append({"document": found[0].name, "snippet": snippet})
    return [one for one in sets if one]


def _values(library: Library, name: str, edited: str) -> dict[str, Any]:
    sets = library.evaluate.sets
    questions = sets.read(name)
    problem = None
    try:
        sets.check(name)
    except StudyError as error:
        problem = error
    shown = [(one, _places(one)) for one in questions[:_SHOWN]]
    chosen = next((one for one in questions if one["id"] == edited), {})
    return {
        "questions": shown,
        "count": len(questions),
        "problem": problem,
        "edited": {"id": "", "question": "", "key_points": [], "answer": "", **chosen},
        "gold": "\n\n".join("\n".join(f"{document} | {snippet}" for _, document, snippet in one) for one in _places(chosen)),
    }


def _places(question: Mapping[str, Any]) -> list[list[tuple[str, str, str]]]:
    """The places of a question: the id of each one's document, its name, and the words."""
    found = []
    for alternatives in question.get("gold", []):
        places = alternatives if isinstance(alternatives, list) else [alternatives]
        named = [(str(one.get("document", "")), " ".join(str(one.get("snippet", "")).split())) for one in places if isinstance(one, dict)]
        found.append([(source_id(document), document, snippet) for document, snippet in named])
    return found
