"""Read a file of any size: a small one as a whole, a large text in slices, so that it need not fit into memory.

A slice ends where nothing is split: before a heading, or else at a blank line outside of fenced code. The headings and questions that are
open there are put in front of the next slice while its structure is found, so that section paths are the same as in one reading. Line
numbers count through the whole file.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ingest.errors import BadDocument
from ingest.furniture.furniture import with_furniture
from ingest.model import Block, Document, Kind, Section, SectionKind, Span, Text
from ingest.names.named import named_things
from ingest.readers import LINE_READERS, old_code_page, read_document
from ingest.readers.plain.markdown import read_markdown
from ingest.readers.plain.text import read_lines, read_text
from ingest.sources.sources import Source, opened, read_source
from ingest.structure.lines import is_marked
from ingest.structure.structure import build_structure
from ingest.text.codepages import CodePage, code_page_of
from ingest.text.decoding import BOMS, check_text

SLICE = 4 * 2**20
"""A text of more bytes is read in slices of about this many characters. The longest textbooks are smaller."""
_LONGEST_LINE = 16 * 2**20
"""The most characters of a line, a limit on memory: a file without line ends would be one slice."""
_LONGEST_HEADING = 1000
"""The most characters of a heading that is put in front of the next slice."""
_BLOCK = 2**20
"""Bytes that the first pass over a file reads at a time."""
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
"""The bytes that stand for no character in Windows-1252."""

_Context = dict[tuple[str, ...], tuple[str, ...]]
"""The lines that opened each open section, by the path of the section."""


def read_slices(source: Source) -> Iterator[Document]:
    """The document of a file in one or more slices, in order. Nearly always it is one.

    All slices have the document's name, title and digest. Raises BadDocument, sometimes after some slices were given: discard those then.
    """
    if PurePosixPath(source.name).suffix.lower() not in LINE_READERS:
        yield read_document(source.name, read_source(source))
        return
    with opened(source) as file:
        if os.fstat(file.fileno()).st_size <= SLICE:
            yield read_document(source.name, read_source(source))
            return
        with _unchanging(source.name, file):
            yield from _Slicer(source.name, file).slices()


@contextmanager
def _unchanging(name: str, file: io.BufferedReader) -> Iterator[None]:
    """A context that raises BadDocument at its end if the file has changed."""
    before = os.fstat(file.fileno())
    yield
    after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BadDocument(name, "changed while it was being read.", "Ingest again once it is finished.")


@dataclass(frozen=True, slots=True)
class _Probe:
    """The result of the first pass over a file: its SHA-256, the encoding of its text, and the encoding's name if it is an old code
    page."""

    digest: str
    encoding: str
    page: str | None = None


def _probe(name: str, file: io.BufferedReader) -> _Probe:
    """The first pass over a file, block by block. It decides on the encoding as `ingest.text.decoding.decode` does."""
    digest = hashlib.sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    marked: str | None = None
    valid = True
    binary = undefined = False
    first = True
    page: CodePage | None = None
    while block := file.read(_BLOCK):
        if first:
            marked = next((encoding for bom, encoding in BOMS if block.startswith(bom)), None)
            first = False
        digest.update(block)
        binary = binary or b"\0" in block
        undefined = undefined or _UNDEFINED.search(block) is not None
        if valid:
            try:
                utf8.decode(block)
            except UnicodeDecodeError:
                valid = False
                page = code_page_of(block)
    if marked is None and binary:
        raise BadDocument(name, "holds NUL bytes, so it is binary, not text.", "Export it as text, or leave it out.")
    file.seek(0)
    if marked is None and page is not None and _is_valid(file, page):
        return _Probe(digest.hexdigest(), page.codec, page.name)
    return _Probe(digest.hexdigest(), marked or ("utf-8" if valid else "latin-1" if undefined else "cp1252"))


def _is_valid(file: io.BufferedReader, page: CodePage) -> bool:
    """True if all of a file is text in a code page. Leaves the file at its beginning."""
    decoder = codecs.getincrementaldecoder(page.codec)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


class _Slicer:
    """Reads one large text file. `continues` is true if sections go on from slice to slice, which they do not in source code."""

    def __init__(self, name: str, file: io.BufferedReader) -> None:
        self.name = name
        self.probe = _probe(name, file)
        # After the probe only the last character can still be wrong, cut short at the end of the file.
        self.text = io.TextIOWrapper(file, encoding=self.probe.encoding, newline=None)
        self.reader = LINE_READERS[PurePosixPath(name).suffix.lower()]
        self.continues = self.reader in (read_text, read_markdown)

    def slices(self) -> Iterator[Document]:
        """The slices of the file in order."""
        whole: Document | None = None
        context: _Context = {}
        marked = False
        for first, lines in self._runs():
            if whole is None:
                check_text(self.name, "\n".join(lines))
                marked = is_marked(lines)
                found = whole = self._noticed(self._first(lines, marked))
            else:
                found = self._next(whole, first, lines, context, marked)
            yield replace(with_furniture(found), named=named_things(found))
            context = _open_headings(found, lines, first, context) if self.continues else {}
        self.text.detach()  # so that the file stays open
        if whole is None:
            check_text(self.name, "")

    def _noticed(self, document: Document) -> Document:
        return replace(document, notices=(*document.notices, old_code_page(self.probe.page))) if self.probe.page else document

    def _first(self, lines: tuple[str, ...], marked: bool) -> Document:
        if self.continues:
            return read_lines(self.name, self.probe.digest, lines, marked=marked)
        return self.reader(self.name, self.probe.digest, lines)

    def _next(self, whole: Document, first: int, lines: tuple[str, ...], context: _Context, marked: bool) -> Document:
        """A slice after the first: `lines` from line number `first` on, under the headings of `context`."""
        opening = tuple(line for opened in context.values() for line in ("", *opened, ""))
        read = (
            build_structure((*opening, *lines), marked=marked, title=whole.title)
            if self.continues
            else self.reader(self.name, self.probe.digest, lines)
        )
        above = len(opening)
        shift = first - 1 - above
        blocks = tuple(replace(b, span=_moved(b.span, shift)) for b in read.blocks if b.span.first > above)
        return Document(
            name=self.name,
            title=whole.title,
            digest=self.probe.digest,
            texts=(Text(lines, first=first),),
            blocks=blocks,
            sections=tuple(_continued(read.sections, blocks, first, shift)),
            questions=tuple(
                replace(q, span=_moved(q.span, shift), answer=_moved(q.answer, shift) if q.answer else None)
                for q in read.questions
                if q.span.first > above
            ),
        )

    def _runs(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The lines of each slice, with the number of the first of them."""
        first = 1
        held: list[str] = []
        while True:
            try:
                text = self.text.read(SLICE)
                if text:
                    text += self.text.readline(_LONGEST_LINE)
            except UnicodeDecodeError as error:
                raise BadDocument(
                    self.name, f"not valid {self.probe.encoding} text ({error.reason}).", "Save it again as UTF-8."
                ) from error
            if not text:
                break
            held.extend(text.removesuffix("\n").split("\n"))
            if len(held[-1]) >= _LONGEST_LINE:
                raise BadDocument(self.name, f"has a line of more than {_LONGEST_LINE >> 20} million characters.", "Break it into lines.")
            cut = _border(held)
            if any(line.strip() for line in held[:cut]):
                yield first, tuple(held[:cut])
                first += cut
                held = held[cut:]
        if any(line.strip() for line in held):
            yield first, tuple(held)


