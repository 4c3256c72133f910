"""Helpers shared by the pages: responses, forms, limits of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.answers.certainty import Certainty
from assistant.answers.model import Answer
from assistant.library.library import Library
from assistant.search.filters import Within
from assistant.web.rendering.environment import render
from ingest.errors import StudyError, UsageError

_LONGEST = 8_000
_SUGGESTED = 12


def page(template: str, here: str, title: str, answer_status: int = 200, **values: Any) -> Response:
    """A page; `here` is the address of its entry in the navigation."""
    return HTMLResponse(render(template, here=here, title=title, **values), answer_status)


def go(address: str) -> Response:
    """Redirect to a page after an action, so that reloading does not repeat it."""
    return RedirectResponse(address, status_code=303)


async def form_of(request: Request) -> dict[str, list[str]]:
    """The fields of a form that was sent. Raises UsageError."""
    try:
        form = await request.form(max_files=0, max_fields=200)
    except (HTTPException, UnicodeDecodeError, ValueError) as error:
        raise UsageError("The form cannot be read.") from error
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise UsageError(f"The field {name[:40]!r} is too long.")
        found.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    return found


def first(fields: Mapping[str, list[str]], name: str) -> str:
    """The value of a field, empty without one."""
    return fields.get(name, [""])[-1].strip()


@dataclass(frozen=True, slots=True)
class Asked:
    """The contents of a question form."""

    question: str = ""
    document: str = ""
    section: str = ""
    kind: str = ""
    collection: str = ""
    since: str = ""
    model: str = ""

    @property
    def is_narrow(self) -> bool:
        """True if something limits where to look."""
        return not self.within.is_all

    @property
    def within(self) -> Within:
        return Within(
            (self.document,) if self.document else (), self.section, (self.kind,) if self.kind else (), self.collection, self.since
        )


def asked_in(fields: Mapping[str, list[str]], question: str = "question", default_model: str = "") -> Asked:
    """The question of a form. Raises UsageError for a question that is too long."""
    read = {name: first(fields, name) for name in ("document", "section", "kind", "collection", "since")}
    said = first(fields, question)
    if len(said) > _LONGEST:
        raise UsageError(f"A question has at most {_LONGEST:,} characters.")
    model = first(fields, "model") if "model" in fields else default_model
    return Asked(said, **read, model=model)


def query_fields(request: Request) -> dict[str, list[str]]:
    """The fields of an address, as those of a form."""
    found: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
    return found


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a question form: collections, models, and the model that is chosen."""

    collections: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    chosen: str = ""


def choices(library: Library) -> Choices:
    """The choices for this library; empty if it cannot be read."""
    try:
        models, chosen = tuple(library.models.all()), library.models.chosen
    except StudyError:
        models, chosen = (), ""
    try:
        collections = tuple(library.status().collections)
    except StudyError:
        collections = ()
    return Choices(collections, models, chosen)


def suggested(library: Library) -> list[tuple[str, str]]:
    """The concepts that matter most among those that build on something: where a path or a walk may lead."""
    try:
        outline = library.graph().outline
    except StudyError:
        return []
    reached = {outline.ids[number] for number in outline.after}
    return [(id_, name) for id_, name in library.complete("") if id_ in reached][:_SUGGESTED]


def model_of(asked: Asked) -> str | Literal[False]:
    """The model that a form asks for, as `Library` takes it."""
    return asked.model or False


_CERTAINTY = {Certainty.SURE: "Sure", Certainty.UNSURE: "Unsure", Certainty.NONE: "Not answered"}


def certainty_of(answer: Answer) -> str:
    """The certainty of an answer in words."""
    shown = _CERTAINTY[answer.certainty]
    return shown if answer.abstained else f"{shown} ({100 * answer.confidence:.0f} %)"
