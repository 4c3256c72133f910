"""Show the source around a location, from the library's own copy, since the file itself may be gone or changed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.course import course_documents
from assistant.errors import UnknownDocument, UnknownPlace, UnreadDocument
from assistant.storage.documents import document_names, load_document, load_records
from assistant.storage.naming import documents_meant, one_form
from assistant.storage.roots import FileFailure, roots_from_manifest
from assistant.storage.snapshots import Layout, open_snapshot
from graph.model.values import ATLAS, COURSE
from ingest.data import data_folder
from ingest.errors import UsageError
from ingest.model import Document, Part, Span, Text
from ingest.text.decoding import split_lines
from ingest.text.nearest import nearest_names

_PLACE = re.compile(
    r"(?P<document>.+?)(?: (?P<kind>page|slide|chapter|cell|card|document) (?P<number>\d{1,9}))?"
    r"(?::(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?)?$",
    re.DOTALL,
)

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines of a place (`span`) with those around them: `lines[i]` is line number `first` + i."""

    document: str
    title: str
    span: Span
    first: int
    lines: tuple[str, ...]


def show(root: Path, place: str, context: int) -> Shown:
    """The text at a place, with `context` lines on both sides. Without lines, a place means the whole text.

    A place is written as in citations: `notes.md:12-14`, `paper.pdf page 3:8`. Raises UnknownDocument with the nearest names, and
    UnknownPlace with the lines or parts that exist.
    """
    document, match = _meant(root, place)
    if match is None:
        return shown_part(document, None, None, None, context)
    first, last = (int(match[name]) if match[name] else None for name in ("first", "last"))
    return shown_part(document, _part(match), first, last, context)


def locate(root: Path, place: str) -> tuple[Document, Span | None]:
    """The document that a place names, and the lines, None where it names none. Raises UnknownDocument."""
    document, match = _meant(root, place)
    if match is None or not match["first"]:
        return document, None
    first = int(match["first"])
    return document, Span(first, int(match["last"] or first), _part(match))


def find_document(root: Path, name: str) -> Document:
    """A document by its name. Raises UnknownDocument with the nearest names."""
    return _meant(root, name)[0]


def _meant(root: Path, place: str) -> tuple[Document, re.Match[str] | None]:
    return _find_in_atlas(place) if place.startswith(ATLAS) else _find(root, place)


def _part(match: re.Match[str]) -> Part | None:
    return Part(match["kind"], int(match["number"])) if match["kind"] and match["number"] else None


def shown_part(document: Document, part: Part | None, first: int | None, last: int | None, context: int) -> Shown:
    """Lines of a document with those around them; all lines where none are named. Raises UnknownPlace."""
    text = _text(document, part)
    count = len(text.lines)
    if count == 0:
        raise UnknownPlace(f"{_named(document, text)} has no text.")
    last = last if last is not None else first if first is not None else count
    first = first if first is not None else 1
    if first > last:
        example = f"{document.name}:{last}-{first}"
        raise UsageError(f"The lines {first}-{last} end before they begin.", f"Name the first line first, as in {example}.")
    if not 1 <= first <= last <= count:
        raise UnknownPlace(f"{_named(document, text)} has lines 1 to {count}, but not {first if first == last else f'{first}-{last}'}.")
    start, end = max(1, first - context), min(count, last + context)
    return Shown(document.name, document.title, Span(first, last, text.part), start, text.lines[start - 1 : end])


