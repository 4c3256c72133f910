"""From a tree of HTML elements to Markdown lines that the structure engine reads: headings, lists, tables, code, formulas, hidden answers.

What frames a page (navigation, footer, scripts, forms) is left out. The walk keeps its own stack, so that no depth of nesting is too much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.structure.parts import unmarked
from ingest.text.decoding import split_lines

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DROPPED = frozenset(
    "script style noscript template nav footer button select input textarea svg canvas iframe object audio video head dialog menu".split()
)
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "menu", "toolbar"})
_FRAME_CLASSES = frozenset({"katex-html", "mw-editsection", "sidebar", "navbar", "breadcrumb", "breadcrumbs", "headerlink", "anchor-link"})
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite data del dfn em font i img ins kbd label mark q rb rp rt ruby s samp small span strike strong sub"
    " sup time tt u var wbr code br math semantics mrow mi mn mo ms mtext mfrac msup msub msubsup mover munder munderover msqrt mroot"
    " mstyle mtable mtr mtd mspace mpadded mphantom menclose annotation".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")
_REVEALS = re.compile(r"(?:.*\?|(?:show |see |reveal |the )?(?:answer|solution)s?:?)$", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang|highlight-source)-([\w+#-]+)")
_LAYOUT = tuple(f"{{*}}{tag}" for tag in ("table", "h1", "h2", "h3", "h4", "pre"))
_DEEPEST = 40
"""Lists nested deeper are indented no further."""


def markdown_lines(root: Element) -> tuple[str, ...]:
    """The content of an element as Markdown."""
    writer = _Writer()
    writer.start(root)
    stack: list[tuple[Element, Iterator[Element]]] = [(root, iter(root))]
    while stack:
        element, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            writer.end(element)
            if stack and element.tail:
                writer.text(element.tail)
        elif not isinstance(child.tag, str) or _is_frame(child) or writer.whole(child):
            if child.tail:
                writer.text(child.tail)
        else:
            writer.start(child)
            stack.append((child, iter(child)))
    writer.flush()
    return tuple(writer.lines)


def tag_of(element: Element) -> str:
    """The tag without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def plain(element: Element) -> str:
    """The text of an element on one line."""
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


def _says(element: Element) -> bool:
    """Whether an element has any text. Looked at no further than its first word, since elements nest."""
    return any(text.strip() for text in element.itertext())


def _lays_out(table: Element) -> bool:
    """Whether a table only places what is in it: other tables, headings, code."""
    return any(each is not table for each in table.iter(*_LAYOUT))


def _is_frame(element: Element) -> bool:
    tag = tag_of(element)
    if tag in _DROPPED:
        return not (tag == "script" and (element.get("type") or "").startswith("math/tex"))
    if tag == "header":
        return element.find(".//h1") is None and element.find(".//h2") is None
    classes = element.get("class") or ""
    if element.get("role") == "doc-backlink" or "footnote-back" in classes:
        return True
    if element.get("hidden") is not None or "display:none" in (element.get("style") or "").replace(" ", ""):
        return "math" not in classes
    return element.get("role") in _FRAME_ROLES or not _FRAME_CLASSES.isdisjoint(classes.split())


