"""Hide lines from a search, so that a question is not found by its own words in the document that it was drafted from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from assistant.evaluation.sets.sets import HeldOut
from ingest.model import Chunk, Excerpt, Section, Span


def without_lines(chunks: Sequence[Chunk], sections: Mapping[str, Sequence[Section]], held: Collection[HeldOut]) -> list[Chunk]:
    """The chunks without the held-out lines, in their text, their units and the titles of their section path.

    `sections` are those of every document. A document whose title is on such a line gets the name of its file as title. A chunk with no
    other text is left out.
    """
    lines: dict[str, set[int]] = {}
    for place in held:
        lines.setdefault(place.document, set()).update(range(place.first, place.last + 1))
    paths = {name: [section.path for section in sections[name] if section.span.first in gone] for name, gone in lines.items()}
    kept = (_cut(chunk, lines[chunk.document], paths[chunk.document]) if chunk.document in lines else chunk for chunk in chunks)
    return [chunk for chunk in kept if chunk.units]


def _cut(chunk: Chunk, gone: Collection[int], paths: Sequence[tuple[str, ...]]) -> Chunk:
    titles = {len(path) - 1 for path in paths if chunk.section[: len(path)] == path}
    units = (Excerpt(_without(unit.text, unit.span, gone), unit.span) for unit in chunk.units)
    return replace(
        chunk,
        title=PurePosixPath(chunk.document).stem if any(path[-1] == chunk.title for path in paths) else chunk.title,
        section=tuple(title for depth, title in enumerate(chunk.section) if depth not in titles),
        text=_without(chunk.text, chunk.span, gone),
        units=tuple(unit for unit in units if unit.text),
    )


def _without(text: str, span: Span, gone: Collection[int]) -> str:
    return "\n".join(line for number, line in enumerate(text.split("\n"), span.first) if number not in gone).strip("\n")
