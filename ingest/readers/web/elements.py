"""Turn a tree of HTML elements into Markdown lines: headings, lists, tables, code, formulas, folded answers.

The frame of a page (navigation, footer, scripts, forms) is left out. The walk keeps its own stack, so that deep nesting cannot exhaust
Python's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.readers.web.tags import is_menu, plain, tag_of
from ingest.readers.web.writer import MarkdownWriter

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DROPPED = frozenset(
    "script style noscript template nav footer button select input textarea svg canvas iframe object audio video head dialog menu"
    " rt rp rtc".split()
)
"""Tags whose elements are not part of the text, cannot be read as text, or give the pronunciation of a word."""
_BOXES = frozenset({"td", "div", "center", "p"})
"""Tags of elements that old pages set their menus in."""
_FRAME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "dialog", "menu", "toolbar"})
_FRAME_CLASSES = frozenset({"katex-html", "mw-editsection", "sidebar", "navbar", "breadcrumb", "breadcrumbs", "headerlink", "anchor-link"})
"""Classes by which KaTeX, MediaWiki, Sphinx, Jupyter and Bootstrap mark what is not part of the text, or repeats it."""
_SAYS = re.compile(r"[^\W_]")


def markdown_lines(root: Element) -> tuple[str, ...]:
    """The content of an element as lines of Markdown."""
    writer = MarkdownWriter()
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


def _is_frame(element: Element) -> bool:
    """True for an element that is not part of the text of a page. The source of a formula may be in a script, and a title in a header."""
    tag = tag_of(element)
    if tag in _BOXES and is_menu(element, tag):
        return True
    if tag in _DROPPED:
        return not (tag == "script" and (element.get("type") or "").startswith("math/tex"))
    if tag == "header":
        return element.find(".//h1") is None and element.find(".//h2") is None
    if tag == "a" and (element.get("href") or "").startswith("#") and not _SAYS.search(plain(element)):
        return True  # the link of a heading to itself: #, ¶
    classes = element.get("class") or ""
    if element.get("role") == "doc-backlink" or "footnote-back" in classes:
        return True
    if element.get("hidden") is not None or "display:none" in (element.get("style") or "").replace(" ", ""):
        return "math" not in classes
    return element.get("role") in _FRAME_ROLES or not _FRAME_CLASSES.isdisjoint(classes.split())
