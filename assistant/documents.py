"""The documents of a snapshot, in one SQLite file: what incremental ingestion compares with, and what the graph is built from again."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import LibraryDamaged
from ingest.model import Block, Document, Excerpt, FrontMatter, Kind, Part, Question, Section, SectionKind, Span, Text

_FILE = "documents.sqlite"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document and the absolute path of the file that it was read from."""

    file: str
    document: Document


def save_documents(documents: Iterable[StoredDocument], folder: Path) -> None:
    """Write the documents into a snapshot's folder."""
    with closing(sqlite3.connect(folder / _FILE)) as connection, connection:
        connection.execute("CREATE TABLE documents (name TEXT PRIMARY KEY, file BLOB NOT NULL, document BLOB NOT NULL)")
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?)",
            ((stored.document.name, os.fsencode(stored.file), _pack(stored.document)) for stored in documents),
        )


def load_documents(folder: Path) -> list[StoredDocument]:
    """Read what `save_documents` wrote, by name. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        rows = connection.execute("SELECT file, document FROM documents ORDER BY name")
        return [StoredDocument(os.fsdecode(file), _unpack(packed)) for file, packed in rows]


def document_names(folder: Path) -> list[str]:
    """The names of the documents in a snapshot's folder, in order. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM documents ORDER BY name")]


def load_document(folder: Path, name: str) -> Document | None:
    """One document by its name. Raises LibraryDamaged."""
    with _reading(folder) as connection:
        row = connection.execute("SELECT document FROM documents WHERE name = ?", (name,)).fetchone()
        return _unpack(row[0]) if row else None


@contextmanager
def _reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The file opened as never changing; whatever goes wrong with it or what it holds is damage."""
    try:
        with closing(sqlite3.connect(f"{(folder / _FILE).absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            yield connection
    except (sqlite3.Error, zlib.error, ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(f"{folder / _FILE} cannot be read ({error}).") from error


def _pack(document: Document) -> bytes:
    return zlib.compress(json.dumps(asdict(document), ensure_ascii=False).encode("utf-8", "surrogatepass"), 3)


def _unpack(packed: bytes) -> Document:
    value = json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass"))
    return Document(
        name=value["name"],
        title=value["title"],
        digest=value["digest"],
        texts=tuple(Text(tuple(text["lines"]), _part(text["part"]), text.get("first", 1)) for text in value["texts"]),
        blocks=tuple(
            Block(Kind(block["kind"]), block["text"], _span(block["span"]), tuple(block["section"]), block["level"])
            for block in value["blocks"]
        ),
        sections=tuple(
            Section(section["title"], tuple(section["path"]), section["level"], SectionKind(section["kind"]), _span(section["span"]))
            for section in value["sections"]
        ),
        questions=tuple(
            Question(question["text"], _span(question["span"]), _span(question["answer"]) if question["answer"] else None)
            for question in value["questions"]
        ),
        front_matter=_front_matter(value["front_matter"]),
        notices=tuple(value.get("notices", ())),
    )


def _front_matter(value: Mapping[str, Any]) -> FrontMatter:
    return FrontMatter(
        title=value["title"],
        aliases=tuple(value["aliases"]),
        requires=tuple(Excerpt(required["text"], _span(required["span"])) for required in value["requires"]),
        minutes=value["minutes"],
        goals=tuple(value["goals"]),
        tags=tuple(value.get("tags", ())),
    )


def _span(value: Mapping[str, Any]) -> Span:
    return Span(value["first"], value["last"], _part(value["part"]))


def _part(value: Mapping[str, Any] | None) -> Part | None:
    return Part(value["kind"], value["number"]) if value else None
