"""Read PowerPoint presentations. Every slide is a numbered text: its shapes in the order of a screen reader, then its notes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.archive import Archive, relation_id
from ingest.readers.as_markdown import cell, escaped, table_lines
from ingest.readers.grid import Cell, laid_out
from ingest.readers.office.namespaces import DRAWING as A
from ingest.readers.office.namespaces import FALLBACK, MATH
from ingest.readers.office.namespaces import PRESENTATION as P
from ingest.structure.parts import join_parts

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TITLES = frozenset({"title", "ctrTitle"})
_BODIES = frozenset({"body", "obj", ""})
"""The types of placeholders whose paragraphs have bullets. A placeholder for content has an empty type."""
_FRAME = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
"""The placeholders without content: slide number, date, footer, header, and the picture of the slide on its notes page."""
_TRUE = ("1", "true")
_DEEPEST = 8
"""PowerPoint has nine levels of bullets, 0 to 8."""


def read_pptx(name: str, digest: str, data: bytes) -> Document:
    """A presentation, hidden slides included. Raises BadDocument if it cannot be read or has no text."""
    archive = Archive(name, data)
    main = next((member for kind, member in archive.related("").values() if kind == "officeDocument"), "ppt/presentation.xml")
    slides = archive.related(main)
    listed = [relation_id(each) for each in archive.xml(main).iter(f"{P}sldId")]
    if not listed:
        raise BadDocument(name, "has no slides.", "Open it and save it again as .pptx.")
    texts: list[Text] = []
    title = None
    for number, key in enumerate(listed, start=1):
        if key not in slides:
            raise BadDocument(name, f"is damaged: slide {number} is missing in it.", "Open it and save it again.")
        member = slides[key][1]
        root = archive.xml(member)
        if number == 1:
            title = next((_plain(shape) for shape in root.iter(f"{P}sp") if _role(shape) in _TITLES), None)
        lines = [*_slide_lines(root), *_notes_lines(archive, member)]
        single_spaced = [line for before, line in pairwise(["", *lines]) if line or before]
        texts.append(Text(tuple(single_spaced), Part("slide", number)))
    return join_parts(name, digest, texts, title=title or None, continues=False)


def _slide_lines(root: Element) -> Iterator[str]:
    """The lines of a slide: its title as a heading, then its text and its tables."""
    shapes = _shapes(root)
    titled = next((shape for shape in shapes if _role(shape) in _TITLES and _plain(shape)), None)
    if titled is not None:
        yield from (f"# {_plain(titled)}", "")
    for shape in shapes:
        if shape is not titled:
            yield from _shape_lines(shape)


def _notes_lines(archive: Archive, slide: str) -> list[str]:
    """The lines of a slide's notes, as paragraphs under a label."""
    notes = next((target for kind, target in archive.related(slide).values() if kind == "notesSlide" and archive.has(target)), None)
    if notes is None:
        return []
    lines = [line for shape in _shapes(archive.xml(notes)) for line in _shape_lines(shape, plain=True) if line.strip()]
    return ["", "**Speaker notes:**", "", *lines] if lines else []


def _shapes(root: Element) -> list[Element]:
    return [shape for shape in root.iter(f"{P}sp", f"{A}tbl") if next(shape.iterancestors(FALLBACK), None) is None]


def _shape_lines(shape: Element, *, plain: bool = False) -> Iterator[str]:
    """The lines of a shape, followed by a blank line. With `plain`, bullets become paragraphs."""
    if _role(shape) in _FRAME:
        return
    if shape.tag == f"{A}tbl":
        grid = laid_out([[*_cells(row)] for row in shape.iterchildren(f"{A}tr")])
        yield from (escaped(grid.caption), "") if grid.caption else ()
        yield from table_lines(grid.rows)
        yield ""
        return
    body = shape.find(f"{P}txBody")
    if body is None:
        return
    listed = not plain and _role(shape) in _BODIES and sum(1 for paragraph in body.iter(f"{A}p") if _plain(paragraph)) > 1
    for paragraph in body.iter(f"{A}p"):
        pieces = [" ".join(piece.split()) for piece in _text(paragraph).split("\n")]
        pieces = [piece for piece in pieces if piece]
        if pieces and listed:
            margin = "  " * _depth(paragraph)
            yield from (f"{margin}- {pieces[0]}", *(f"{margin}  {piece}" for piece in pieces[1:]))
        else:
            yield from (escaped(piece) for piece in pieces)
            if pieces and not plain:
                yield ""
    yield ""


def _cells(row: Element) -> Iterator[Cell]:
    """The cells of a row, without those that a merged one covers."""
    for each in row.iterchildren(f"{A}tc"):
        if each.get("hMerge") in _TRUE or each.get("vMerge") in _TRUE:
            continue
        spans = [each.get(name) or "1" for name in ("gridSpan", "rowSpan")]
        wide, high = (int(span) if span.isascii() and span.isdigit() and len(span) < 4 else 1 for span in spans)
        yield Cell(cell(_plain(each)), wide, high)


def _role(shape: Element) -> str | None:
    """The type of a shape's placeholder on the layout: `title`, `body`, empty for content. None for a shape without placeholder."""
    placeholder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return None if placeholder is None else str(placeholder.get("type", ""))


def _text(element: Element) -> str:
    """The text of an element, with its line breaks."""
    pieces: list[str] = []
    for each in element.iter(f"{A}t", f"{A}br", f"{A}tab", f"{MATH}t"):
        pieces.append({"br": "\n", "tab": " "}.get(each.tag.rpartition("}")[2], each.text or ""))
    return "".join(pieces).replace("\v", "\n")


def _plain(element: Element) -> str:
    """The text of an element on one line."""
    paragraphs = [_text(each) for each in element.iter(f"{A}p")] or [_text(element)]
    return " ".join(" ".join(paragraphs).split())


def _depth(paragraph: Element) -> int:
    """The level of a bullet, from 0."""
    properties = paragraph.find(f"{A}pPr")
    level = properties.get("lvl", "0") if properties is not None else "0"
    return min(int(level), _DEEPEST) if level.isascii() and level.isdigit() and len(level) < 3 else 0
