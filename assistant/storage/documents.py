"""Store the documents of a snapshot in one SQLite file. An ingest compares files with them, and the graph is built from them.

A document has one row in `documents`, and one row in `slices` for every slice that it was read in, which is nearly always one.
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import LibraryDamaged
from assistant.storage.document_codec import decode_document, encode_document
from assistant.storage.snapshots import AGAIN
from ingest.model import Document, Section, Text

_FILE = "documents.sqlite"
_SCHEMA = """
CREATE TABLE documents (
    name TEXT PRIMARY KEY, file BLOB NOT NULL UNIQUE, digest TEXT NOT NULL, modified INTEGER NOT NULL, collection TEXT NOT NULL,
    reading INTEGER NOT NULL, notices TEXT NOT NULL, characters INTEGER NOT NULL
);
CREATE TABLE slices (name TEXT, number INTEGER, content BLOB NOT NULL, PRIMARY KEY (name, number));
"""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known about a stored document besides its content.

    `file` is the absolute path of the file that it was read from, and `modified` that file's time of modification then, in ns since 1970.
    `reading` is the version of reading that made it (`ingest.READING_VERSION`), `collection` the name of its collection, or "", and
    `characters` the length of its blocks together.
    """

    name: str
    file: str
    digest: str
    modified: int
    collection: str
    reading: int
    notices: tuple[str, ...] = ()
    characters: int = 0


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document and the absolute path of the file that it was read from."""

    file: str
    document: Document


class DocumentWriter:
    """Writes documents into the folder of a new snapshot, one at a time."""

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        """Create the file in `folder`. `earlier` is the folder of a snapshot whose documents can be copied."""
        self._connection = sqlite3.connect((folder / _FILE).absolute().as_uri(), uri=True)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")
        if earlier is not None:
            self._connection.execute("ATTACH ? AS earlier", (f"{(earlier / _FILE).absolute().as_uri()}?mode=ro&immutable=1",))

    def add(self, record: Record) -> None:
        """Add a document whose slices have been added or copied."""
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.name,
                os.fsencode(record.file),
                record.digest,
                record.modified,
                record.collection,
                record.reading,
                json.dumps(record.notices),
                record.characters,
            ),
        )

    def add_slice(self, name: str, number: int, document: Document) -> None:
        """Add the content of a slice."""
        self._connection.execute("INSERT INTO slices VALUES (?, ?, ?)", (name, number, encode_document(document)))

    def copy_slices(self, earlier_name: str, name: str) -> None:
        """Copy the content of a document of the earlier snapshot, under a name that may be new."""
        self._connection.execute(
            "INSERT INTO slices SELECT ?, number, content FROM earlier.slices WHERE name = ? ORDER BY number", (name, earlier_name)
        )

    def drop_slices(self, name: str) -> None:
        """Remove the slices of a document that turned out to be unreadable."""
        self._connection.execute("DELETE FROM slices WHERE name = ?", (name,))

    def slices(self, name: str) -> Iterator[Document]:
        """The slices of a document that has been written, in order."""
        return _slices(self._connection, name)

    def finish(self) -> None:
        """Commit everything to the file, and close it."""
        self._connection.commit()
        self.close()

    def close(self) -> None:
        """Close the file. Without `finish` it is of no use."""
        self._connection.close()


def load_records(folder: Path) -> list[Record]:
    """The records of all documents in the order of their names. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        rows = connection.execute("SELECT * FROM documents ORDER BY name")
        return [
            Record(name, os.fsdecode(file), digest, modified, collection, reading, tuple(json.loads(notices)), characters)
            for name, file, digest, modified, collection, reading, notices, characters in rows
        ]


def load_file(folder: Path, name: str) -> Path | None:
    """The file of a document, or None if there is no such document. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        row = connection.execute("SELECT file FROM documents WHERE name = ?", (name,)).fetchone()
        return Path(os.fsdecode(row[0])) if row else None


def load_documents(folder: Path) -> Iterator[StoredDocument]:
    """The documents in the order of their names, one at a time. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        for name, file in connection.execute("SELECT name, file FROM documents ORDER BY name"):
            yield StoredDocument(os.fsdecode(file), _whole(list(_slices(connection, name))))


def load_slices(folder: Path, name: str) -> Iterator[Document]:
    """The slices that a document was read in, one at a time. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        yield from _slices(connection, name)


def document_names(folder: Path) -> list[str]:
    """The names of the documents in order. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM documents ORDER BY name")]


def load_document(folder: Path, name: str) -> Document | None:
    """The document of a name, or None if there is none. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        slices = list(_slices(connection, name))
        return _whole(slices) if slices else None


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as immutable. All errors of the file or its content become LibraryDamaged."""
    try:
        with closing(sqlite3.connect(f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except (sqlite3.Error, zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise LibraryDamaged(f"{folder / _FILE} cannot be read ({error}).", AGAIN) from error


def _slices(connection: sqlite3.Connection, name: str) -> Iterator[Document]:
    for (content,) in connection.execute("SELECT content FROM slices WHERE name = ? ORDER BY number", (name,)):
        # The content has no name, since a document that was moved keeps its content.
        yield replace(decode_document(content), name=name)


def _whole(slices: list[Document]) -> Document:
    """Join the slices of a document. A section that continues from slice to slice becomes one."""
    if len(slices) == 1:
        return slices[0]
    sections: list[Section] = []
    for number, part in enumerate(slices):
        begins = part.blocks[0].span.first if part.blocks else 0
        for section in part.sections:
            at = next((i for i in range(len(sections) - 1, -1, -1) if sections[i].path == section.path), None)
            if number and section.span.first == begins and at is not None and part.blocks[0].section[: len(section.path)] == section.path:
                sections[at] = replace(sections[at], span=replace(sections[at].span, last=section.span.last))
            else:
                sections.append(section)
    return replace(
        slices[0],
        texts=(Text(tuple(line for part in slices for line in part.texts[0].lines)),),
        blocks=tuple(block for part in slices for block in part.blocks),
        sections=tuple(sections),
        questions=tuple(question for part in slices for question in part.questions),
        notices=tuple(dict.fromkeys(notice for part in slices for notice in part.notices)),
    )
