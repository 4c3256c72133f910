"""Find and read the starter course."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ingest.data import data_folder
from ingest.errors import DataMissing
from ingest.model import Document

_PLACES = {("data", "course"), ("study", "course")}
"""The end of the course's path, in a checkout and in an installation."""


def course_folder() -> Path:
    """The folder of the course's notes. Raises DataMissing if it is not installed."""
    return data_folder("course")


def is_course(root: str) -> bool:
    """True if a path is the folder of the course's notes, also in an installation that is gone."""
    try:
        if Path(root) == course_folder():
            return True
    except DataMissing:
        pass
    return Path(root).parts[-2:] in _PLACES and not Path(root).exists()


def course_digest() -> str:
    """A digest of the course's notes."""
    return _digest([note.read_bytes() for note in _notes()])


def course_documents() -> tuple[Sequence[Document], str]:
    """The course's notes in the order of their names, and a digest of them all."""
    from ingest.readers import read_document  # the readers take time to import, and are not needed for the course's folder

    notes = _notes()
    contents = [note.read_bytes() for note in notes]
    return [read_document(note.name, content) for note, content in zip(notes, contents, strict=True)], _digest(contents)


def _notes() -> list[Path]:
    return sorted(course_folder().glob("*.md"))


def _digest(contents: Sequence[bytes]) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]
