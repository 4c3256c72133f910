"""Build addresses of pages from values."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from assistant.library.library import Library
from assistant.sources.sources import source_id
from ingest.errors import StudyError
from ingest.model import Span


def source_url(document: str, span: Span | None = None, **more: str) -> str:
    """The page of a document, at the lines of a place.

    >>> source_url("osmosis.md", Span(3, 4))
    '/source/9934bbec9799?lines=3-4#L3'
    """
    return located_url(source_id(document), span, **more)


def located_url(id_: str, span: Span | None = None, **more: str) -> str:
    """The same for a document whose id is known."""
    asked = dict(more)
    if span is not None:
        asked = {"lines": f"{span.first}-{span.last}", **({"part": f"{span.part.kind}-{span.part.number}"} if span.part else {}), **more}
    return f"/source/{quote(id_, safe=':')}" + (f"?{urlencode(asked)}" if asked else "") + (f"#L{span.first}" if span else "")


def pane_url(document: str, span: Span) -> str:
    """The same page as it is shown beside an answer. It has no fragment: the script itself shows the cited lines."""
    return as_pane(source_url(document, span))


def as_pane(address: str) -> str:
    """The address of a source's page as that of its pane."""
    plain = address.partition("#")[0]
    return f"{plain}{'&' if '?' in plain else '?'}pane=1" if plain else ""


def place_url(library: Library, place: str) -> str:
    """The page of a displayed place; empty if the document no longer exists."""
    try:
        return located_url(*library.locate(place))
    except StudyError:
        return ""


def concept_url(concept: str) -> str:
    """The page of a concept by its id."""
    return f"/concept/{quote(concept, safe='')}"


def path_url(*targets: str) -> str:
    """The page of the path to some concepts."""
    return f"/path?{urlencode([('to', target) for target in targets])}"


def walk_url(target: str) -> str:
    """The page of a walk, by the id of the concept that it leads to."""
    return f"/walk/{quote(target, safe='')}"


def ask_url(question: str) -> str:
    """The page that answers a question."""
    return f"/ask?{urlencode({'question': question})}"


def chat_url(name: str, part: str = "") -> str:
    """The page of a conversation, or an action on it."""
    return f"/chats/{quote(name, safe='')}" + (f"/{part}" if part else "")
