"""Word documents. Where their pages end is known only once they are laid out, so that a document is one text: document 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.archive import Archive
from ingest.readers.office.omml import MATH, linear
from ingest.structure.parts import escaped, join_parts

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_CODE = re.compile(r"source ?code|code(?: block)?$|html preformatted|preformatted text|verbatim", re.IGNORECASE)
_LISTED = re.compile(r"list (bullet|number)(?: (\d))?$", re.IGNORECASE)
_LEFT_OUT = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rPr", f"{W}sectPr", f"{W}txbxContent"})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    level: int | None
    numbering: tuple[str, int] | None


class _Reader:
    """Turns the paragraphs and tables of a document into Markdown lines."""

    def __init__(self, styles: Mapping[str, _Style], ordered: Mapping[tuple[str, int], bool]) -> None:
        self.styles = styles
        self.ordered = ordered
        self.lines: list[str] = []
        self.counters: dict[tuple[str, int], int] = {}
        self.listed = self.coded = False

    def block(self, element: Element) -> None:
        if element.tag == f"{W}p":
            self.paragraph(element)
        elif element.tag == f"{W}tbl":
            self.table(element)

    def paragraph(self, element: Element) -> None:
        pieces = [line.rstrip() for line in text_of(element).split("\n")]
        if not any(piece.strip() for piece in pieces):
            if self.coded:
                self.lines.append("")
            return
        style = self.style(element)
        if style is not None and _CODE.match(style.name):
            self.code(pieces)
            return
        self.end_code()
        pieces = [" ".join(piece.split()) for piece in pieces if piece.strip()]
        level = _level(element, style)
        item = None if level else self.item(element, style)
        if level:
            self.gap()
            self.lines += [f"{'#' * min(level, 6)} {' '.join(pieces)}", ""]
            self.counters.clear()
        elif item is not None:
            marker, depth = item
            if not self.listed:
                self.gap()
            margin = "  " * depth
            self.lines += [f"{margin}{marker} {pieces[0]}", *(f"{margin}{' ' * (len(marker) + 1)}{piece}" for piece in pieces[1:])]
        else:
            self.gap()
            self.lines += [escaped(piece) for piece in pieces]
        self.listed = item is not None

    def style(self, element: Element) -> _Style | None:
        named = element.find(f"{W}pPr/{W}pStyle")
        return self.styles.get(named.get(f"{W}val", "")) if named is not None else None

    def item(self, element: Element, style: _Style | None) -> tuple[str, int] | None:
        """The marker and the depth of a list item; None for a paragraph that is none."""
        found = _numbering(element.find(f"{W}pPr/{W}numPr")) or (style.numbering if style else None)
        named = _LISTED.match(style.name) if style else None
        if found is None and named is None:
            return None
        depth = min(int(named[2] or 1) - 1 if named and named[2] else found[1] if found else 0, 8)
        counts = named[1].lower() == "number" if named else self.ordered.get(found, False) if found else False
        if not counts:
            return "-", depth
        key = (found[0] if found else "", depth)
        for other in [k for k in self.counters if k[1] > depth]:
            del self.counters[other]
        self.counters[key] = self.counters.get(key, 0) + 1
        return f"{self.counters[key]}.", depth

    def code(self, pieces: list[str]) -> None:
        if not self.coded:
            self.gap()
            self.lines.append("```")
        self.lines += pieces
        self.coded, self.listed = True, False

    def end_code(self) -> None:
        if self.coded:
            while not self.lines[-1]:
                self.lines.pop()
            self.lines.append("```")
            self.coded = False

    def table(self, element: Element) -> None:
        self.end_code()
        rows = [
            [" ".join(text_of(cell).split()).replace("|", "¦") for cell in row.iterchildren(f"{W}tc")]
            for row in element.iterchildren(f"{W}tr")
        ]
        rows = [row for row in rows if any(row)]
        if not rows:
            return
        self.gap()
        width = max(map(len, rows))
        written = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
        self.lines += [written[0], f"|{'---|' * width}", *written[1:]]
        self.listed = False

    def gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def read_docx(name: str, digest: str, data: bytes) -> Document:
    """A Word document: headings, lists, tables, code and the text of formulas, footnotes at the end. Deleted text is left out."""
    archive = Archive(name, data)
    main = next((member for kind, member in archive.related("").values() if kind == "officeDocument"), "word/document.xml")
    related = {kind: member for kind, member in archive.related(main).values() if archive.has(member)}
    styles = dict(_styles(archive.xml(related["styles"]))) if "styles" in related else {}
    ordered = dict(_ordered(archive.xml(related["numbering"]))) if "numbering" in related else {}
    body = archive.xml(main).find(f"{W}body")
    if body is None:
        raise BadDocument(name, "is not a Word document: it has no body. Open it and save it again as .docx.")
    reader = _Reader(styles, ordered)
    for element in _blocks(body):
        reader.block(element)
    for kind in ("footnotes", "endnotes"):
        notes = [note for note in archive.xml(related[kind]) if note.get(f"{W}type") is None] if kind in related else []
        if notes and reader.lines:
            # What follows belongs to no section of the text.
            reader.end_code()
            reader.gap()
            reader.lines += [f"# {kind.capitalize()}", ""]
        for note in notes:
            for paragraph in note.iter(f"{W}p"):
                reader.block(paragraph)
    reader.end_code()
    title = next((" ".join(text_of(p).split()) for p in body.iter(f"{W}p") if _is_title(reader.style(p))), None)
    return join_parts(name, digest, [Text(tuple(reader.lines), Part("document", 1))], title=title or None)


def text_of(element: Element) -> str:
    """The text that a reader sees in an element. Tabs and line breaks are kept; what was deleted is not."""
    pieces: list[str] = []
    pending = [element]
    while pending:
        each = pending.pop()
        if each.tag in _LEFT_OUT or each.tag == _FALLBACK:
            continue
        if each.tag == f"{MATH}oMath":
            pieces.append(linear(each))
            continue
        if each.tag == f"{W}t":
            pieces.append(each.text or "")
        elif each.tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif each.tag == f"{W}tab":
            pieces.append("\t")
        elif each.tag in (f"{W}noBreakHyphen", f"{W}softHyphen"):
            pieces.append("-" if each.tag == f"{W}noBreakHyphen" else "")
        elif each.tag == f"{W}p" and pieces:
            pieces.append("\n")
        pending.extend(reversed(each))
    return "".join(pieces)


def _blocks(body: Element) -> Iterator[Element]:
    """Paragraphs and tables in order, also those inside content controls and those of text boxes, behind the paragraph they hang on."""
    pending = [body]
    while pending:
        each = pending.pop()
        if each.tag in (f"{W}p", f"{W}tbl"):
            yield each
            boxes = [] if each.tag == f"{W}tbl" else [box for box in each.iter(f"{W}txbxContent") if not _is_fallback(box)]
            pending.extend(reversed([inner for box in boxes for inner in box]))
        elif each.tag not in _LEFT_OUT:
            pending.extend(reversed(each))


def _is_fallback(element: Element) -> bool:
    return next(element.iterancestors(_FALLBACK), None) is not None


def _is_title(style: _Style | None) -> bool:
    return style is not None and style.name.lower() == "title"


def _level(element: Element, style: _Style | None) -> int | None:
    own = _number(element.find(f"{W}pPr/{W}outlineLvl"))
    if own is not None and own < 9:
        return own + 1
    if _is_title(style):
        return 1
    return style.level if style else None


def _number(element: Element | None) -> int | None:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else None


def _numbering(element: Element | None) -> tuple[str, int] | None:
    if element is None:
        return None
    number = element.find(f"{W}numId")
    listed = number.get(f"{W}val", "0") if number is not None else "0"
    return None if listed == "0" else (listed, min(_number(element.find(f"{W}ilvl")) or 0, 8))


def _styles(root: Element) -> Iterator[tuple[str, _Style]]:
    for style in root.iter(f"{W}style"):
        named = style.find(f"{W}name")
        name = named.get(f"{W}val", "") if named is not None else ""
        heading = _HEADING.match(name)
        outline = _number(style.find(f"{W}pPr/{W}outlineLvl"))
        level = int(heading[1]) if heading else outline + 1 if outline is not None and outline < 9 else None
        yield style.get(f"{W}styleId", ""), _Style(name, level, _numbering(style.find(f"{W}pPr/{W}numPr")))


def _ordered(root: Element) -> Iterator[tuple[tuple[str, int], bool]]:
    """Which levels of which lists are numbered."""
    formats: dict[str, dict[int, bool]] = {}
    for abstract in root.iter(f"{W}abstractNum"):
        levels = formats.setdefault(abstract.get(f"{W}abstractNumId", ""), {})
        for level in abstract.iter(f"{W}lvl"):
            shown = level.find(f"{W}numFmt")
            at = level.get(f"{W}ilvl", "")
            if shown is not None and at.isascii() and at.isdigit() and len(at) < 3:
                levels[int(at)] = shown.get(f"{W}val") not in ("bullet", "none")
    for number in root.iter(f"{W}num"):
        of = number.find(f"{W}abstractNumId")
        for at, counts in formats.get(of.get(f"{W}val", "") if of is not None else "", {}).items():
            yield (number.get(f"{W}numId", ""), at), counts