def _find(root: Path, place: str) -> tuple[Document, re.Match[str] | None]:
    """The document that a place names, with the match for the rest of the place, or None if the place is the name of a document."""
    match = _PLACE.match(place)
    names = [place, match["document"]] if match else [place]
    if place.startswith(COURSE):
        known = {f"{COURSE}{document.name}": document for document in course_documents()[0]}
        found = next(((replace(known[name], name=name), None if name == place else match) for name in names if name in known), None)
        listed = list(known)
    else:
        snapshot = open_snapshot(Layout(root))
        try:
            listed = document_names(snapshot.folder)
            forms = {one_form(each): each for each in listed}
            exact = next(((name, forms[one_form(name)]) for name in names if one_form(name) in forms), None)
            _refuse_no_lines(place, forms)
            typed, known_as = exact or _meant_by(names, snapshot.folder)
            if known_as is None:
                _refuse_unread(names, roots_from_manifest(snapshot.manifest).failures)
            document = load_document(snapshot.folder, known_as) if known_as is not None else None
            found = (document, None if typed == place else match) if document is not None else None
        finally:
            snapshot.close()
    if found is None:
        raise UnknownDocument(names[-1], _nearest(names[-1], listed))
    return found


def _refuse_no_lines(place: str, known: Collection[str]) -> None:
    """Raise UsageError for a document's name followed by a colon and something that is no line."""
    name, colon, rest = place.rpartition(":")
    if colon and not rest[:1].isdecimal() and one_form(name) in known and one_form(place) not in known:
        raise UsageError(f"{rest!r} is not a line of {name}.", f"Name lines by their numbers, as in {name}:1-3.")


def _refuse_unread(names: Sequence[str], failures: Sequence[FileFailure]) -> None:
    """Raise UnreadDocument for the name of a file that could not be read."""
    for each in failures:
        if each.failure.document in names:
            raise UnreadDocument(each.failure.document, each.failure.reason)


def _meant_by(names: Sequence[str], folder: Path) -> tuple[str, str | None]:
    """The first of the names that means one document, and that document: a loose name, a path, another case; None if none does.

    Raises UnknownDocument with their names for one that means several.
    """
    records = load_records(folder)
    for name in reversed(names):  # the lines belong to the place rather than to a loose name
        try:
            found = documents_meant(name, records)
        except UnknownDocument:
            continue
        if len(found) > 1:
            raise UnknownDocument(name, found[:_MOST_NAMED])
        return name, found[0]
    return names[-1], None


def _nearest(name: str, listed: Sequence[str]) -> list[str]:
    """The nearest names; what all authored documents have in front makes none of them near."""
    prefix = next((each for each in (COURSE, ATLAS) if name.startswith(each)), "")
    return [f"{prefix}{near}" for near in nearest_names(name.removeprefix(prefix), [each.removeprefix(prefix) for each in listed])]


def _find_in_atlas(place: str) -> tuple[Document, re.Match[str] | None]:
    """A TOML file of the atlas that is installed, as `_find` gives a document."""
    match = _PLACE.match(place)
    files = {f"{ATLAS}{file.name}": file for file in sorted(data_folder("atlas").glob("*.toml"))}
    named = match["document"] if match else place
    if named not in files:
        raise UnknownDocument(named, _nearest(named, list(files)))
    lines = split_lines(files[named].read_text(encoding="utf-8"))
    return Document(named, f"Atlas: {files[named].stem}", "", (Text(lines),), (), (), ()), match


def _text(document: Document, part: Part | None) -> Text:
    """The text of a part. A document of one part needs none to be named."""
    found = next((text for text in document.texts if text.part == part), None)
    if found is not None:
        return found
    if part is None and len(document.texts) == 1:
        return document.texts[0]
    numbered = document.texts[0].part
    if numbered is None:
        raise UnknownPlace(f"{document.name} has no {part.kind if part else 'part'}s.", f"Name its lines, as in {document.name}:1-3.")
    last = document.texts[-1].part or numbered
    if len(document.texts) == 1:
        raise UnknownPlace(f"{document.name} has only {numbered.kind} {numbered.number}.", f"Name its lines, as in {document.name}:1-3.")
    example = f"{document.name} {numbered.kind} {numbered.number}:1-3"
    raise UnknownPlace(f"{document.name} has {numbered.kind}s {numbered.number} to {last.number}.", f"Name one of them, as in {example}.")


def _named(document: Document, text: Text) -> str:
    return f"{document.name} {text.part.kind} {text.part.number}" if text.part and len(document.texts) > 1 else document.name
