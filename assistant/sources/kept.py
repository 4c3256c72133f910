"""Files that the library owns, which the user uploaded; and the fingerprint of the user's files."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from assistant.settings import settings_file
from assistant.storage.snapshots import Layout, exclusive, make_private_folder, writing
from ingest.errors import UsageError
from ingest.readers import SUFFIXES

_LONGEST = 120


def keep(layout: Layout, name: str, content: bytes) -> Path:
    """Write a file into the library's own folder; one of the same name is replaced. Raises UsageError for a name of no readable format."""
    plain = PurePosixPath(name.replace("\\", "/")).name.strip()
    kept = "".join(char if char.isprintable() and char not in '<>:"|?*/' else "-" for char in plain).lstrip(".")
    suffix = PurePosixPath(kept).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{plain!r} is of no format that can be read.", f"There are: {', '.join(sorted(SUFFIXES))}.")
    while len(kept.encode()) > _LONGEST:
        kept = kept[: -len(suffix) - 1] + suffix
    folder = layout.uploads
    if not layout.mark.exists():
        with exclusive(layout):
            create_here(layout)
    with writing(layout.root):
        make_private_folder(folder)
        target = folder / kept
        new = folder / f".{kept}.new"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        new.replace(target)
    return target


def create_here(layout: Layout) -> None:
    """Mark the folder as a library before the first file is kept in it."""
    from assistant.storage.snapshots import create_library

    create_library(layout)


def state_of(layout: Layout) -> tuple[tuple[int, int, int] | None, ...]:
    """The fingerprint of the user's files: their sizes, times and inodes."""
    wal = layout.conversations.with_name(f"{layout.conversations.name}-wal")
    return tuple(map(_state, (layout.corrections, layout.judgements, layout.conversations, wal, settings_file())))


def _state(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
