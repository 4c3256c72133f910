"""Folders that a server watches while it runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from assistant.library.library import Library
from ingest.errors import StudyError


@dataclass(slots=True)
class Watcher:
    """A watched folder, and its last error."""

    path: str
    stop: threading.Event = field(default_factory=threading.Event)
    problem: str = ""


class Watchers:
    """The folders that are watched, of all libraries that are open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchers: dict[tuple[Path, str], Watcher] = {}

    def of(self, library: Library) -> dict[str, Watcher]:
        """The watchers of a library by path."""
        with self._lock:
            return {path: watcher for (folder, path), watcher in self._watchers.items() if folder == library.folder}

    def start(self, library: Library, path: str) -> None:
        """Watch a folder or file; nothing happens if it is watched already."""
        with self._lock:
            if (library.folder, path) in self._watchers:
                return
            watcher = self._watchers[library.folder, path] = Watcher(path)
        threading.Thread(target=self._run, args=(library, watcher), daemon=True, name=f"watch {path}").start()

    def stop(self, library: Library, path: str) -> None:
        """Watch it no longer; an ingest that has begun is finished."""
        with self._lock:
            watcher = self._watchers.pop((library.folder, path), None)
        if watcher is not None:
            watcher.stop.set()

    def _run(self, library: Library, watcher: Watcher) -> None:
        def notice(text: str) -> None:
            watcher.problem = str(text)

        try:
            for _ in library.watch(watcher.path, notice=notice, stop=watcher.stop):
                watcher.problem = ""
        except StudyError as error:
            watcher.problem = f"{error.message} {error.hint}".strip()
