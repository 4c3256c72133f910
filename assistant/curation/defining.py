"""Find the lines that a correction gives as the definition of a concept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.errors import UnknownDocument
from assistant.storage.documents import document_names, load_document
from graph.editing.corrections import Correction
from graph.model.values import Place
from ingest.errors import UsageError
from ingest.model import Document, SectionKind, Span, Text
from ingest.text.nearest import nearest_names

_LINES = re.compile(r"(?P<document>.+?)(?: (?P<kind>[a-z]+) (?P<number>\d+))?:(?P<first>\d{1,7})(?:-(?P<last>\d{1,7}))?")
_LONGEST = 30  # lines of a definition
_SAID = 80  # the number of letters by which moved lines are found again


def defined_at(folder: Path, text: str, says: str = "") -> Place:
    """The lines of a document of the snapshot in `folder`, given as in citations: `notes.md:12-14`, `slides.pdf page 3:1-2`.

    `says` is their beginning when they were given, by which they are found if they have moved. Raises UsageError for another form or
    missing lines, and UnknownDocument.
    """
    found = _LINES.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} names no lines.", "Write FILE:LINES as they are cited, for example notes.md:12-14.")
    document = load_document(folder, found["document"])
    if document is None:
        raise UnknownDocument(found["document"], nearest_names(found["document"], document_names(folder)))
    first, last = int(found["first"]), int(found["last"] or found["first"])
    for part in document.texts:
        if not _is_part(part, found["kind"], found["number"]):
            continue
        start = _start(part, first, says)
        lines = part.lines[start : start + last - first + 1] if start >= 0 else ()
        if len(lines) == last - first + 1 <= _LONGEST and any(line.strip() for line in lines):
            return _place(document, Span(part.first + start, part.first + start + last - first, part.part), lines)
    raise UsageError(f"{found['document']} has no such lines: {text!r}.", f"Name at most {_LONGEST} lines that hold text.")


def beginning(place: Place) -> str:
    """The beginning of the lines of a place."""
    return place.quote.split("\n")[0][:_SAID].strip()


def defined_places(folder: Path, corrections: Iterable[Correction]) -> dict[str, Place]:
    """The definitions given in corrections, by their text in the file; missing ones are left out."""
    found = {}
    for correction in corrections:
        if correction.definition:
            with suppress(UsageError, UnknownDocument):
                found[correction.definition] = defined_at(folder, correction.definition, correction.says)
    return found


def _is_part(part: Text, kind: str | None, number: str | None) -> bool:
    if part.part is None or kind is None:
        return part.part is None and kind is None
    return (part.part.kind, str(part.part.number)) == (kind, number)


def _start(part: Text, first: int, says: str) -> int:
    """Where in a text the lines begin: at line `first`, or at the line nearest to it that begins as they did; -1 for nowhere."""
    begins = [at for at, line in enumerate(part.lines) if line.strip().startswith(says)] if says else [first - part.first]
    return min(begins, key=lambda at: abs(at + part.first - first), default=-1)


def _place(document: Document, span: Span, lines: Sequence[str]) -> Place:
    above = [each for each in document.sections if each.kind is SectionKind.HEADING and each.span.covers(span)]
    path = max(above, key=lambda section: section.level).path if above else ()
    return Place(document.name, span, document.title, path, "\n".join(lines).strip(), 1.0)
