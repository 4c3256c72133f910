"""Helpers that classify an HTML element."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SPACE = re.compile(r"\s+")
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite data del dfn em font i img ins kbd label mark q rb rp rt ruby s samp small span strike strong sub"
    " sup time tt u var wbr code br math semantics mrow mi mn mo ms mtext mfrac msup msub msubsup mover munder munderover msqrt mroot"
    " mstyle mtable mtr mtd mspace mpadded mphantom menclose annotation".split()
)
"""The tags that stand inside a line of text. Every other tag starts a new line."""
_ALL_ROWS = 65_534
"""The most rows that a cell may span in HTML."""
_CONTENT = frozenset("table h1 h2 h3 h4 h5 h6 pre math img dl blockquote".split())
_MOST_INSIDE, _LONGEST_MENU = 200, 900
"""Elements and characters of a menu, a bound on the work that each box costs."""
_LAYOUT = tuple(f"{{*}}{tag}" for tag in ("table", "h1", "h2", "h3", "h4", "pre"))


def tag_of(element: Element) -> str:
    """The tag without its namespace, in lower case."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def plain(element: Element) -> str:
    """The text of an element on one line."""
    return SPACE.sub(" ", "".join(element.itertext())).strip()


def has_text(element: Element) -> bool:
    """True if an element has any text. Reading stops at the first word, since elements nest."""
    return any(text.strip() for text in element.itertext())


def is_for_layout(table: Element) -> bool:
    """True if a table only serves layout: it holds other tables, headings or code."""
    return any(each is not table for each in table.iter(*_LAYOUT))


def is_notes(element: Element, tag: str) -> bool:
    """True for the element with the footnotes of a page, as marked by Pandoc and EPUB."""
    return element.get("role") == "doc-endnotes" or (tag in ("section", "aside") and "footnotes" in (element.get("class") or "").split())


def is_note_reference(element: Element, tag: str) -> bool:
    """True for a link from the text to a footnote."""
    return tag == "a" and (element.get("role") == "doc-noteref" or "footnote-ref" in (element.get("class") or ""))


def script_sign(element: Element) -> str:
    """`^` or `_` before a raised or lowered sign, so that x² does not become x2. Empty before the number of a footnote."""
    text = plain(element)
    if not text or text.startswith("[") or element.find(".//{*}a") is not None:
        return ""
    return "^" if tag_of(element) == "sup" else "_"


def first_number(element: Element) -> int:
    """The number that a numbered list starts with."""
    value = element.get("start") or "1"
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 1


def is_menu(element: Element, tag: str) -> bool:
    """True for a box of links to other pages: at least two, more than half of its words, and no list, table or heading."""
    inside = list(islice(element.iter(), _MOST_INSIDE + 1))
    if len(inside) > _MOST_INSIDE:
        return False
    links = [each for each in inside if isinstance(each.tag, str) and tag_of(each) == "a" and (each.get("href") or "#")[0] != "#"]
    inner = {tag_of(each) for each in inside[1:] if isinstance(each.tag, str)}
    if len(links) < 2 or not inner.isdisjoint(_CONTENT) or (tag != "td" and not inner.isdisjoint(("ul", "ol"))):
        return False
    words, linked = len("".join(plain(element).split())), sum(len("".join(plain(each).split())) for each in links)
    return 0 < words <= _LONGEST_MENU and 10 * linked >= (6 if tag == "td" else 8) * words


def spans_of(element: Element) -> tuple[int, int]:
    """How many columns and rows a cell of a table covers. A height of 0 means all rows below."""
    wide, high = (element.get(name) or "1" for name in ("colspan", "rowspan"))
    return _count(wide, 1), _count(high, 1) or _ALL_ROWS


def _count(value: str, default: int) -> int:
    value = value.strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else default
