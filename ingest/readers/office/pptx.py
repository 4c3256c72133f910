"""PowerPoint presentations: every slide is a numbered text, its shapes in the order a screen reader takes, its notes at the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.archive import Archive, relation_id
from ingest.structure.parts import escaped, join_parts

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TITLES = frozenset({"title", "ctrTitle"})
_FRAME = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_DEEPEST = 8


def read_pptx(name: str, digest: str, data: bytes) -> Document:
    """A presentation, hidden slides too. Raises `BadDocument` for one that cannot be read or has no text."""
    archive = Archive(name, data)
    main = next((member for kind, member in archive.related("").values() if kind == "officeDocument"), "ppt/presentation.xml")
    slides = archive.related(main)
    listed = [relation_id(each) for each in archive.xml(main).iter(f"{_P}sldId")]
    if not listed:
        raise BadDocument(name, "has no slides. Open it and save it again as .pptx.")
    texts: list[Text] = []
    title = None
    for number, key in enumerate(listed, start=1):
        if key not in slides:
            raise BadDocument(name, f"is damaged: slide {number} is missing in it. Open it and save it again.")
        member = slides[key][1]
        root = archive.xml(member)
        lines = list(_lines(root))
        notes = next((target for kind, target in archive.related(member).values() if kind == "notesSlide" and archive.has(target)), None)
        if notes is not None:
            said = [line for line in _lines(archive.xml(notes), plain=True) if line.strip()]
            lines += ["", "**Speaker notes:**", "", *said] if said else []
        lines = [line for before, line in pairwise(["", *lines]) if line or before]
        if number == 1:
            title = next((_plain(shape) for shape in root.iter(f"{_P}sp") if _role(shape) in _TITLES), None)
        texts.append(Text(tuple(lines), Part("slide", number)))
    return join_parts(name, digest, texts, title=title or None, continues=False)


def _lines(root: Element, *, plain: bool = False) -> Iterator[str]:
    """The lines of a slide: its title as a heading, then text and tables. `plain`: paragraphs, no list items."""
    shapes = [shape for shape in root.iter(f"{_P}sp", f"{_A}tbl") if next(shape.iterancestors(_FALLBACK), None) is None]
    titled = next((shape for shape in shapes if _role(shape) in _TITLES and _plain(shape)), None)
    if titled is not None and not plain:
        yield from (f"# {_plain(titled)}", "")
    for shape in shapes:
        if shape is titled or _role(shape) in _FRAME:
            continue
        if shape.tag == f"{_A}tbl":
            yield from _table(shape)
            continue
        body = shape.find(f"{_P}txBody")
        if body is None:
            continue
        # Bullets are drawn by the layout, whose body placeholders have no type; a text box of one's own has none.
        listed = not plain and _role(shape) in ("body", "obj", "") and sum(1 for p in body.iter(f"{_A}p") if _plain(p)) > 1
        for paragraph in body.iter(f"{_A}p"):
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


def _table(table: Element) -> Iterator[str]:
    rows = [[_plain(cell).replace("|", "¦") for cell in row.iterchildren(f"{_A}tc")] for row in table.iterchildren(f"{_A}tr")]
    rows = [row for row in rows if any(row)]
    for at, row in enumerate(rows):
        yield f"| {' | '.join(row)} |"
        if at == 0:
            yield f"|{'---|' * len(row)}"
    yield ""


def _role(shape: Element) -> str | None:
    """What a shape is on its slide's layout: `title`, `body`, empty for content, None for a shape of its own."""
    placed = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return None if placed is None else str(placed.get("type", ""))


def _text(element: Element) -> str:
    pieces: list[str] = []
    for each in element.iter(f"{_A}t", f"{_A}br", f"{_A}tab", f"{_MATH}t"):
        pieces.append({"br": "\n", "tab": " "}.get(each.tag.rpartition("}")[2], each.text or ""))
    return "".join(pieces).replace("\v", "\n")


def _plain(element: Element) -> str:
    """The text of an element on one line."""
    paragraphs = [_text(each) for each in element.iter(f"{_A}p")] or [_text(element)]
    return " ".join(" ".join(paragraphs).split())


def _depth(paragraph: Element) -> int:
    properties = paragraph.find(f"{_A}pPr")
    level = properties.get("lvl", "0") if properties is not None else "0"
    return min(int(level), _DEEPEST) if level.isascii() and level.isdigit() and len(level) < 3 else 0
