"""Read Word documents. Their pages are known only once they are laid out, so that a document is one text: document 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.archive import Archive
from ingest.readers.as_markdown import cell, escaped, table_lines
from ingest.readers.grid import Cell, laid_out
from ingest.readers.office.namespaces import FALLBACK, MATH
from ingest.readers.office.namespaces import WORD as W
from ingest.readers.office.omml import linear
from ingest.structure.parts import join_parts

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_CODE = re.compile(r"source ?code|code(?: block)?$|html preformatted|preformatted text|verbatim", re.IGNORECASE)
_LISTED = re.compile(r"list (bullet|number)(?: (\d))?$", re.IGNORECASE)
_LEFT_OUT = frozenset(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "txbxContent", "rt"))
"""Deleted text, the code of fields, properties, and how a word is read aloud, which stands above it. A text box is a block of its own."""
_DEEPEST = 8
"""Word has nine levels of lists, 0 to 8."""
_MOST_COLUMNS = 63
"""The most columns of a table in Word."""
_NO_LEVEL = 9
"""The outline level of body text. Headings have the levels 0 to 8."""


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style: its name, the level of heading that it makes, and the list and the list level of its paragraphs."""

    name: str
    level: int | None
    numbering: tuple[str, int] | None


class _MarkdownWriter:
    """Writes the paragraphs and tables of a document as lines of Markdown.

    `ordered` says which levels of which lists are numbered; `counters` has the last number in each of them. `listed` and `coded` say
    whether the last paragraph was a list item, or a line of code.
    """

    def __init__(self, styles: Mapping[str, _Style], ordered: Mapping[tuple[str, int], bool]) -> None:
        self.styles = styles
        self.ordered = ordered
        self.lines: list[str] = []
        self.counters: dict[tuple[str, int], int] = {}
        self.listed = self.coded = False

    def block(self, element: Element) -> None:
        """Write a paragraph or a table."""
        if element.tag == f"{W}p":
            self.paragraph(element)
        elif element.tag == f"{W}tbl":
            self.table(element)

    def paragraph(self, element: Element) -> None:
        """Write a paragraph as code, a heading, a list item or text."""
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
        """The style of a paragraph."""
        named = element.find(f"{W}pPr/{W}pStyle")
        return self.styles.get(named.get(f"{W}val", "")) if named is not None else None

    def item(self, element: Element, style: _Style | None) -> tuple[str, int] | None:
        """The mark and the depth of a list item, or None for any other paragraph."""
        found = _numbering(element.find(f"{W}pPr/{W}numPr")) or (style.numbering if style else None)
        named = _LISTED.match(style.name) if style else None
        if found is None and named is None:
            return None
        depth = min(int(named[2]) - 1 if named and named[2] else found[1] if found else 0, _DEEPEST)
        numbered = named[1].lower() == "number" if named else self.ordered.get(found, False) if found else False
        if not numbered:
            return "-", depth
        key = (found[0] if found else "", depth)
        for other in [k for k in self.counters if k[1] > depth]:
            del self.counters[other]
        self.counters[key] = self.counters.get(key, 0) + 1
        return f"{self.counters[key]}.", depth

    def code(self, pieces: list[str]) -> None:
        """Write lines of code. Neighbouring paragraphs of code share a fence."""
        if not self.coded:
            self.gap()
            self.lines.append("```")
        self.lines += pieces
        self.coded, self.listed = True, False

    def end_code(self) -> None:
        """Close the fence of code that is open."""
        if self.coded:
            while not self.lines[-1]:
                self.lines.pop()
            self.lines.append("```")
            self.coded = False

    def table(self, element: Element) -> None:
        """Write a table."""
        self.end_code()
        grid = laid_out(_cells(element))
        lines = table_lines(grid.rows)
        if grid.caption:
            self.gap()
            self.lines.append(escaped(grid.caption))
        if not lines:
            return
        self.gap()
        self.lines += lines
        self.listed = False

    def gap(self) -> None:
        """Write a blank line, unless one is there."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def read_docx(name: str, digest: str, data: bytes) -> Document:
    """A Word document: headings, lists, tables, code and formulas, with footnotes at the end. Deleted text is left out."""
    archive = Archive(name, data)
    main = next((member for kind, member in archive.related("").values() if kind == "officeDocument"), "word/document.xml")
    related = {kind: member for kind, member in archive.related(main).values() if archive.has(member)}
    styles = dict(_styles(archive.xml(related["styles"]))) if "styles" in related else {}
    ordered = dict(_ordered(archive.xml(related["numbering"]))) if "numbering" in related else {}
    body = archive.xml(main).find(f"{W}body")
    if body is None:
        raise BadDocument(name, "is not a Word document: it has no body.", "Open it and save it again as .docx.")
    writer = _MarkdownWriter(styles, ordered)
    for element in _blocks(body):
        writer.block(element)
    for kind in ("footnotes", "endnotes"):
        notes = [note for note in archive.xml(related[kind]) if note.get(f"{W}type") is None] if kind in related else []
        if notes and writer.lines:
            # Footnotes belong to no section of the text.
            writer.end_code()
            writer.gap()
            writer.lines += [f"# {kind.capitalize()}", ""]
        for note in notes:
            for paragraph in note.iter(f"{W}p"):
                writer.block(paragraph)
    writer.end_code()
    title = next((" ".join(text_of(p).split()) for p in body.iter(f"{W}p") if _is_title(writer.style(p))), None)
    return join_parts(name, digest, [Text(tuple(writer.lines), Part("document", 1))], title=title or None)


def text_of(element: Element) -> str:
    """The text that a reader of the document sees in an element, with tabs and line breaks but without deleted text."""
    pieces: list[str] = []
    pending = [element]
    while pending:
        each = pending.pop()
        if each.tag in _LEFT_OUT or each.tag == FALLBACK:
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


def _cells(table: Element) -> list[list[Cell]]:
    """The cells of a table, row by row. A cell that continues the one above it (a vertical merge) repeats its text."""
    rows: list[list[Cell]] = []
    above: dict[int, str] = {}
    for row in table.iterchildren(f"{W}tr"):
        head = row.find(f"{W}trPr/{W}tblHeader") is not None
        cells = [Cell("")] * min(_number(row.find(f"{W}trPr/{W}gridBefore")) or 0, _MOST_COLUMNS)
        at = len(cells)
        texts: dict[int, str] = {}
        for each in row.iter(f"{W}tc"):
            if next(each.iterancestors(f"{W}tr"), None) is not row:
                continue  # of a table inside a cell
            wide = max(1, min(_number(each.find(f"{W}tcPr/{W}gridSpan")) or 1, _MOST_COLUMNS))
            merged = each.find(f"{W}tcPr/{W}vMerge")
            text = cell(text_of(each))
            if merged is not None and merged.get(f"{W}val") != "restart":
                text = text or above.get(at, "")
            if merged is not None:
                texts[at] = text
            cells.append(Cell(text, wide, head=head))
            at += wide
        above = texts
        rows.append(cells)
    return rows


def _blocks(body: Element) -> Iterator[Element]:
    """The paragraphs and tables of a document in order, content controls included. A text box follows the paragraph that it is tied to."""
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
    return next(element.iterancestors(FALLBACK), None) is not None


def _is_title(style: _Style | None) -> bool:
    return style is not None and style.name.lower() == "title"


def _level(element: Element, style: _Style | None) -> int | None:
    """The level of a heading, from 1, or None for any other paragraph."""
    own = _number(element.find(f"{W}pPr/{W}outlineLvl"))
    if own is not None and own < _NO_LEVEL:
        return own + 1
    if _is_title(style):
        return 1
    return style.level if style else None


def _number(element: Element | None) -> int | None:
    value = element.get(f"{W}val", "") if element is not None else ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else None


def _numbering(element: Element | None) -> tuple[str, int] | None:
    """The list that a paragraph or a style belongs to, and the level in it, from 0."""
    if element is None:
        return None
    number = element.find(f"{W}numId")
    listed = number.get(f"{W}val", "0") if number is not None else "0"
    return None if listed == "0" else (listed, min(_number(element.find(f"{W}ilvl")) or 0, _DEEPEST))


def _styles(root: Element) -> Iterator[tuple[str, _Style]]:
    """The styles of a document by their ids."""
    for style in root.iter(f"{W}style"):
        named = style.find(f"{W}name")
        name = named.get(f"{W}val", "") if named is not None else ""
        heading = _HEADING.match(name)
        outline = _number(style.find(f"{W}pPr/{W}outlineLvl"))
        level = int(heading[1]) if heading else outline + 1 if outline is not None and outline < _NO_LEVEL else None
        yield style.get(f"{W}styleId", ""), _Style(name, level, _numbering(style.find(f"{W}pPr/{W}numPr")))


def _ordered(root: Element) -> Iterator[tuple[tuple[str, int], bool]]:
    """The levels of the lists of a document, and whether each is numbered."""
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
        for at, numbered in formats.get(of.get(f"{W}val", "") if of is not None else "", {}).items():
            yield (number.get(f"{W}numId", ""), at), numbered
