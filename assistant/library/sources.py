"""The methods of a library about its documents: the list, their text, pictures of their pages."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import LibraryError, UnknownDocument
from assistant.library.opened import OpenedLibrary
from assistant.search.filters import EVERYWHERE, Within
from graph.atlas.values import ATLAS
from graph.model.values import COURSE

if TYPE_CHECKING:
    from assistant.search.show import Shown
    from assistant.sources.pictures import PageView
    from assistant.sources.sources import Source
    from assistant.storage.documents import Record
    from assistant.storage.standing import Standing
    from ingest.model import Document, Span


class SourceVerbs(OpenedLibrary):
    """The methods of a library about its documents."""

    def documents(self, within: Within = EVERYWHERE) -> list[Record]:
        """The documents of the library in the order of their names; `within` narrows them (all but `section` and `kinds`).

        No course is read into an empty library. Raises LibraryMissing.
        """
        from assistant.search.filters import records_within
        from assistant.storage.documents import load_records

        return records_within(within, load_records(self.session(fill=False).snapshot.folder), datetime.now().astimezone())

    def addresses(self, beside: Path | None = None) -> dict[str, str]:
        """Links to the files of all documents, by their cited names, relative to the folder `beside` if given."""
        from assistant.sources.addresses import addresses

        return addresses(self.documents(), beside)

    def standing(self, document: Record) -> Standing | None:
        """Whether the file of a document has changed since it was read, or is gone; None for neither."""
        from assistant.storage.standing import standing

        return standing(document)

    def complete_document(self, typed: str) -> list[str]:
        """The names of documents that begin with `typed`, or whose file name does. No course is read into an empty library."""
        from assistant.storage.documents import document_names

        names = document_names(self.session(fill=False).snapshot.folder)
        return [name for name in names if name.startswith(typed)] or [name for name in names if name.rpartition("/")[2].startswith(typed)]

    def complete_collection(self, typed: str) -> list[str]:
        """The names of collections that begin with `typed`. No course is read into an empty library."""
        from assistant.storage.documents import load_records

        records = load_records(self.session(fill=False).snapshot.folder)
        return sorted({record.collection for record in records if record.collection and record.collection.startswith(typed)})

    def show(self, place: str, context: int = 0) -> Shown:
        """The source at a place, written as in citations: `notes.md:12-14`, `paper.pdf page 3:8`; with `context` lines around it.

        Raises UnknownDocument with the nearest names, UnknownPlace with the lines there are.
        """
        from assistant.search.show import show

        shown = show(self.folder, place, context)
        if not place.startswith((COURSE, ATLAS)):
            self.tell_standing([shown.document])
        return shown

    def source(self, asked: str) -> Source:
        """A document by its id (`assistant.sources.sources.source_id`) or its name. Raises UnknownDocument with the nearest names."""
        from assistant.sources.sources import find_source

        with self._lock:
            known = self._authored.get(asked)
        if known is None:
            known = find_source(self.folder, self.session().snapshot, asked)
            if known.id == asked and known.file is None:
                self._authored[asked] = known  # installed files do not change while the program runs
        return known

    def locate(self, place: str) -> tuple[str, Span | None]:
        """The id of a place's document, and its lines, or None if it names none. Raises UnknownDocument."""
        from assistant.search.show import locate
        from assistant.sources.sources import cited_id

        document, span = locate(self.folder, place)
        return cited_id(place, document.name), span

    def show_in(self, source: Source, span: Span | None = None, context: int = 0) -> Shown:
        """The lines of an opened document; all of its first part if none are given. Raises UnknownPlace."""
        from assistant.sources.sources import shown_source

        return shown_source(source, span, context)

    def about(self, document: str, span: Span, limit: int = 8) -> list[tuple[str, str]]:
        """The concepts that some lines of a document are about, the nearest first: id and name."""
        session = self.session()
        found = session.related([(document, span)], limit)
        labels = session.labels(found)
        return [(id_, labels[id_]) for id_ in found]

    def has_pages(self, source: Source) -> bool:
        """True if `page_view` and `page_picture` can be had: a PDF whose file has not changed since it was read."""
        from assistant.sources.pictures import has_pages

        return has_pages(source)

    def page_view(self, source: Source, page: int) -> PageView:
        """The size of a page of a PDF and the place of each of its lines on it. Raises UnknownPlace."""
        from assistant.sources.pictures import page_view

        return page_view(source, page)

    def page_picture(self, source: Source, page: int, width: int = 1200) -> bytes:
        """A page of a PDF as a PNG. Raises UnknownPlace."""
        from assistant.sources.pictures import page_picture

        return page_picture(source, page, width)

    def inspect(self, file: str | Path) -> Document:
        """The structure of a file: its sections, blocks and questions. The library is not changed.

        A file may also be named as the library cites it. Raises NothingToIngest, BadDocument.
        """
        from ingest.sources.sources import read_file

        return read_file(Path(file) if Path(file).exists() else self._cited(str(file)))

    def _cited(self, name: str) -> Path:
        """The file of the document that a name means in the library; the name itself as a path if it means none, or several."""
        from assistant.storage.documents import load_records
        from assistant.storage.naming import documents_meant

        try:
            records = load_records(self.session(fill=False).snapshot.folder)
            found = documents_meant(name, records)
        except (LibraryError, UnknownDocument):
            return Path(name)
        return next(Path(record.file) for record in records if record.name == found[0]) if len(found) == 1 else Path(name)

    def keep(self, name: str, content: bytes) -> Path:
        """Write a file into the folder of files that the library owns, to be ingested. Returns its path. Raises UsageError,
        LibraryReadOnly."""
        from assistant.sources.kept import keep

        return keep(self.layout, name, content)

    @property
    def version(self) -> str:
        """A version that changes whenever an answer may change: with the snapshot, the user's corrections, conversations and settings."""
        from assistant.sources.kept import state_of
        from assistant.storage.snapshots import open_snapshot

        try:
            live = self.layout.live_name
        except OSError:
            live = open_snapshot(self.layout).folder.name  # raises LibraryMissing
        return sha256(repr((str(self.folder), live, state_of(self.layout))).encode()).hexdigest()[:16]
