"""Keep a library in sync with folders: ingest whenever something under them changes, until interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from assistant.building.build import IngestReport
from assistant.progress import Notice
from ingest.errors import NothingToIngest, StudyError
from ingest.sources.ignoring import IGNORE_FILE

_QUIET_MS = 300
"""Milliseconds without a change before an ingest begins, so that one save or copy makes one ingest."""
_LONGEST_MS = 5000
"""Milliseconds after which an ingest begins even if changes go on."""
_LOOK_MS = 500
"""Milliseconds between two checks that the paths still exist."""


def ingest_on_change(
    paths: Sequence[Path], library: Path, ingest: Callable[[], IngestReport], notice: Notice, stop: threading.Event | None = None
) -> Iterator[IngestReport]:
    """Ingest at once and after every change under the paths.

    Yields the first report and one for each change. Ends when `stop` is set. Errors of an ingest go to `notice`, and the next change tries
    again. Raises NothingToIngest if a path does not exist at the start.
    """
    for path in paths:
        if not path.exists():
            raise NothingToIngest(f"{path}: there is no such file or folder.", "Check the path.")
    first = True
    for _ in _changes(paths, library, stop or threading.Event()):
        try:
            report = ingest()
        except StudyError as error:
            notice(f"{error}\nStill watching; the next change tries again.")
            continue
        sync = report.sync
        if first or sync.added or sync.updated or sync.renamed or sync.removed:
            yield report
        first = False


def _changes(paths: Sequence[Path], library: Path, stop: threading.Event) -> Iterator[None]:
    """Yield once when watching has begun, and then after every change."""
    from watchfiles import Change, watch

    inside = library.resolve()

    def concerns(_change: Change, file: str) -> bool:
        path = Path(file)
        hidden = path.name.startswith(".") and path.name != IGNORE_FILE
        return not hidden and not path.is_relative_to(inside) and not path.is_relative_to(library)

    while not stop.is_set():
        began = False
        # The loop also wakes up without a change: to start, and to check that the paths still exist, since deleted paths are not watched.
        for found in watch(
            *paths,
            watch_filter=concerns,
            debounce=_LONGEST_MS,
            step=_QUIET_MS,
            stop_event=stop,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
        ):
            if found or not began:
                began = True
                yield
            if not all(path.exists() for path in paths):
                break
        while not stop.is_set() and not all(path.exists() for path in paths):
            stop.wait(_LOOK_MS / 1000)
