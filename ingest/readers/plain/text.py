"""Read plain text. Its content decides whether it is read as Markdown, since many notes saved as .txt are."""

from __future__ import annotations

from dataclasses import replace

from ingest.model import Document
from ingest.readers.documents import document_of_lines
from ingest.structure.front_matter import read_front_matter
from ingest.structure.lines import is_marked
from ingest.structure.structure import build_structure


def read_text(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A plain text. Its headings are inferred unless it marks them with `#`."""
    return read_lines(name, digest, lines, marked=is_marked(lines))


def read_lines(name: str, digest: str, lines: tuple[str, ...], *, marked: bool) -> Document:
    """A document of one text that has lines of its own. `marked` says whether its headings carry `#`."""
    front = read_front_matter(lines)
    structure = build_structure(lines, marked=marked, skip=front.length, title=front.fields.title)
    document = document_of_lines(name, digest, lines, structure, front_matter=front.fields, skip=front.length)
    return replace(document, notices=front.notices) if front.notices else document
