"""Back up everything that the user made: a zip with a manifest and checksums, for another machine or another version of study.

It does not contain data derived from documents, which another ingest rebuilds.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.backup.errors import BackupConflict, BadBackup, NothingToBackUp
from assistant.backup.restoring import UNPACKED, finish, old_place, put_in_place, replaced
from assistant.backup.userdata import USER_FILES, UserFile
from assistant.errors import LibraryFormat
from assistant.storage.clock import Clock, now
from assistant.storage.snapshots import Layout, create_library, exclusive, writing
from assistant.wording.kept import in_words
from ingest.errors import StudyError
from ingest.sources.digests import file_sha256

FORMAT = 1
_MANIFEST = "manifest.json"
_LONGEST_MANIFEST = 1 << 20
_MOST_ENTRIES = 100
_LARGEST = 4 << 30
# Text and databases do not compress that well: such a file is made to fill a disk.
_MOST_RATIO = 250
_SMALL = 10 << 20
_BLOCK = 1 << 20
_AGAIN = "Make the backup again on the machine that it came from."


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the names of the changed files, the folder with the files from before, the file with the settings from before,
    and whether the settings of the backup differ and were left out."""

    changed: tuple[str, ...] = ()
    kept: Path | None = None
    old_settings: Path | None = None
    left_settings: bool = False


def back_up(layout: Layout, file: Path, clock: Clock = now) -> list[str]:
    """Write the backup atomically, replacing an existing file. Returns the names of its contents. Raises NothingToBackUp or BadBackup."""
    present = [one for one in USER_FILES if one.place(layout).exists()]
    if not present:
        raise NothingToBackUp(
            f"There is nothing to back up: the library {layout.root} has no conversations, corrections, practice answers or settings yet."
        )
    new = file.with_name(f".{file.name}.new")
    try:
        with tempfile.TemporaryDirectory() as work:
            entries = {}
            for one in present:
                copy = Path(work) / one.name
                one.copy(one.place(layout), copy)
                one.check(copy)
                entries[one.name] = {"size": copy.stat().st_size, "sha256": file_sha256(copy)}
            manifest = {"format": FORMAT, "created": clock().isoformat(timespec="seconds"), "files": entries}
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
                for name in entries:
                    archive.write(Path(work) / name, name)
        new.replace(file)
    except OSError as error:
        raise BadBackup(f"{file} cannot be written ({error.strerror or error}).", "Write the backup to another place.") from error
    finally:
        new.unlink(missing_ok=True)
    return list(entries)


def restore(
    layout: Layout, file: Path, *, replace: bool = False, merge: bool = False, settings: bool = False, clock: Clock = now
) -> Restored:
    """Restore a backup.

    The user's settings apply to all libraries: present ones are replaced only with `settings`.

    Everything is checked before anything is changed, and either everything is put in place or nothing, even if the process is killed
    (`restoring.py`). Raises BadBackup for a file that is no backup, is damaged, hostile or of a newer study, and, without `replace`, if the
    library has different data of the same kind. With `merge`, data in both is merged if its kind allows it, else the library's is kept.
    """
    with exclusive(layout):
        create_library(layout)
        finish(layout)
        with writing(layout.root):
            work = Path(tempfile.mkdtemp(prefix=UNPACKED, dir=layout.root))
        try:
            held = _unpacked(file, work)
            differ = [one for one in held if not _is_same(one, one.place(layout), work)]
            left = [] if settings else [one for one in differ if one.is_shared and one.place(layout).exists()]
            changed = [one for one in differ if one not in left and (not merge or _is_added(one, layout, work))]
            there = [one for one in changed if one.place(layout).exists()]
            own = [one.name for one in there if not one.is_shared]
            if own and not replace and not merge:
                raise _conflict(layout, own)
            kept = replaced(layout) / clock().strftime("%Y%m%d-%H%M%S-%f")
            _put(layout, changed, work, kept if there else None)
            return _restored(layout, changed, there, kept, bool(left))
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _conflict(layout: Layout, names: Sequence[str]) -> BackupConflict:
    hint = "Replace them with those of the backup; the present ones are kept aside."
    return BackupConflict(f"The library {layout.root} already has {in_words(names)}.", hint)


def _restored(layout: Layout, changed: Sequence[UserFile], there: Sequence[UserFile], kept: Path, left: bool) -> Restored:
    """The report; `there` are the files that were replaced."""
    old = next((old_place(one, one.place(layout), kept) for one in there if one.is_shared), None)
    has_kept = any(not one.is_shared for one in there)
    return Restored(tuple(one.name for one in changed), kept if has_kept else None, old, left)


