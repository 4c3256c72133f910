"""Keep the snapshots of a library: immutable folders, each complete, one of them live.

LIBRARY/
├── library.json          marks the folder as a library, with its format
├── live                  the name of the live snapshot, replaced atomically
├── lock                  locked by the process that writes
├── embeddings.sqlite     the cache of vectors
├── judgements.json       a language model's judgements about the graph
├── corrections.toml      the user's corrections of the graph, never rebuilt
├── conversations.sqlite  the user's conversations, never rebuilt
├── practice.sqlite       the items of practice and the log of the user's reviews, never rebuilt
├── sets/                 the user's sets of questions
├── uploads/              the files that the user handed over
└── snapshots/NAME/       manifest.json, documents.sqlite, index/, graph/
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import LibraryBusy, LibraryDamaged, LibraryFormat, LibraryMissing, LibraryReadOnly, NotALibrary
from assistant.progress import Notice, silent
from ingest.sources.digests import file_sha256

FORMAT = 4
"""The version of the files in a snapshot. Raise it so that libraries rebuild their snapshots from their roots."""
_POLL = 0.1
"""Seconds between two attempts to lock a library that another process holds."""
_ATTEMPTS = 10
"""The number of attempts to open a live snapshot that is replaced at the same moment."""
AGAIN = "Ingest the same folders again to rebuild it."
"""The advice for a damaged snapshot, all of which can be made again."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Names every file of a library."""

    root: Path

    @property
    def mark(self) -> Path:
        return self.root / "library.json"

    @property
    def live(self) -> Path:
        return self.root / "live"

    @property
    def live_name(self) -> str:
        """The name of the live snapshot. Raises OSError if there is none."""
        return self.live.read_text(encoding="utf-8").strip()

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def embeddings(self) -> Path:
        return self.root / "embeddings.sqlite"

    @property
    def conversations(self) -> Path:
        return self.root / "conversations.sqlite"

    @property
    def practice(self) -> Path:
        return self.root / "practice.sqlite"

    @property
    def sets(self) -> Path:
        """The user's sets of questions for evaluations."""
        return self.root / "sets"

    @property
    def uploads(self) -> Path:
        """The files that the library owns."""
        return self.root / "uploads"

    @property
    def corrections(self) -> Path:
        return self.root / "corrections.toml"

    @property
    def judgements(self) -> Path:
        return self.root / "judgements.json"

    @property
    def restoring(self) -> Path:
        """The remaining steps of a restore. The file exists until the restore is complete."""
        return self.root / ".restoring.json"

    @property
    def is_curated(self) -> bool:
        """True if the user corrected the graph or a model judged it."""
        return self.corrections.exists() or self.judgements.exists()

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def building(self) -> Path:
        return self.snapshots / ".building"


