"""The libraries that a server opens: the one given at the start, and, for browsers on the same machine, the user's others."""

from __future__ import annotations

import threading
from hashlib import sha256
from pathlib import Path

from assistant.library.library import Library

COOKIE = "study_library"


class Shelf:
    """Libraries by an id that says nothing about folders. Others than the first are opened only where `others` are allowed."""

    def __init__(self, library: Library, *, others: bool) -> None:
        self._first, self._others = library, others
        self._opened: dict[str, Library] = {}
        self._lock = threading.Lock()

    def library(self, id_: str) -> Library:
        """The library with this id; the first one for an unknown id."""
        with self._lock:
            if (opened := self._opened.get(id_)) is not None:
                return opened
        folder = self._known().get(id_)
        if folder is None or folder == self._first.folder:
            return self._first
        with self._lock:
            if id_ not in self._opened:
                self._opened[id_] = Library.open(folder)
            return self._opened[id_]

    def known(self) -> dict[str, Path]:
        """The libraries that may be opened, by their ids: the first one first."""
        return {library_id(self._first.folder): self._first.folder, **self._known()}

    def _known(self) -> dict[str, Path]:
        return {library_id(folder): folder for folder in Library.known()} if self._others else {}


def library_id(folder: Path) -> str:
    """The id of a library."""
    return sha256(str(folder).encode()).hexdigest()[:12]
