"""Build addresses of pages from values."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urlencode

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


def note_links(here: str, names: Callable[[], Iterable[str]]) -> Callable[[str], str]:
    """Finds the page that a link in the document `here` leads to: a path from its folder, or the name of a note wherever that is.

    It is empty for what is not in the library, or could be several documents. `names` is only called if there is a link.

    >>> note_links("a/b.md", lambda: ["a/c.md", "d.md"])("../d.md#part") == source_url("d.md")
    True
    """

    @cache
    def known() -> tuple[dict[str, str], dict[str, set[str]]]:
        paths: dict[str, str] = {}
        stems: dict[str, set[str]] = {}
        for name in names():
            path = PurePosixPath(name)
            for key in (name, str(path.with_suffix(""))):
                paths.setdefault(key.casefold(), name)
            for key in (path.name, path.stem):
                stems.setdefault(key.casefold(), set()).add(name)
        return paths, stems

    def found(target: str) -> str:
        wanted = unquote(target).partition("#")[0].strip().casefold()
        if not wanted:
            return ""
        paths, stems = known()
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(here.casefold()), wanted))
        name = paths.get(beside) or paths.get(wanted.lstrip("/"))
        if name is None and len(same := stems.get(wanted, ())) == 1:
            name = next(iter(same))
        return source_url(name) if name else ""

    return found


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