class _Hold:
    """A shared lock on a snapshot. It is released when it is closed, or when nothing refers to it any more."""

    def __init__(self, descriptor: int) -> None:
        self.close = weakref.finalize(self, os.close, descriptor)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot. It is not collected until it is closed, or until neither it nor a graph read from it is in use."""

    folder: Path
    manifest: Mapping[str, Any]
    hold: _Hold

    @property
    def index(self) -> Path:
        return self.folder / "index"

    @property
    def graph(self) -> Path:
        return self.folder / "graph"

    def close(self) -> None:
        """Release the snapshot, so that it can be collected once it is no longer live."""
        self.hold.close()

    def damage(self) -> list[str]:
        """The files that are missing or do not match their recorded SHA-256."""
        return [name for name, entry in self.manifest["files"].items() if not _matches(self.folder / name, entry["sha256"])]


def create_library(layout: Layout) -> None:
    """Make the folder a library unless it is one. Raises LibraryReadOnly, and LibraryFormat if a newer version of study made it."""
    if layout.mark.exists():
        check_library(layout)
        return
    with writing(layout.root):
        make_private_folder(layout.root)
        layout.snapshots.mkdir(exist_ok=True)
        replace_file(layout.mark, json.dumps({"format": FORMAT}))


def check_library(layout: Layout) -> None:
    """Raise LibraryMissing if there is no library, LibraryFormat if a newer study made it, and LibraryDamaged if it cannot be read."""
    try:
        found = int(json.loads(layout.mark.read_text(encoding="utf-8"))["format"])
    except (FileNotFoundError, NotADirectoryError) as error:
        raise LibraryMissing(f"There is no library at {layout.root}.", "Ingest documents to make one.", layout.root) from error
    except OSError as error:
        raise LibraryDamaged(f"{layout.mark} cannot be read ({error.strerror}).", "Make it readable, or name another library.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(f"{layout.mark} cannot be read ({error}).", "Put it back, or ingest into a new library.") from error
    if found > FORMAT:
        raise LibraryFormat(
            f"The library {layout.root} has format {found}; this version of study reads formats up to {FORMAT}.", "Upgrade study."
        )


def open_snapshot(layout: Layout) -> Snapshot:
    """Open the live snapshot, whose files exist with their recorded sizes. Raises LibraryMissing, LibraryFormat or LibraryDamaged."""
    check_library(layout)
    for _ in range(_ATTEMPTS):
        if not layout.live.exists():
            raise LibraryMissing(f"The library {layout.root} holds nothing yet.", "Ingest documents to fill it.", layout.root)
        try:
            folder = layout.snapshots / layout.live_name
            descriptor = os.open(folder / "manifest.json", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # it was replaced and collected between the two reads; below, this is the case if its last link is gone
        except OSError as error:
            raise LibraryDamaged(
                f"{error.filename} cannot be read ({error.strerror}).", "Make it readable, or name another library."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            if os.fstat(descriptor).st_nlink:
                manifest = _read_manifest(folder)
                return Snapshot(folder, manifest, _Hold(os.dup(descriptor)))
        finally:
            os.close(descriptor)
    raise LibraryDamaged(f"{layout.live} names a snapshot that is not there.", AGAIN)


def salvaged_manifest(layout: Layout) -> Mapping[str, Any]:
    """The readable members of the live snapshot's manifest, whatever its format and state."""
    try:
        folder = layout.snapshots / layout.live_name
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _read_manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest: Mapping[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        found = int(manifest["format"])
        if found != FORMAT:
            raise LibraryFormat(f"The snapshot {folder} has format {found}; this version of study reads format {FORMAT}.", AGAIN)
        for name, entry in manifest["files"].items():
            if (folder / name).stat().st_size != entry["size"]:
                raise LibraryDamaged(f"{folder / name} does not have the size that was recorded.", AGAIN)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryDamaged(f"{folder / 'manifest.json'} cannot be read ({error}).", AGAIN) from error
    except OSError as error:
        raise LibraryDamaged(f"{error.filename or folder} is missing or cannot be read ({error.strerror}).", AGAIN) from error
    return manifest


@contextmanager
def exclusive(layout: Layout, *, wait: bool = False, notice: Notice = silent) -> Iterator[None]:
    """Lock a library, or a folder that is to become one, for writing. With `wait`, wait for the process that holds the lock, and notify
    once.

    Raises LibraryBusy with the holder, LibraryReadOnly if it cannot be written to, NotALibrary for a folder with other things in it.
    """
    with writing(layout.root):
        if layout.root.is_dir() and not layout.mark.exists() and any(entry != layout.lock for entry in layout.root.iterdir()):
            raise NotALibrary(f"{layout.root} is neither a library nor empty.", "Name a new or an empty folder.")
        make_private_folder(layout.root)
        descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        waiting = False
        while not _locked(descriptor):
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            if not wait:
                raise LibraryBusy(f"Process {holder} is writing to the library {layout.root}.", "Try again when it is done.")
            if not waiting:
                notice(f"Process {holder} is writing to the library {layout.root}; waiting until it is done.")
            waiting = True
            time.sleep(_POLL)  # a call that blocks looks like a hang, and cannot be interrupted everywhere
        with writing(layout.root):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def building(layout: Layout) -> Iterator[Path]:
    """A new folder to build a snapshot in, removed afterwards unless it is published. The caller holds the lock."""
    with writing(layout.root):
        shutil.rmtree(layout.building, ignore_errors=True)
        layout.building.mkdir(parents=True)
    try:
        yield layout.building
    finally:
        shutil.rmtree(layout.building, ignore_errors=True)


def publish(layout: Layout, manifest: Mapping[str, Any]) -> str:
    """Make the built folder the live snapshot: record and sync every file, name it, swap the pointer. Returns the snapshot's name."""
    folder = layout.building
    files = {
        file.relative_to(folder).as_posix(): {"size": file.stat().st_size, "sha256": file_sha256(file)}
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    replace_file(folder / "manifest.json", json.dumps({"format": FORMAT, **manifest, "files": files}, indent=1))
    for file in files:
        _sync_to_disk(folder / file)
    numbers = [int(entry.name) for entry in layout.snapshots.iterdir() if entry.name.isdigit()]
    name = f"{max(numbers, default=0) + 1:06d}"
    folder.rename(layout.snapshots / name)
    _sync_to_disk(layout.snapshots)
    replace_file(layout.live, name)
    return name


def collect(layout: Layout) -> None:
    """Remove every snapshot that is not live and that nobody reads. The caller holds the lock."""
    live = layout.live_name
    for folder in layout.snapshots.iterdir():
        if folder.name == live:
            continue
        try:
            descriptor = os.open(folder / "manifest.json", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # it has a reader, and a later ingest collects it
        finally:
            os.close(descriptor)


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Raise LibraryReadOnly with the reason if anything cannot be written."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise LibraryReadOnly(
            f"Cannot write to the library {root}: {reason}. Nothing is lost.", "Make it writable, make room, or name another folder."
        ) from error


def make_private_folder(folder: Path) -> None:
    """Make a folder that its owner alone can read, with those above it; one that is there stays as it is."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o700)  # mkdir's own mode is subject to the umask


def replace_file(file: Path, text: str) -> None:
    """Write a file so that readers see all of the old one or all of the new one, even after a power failure."""
    new = file.with_name(f".{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)  # the user's data is readable only by the user
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
    _sync_to_disk(file.parent)


def _sync_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _matches(file: Path, sha256: str) -> bool:
    try:
        return file_sha256(file) == sha256
    except OSError:
        return False
