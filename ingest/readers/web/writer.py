"""Write the Markdown of an HTML page, element by element."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.language.language import Language, alternatives
from ingest.readers.as_markdown import cell, escaped, table_lines
from ingest.readers.grid import Cell, laid_out
from ingest.readers.web.mathml import linear_mathml
from ingest.readers.web.tags import (
    INLINE,
    SPACE,
    first_number,
    has_text,
    is_for_layout,
    is_note_reference,
    is_notes,
    plain,
    script_sign,
    spans_of,
    tag_of,
)
from ingest.text.decoding import split_lines

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_REVEALS = re.compile(rf"(?:.*\?|{alternatives(Language.load('en').groups('questions')['revealing'])}:?)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source)-([\w+#-]+)")
_DEEPEST = 40
"""Levels of lists and quotes that are indented. Deeper ones are indented no further."""


class MarkdownWriter:
    """Collects inline text, and writes it as lines when a block ends.

    `lists` has the next number of each open list, or None for bullets; `items` the indentation of the text in each open item; `marker` the
    mark of an item that has no line yet. `tables` has the rows of each open table, and `term` the last term that has no explanation yet.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.inline: list[str] = []
        self.lists: list[int | None] = []
        self.items: list[str] = []
        self.marker = ""
        self.quotes = 0
        self.tables: list[list[list[Cell]]] = []
        self.term = ""

    def start(self, element: Element) -> None:
        """Open an element, and write the text before its first child."""
        tag = tag_of(element)
        if tag not in INLINE and not self.tables:
            self.flush(named=tag == "dt")
        if tag in ("ul", "ol", "li", "blockquote", "details"):
            self._open_block(element, tag)
        elif is_notes(element, tag):
            # Footnotes belong to no section of the text.
            self._gap()
            self.lines += ["# Notes", ""]
        elif tag == "table" and (self.tables or not is_for_layout(element)):
            self.flush()
            self.tables.append([])
        elif self.tables and tag == "tr":
            self.tables[-1].append([])
            self.inline.clear()
        elif self.tables and tag not in INLINE:
            self.inline.append(" ")
        else:
            self._open_inline(element, tag)
        if element.text:
            self.text(element.text)

    def _open_block(self, element: Element, tag: str) -> None:
        if tag in ("ul", "ol"):
            if not self.lists:
                self._gap()
            self.lists.append(first_number(element) if tag == "ol" else None)
        elif tag == "li":
            self._open_item()
        elif tag == "blockquote":
            self.quotes += 1
        else:
            self._write(["<details>"])

    def _open_inline(self, element: Element, tag: str) -> None:
        if tag == "br":
            self.inline.append(" " if self.tables else "\n")
        elif tag in ("strong", "b") and not "".join(self.inline).strip() and not self.tables and has_text(element):
            self.inline.append("**")
        elif tag == "code":
            self.inline.append("`")
        elif tag == "dfn" and has_text(element):
            self.inline.append("*")
        elif tag in ("sup", "sub"):
            self.inline.append(script_sign(element))

    def text(self, text: str) -> None:
        """Write inline text."""
        self.inline.append(SPACE.sub(" ", text))

    def end(self, element: Element) -> None:
        """Close an element, and write what it held."""
        tag = tag_of(element)
        if tag in ("strong", "b"):
            if self.inline and "".join(self.inline).lstrip().startswith("**") and "".join(self.inline).count("**") % 2:
                self._trim()
                self.inline.append("** ")
        elif tag == "code":
            self.inline.append("`")
        elif tag == "dfn" and has_text(element):
            self.inline.append("*")
        elif self.tables:
            self._end_in_table(element, tag)
        elif tag in _HEADINGS:
            self._heading(_HEADINGS[tag])
        elif tag == "summary":
            self._summary()
        elif tag == "dt":
            self.term, self.inline = self._collected().rstrip(": "), []
        elif tag == "dl":
            self.flush(named=True)
        elif tag not in INLINE:
            self.flush()
            self._close(tag)

    def whole(self, element: Element) -> bool:
        """Write an element that is read as one piece: code, a formula, a link to a footnote. Returns False, without writing, for any
        other."""
        tag = tag_of(element)
        if tag == "pre" and not self.tables:
            self.flush()
            self._code(element)
        elif is_note_reference(element, tag):
            self.inline.append(f"[{plain(element).strip('[]')}]")
        elif tag in ("math", "script"):
            return self._formula(element, tag)
        else:
            return False
        return True

    def _formula(self, element: Element, tag: str) -> bool:
        """Write a formula: its TeX if the page has it, else its signs on one line."""
        tex = element.find(".//{*}annotation[@encoding='application/x-tex']") if tag == "math" else element
        source = plain(tex) if tex is not None else ""
        formula = source or " ".join(linear_mathml(element).split()) or (element.get("alttext") or "").strip()
        if not formula:
            return False
        if (element.get("display") == "block" or "mode=display" in (element.get("type") or "")) and not self.tables:
            self.flush()
            self._write([f"$${formula}$$"])
        else:
            self.inline.append(f" ${formula}$ " if source else formula)
        return True

    def flush(self, *, named: bool = False) -> None:
        """Write the inline text collected so far as a paragraph, after the term that it explains. With `named`, a term without an
        explanation is written too.
        """
        if self.tables:
            return
        text, self.inline = "".join(self.inline), []
        lines = [line for line in (" ".join(piece.split()) for piece in text.split("\n")) if line]
        if self.term and (lines or named):
            lines = [f"**{self.term}**: {lines[0]}", *lines[1:]] if lines else [f"**{self.term}**"]
            self.term = ""
        if lines:
            self._write([escaped(line) for line in lines])

    def _collected(self) -> str:
        return " ".join("".join(self.inline).split())

    def _trim(self) -> None:
        self.inline[-1] = self.inline[-1].rstrip()

    def _heading(self, level: int) -> None:
        title = self._collected().strip("*` ")
        self.inline.clear()
        if title:
            self._gap()
            self.lines += [f"{'#' * level} {title}", ""]

    def _summary(self) -> None:
        """Write the summary of a folded text: as `<summary>` if it asks a question or reveals an answer, else in bold."""
        title = self._collected().strip("* ")
        self.inline.clear()
        if title:
            self._write([f"<summary>{title}</summary>" if _REVEALS.match(title) else f"**{title}**", ""])

    def _open_item(self) -> None:
        if not self.lists:
            self.lists.append(None)
        number = self.lists[-1]
        self.marker = "- " if number is None else f"{number}. "
        if number is not None:
            self.lists[-1] = number + 1
        self.items.append(" " * len(self.marker))

    def _close(self, tag: str) -> None:
        if tag == "li":
            self.marker = ""
            if self.items:
                self.items.pop()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
            if not self.lists:
                self.items.clear()
                self._gap()
        elif tag == "blockquote":
            self.quotes -= 1
        elif tag == "details":
            self._write(["</details>"])

    def _end_in_table(self, element: Element, tag: str) -> None:
        if tag in ("td", "th"):
            if self.tables[-1]:
                self.tables[-1][-1].append(Cell(cell("".join(self.inline)), *spans_of(element), head=_is_head(element, tag)))
            self.inline.clear()
        elif tag == "caption":
            caption = self._collected()
            self.inline.clear()
            if caption and len(self.tables) == 1:
                self._write([caption])
        elif tag == "table":
            grid = laid_out(self.tables.pop())
            if self.tables:
                self.inline.append("; ".join(filter(None, (grid.caption, *(" ".join(filter(None, row)) for row in grid.rows)))))
                return
            if grid.caption:
                self._write([grid.caption])
            if grid.rows:
                self._write(table_lines(grid.rows))

    def _code(self, element: Element) -> None:
        inner = element.find(".//{*}code")
        found = _LANGUAGE.search(" ".join((each.get("class") or "") for each in (element, inner) if each is not None))
        for line_break in element.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
        text = "".join(element.itertext()).strip("\n").rstrip()
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
        if text:
            self._write([f"{fence}{found[1] if found else ''}", *split_lines(text), fence])

    def _write(self, lines: Sequence[str]) -> None:
        """Write lines of one block, with the marks and the indentation of the lists and quotes around it."""
        if not self.items and not (self.quotes and self.lines and self.lines[-1].startswith(">")):
            self._gap()
        quote = "> " * min(self.quotes, _DEEPEST)
        margin = "".join(self.items[: min(len(self.items), _DEEPEST) - 1])
        hang = self.items[min(len(self.items), _DEEPEST) - 1] if self.items else ""
        for line in lines:
            self.lines.append(f"{quote}{margin}{self.marker or hang}{line}".rstrip())
            self.marker = ""

    def _gap(self) -> None:
        """Write a blank line, unless one is there."""
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _is_head(element: Element, tag: str) -> bool:
    """True for a header cell: its row is in the head of the table, or the cell itself is marked."""
    row = element.getparent()
    above = row.getparent() if row is not None else None
    return tag == "th" or (above is not None and tag_of(above) == "thead")
