"""Plain text. Whether it is written in markdown is decided by what is in it: many notes saved as .txt are."""

from __future__ import annotations

from ingest.model import Document, Text
from ingest.readers.titles import choose_title
from ingest.structure.front_matter import read_front_matter
from ingest.structure.lines import is_marked
from ingest.structure.structure import build_structure


def read_text(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A plain text, its headings inferred unless it marks them itself."""
    return read_lines(name, digest, lines, marked=is_marked(lines))


def read_lines(name: str, digest: str, lines: tuple[str, ...], *, marked: bool) -> Document:
    """A document of one text with lines of its own. `marked`: its headings carry `#`."""
    front_matter, skip = read_front_matter(lines)
    structure = build_structure(lines, marked=marked, skip=skip, title=front_matter.title)
    return Document(
        name=name,
        title=choose_title(name, skip, front_matter, structure),
        digest=digest,
        texts=(Text(lines),),
        blocks=structure.blocks,
        sections=structure.sections,
        questions=structure.questions,
        front_matter=front_matter,
    )
