"""Find the names that the author of a document gives to things, with their places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ingest.model import Document, NamedThing, Naming, Span, Text
from ingest.names.found import Found, name_at
from ingest.names.latex import latex_names
from ingest.names.markdown import markdown_names
from ingest.names.org import org_names
from ingest.names.rst import rst_names
from ingest.text.fields import is_deck_header
from ingest.text.links import plain_links

_LATEX = frozenset({".tex", ".ltx", ".latex"})
_RST = frozenset({".rst", ".rest"})
_NOTES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".ipynb"})
_MADE = frozenset({".html", ".htm", ".xhtml", ".epub", ".docx"})
"""Formats that a reader converts to Markdown."""
_TOP = 400
"""A declared title or alias is searched for in this many lines at the top of a file."""


def named_things(document: Document) -> tuple[NamedThing, ...]:
    """The names in a document, each once per place and kind of naming, in the order of the text, the title first.

    An alias, a tag or a title stands for the document as a whole. Names of other kinds may have a body: the lines that they refer to.
    """
    found: dict[NamedThing, None] = {}
    for text in document.texts[:1]:
        found.update(dict.fromkeys(_of_document(document, text)))
    for text in document.texts:
        for each in _scanned(document, text):
            found[_placed(each, text)] = None
    return tuple(found)


def _scanned(document: Document, text: Text) -> Iterator[Found]:
    suffix = PurePosixPath(document.name).suffix.lower()
    if suffix in _LATEX:
        yield from latex_names(text.lines)
    elif suffix == ".org":
        yield from org_names(text.lines)
    elif suffix in _RST:
        yield from rst_names(text.lines)
    elif (suffix in _NOTES or suffix in _MADE) and not (text.lines and is_deck_header(text.lines[0])):
        yield from markdown_names(text.lines, _front(text), made=suffix in _MADE)


def _of_document(document: Document, text: Text) -> Iterator[NamedThing]:
    """The title of a document, and what its front matter declares. A note in Markdown is also linked to by the name of its file."""
    front = document.front_matter
    if text.first == 1:
        stem = PurePosixPath(document.name).stem
        titled = document.name.lower().endswith(".md") and stem != document.title and (" " in stem or stem[:1].isupper())
        own = ((stem, Naming.TITLE),) if titled and not stem.isupper() else ()
        for name, naming in (
            (document.title, Naming.TITLE),
            *own,
            *((alias, Naming.ALIAS) for alias in front.aliases),
            *((tag.rpartition("/")[2], Naming.TAG) for tag in front.tags),
        ):
            place = next((at for at, line in enumerate(text.lines[:_TOP]) if name in line), 0)
            yield from (_placed(each, text) for each in name_at(plain_links(name), naming, place))


def _front(text: Text) -> int:
    """The number of lines of front matter."""
    if text.first != 1 or not text.lines or text.lines[0].rstrip() != "---":
        return 0
    return next((at + 1 for at in range(1, min(len(text.lines), _TOP)) if text.lines[at].rstrip() in ("---", "...")), 0)


def _placed(found: Found, text: Text) -> NamedThing:
    body = Span(text.first + found.body[0], text.first + found.body[1], text.part) if found.body else None
    return NamedThing(found.name, found.naming, Span(text.first + found.first, text.first + found.last, text.part), found.target, body)
