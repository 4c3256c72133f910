"""From a document to passages.

A passage follows the structure: it stays inside one heading or question, is about 70 words long, and never cuts a sentence, list item,
table row or formula that fits. Its text is the source from its first to its last piece, verbatim.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.atoms import Atom, atoms_of
from ingest.model import Block, Chunk, Document, Excerpt, Kind, Section, SectionKind, Span, Text
from ingest.packing import pack, units_of


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How long passages and their units are, in words. `target`: about; `longest`: at most, unless a single word is longer."""

    target: int = 70
    longest: int = 160
    unit: int = 25

    @property
    def identity(self) -> str:
        """Names the settings and the method: chunks made under another identity must be made again."""
        return f"structure-2 target={self.target} longest={self.longest} unit={self.unit}"


class Piece(NamedTuple):
    """An atom and the path of the block it comes from; `opener`: it is the line that opens the passage's own heading or question."""

    atom: Atom
    section: tuple[str, ...]
    opener: bool


@dataclass(slots=True)
class _Group:
    """The blocks under one heading or question, labels included; `openers` are the headings and the question lines that lead to them."""

    home: Section | None
    asked: bool
    openers: list[Block] = field(default_factory=list)
    body: list[Block] = field(default_factory=list)


def chunk_document(document: Document, settings: ChunkSettings | None = None) -> list[Chunk]:
    """The passages of a document in order. Equal documents and settings give equal passages, ids included."""
    settings = settings or ChunkSettings()
    chunks: list[Chunk] = []
    for text in document.texts:
        blocks = [b for b in document.blocks if b.span.part == text.part]
        sections = [s for s in document.sections if s.span.part == text.part]
        chunks.extend(_Chunker(document, text, settings).chunks(_groups(blocks, sections)))
    return chunks


