"""The documents of a snapshot, in one SQLite file: what incremental ingestion compares with, and what the graph is built from again.

A document is one row of `documents`, and of `slices` one row for every slice it was read in: nearly always one.
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
from assistant.storage.document_codec import pack, unpack
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
    """What is known of a stored document without its content.

    `file` is the absolute path it was read from, `modified` that file's time of modification (ns since 1970) when it was read, `reading`
    the version of reading that made it, `collection` what it was grouped under, or "", `characters` how long its blocks are.
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
    """Writes documents into a new snapshot's folder, one at a time."""

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        """`earlier` is the folder of a snapshot whose documents can be copied."""
        self._connection = sqlite3.connect((folder / _FILE).absolute().as_uri(), uri=True)
        self._connection.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_SCHEMA}")
        if earlier is not None:
            self._connection.execute("ATTACH ? AS earlier", (f"{(earlier / _FILE).absolute().as_uri()}?mode=ro&immutable=1",))

    def add(self, record: Record) -> None:
        """A document, whose slices were added or copied."""
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
        """The content of a slice."""
        self._connection.execute("INSERT INTO slices VALUES (?, ?, ?)", (name, number, pack(document)))

    def copy_slices(self, earlier_name: str, name: str) -> None:
        """The content of an earlier document, under a name that may be new."""
        self._connection.execute(
            "INSERT INTO slices SELECT ?, number, content FROM earlier.slices WHERE name = ? ORDER BY number", (name, earlier_name)
        )

    def drop_slices(self, name: str) -> None:
        """Take back what was added of a document that turned out to be unreadable."""
        self._connection.execute("DELETE FROM slices WHERE name = ?", (name,))

    def slices(self, name: str) -> Iterator[Document]:
        """The slices of a document that was written, in order."""
        return _slices(self._connection, name)

    def finish(self) -> None:
        """Bring everything into the file."""
        self._connection.commit()
        self.close()

    def close(self) -> None:
        """Let go of the file; what was not finished is of no use."""
        self._connection.close()


def load_records(folder: Path) -> list[Record]:
    """The records of all documents, by name. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        rows = connection.execute("SELECT * FROM documents ORDER BY name")
        return [
            Record(name, os.fsdecode(file), digest, modified, collection, reading, tuple(json.loads(notices)), characters)
            for name, file, digest, modified, collection, reading, notices, characters in rows
        ]


def load_documents(folder: Path) -> Iterator[StoredDocument]:
    """The documents, by name, one at a time. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        for name, file in connection.execute("SELECT name, file FROM documents ORDER BY name"):
            yield StoredDocument(os.fsdecode(file), _whole(list(_slices(connection, name))))


def load_slices(folder: Path, name: str) -> Iterator[Document]:
    """A document in the slices it was read in, one at a time. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        yield from _slices(connection, name)


def document_names(folder: Path) -> list[str]:
    """The names of the documents in a snapshot's folder, in order. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM documents ORDER BY name")]


def load_document(folder: Path, name: str) -> Document | None:
    """One document by its name. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        slices = list(_slices(connection, name))
        return _whole(slices) if slices else None


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file opened as never changing; whatever goes wrong with it or what it holds is damage."""
    try:
        with closing(sqlite3.connect(f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except (sqlite3.Error, zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise LibraryDamaged(f"{folder / _FILE} cannot be read ({error}).") from error


def _slices(connection: sqlite3.Connection, name: str) -> Iterator[Document]:
    for (content,) in connection.execute("SELECT content FROM slices WHERE name = ? ORDER BY number", (name,)):
        # The name is not the content's: a document that was moved keeps its content.
        yield replace(unpack(content), name=name)


def _whole(slices: list[Document]) -> Document:
    """The document of which these are the slices."""
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
