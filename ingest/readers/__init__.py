"""One reader for each format. A reader turns the bytes of a file into a `Document`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.furniture.furniture import with_furniture
from ingest.model import Document
from ingest.names.named import named_things
from ingest.readers.cards.apkg import read_apkg
from ingest.readers.cards.decks import read_cards, read_text_or_deck
from ingest.readers.marked.latex import read_latex
from ingest.readers.marked.org import read_org
from ingest.readers.marked.rst import read_rst
from ingest.readers.office.docx import read_docx
from ingest.readers.office.pptx import read_pptx
from ingest.readers.pdf.pages import read_pdf
from ingest.readers.plain.code import CODE_SUFFIXES, read_code
from ingest.readers.plain.markdown import read_markdown
from ingest.readers.plain.notebook import read_notebook
from ingest.readers.plain.text import read_text
from ingest.readers.web.epub import read_epub
from ingest.readers.web.html import read_html
from ingest.text.decoding import decode_and_name, split_lines

LineReader = Callable[[str, str, tuple[str, ...]], Document]
ByteReader = Callable[[str, str, bytes], Document]

_OF_LINES: dict[str, LineReader] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd"), read_markdown),
    **dict.fromkeys((".txt", ".text"), read_text_or_deck),
    **dict.fromkeys((".csv", ".tsv"), read_cards),
    **dict.fromkeys((".tex", ".ltx", ".latex"), read_latex),
    **dict.fromkeys((".rst", ".rest"), read_rst),
    ".org": read_org,
    **dict.fromkeys(CODE_SUFFIXES, read_code),
}
_OF_BYTES: dict[str, ByteReader] = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), read_html),
    ".docx": read_docx,
    ".epub": read_epub,
    ".ipynb": read_notebook,
    ".pdf": read_pdf,
    ".pptx": read_pptx,
    **dict.fromkeys((".apkg", ".colpkg"), read_apkg),
}
SUFFIXES = frozenset({*_OF_LINES, *_OF_BYTES})
"""The file name extensions that are read, in lower case with their dots."""
LINE_READERS: Mapping[str, LineReader] = _OF_LINES
"""The readers of formats whose files have lines of their own, by extension: name, digest and lines become a document."""


def read_document(name: str, data: bytes) -> Document:
    """Read a file. Its name chooses the reader; a name with an unknown extension is read as plain text.

    The result depends on the name and the bytes alone. Raises BadDocument for an empty file, and for bytes that are not what the name says.

        document = read_document("notes/attention.md", Path("attention.md").read_bytes())
        document.title, document.sections[0].path, document.blocks[0].span
    """
    suffix = PurePosixPath(name).suffix.lower()
    digest = hashlib.sha256(data).hexdigest()
    reader = _OF_BYTES.get(suffix)
    if reader is not None:
        return _finished(reader(name, digest, data))
    text, page = decode_and_name(name, data)
    document = _OF_LINES.get(suffix, read_text)(name, digest, split_lines(text))
    notices = (*document.notices, old_code_page(page)) if page else document.notices
    return _finished(replace(document, notices=notices))


def _finished(document: Document) -> Document:
    return replace(with_furniture(document), named=named_things(document))


def old_code_page(page: str) -> str:
    """The notice that a file was read in an old code page."""
    return f"read as {page}, an old code page. Save the file as UTF-8 if a letter is wrong."


__all__ = ["LINE_READERS", "SUFFIXES", "old_code_page", "read_document"]
