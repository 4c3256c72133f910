"""Read EPUB books. Every item of the reading order is a numbered text, called a chapter."""

from __future__ import annotations

import posixpath

from ingest.errors import BadDocument
from ingest.model import Document, Part, Text
from ingest.readers.archive import Archive
from ingest.readers.web.elements import markdown_lines
from ingest.readers.web.html import body_of, parse_html
from ingest.readers.web.tags import plain
from ingest.structure.parts import join_parts

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
"""The types of the items that hold text. Others are pictures."""


def read_epub(name: str, digest: str, data: bytes) -> Document:
    """A book. Raises BadDocument if it is damaged, locked or without text."""
    archive = Archive(name, data)
    rootfile = archive.xml("META-INF/container.xml").find(".//{*}rootfile")
    if rootfile is None:
        raise BadDocument(name, "is damaged: it does not say where its contents are.", "Fetch or export it again.")
    opf = archive.resolve("", rootfile.get("full-path", ""))
    package = archive.xml(opf)
    folder = posixpath.dirname(opf)
    items = {each.get("id"): each for each in package.iter("{*}item")}
    chapters = [items[each.get("idref")] for each in package.iter("{*}itemref") if each.get("idref") in items]
    chapters = [each for each in chapters if each.get("media-type", "") in _PAGES]
    members = [archive.resolve(folder, each.get("href", "")) for each in chapters]
    _refuse_locked(archive, set(members))
    texts: list[Text] = []
    for number, (member, item) in enumerate(zip(members, chapters, strict=True), start=1):
        part = Part("chapter", number)
        content = archive.read(member)
        # The table of contents is meant for programs, and a chapter may be only a picture.
        empty = "nav" in item.get("properties", "").split() or not content.strip()
        texts.append(Text((), part) if empty else Text(markdown_lines(body_of(parse_html(name, content))), part))
    titled = package.find(".//{http://purl.org/dc/elements/1.1/}title")
    return join_parts(name, digest, texts, title=(plain(titled) or None) if titled is not None else None)


def _refuse_locked(archive: Archive, chapters: set[str]) -> None:
    """Raise BadDocument if chapters are encrypted. Encrypted fonts do not matter."""
    if not archive.has("META-INF/encryption.xml"):
        return
    locked = {archive.resolve("", each.get("URI", "")) for each in archive.xml("META-INF/encryption.xml").iter("{*}CipherReference")}
    if locked & chapters:
        raise BadDocument(archive.name, "is locked (DRM).", "Only a copy without it can be read.")
