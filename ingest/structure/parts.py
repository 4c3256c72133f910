"""Put a document together from numbered texts: pages, slides, chapters, cells.

Each text is structured by itself. A section that is open at the end of one text goes on in the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.errors import BadDocument
from ingest.model import Block, Document, Kind, Question, Section, SectionKind, Span, Text
from ingest.structure.across import join_answers
from ingest.structure.lines import fence_end
from ingest.structure.structure import Structure, build_structure

_HASHES = re.compile(r"\s{0,3}(#{1,6})\s+(\S.*?)\s*#*$")
_NUMBERED = re.compile(r"(\d+(?:\.\d+)*)\.?\s")
_WITHIN = 7
"""The rank of the sections that can be below any heading: labels, and questions that are not headings. Headings have ranks up to 6."""


def join_parts(
    name: str,
    digest: str,
    texts: Sequence[Text],
    *,
    title: str | None = None,
    marked: bool = True,
    continues: bool = True,
    prepared: Sequence[Structure | None] = (),
) -> Document:
    """A document of several texts. A text has the structure in `prepared` at its place, or else its structure is inferred.

    `title` is the title that the file gives. Without one, the first heading names the document, or else the file name does. `marked` says
    that headings carry `#`. `continues` says that text above the first heading of a part belongs to the section that the part before left
    open. Raises BadDocument if there is no text at all.
    """
    if not any(line.strip() for text in texts for line in text.lines):
        raise BadDocument(name, "holds no text.", "Nothing to do unless it should; then save it again, or export it as text.")
    known = [*prepared, *[None] * (len(texts) - len(prepared))]
    title = title or first_heading([text for text, found in zip(texts, known, strict=True) if found is None]) or PurePosixPath(name).stem
    structures = [
        found or build_structure(text.lines, marked=marked, title=title, part=text.part) for text, found in zip(texts, known, strict=True)
    ]
    blocks: list[Block] = []
    sections: list[Section] = []
    questions: list[Question] = []
    opened: list[tuple[int, str]] = []
    for text, structure in zip(texts, structures, strict=True):
        opened = opened if continues else []
        opened = _place(text, structure, title, opened, blocks, sections)
        questions += structure.questions
    join_answers(texts, blocks, sections, questions, continues=continues)
    return Document(name, title, digest, tuple(texts), tuple(blocks), tuple(sections), tuple(questions))


def first_heading(texts: Sequence[Text]) -> str | None:
    """The title of the first heading with `#`, or None if text stands before it or there is none.

    The first of several sections of one rank is not a title, unless it is empty.
    """
    lines = (line for text in texts for line in _without_code(text.lines))
    first = _HASHES.match(next(lines, ""))
    if first is None:
        return None
    has_own = False
    for line in lines:
        heading = _HASHES.match(line)
        if heading and len(heading[1]) <= len(first[1]):
            return None if has_own else first[2]
        has_own = True
    return first[2]


def _without_code(lines: Sequence[str]) -> Iterator[str]:
    """The lines with content outside of fences."""
    at = 0
    while at < len(lines):
        end = fence_end(lines, at, lines[at].strip())
        if not end and lines[at].strip():
            yield lines[at]
        at = end or at + 1


def code_structure(text: Text, spans: Iterable[tuple[int, int]]) -> Structure:
    """The structure of a text that consists of code: one block for each of `spans`, pairs of 1-based, inclusive line numbers."""
    blocks = [
        Block(Kind.CODE, "\n".join(text.lines[first - 1 : last]), Span(first, last, text.part))
        for first, last in spans
        if any(line.strip() for line in text.lines[first - 1 : last])
    ]
    return Structure(tuple(blocks), (), ())


def _place(
    text: Text,
    structure: Structure,
    title: str,
    opened: list[tuple[int, str]],
    blocks: list[Block],
    sections: list[Section],
) -> list[tuple[int, str]]:
    """Add a part's blocks and sections to the document, under the sections that the earlier parts left open.

    `opened` has the rank and the title of each open section. Returns the ones that the part leaves open in turn.
    """
    opened = list(opened)
    prefixes: list[tuple[int, tuple[str, ...]]] = [(0, tuple(name for _, name in opened))]
    for section in structure.sections:
        rank = _rank(section, text)
        if rank < _WITHIN:
            while opened and opened[-1][0] >= rank:
                opened.pop()
        root = len(section.path) == 1
        if root:
            prefixes.append((section.span.first, tuple(name for _, name in opened)))
        names_document = root and section.title == title
        if rank < _WITHIN and not names_document:
            opened.append((rank, section.title))
        path = (*prefixes[-1][1], *section.path)
        sections.append(replace(section, path=path, level=len(path)))
    at = 0
    for block in structure.blocks:
        while at + 1 < len(prefixes) and prefixes[at + 1][0] <= block.span.first:
            at += 1
        prefix = prefixes[at][1]
        level = block.level + len(prefix) if block.kind is Kind.HEADING else block.level
        blocks.append(replace(block, section=(*prefix, *block.section), level=level))
    return opened


def _rank(section: Section, text: Text) -> int:
    """How far out a section stands, 1 being outermost. A heading without `#` is ranked by its number: `2.1` stands below `2`."""
    hashes = _HASHES.match(text.lines[section.span.first - 1])
    if hashes:
        return len(hashes[1])
    if section.kind is not SectionKind.HEADING:
        return _WITHIN
    number = _NUMBERED.match(section.title)
    return min(number[1].count(".") + 1, _WITHIN - 1) if number else 1
