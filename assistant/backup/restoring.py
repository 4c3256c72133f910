"""Put a restore in place so that, even if it is killed, the library has all of the old files or all of the new ones.

A note of the steps is written before the first step. While the note exists, the restore is not finished, and the next process that opens
the library finishes it. Every step may be repeated.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from assistant.backup.userdata import USER_FILES, UserFile
from assistant.errors import LibraryBusy
from assistant.storage.snapshots import Layout, exclusive, replace_file, writing

UNPACKED = ".restoring-"
"""The prefix of the folders that backups are unpacked into."""
_BESIDE_A_DATABASE = ("-wal", "-shm")


def put_in_place(layout: Layout, changed: Sequence[UserFile], work: Path, kept: Path | None) -> None:
    """Move the present files to `kept` and the new ones from `work` to their places; if one move fails, all are undone.

    A file that all libraries share is kept beside its place.
    """
    names = [one.name for one in changed]
    replace_file(layout.restoring, json.dumps({"work": work.name, "kept": kept.name if kept else None, "files": names}))
    done: list[tuple[Path, Path]] = []
    try:
        for one in changed:
            _put(layout, one, work, kept, done)
    except BaseException:
        for source, target in reversed(done):
            with suppress(OSError):
                shutil.move(target, source)
        layout.restoring.unlink(missing_ok=True)
        raise
    layout.restoring.unlink()


def finish_restore(layout: Layout) -> None:
    """Finish a restore that was killed, unless it is still running. Raises LibraryReadOnly."""
    with suppress(LibraryBusy), exclusive(layout):
        finish(layout)


def finish(layout: Layout) -> None:
    """The same for a process that holds the lock; a restore that was killed before its note was written is cleaned up."""
    note = layout.restoring
    if not note.exists():
        for left in layout.root.glob(f"{UNPACKED}*"):
            shutil.rmtree(left, ignore_errors=True)
        return
    said = json.loads(note.read_text(encoding="utf-8"))
    # Names only, so that a note from elsewhere cannot point outside the library.
    work = layout.root / Path(said["work"]).name
    kept = replaced(layout) / Path(said["kept"]).name if said["kept"] else None
    with writing(layout.root):
        for one in USER_FILES:
            if one.name in said["files"]:
                _put(layout, one, work, kept, [])
        note.unlink()
    shutil.rmtree(work, ignore_errors=True)


def replaced(layout: Layout) -> Path:
    """The folder of the files that restores have replaced."""
    return layout.root / "replaced"


def old_place(one: UserFile, old: Path, kept: Path) -> Path:
    """Where a file that is replaced is kept: in `kept`, or beside its place if all libraries share it."""
    return old.with_name(f"{old.stem}-{kept.name}{old.suffix}") if one.is_shared else kept / old.name


def _put(layout: Layout, one: UserFile, work: Path, kept: Path | None, done: list[tuple[Path, Path]]) -> None:
    """Put one file in its place, unless it is there already. An earlier try may have moved it beside its place, complete."""
    place, new = one.place(layout), work / one.name
    beside = place.with_name(f".{place.name}.restored")
    if not new.exists() and not beside.exists():
        return
    for old in (place, *(place.with_name(place.name + suffix) for suffix in _BESIDE_A_DATABASE)):
        if old.exists() and kept is not None:
            _move(old, old_place(one, old, kept), done)
    if new.exists():
        # The move may copy to another disk, which takes a while; the replacement below is atomic.
        _move(new, beside, done)
    beside.replace(place)
    done.append((beside, place))


def _move(source: Path, target: Path, done: list[tuple[Path, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    done.append((source, target))