class _Writer:
    """Collects inline text and writes it out as a line wherever a block ends."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.inline: list[str] = []
        self.lists: list[int | None] = []
        self.items: list[str] = []
        self.marker = ""
        self.quotes = 0
        self.tables: list[list[list[str]]] = []
        self.term = ""

    def start(self, element: Element) -> None:
        tag = tag_of(element)
        if tag not in _INLINE and not self.tables:
            self.flush(named=tag == "dt")
        if tag == "br":
            self.inline.append(" " if self.tables else "\n")
        elif tag in ("ul", "ol"):
            if not self.lists:
                self._gap()
            self.lists.append(_first_number(element) if tag == "ol" else None)
        elif tag == "li":
            self._open_item()
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "details":
            self._write(["<details>"])
        elif element.get("role") == "doc-endnotes" or (tag in ("section", "aside") and "footnotes" in (element.get("class") or "").split()):
            # What follows belongs to no section of the text.
            self._gap()
            self.lines += ["# Notes", ""]
        elif tag == "table" and (self.tables or not _lays_out(element)):
            self.flush()
            self.tables.append([])
        elif self.tables and tag == "tr":
            self.tables[-1].append([])
            self.inline.clear()
        elif self.tables and tag not in _INLINE:
            self.inline.append(" ")
        elif tag in ("strong", "b") and not "".join(self.inline).strip() and not self.tables and _says(element):
            self.inline.append("**")
        elif tag == "code":
            self.inline.append("`")
        elif tag in ("sup", "sub"):
            self.inline.append(_script_sign(element))
        if element.text:
            self.text(element.text)

    def text(self, text: str) -> None:
        self.inline.append(_SPACE.sub(" ", text))

    def end(self, element: Element) -> None:
        tag = tag_of(element)
        if tag in ("strong", "b"):
            if self.inline and "".join(self.inline).lstrip().startswith("**") and "".join(self.inline).count("**") % 2:
                self._trim()
                self.inline.append("** ")
        elif tag == "code":
            self.inline.append("`")
        elif self.tables:
            self._end_in_table(tag)
        elif tag in _HEADINGS:
            self._heading(_HEADINGS[tag])
        elif tag == "summary":
            self._summary()
        elif tag == "dt":
            self.term, self.inline = self._taken(), []
        elif tag == "dl":
            self.flush(named=True)
        elif tag not in _INLINE:
            self.flush()
            self._close(tag)

    def whole(self, element: Element) -> bool:
        """Write an element that is read as one piece, code or a formula. False for any other."""
        tag = tag_of(element)
        if tag == "pre" and not self.tables:
            self.flush()
            self._code(element)
        elif tag == "a" and (element.get("role") == "doc-noteref" or "footnote-ref" in (element.get("class") or "")):
            self.inline.append(f"[{plain(element).strip('[]')}]")
        elif tag in ("math", "script"):
            tex = element.find(".//{*}annotation[@encoding='application/x-tex']") if tag == "math" else element
            formula = plain(tex) if tex is not None else ""
            if not formula:
                return False
            if element.get("display") == "block" or "mode=display" in (element.get("type") or ""):
                self.flush()
                self._write([f"$${formula}$$"])
            else:
                self.inline.append(f" ${formula}$ ")
        else:
            return False
        return True

    def flush(self, *, named: bool = False) -> None:
        """Write the inline text collected so far as a paragraph, behind the term it explains. `named`: also a term without any."""
        if self.tables:
            return
        text, self.inline = "".join(self.inline), []
        lines = [line for line in (" ".join(piece.split()) for piece in text.split("\n")) if line]
        if self.term and (lines or named):
            lines = [f"**{self.term}**: {lines[0]}", *lines[1:]] if lines else [f"**{self.term}**"]
            self.term = ""
        if lines:
            self._write([unmarked(line) for line in lines])

    def _taken(self) -> str:
        return " ".join("".join(self.inline).split())

    def _trim(self) -> None:
        self.inline[-1] = self.inline[-1].rstrip()

    def _heading(self, level: int) -> None:
        title = self._taken().strip("*` ")
        self.inline.clear()
        if title:
            self._gap()
            self.lines += [f"{'#' * level} {title}", ""]

    def _summary(self) -> None:
        title = self._taken().strip("* ")
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

    def _end_in_table(self, tag: str) -> None:
        if tag in ("td", "th"):
            if self.tables[-1]:
                self.tables[-1][-1].append(self._taken().replace("|", "¦"))
            self.inline.clear()
        elif tag == "caption":
            caption = self._taken()
            self.inline.clear()
            if caption and len(self.tables) == 1:
                self._write([caption])
        elif tag == "table":
            rows = [row for row in self.tables.pop() if any(row)]
            if self.tables:
                self.inline.append("; ".join(" ".join(row) for row in rows))
            elif rows:
                width = max(map(len, rows))
                written = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
                self._write([written[0], f"|{'---|' * width}", *written[1:]])

    def _code(self, element: Element) -> None:
        inner = element.find(".//{*}code")
        found = _LANGUAGE.search(" ".join((each.get("class") or "") for each in (element, inner) if each is not None))
        for line_break in element.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
        text = "".join(element.itertext()).strip("\n").rstrip()
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
        if text:
            self._write([f"{fence}{found[1] if found else ''}", *split_lines(text), fence])

    def _write(self, lines: list[str]) -> None:
        if not self.items and not (self.quotes and self.lines and self.lines[-1].startswith(">")):
            self._gap()
        quote = "> " * min(self.quotes, _DEEPEST)
        margin = "".join(self.items[: min(len(self.items), _DEEPEST) - 1])
        hang = self.items[min(len(self.items), _DEEPEST) - 1] if self.items else ""
        for line in lines:
            self.lines.append(f"{quote}{margin}{self.marker or hang}{line}".rstrip())
            self.marker = ""

    def _gap(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _script_sign(element: Element) -> str:
    """`^` or `_` before a raised or lowered sign, so that x² does not become x2; none before a note's number."""
    text = plain(element)
    if not text or text.startswith("[") or element.find(".//{*}a") is not None:
        return ""
    return "^" if tag_of(element) == "sup" else "_"


def _first_number(element: Element) -> int:
    value = element.get("start") or "1"
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 1
