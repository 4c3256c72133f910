"""Choosing the title of a document."""

from __future__ import annotations

from pathlib import PurePosixPath

from ingest.model import FrontMatter, Kind, SectionKind
from ingest.structure.patterns import is_title_like
from ingest.structure.structure import Structure

_LOOK = 12
"""Lines at the top among which a heading counts as the title of the whole."""


def choose_title(name: str, skip: int, front_matter: FrontMatter, structure: Structure) -> str:
    """The title the front matter gives, else a title-like first line, else the heading at the top, else the name of the file."""
    if front_matter.title:
        return front_matter.title
    opening = next((b for b in structure.blocks if b.kind is not Kind.METADATA), None)
    if opening is not None and opening.kind is Kind.PROSE:
        line = opening.text.split("\n", 1)[0].strip()
        if is_title_like(line, line.split()):
            return line
    top = next((s for s in structure.sections if s.kind is not SectionKind.LABEL), None)
    if top is not None and top.span.first <= skip + _LOOK:
        return top.title
    return PurePosixPath(name).stem
