"""Where the starter course is, and what it says."""

from __future__ import annotations

import hashlib
import sysconfig
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import NothingToIngest
from ingest.model import Document
from ingest.readers import read_document


def course_folder() -> Path:
    """The course beside a checkout's packages, else in the installed environment. Raises NothingToIngest where it is in neither."""
    candidates = (
        Path(__file__).resolve().parent.parent / "data" / "course",
        Path(sysconfig.get_path("data")) / "share" / "study" / "course",
    )
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise NothingToIngest(f"The starter course is missing from {candidates[1]}; install study again.")


def course_digest() -> str:
    """A digest of the course's notes."""
    return _digest([note.read_bytes() for note in _notes()])


def course_documents() -> tuple[Sequence[Document], str]:
    """The course's notes in order of their names, and a digest of them all."""
    notes = _notes()
    contents = [note.read_bytes() for note in notes]
    return [read_document(note.name, content) for note, content in zip(notes, contents, strict=True)], _digest(contents)


def _notes() -> list[Path]:
    return sorted(course_folder().glob("*.md"))


def _digest(contents: Sequence[bytes]) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]
