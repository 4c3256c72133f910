"""A restore put in place, so that one that is killed leaves what was there, or what was restored, never some of both.

What is to be done is written down before any of it is done. As long as that note lies in the library, the restore is not over:
whoever opens the library next finishes it. Every step may be done twice.
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
"""Begins the names of folders that backups are unpacked into."""
_BESIDE_A_DATABASE = ("-wal", "-shm")


def put_in_place(layout: Layout, changed: Sequence[UserFile], work: Path, kept: Path | None) -> None:
    """Move what is there aside, to `kept`, and the new from `work` in; where one move fails, all are taken back."""
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
    """Finish a restore that was killed, unless it is still at work. Raises LibraryReadOnly."""
    with suppress(LibraryBusy), exclusive(layout):
        finish(layout)


def finish(layout: Layout) -> None:
    """The same for whoever holds the library; one that was killed before it changed anything leaves nothing."""
    note = layout.restoring
    if not note.exists():
        for left in layout.root.glob(f"{UNPACKED}*"):
            shutil.rmtree(left, ignore_errors=True)
        return
    said = json.loads(note.read_text(encoding="utf-8"))
    # Names only: a library that somebody else made leads nowhere else.
    work = layout.root / Path(said["work"]).name
    kept = replaced(layout) / Path(said["kept"]).name if said["kept"] else None
    with writing(layout.root):
        for one in USER_FILES:
            if one.name in said["files"]:
                _put(layout, one, work, kept, [])
        note.unlink()
    shutil.rmtree(work, ignore_errors=True)


def replaced(layout: Layout) -> Path:
    """Where what a restore replaced is kept."""
    return layout.root / "replaced"


def _put(layout: Layout, one: UserFile, work: Path, kept: Path | None, done: list[tuple[Path, Path]]) -> None:
    """One file; nothing where it is in its place already. It may have got as far as beside its place, whole then."""
    place, new = one.place(layout), work / one.name
    beside = place.with_name(f".{place.name}.restored")
    if not new.exists() and not beside.exists():
        return
    for old in (place, *(place.with_name(place.name + suffix) for suffix in _BESIDE_A_DATABASE)):
        if old.exists() and kept is not None:
            _move(old, kept / old.name, done)
    if new.exists():
        # Perhaps to another disk, which takes a while; then to its place at once.
        _move(new, beside, done)
    beside.replace(place)
    done.append((beside, place))


def _move(source: Path, target: Path, done: list[tuple[Path, Path]]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    done.append((source, target))
