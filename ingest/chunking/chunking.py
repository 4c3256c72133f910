"""From a document to passages.

A strategy decides where a document is cut (`ingest/chunking/strategies.py`). Every passage is verbatim source from its first piece to its
last, with its section, kind, lines and units, and fits the encoder's window.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ingest.chunking.atoms import Atom, atoms_of
from ingest.chunking.headings import heading_of
from ingest.chunking.packing import units_of
from ingest.chunking.pieces import Page, Piece, Place, lay_out
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.chunking.strategies import CUTTERS, Plan, children
from ingest.chunking.tokens import Window
from ingest.model import Chunk, Document, Encoder, Excerpt, Kind, Span, Text

_UNIT = 34
"""Tokens up to which short neighbours share a unit."""


def chunk_document(
    document: Document, settings: ChunkSettings | None = None, window: Window | None = None, encoder: Encoder | None = None
) -> list[Chunk]:
    """The passages of a document in order. Equal documents, settings, windows and encoders give equal passages, ids included.

    No passage, nor any unit, has more tokens with its heading than the window takes. Raises UsageError where the settings don't fit the
    window, and for semantic chunking without an `encoder`, which no other strategy needs.
    """
    settings = settings or ChunkSettings()
    window = window or Window()
    settings.check(window)
    chunker = _Chunker(document, settings, window, encoder)
    return [chunk for text in document.texts for chunk in chunker.chunks(text)]


def chunk_passage(name: str, title: str, text: str, window: Window | None = None) -> Chunk:
    """A text that is a passage already, as one chunk: `name` is its document, its units are its sentences."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    atoms = atoms_of(Kind.PROSE, text, 0, len(text), window or Window()) if text else []
    return Chunk(
        id=hashlib.sha256(f"{name}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16],
        document=name,
        title=title,
        section=(),
        kind=Kind.PROSE,
        span=Span(1, text.count("\n") + 1),
        text=text,
        units=tuple(
            Excerpt(text[a:b], Span(text.count("\n", 0, a) + 1, text.count("\n", 0, b) + 1)) for a, b in units_of(text, atoms, _UNIT)
        ),
    )


class _Chunker:
    """Makes the passages of a document."""

    def __init__(self, document: Document, settings: ChunkSettings, window: Window, encoder: Encoder | None) -> None:
        self.document = document
        self.settings = settings
        self.encoder = encoder
        self.count = window.count
        paths = {section.path for section in document.sections} | {()}
        # A passage has room for the longest of the headings that may stand in front of it.
        self.longest = max(1, window.limit - max(window.count(f"{self._heading(path)}:") for path in paths))

    def chunks(self, text: Text) -> list[Chunk]:
        page = lay_out(self.document, text, Window(self.longest, self.count))
        size = min(self.settings.size, self.longest)
        plan = Plan(size, min(self.settings.shared, size - 1), self.longest, self.count, self.encoder)
        return [self._chunk(page, place) for place in CUTTERS[self.settings.strategy](page, plan)]

    def _context(self, kind: Kind) -> tuple[str, ...]:
        return (kind.value, *self.document.front_matter.tags) if self.settings.strategy is Strategy.METADATA_ENRICHED else ()

    def _heading(self, path: tuple[str, ...]) -> str:
        return heading_of(self.document.title, path, self._context(Kind.DEFINITION))

    def _chunk(self, page: Page, place: Place) -> Chunk:
        start, end = place
        pieces = page.between(start, end)
        span = page.span(start, end)
        text = page.joined[start:end]
        name = self.document.name
        # The column too, since a long line may say the same twice.
        key = f"{name}\0{span.part}\0{span.first}\0{page.column(start)}\0{span.last}\0{text}"
        inner = [p.atom for p in pieces if not (p.opener or p.atom.kind is Kind.TODO or _is_bare_mark(page.joined, p.atom))]
        atoms = inner or [p.atom for p in pieces]
        if atoms[0].start < start or atoms[-1].end > end:
            atoms = [self._clipped(page.joined, atom, place) for atom in atoms]
        hierarchical = self.settings.strategy is Strategy.HIERARCHICAL
        units = children(atoms, max(1, self.settings.size // 2)) if hierarchical else units_of(page.joined, atoms, _UNIT)
        kind = _kind(pieces)
        return Chunk(
            id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            document=name,
            title=self.document.title,
            section=_common_path(pieces),
            kind=kind,
            span=span,
            text=text,
            units=tuple(Excerpt(page.joined[a:b], page.span(a, b)) for a, b in units),
            context=self._context(kind),
        )

    def _clipped(self, text: str, atom: Atom, place: Place) -> Atom:
        """The part of an atom that is in a place."""
        start, end = max(atom.start, place[0]), min(atom.end, place[1])
        if (start, end) == (atom.start, atom.end):
            return atom
        body = atom.body if start < atom.body < end else start
        return atom._replace(start=start, end=end, body=body, tokens=self.count(text[start:end]))


def _is_bare_mark(text: str, atom: Atom) -> bool:
    """`Answer:` alone on its line, which says nothing by itself."""
    said = text[atom.start : atom.end]
    return atom.kind is Kind.ANSWER and len(said.split()) <= 2 and not said.partition(":")[2].strip("*_ \t\n")


def _common_path(pieces: Sequence[Piece]) -> tuple[str, ...]:
    if not pieces[-1].opener and all(p.section is pieces[0].section for p in pieces):
        return pieces[0].section
    inner = [p for p in pieces if not p.opener]
    paths = {p.section for p in inner if p.atom.kind is not Kind.HEADING} or {p.section for p in inner} or {pieces[0].home}
    if len(paths) == 1:
        return paths.pop()
    first, last = min(paths), max(paths)
    shared = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:shared]


def _kind(pieces: Sequence[Piece]) -> Kind:
    counted: dict[Kind, int] = {}
    for piece in pieces:
        if not piece.opener:
            counted[piece.atom.kind] = counted.get(piece.atom.kind, 0) + piece.atom.tokens
    if len(counted) > 1:
        counted.pop(Kind.HEADING, None)
    main = max(counted, key=counted.__getitem__) if counted else Kind.HEADING
    return Kind.ANSWER if pieces[0].answers and main not in (Kind.CONTENTS, Kind.QUESTION) else main
