"""Links to cited files for pages."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from assistant.course import course_folder
from assistant.storage.documents import Record
from graph.model.values import COURSE
from ingest.errors import DataMissing


def addresses(records: Iterable[Record], beside: Path | None) -> dict[str, str]:
    """Links to the files of documents and of the course's notes, by the names that they are cited by.

    They are relative to the folder `beside`, so that a page reveals as little about the machine as possible, and absolute without one.
    """
    files = {record.name: record.file for record in records}
    with suppress(DataMissing):
        files |= {f"{COURSE}{note.name}": str(note) for note in course_folder().glob("*.md")}
    return {name: _address(file, beside) for name, file in files.items()}


def _address(file: str, beside: Path | None) -> str:
    if beside is None:
        return Path(file).as_uri()
    return quote(os.fsencode(os.path.relpath(file, os.path.abspath(beside))))
