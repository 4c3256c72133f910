"""Open a document of a library by its id or its name, and find the place of a citation.

A document of the user has a digest of its name as id, so that addresses reveal nothing about folders and never contain a path. Authored
documents, such as the course's notes, have their cited names as ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from assistant.search.show import Shown, find_document, shown_part
from assistant.storage.documents import document_names, load_file
from assistant.storage.snapshots import Snapshot
from graph.atlas.values import ATLAS
from graph.model.values import COURSE
from ingest.model import Document, Part, Span

_AUTHORED = re.compile(r"[a-z]+:[^/\\]+")
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Source:
    """An opened document. `file` is the file that it was read from, None for an authored document."""

    id: str
    document: Document
    file: Path | None = None


def source_id(name: str) -> str:
    """The id of a document by its name.

    >>> source_id("notes/attention.md"), source_id("course:softmax.md")
    ('3f92b55e1ef9', 'course:softmax.md')
    """
    if name.startswith((COURSE, ATLAS)) and _AUTHORED.fullmatch(name):
        return name
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def cited_id(place: str, name: str) -> str:
    """The id of the document with this name in which a place is cited. An authored one is recognised by the prefix of the place."""
    prefix, colon, _ = place.partition(":")
    whole = f"{prefix}{colon}{name}"
    return whole if place.startswith(whole) and source_id(whole) == whole else source_id(name)


def find_source(root: Path, snapshot: Snapshot, asked: str) -> Source:
    """The document with this id, or with this name. Raises UnknownDocument with the nearest names."""
    name = _named(asked, document_names(snapshot.folder)) if _ID.fullmatch(asked) else asked
    document = find_document(root, name)
    if document.name != name and source_id(name) == name:
        return Source(name, replace(document, name=name))
    return Source(source_id(document.name), document, load_file(snapshot.folder, document.name))


def shown_source(source: Source, span: Span | None, context: int) -> Shown:
    """The lines of a place in an opened document; all of its first part without a place. Raises UnknownPlace."""
    first, last = (span.first, span.last) if span else (None, None)
    return shown_part(source.document, span.part if span else None, first, last, context)


def _named(asked: str, names: Iterable[str]) -> str:
    return next((name for name in names if source_id(name) == asked), asked)


_PART = re.compile(r"(?P<kind>[a-z]+)[- ](?P<number>\d{1,9})")


def read_part(text: str) -> Part | None:
    """The part that an address names, such as `page-3`; None for anything else."""
    match = _PART.fullmatch(text)
    return Part(match["kind"], int(match["number"])) if match else None