def _put(layout: Layout, changed: Sequence[UserFile], work: Path, kept: Path | None) -> None:
    for one in changed:
        one.unpacked(work / one.name)
    with writing(layout.root):
        put_in_place(layout, changed, work, kept)


def _unpacked(file: Path, work: Path) -> list[UserFile]:
    """Unpack the files of a backup into a folder and check each."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(entries) > _MOST_ENTRIES or len(set(names)) != len(names) or _MANIFEST not in names:
                raise BadBackup(f"{file} is not a backup of study.", _AGAIN)
            recorded = _recorded(file, archive.open(_MANIFEST).read(_LONGEST_MANIFEST + 1))
            known = {one.name: one for one in USER_FILES}
            if set(names) != {_MANIFEST, *recorded} or not recorded.keys() <= known.keys():
                strange = sorted((set(names) ^ {_MANIFEST, *recorded}) | (recorded.keys() - known.keys()))
                raise BadBackup(
                    f"{file} holds files that this version of study does not know ({', '.join(map(repr, strange))[:200]}).",
                    f"Upgrade study. {_AGAIN}",
                )
            for entry in entries:
                if entry.filename != _MANIFEST:
                    _unpack(file, archive, entry, recorded[entry.filename], work)
    except FileNotFoundError as error:
        raise BadBackup(f"There is no file {file}.", "Check the path.") from error
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        reason = f" ({error})" if isinstance(error, ValueError) else ""
        raise BadBackup(f"{file} is damaged, or it is not a backup{reason}.", _AGAIN) from error
    found = [known[name] for name in recorded]
    for one in found:
        try:
            one.check(work / one.name)
        except (StudyError, OSError, ValueError, TypeError, AttributeError) as error:
            reason = error.message if isinstance(error, StudyError) else str(error)
            hint = error.hint if isinstance(error, LibraryFormat) else _AGAIN
            raise BadBackup(f"{one.name} in {file} cannot be read: {reason.rstrip('.')}.", hint) from error
    return found


def _recorded(file: Path, data: bytes) -> Mapping[str, Any]:
    if len(data) > _LONGEST_MANIFEST:
        raise ValueError("its manifest is too long")
    try:
        manifest = json.loads(data)
        found = manifest["format"]
        if not isinstance(found, int) or found > FORMAT:
            raise BadBackup(f"{file} has format {found}; this version of study reads formats up to {FORMAT}.", "Upgrade study.")
        recorded: Mapping[str, Any] = manifest["files"]
        if any(not isinstance(one["size"], int) or not isinstance(one["sha256"], str) for one in recorded.values()):
            raise ValueError("its manifest has no sizes")
    except (KeyError, TypeError, AttributeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError("its manifest cannot be read") from error
    return recorded


def _unpack(file: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, recorded: Mapping[str, Any], work: Path) -> None:
    """Unpack one file, but no more bytes than the manifest records. Its name is one of ours, so it cannot lead out of the folder."""
    size = recorded["size"]
    if stat.S_ISLNK(entry.external_attr >> 16) or entry.flag_bits & 1:
        raise ValueError(f"{entry.filename} is a link or encrypted")
    if not 0 <= size <= _LARGEST or size > max(_SMALL, _MOST_RATIO * entry.compress_size):
        raise ValueError(f"{entry.filename} unpacks to {size} bytes, too many for its size")
    sha256, taken = hashlib.sha256(), 0
    with archive.open(entry) as source, (work / entry.filename).open("wb") as target:
        while block := source.read(min(_BLOCK, size + 1 - taken)):
            taken += len(block)
            if taken > size:
                raise ValueError(f"{entry.filename} is larger than its manifest says")
            sha256.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    if taken != size or sha256.hexdigest() != recorded["sha256"]:
        raise BadBackup(f"{entry.filename} in {file} does not match its checksum.", _AGAIN)


def _is_added(one: UserFile, layout: Layout, work: Path) -> bool:
    """True if a merge takes the backup's file: there is none yet, it is added to the present one, or it is shared and asked for."""
    return one.is_shared or not one.place(layout).exists() or _is_merged(one, layout, work)


def _is_merged(one: UserFile, layout: Layout, work: Path) -> bool:
    """Merge the present file with the backup's, in place of the backup's file. False if there is nothing to add."""
    if one.merge is None:
        return False
    both = work / f"{one.name}.both"
    one.copy(one.place(layout), both)
    count = one.merge(both, work / one.name)
    both.replace(work / one.name)
    return count > 0


def _is_same(one: UserFile, present: Path, work: Path) -> bool:
    """True if the present file equals the one in the backup."""
    if not present.exists():
        return False
    copy = work / f"{one.name}.now"
    one.copy(present, copy)
    same = one.is_same(copy, work / one.name)
    copy.unlink()
    return same
