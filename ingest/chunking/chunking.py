"""Cut a document into passages.

A strategy decides where a document is cut (`strategies.py`). Every passage is verbatim source from its first atom to its last, has a
section, a kind, lines and units, and fits the encoder's window.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from ingest.chunking.atoms import Atom, Offsets, atoms_of
from ingest.chunking.headings import heading_of
from ingest.chunking.packing import units_of
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.chunking.strategies import CUTTERS, Budget, children
from ingest.chunking.text_layout import PlacedAtom, TextLayout, lay_out
from ingest.chunking.tokens import Window
from ingest.model import Chunk, Document, Encoder, Excerpt, Kind, Span, Text
from ingest.structure.questions import is_bare_answer_mark

_UNIT = 34
"""Tokens up to which short neighbours share a unit: about one long sentence."""


def chunk_document(
    document: Document, settings: ChunkSettings | None = None, window: Window | None = None, encoder: Encoder | None = None
) -> list[Chunk]:
    """The passages of a document in order. Equal documents, settings, windows and encoders give equal passages, ids included.

    Every passage and every unit fits into the window together with its heading. Only semantic chunking needs an `encoder`.
    Raises UsageError if the settings do not fit the window, and for semantic chunking without an encoder.

        chunks = chunk_document(read_document("notes.md", data), ChunkSettings(size=80))
        chunks[0].text, chunks[0].span, [unit.text for unit in chunks[0].units]
    """
    settings = settings or ChunkSettings()
    window = window or Window()
    settings.check(window)
    chunker = _Chunker(document, settings, window, encoder)
    return [chunk for text in document.texts for chunk in chunker.chunks(text)]


def chunk_passage(name: str, title: str, text: str, window: Window | None = None) -> Chunk:
    """One chunk of the document `name` for a text that is a passage already. Its units are its sentences."""
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
    """Makes the passages of a document. `longest` is the number of tokens that fit into the window beside the longest heading."""

    def __init__(self, document: Document, settings: ChunkSettings, window: Window, encoder: Encoder | None) -> None:
        self.document = document
        self.settings = settings
        self.encoder = encoder
        self.count = window.count
        paths = {section.path for section in document.sections} | {()}
        self.longest = max(1, window.limit - max(window.count(f"{self._heading(path)}:") for path in paths))

    def chunks(self, text: Text) -> list[Chunk]:
        """The passages of one text of the document."""
        layout = lay_out(self.document, text, Window(self.longest, self.count))
        size = min(self.settings.size, self.longest)
        budget = Budget(size, min(self.settings.shared, size - 1), self.longest, self.count, self.encoder)
        return [self._chunk(layout, place) for place in CUTTERS[self.settings.strategy](layout, budget)]

    def _context(self, kind: Kind) -> tuple[str, ...]:
        return (kind.value, *self.document.front_matter.tags) if self.settings.strategy is Strategy.METADATA_ENRICHED else ()

    def _heading(self, path: tuple[str, ...]) -> str:
        return heading_of(self.document.title, path, self._context(Kind.DEFINITION))

    def _chunk(self, layout: TextLayout, place: Offsets) -> Chunk:
        """The passage at a place. Its units exclude reminders and the lines that open its section, unless it has nothing else."""
        start, end = place
        inside = layout.between(start, end)
        span = layout.span(start, end)
        text = layout.joined[start:end]
        name = self.document.name
        # The column is part of the key, since a long line may say the same twice.
        key = f"{name}\0{span.part}\0{span.first}\0{layout.column(start)}\0{span.last}\0{text}"
        inner = [p.atom for p in inside if not (p.opener or p.atom.kind is Kind.TODO or _is_bare_mark(layout.joined, p.atom))]
        atoms = inner or [p.atom for p in inside]
        if atoms[0].start < start or atoms[-1].end > end:
            atoms = [self._clipped(layout.joined, atom, place) for atom in atoms]
        hierarchical = self.settings.strategy is Strategy.HIERARCHICAL
        units = children(atoms, max(1, self.settings.size // 2)) if hierarchical else units_of(layout.joined, atoms, _UNIT)
        kind = _kind(inside)
        return Chunk(
            id=hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16],
            document=name,
            title=self.document.title,
            section=_common_path(inside),
            kind=kind,
            span=span,
            text=text,
            units=tuple(Excerpt(layout.joined[a:b], layout.span(a, b)) for a, b in units),
            context=self._context(kind),
            kinds=frozenset((kind, *(placed.atom.kind for placed in inside))),
        )

    def _clipped(self, text: str, atom: Atom, place: Offsets) -> Atom:
        """The part of an atom that is inside a place."""
        start, end = max(atom.start, place[0]), min(atom.end, place[1])
        if (start, end) == (atom.start, atom.end):
            return atom
        body = atom.body if start < atom.body < end else start
        return atom._replace(start=start, end=end, body=body, tokens=self.count(text[start:end]))


def _is_bare_mark(text: str, atom: Atom) -> bool:
    """True if an atom is `Answer:` alone on its line, which has no content of its own."""
    said = text[atom.start : atom.end].strip()
    return atom.kind is Kind.ANSWER and atom.body == atom.start and len(said.split()) <= 2 and bool(said) and is_bare_answer_mark(said)


def _common_path(inside: Sequence[PlacedAtom]) -> tuple[str, ...]:
    """The longest path that all atoms of a passage stand under."""
    if not inside[-1].opener and all(p.section is inside[0].section for p in inside):
        return inside[0].section
    inner = [p for p in inside if not p.opener]
    paths = {p.section for p in inner if p.atom.kind is not Kind.HEADING} or {p.section for p in inner} or {inside[0].home}
    if len(paths) == 1:
        return paths.pop()
    first, last = min(paths), max(paths)
    shared = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[:shared]


def _kind(inside: Sequence[PlacedAtom]) -> Kind:
    """The kind of the majority of a passage's tokens, or ANSWER if the passage belongs to the answer to a question."""
    counted: dict[Kind, int] = {}
    for placed in inside:
        if not placed.opener:
            counted[placed.atom.kind] = counted.get(placed.atom.kind, 0) + placed.atom.tokens
    if len(counted) > 1:
        counted.pop(Kind.HEADING, None)
    main = max(counted, key=counted.__getitem__) if counted else Kind.HEADING
    return Kind.ANSWER if inside[0].answers and main not in (Kind.CONTENTS, Kind.QUESTION) else main
