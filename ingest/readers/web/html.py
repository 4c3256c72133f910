"""Read web pages. Their text is extracted as Markdown into one part, page 1, since a quote could not be verbatim among tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.web.elements import markdown_lines
from ingest.readers.web.tags import plain
from ingest.structure.parts import first_heading, join_parts
from ingest.text.decoding import decode

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_CHARSET = re.compile(rb"""<(?:meta[^>]{0,200}charset|\?xml[^>]{0,100}encoding)\s*=\s*["']?\s*([\w-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 4096
"""Bytes at the top of a file in which it may declare its encoding. Browsers look at 1024, and real pages put more in front."""


def read_html(name: str, digest: str, data: bytes) -> Document:
    """A web page: the text of its main part, without navigation and the like. Raises BadDocument if it has no text."""
    root = parse_html(name, data)
    text = Text(markdown_lines(_main(root)), Part("page", 1))
    heads = [each for each in root.iter("h1") if plain(each)]
    named = heads[0] if len(heads) == 1 and first_heading([text]) is None else root.find(".//title") if not heads else None
    return join_parts(name, digest, [text], title=(plain(named) or None) if named is not None else None)


def parse_html(name: str, data: bytes) -> Element:
    """The tree of a page, however broken its markup is. Raises BadDocument for bytes that are not text."""
    from lxml import etree

    text = _decoded(name, data)
    # The parser always gets UTF-8, whatever encoding the file declares. A NUL would end the text early.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.LxmlError as error:
        raise BadDocument(name, f"holds nothing that can be read as a web page ({error}).", "Save it again in a browser.") from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in list(parser.error_log)[-1:]):
        raise BadDocument(name, "is nested too deep to be a page that a person wrote.", "Save its text as .txt or .md.")
    if root is None:
        raise BadDocument(name, "holds no text.", "Save the page again in a browser, once it shows.")
    return root


def body_of(root: Element) -> Element:
    """The body of a page, or all of the page if it has none."""
    body = root.find(".//body")
    return body if body is not None else root


def _decoded(name: str, data: bytes) -> str:
    """The text of a page in its declared encoding, unless a byte order mark or the bytes themselves show another."""
    declared = _CHARSET.search(data[:_DECLARED_WITHIN])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return decode(name, data.decode(declared[1].decode("ascii", "replace")).encode("utf-8", "replace"))
        except (LookupError, UnicodeError):
            pass  # a wrong declaration
    return decode(name, data)


def _main(root: Element) -> Element:
    """The element with the content of a page: its only main part or article, or else its body."""
    for path in (".//main", ".//*[@role='main']", ".//article"):
        found = root.findall(path)
        if len(found) == 1 and plain(found[0]):
            return found[0]
    return body_of(root)