def chunk_passage(name: str, title: str, text: str, settings: ChunkSettings | None = None) -> Chunk:
    """A text that is a passage already, as one chunk: `name` is its document, its units are its sentences."""
    settings = settings or ChunkSettings()
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    atoms = atoms_of(Kind.PROSE, text, 0, len(text), settings.longest) if text else []
    return Chunk(
        id=hashlib.sha256(f"{name}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        document=name,
        title=title,
        section=(),
        kind=Kind.PROSE,
        span=Span(1, text.count("\n") + 1),
        text=text,
        units=tuple(
            Excerpt(text[a:b], Span(text.count("\n", 0, a) + 1, text.count("\n", 0, b) + 1))
            for a, b in units_of(text, atoms, settings.unit)
        ),
    )


def _groups(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[_Group]:
    """The blocks of a text by the heading or question they stand under, in order.

    A heading with nothing of its own leads its first child; one without children is a passage by itself. Questions without an answer that
    follow one another form one group.
    """
    group: _Group | None = None
    for home, opens, asked, block in _homed(blocks, sections):
        if group is None or home is not group.home or asked != group.asked:
            if group is not None:
                inherited = _inherited(group, home)
                if inherited is None:
                    yield group
                group = _Group(home, asked, inherited or [])
            else:
                group = _Group(home, asked)
        (group.openers if opens else group.body).append(block)
    if group is not None:
        yield group


def _inherited(group: _Group, home: Section | None) -> list[Block] | None:
    """The openers that a group without a body hands on to the next one; None if it is to stand by itself."""
    if group.body or group.home is None or home is None:
        return None
    return group.openers if group.home.span.covers(home.span) else None


def _homed(blocks: Sequence[Block], sections: Sequence[Section]) -> Iterator[tuple[Section | None, bool, bool, Block]]:
    """Each block with its innermost heading or question, whether it opens that one, and whether it is a question without an answer."""
    homes = [s for s in sections if s.kind is not SectionKind.LABEL]
    stack: list[Section] = []
    at = 0
    for block in blocks:
        if block.kind is Kind.METADATA:
            continue
        while stack and stack[-1].span.last < block.span.first:
            stack.pop()
        begins = False
        # Several where a slice of a large file begins inside of them.
        while at < len(homes) and homes[at].span.first == block.span.first:
            stack.append(homes[at])
            at += 1
            begins = True
        # A section of source code begins with its own text, not with a title.
        opens = begins and block.kind in (Kind.HEADING, Kind.QUESTION)
        yield (stack[-1] if stack else None), opens, block.kind is Kind.QUESTION and not opens, block


class _Chunker:
    """Makes the passages of one text."""

    def __init__(self, document: Document, text: Text, settings: ChunkSettings) -> None:
        self.document = document
        self.settings = settings
        self.part = text.part
        self.first = text.first
        self.text = "\n".join(text.lines)
        self.starts: list[int] = []
        at = 0
        for line in text.lines:
            self.starts.append(at)
            at += len(line) + 1
        self.answers = [s.span for s in document.sections if s.kind is SectionKind.QUESTION and s.span.part == text.part]

    def chunks(self, groups: Iterator[_Group]) -> Iterator[Chunk]:
        answered_to = 0
        for group in groups:
            if group.home is not None and group.home.kind is SectionKind.QUESTION:
                answered_to = max(answered_to, group.home.span.last)
            pieces = [piece for block in group.openers for piece in self._pieces(block, opener=bool(group.body))]
            pieces += [piece for block in group.body for piece in self._pieces(block, opener=False)]
            for run in pack([p.atom for p in pieces], self.settings.target, self.settings.longest):
                yield self._chunk(group, pieces[run.start : run.stop], answered_to)

    def _pieces(self, block: Block, *, opener: bool) -> Iterator[Piece]:
        start = self.starts[block.span.first - self.first]
        last = block.span.last - self.first + 1
        end = self.starts[last] - 1 if last < len(self.starts) else len(self.text)
        for atom in atoms_of(block.kind, self.text, start, end, self.settings.longest):
            yield Piece(atom, block.section, opener)

    def _chunk(self, group: _Group, pieces: Sequence[Piece], answered_to: int) -> Chunk:
        start, end = pieces[0].atom.start, pieces[-1].atom.end
        span = self._span(start, end)
        text = self.text[start:end]
        name = self.document.name
        key = f"{name}\0{self.part}\0{span.first}\0{span.last}\0{text}"
        inner = [p.atom for p in pieces if not (p.opener or p.atom.kind is Kind.TODO or _is_bare_mark(p.atom))]
        units = units_of(self.text, inner or [p.atom for p in pieces], self.settings.unit)
        return Chunk(
            id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            document=name,
            title=self.document.title,
            section=_common_path(group, pieces),
            kind=_kind(pieces, answer=span.first <= answered_to and bool(group.body)),
            span=span,
            text=text,
            units=tuple(Excerpt(self.text[a:b], self._span(a, b)) for a, b in units),
        )

    def _span(self, start: int, end: int) -> Span:
        above = self.first - 1
        return Span(above + bisect_right(self.starts, start), above + bisect_right(self.starts, end - 1), self.part)


def _is_bare_mark(atom: Atom) -> bool:
    """`Answer:` alone on its line, which says nothing by itself."""
    return atom.kind is Kind.ANSWER and atom.words <= 2


def _common_path(group: _Group, pieces: Sequence[Piece]) -> tuple[str, ...]:
    inner = [p for p in pieces if not p.opener]
    paths = {p.section for p in inner if p.atom.kind is not Kind.HEADING} or {p.section for p in inner}
    if not paths or (not group.body and group.home is not None):
        return group.home.path if group.home is not None else ()
    if len(paths) == 1:
        return paths.pop()
    first, last = min(paths), max(paths)
    shared = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:shared]


def _kind(pieces: Sequence[Piece], *, answer: bool) -> Kind:
    counted: Counter[Kind] = Counter()
    for piece in pieces:
        if not piece.opener:
            counted[piece.atom.kind] += piece.atom.words
    if len(counted) > 1:
        del counted[Kind.HEADING]
    main = counted.most_common(1)[0][0] if counted else Kind.HEADING
    return Kind.ANSWER if answer and main not in (Kind.CONTENTS, Kind.QUESTION) else main