def _border(lines: Sequence[str]) -> int:
    """The index of the line before which to cut: in the last quarter, the last heading, or else the last line after a blank one.

    A line inside a fence, or an indented one, is cut at only if there is no other.
    """
    fenced = False
    heading = blank = any_blank = 0
    for at, line in enumerate(lines):
        if line.startswith(("```", "~~~")):
            fenced = not fenced
        if at < 3 * len(lines) // 4 or not at:
            continue
        if not lines[at - 1].strip() and line.strip():
            any_blank = at
            if not fenced:
                heading = at if line.startswith("#") else heading
                blank = blank if line[0].isspace() else at
    return heading or blank or any_blank or len(lines)


def _open_headings(found: Document, lines: Sequence[str], first: int, before: _Context) -> _Context:
    """The sections that are open at the end of a slice, outermost first. `before` has those that were open at its beginning."""
    if not found.blocks:
        return before
    opens = {block.span.first: block for block in found.blocks if block.kind in (Kind.HEADING, Kind.QUESTION)}
    context: _Context = {}
    for section in found.sections:
        if section.span.last < found.blocks[-1].span.last or section.kind is SectionKind.LABEL:
            continue
        block = opens.get(section.span.first)
        if section.path in before and section.span.first == found.blocks[0].span.first:
            context[section.path] = before[section.path]
        elif block is not None and len(block.text) < _LONGEST_HEADING:
            context[section.path] = tuple(lines[block.span.first - first : block.span.last - first + 1])
    return context


def _continued(sections: Sequence[Section], blocks: Sequence[Block], first: int, shift: int) -> Iterator[Section]:
    """The sections of a slice at their places in the file. A section that was opened before the slice starts with its first block."""
    begins = blocks[0].span.first if blocks else first
    for section in sections:
        span = _moved(section.span, shift)
        if span.last >= begins:
            yield replace(section, span=Span(max(begins, span.first), span.last))


def _moved(span: Span, shift: int) -> Span:
    return Span(span.first + shift, span.last + shift, span.part)
