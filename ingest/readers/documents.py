"""Make a document of a file that has lines of its own, and choose its title."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ingest.model import Document, FrontMatter, Kind, SectionKind, Text
from ingest.structure.patterns import is_title_like
from ingest.structure.structure import Structure

_READABLE = re.compile(r"^(?!.*[0-9a-f]{8})(?=.*[^\W\d_]{3})", re.IGNORECASE)
"""Matches a file name that contains a word and is not a hexadecimal number."""
_TOP = 12
"""Lines below the front matter within which a heading counts as the title of the document. Further down it is one section of several."""


def document_of_lines(
    name: str,
    digest: str,
    lines: tuple[str, ...],
    structure: Structure,
    *,
    title: str | None = None,
    front_matter: FrontMatter | None = None,
    skip: int = 0,
) -> Document:
    """A document of one text. `title` is what the file declares; else a title is chosen. `skip` counts the lines before its text begins."""
    front_matter = front_matter or FrontMatter()
    return Document(
        name=name,
        title=title or _chosen_title(name, skip, front_matter, structure),
        digest=digest,
        texts=(Text(lines),),
        blocks=structure.blocks,
        sections=structure.sections,
        questions=structure.questions,
        front_matter=front_matter,
    )


def _chosen_title(name: str, skip: int, front_matter: FrontMatter, structure: Structure) -> str:
    """The title in the front matter, else a first line that looks like one, else a heading at the top of all, else the file name."""
    if front_matter.title:
        return front_matter.title
    opening = next((b for b in structure.blocks if b.kind is not Kind.METADATA), None)
    if opening is not None and opening.kind is Kind.PROSE:
        line = opening.text.split("\n", 1)[0].strip()
        if is_title_like(line, line.split()):
            return line
    top = next((s for s in structure.sections if s.kind is not SectionKind.LABEL), None)
    stem = PurePosixPath(name).stem
    if top is not None and top.span.first <= skip + _TOP and not (structure.several and _READABLE.search(stem)):
        return top.title
    return stem
