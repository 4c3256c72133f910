"""The files that the user made, and how to check them. A new kind of user data must be added here to be backed up."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from assistant.conversation.conversations import check_conversations
from assistant.curation.corrections import load_corrections
from assistant.curation.judging import load_judgements
from assistant.practice.keeping.store import check_practice, merge_practice
from assistant.settings import parse_settings, settings_file
from assistant.storage.database import connected
from assistant.storage.snapshots import Layout, make_private_folder
from ingest.sources.digests import file_sha256


@dataclass(frozen=True, slots=True)
class UserFile:
    """A file of the user: its name in a backup, its location, and a check that raises StudyError or ValueError if it is broken.

    A folder is one file in a backup, a zip of its files.
    """

    name: str
    place: Callable[[Layout], Path]
    check: Callable[[Path], None]
    is_database: bool = False
    is_folder: bool = False
    merge: Callable[[Path, Path], int] | None = None
    """Merges another file into one and returns the number of additions; None for a kind that cannot be merged."""
    is_shared: bool = False
    """True if it holds for all libraries: then only an explicit wish replaces it."""

    def copy(self, source: Path, target: Path) -> None:
        """Copy the state of one moment, even of a database that is being written to."""
        if self.is_folder:
            _pack(source, target)
            return
        if not self.is_database:
            target.write_bytes(source.read_bytes())
            return
        with closing(connected(source)) as base, closing(sqlite3.connect(target)) as copied:
            base.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")

    def is_same(self, one: Path, other: Path) -> bool:
        """True if two copies have the same contents; databases with equal contents may differ in bytes."""
        if file_sha256(one) == file_sha256(other):
            return True
        if not self.is_database:
            return False
        with closing(sqlite3.connect(one)) as first, closing(sqlite3.connect(other)) as second:
            return all(here == there for here, there in zip_longest(first.iterdump(), second.iterdump()))

    def unpacked(self, file: Path) -> None:
        """Turn a file from a backup into its form in a library: the zip of a folder becomes the folder."""
        if self.is_folder:
            packed = file.rename(file.with_name(f"{file.name}.zip"))
            make_private_folder(file)
            with zipfile.ZipFile(packed) as archive:
                archive.extractall(file)
            packed.unlink()


def _pack(folder: Path, target: Path) -> None:
    """Zip the files of a folder so that equal folders give equal zips. Most of them are compressed already."""
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.iterdir()):
            if file.is_file() and not file.is_symlink() and not file.name.startswith("."):
                archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes())


def _check_folder(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if Path(entry.filename).name != entry.filename or entry.filename.startswith(".") or entry.compress_type != zipfile.ZIP_STORED:
                raise ValueError(f"{entry.filename!r} is no name of a file in a folder")
        if (damaged := archive.testzip()) is not None:
            raise ValueError(f"{damaged!r} is damaged")


def _check_corrections(file: Path) -> None:
    load_corrections(Layout(file.parent))


def _check_judgements(file: Path) -> None:
    load_judgements(Layout(file.parent))


def _check_settings(file: Path) -> None:
    parse_settings(file.read_text(encoding="utf-8"))


USER_FILES = (
    UserFile("conversations.sqlite", lambda layout: layout.conversations, check_conversations, is_database=True),
    UserFile("corrections.toml", lambda layout: layout.corrections, _check_corrections),
    UserFile("judgements.json", lambda layout: layout.judgements, _check_judgements),
    UserFile(
        "practice.sqlite",
        lambda layout: layout.practice,
        check_practice,
        is_database=True,
        merge=merge_practice,
    ),
    UserFile("sets", lambda layout: layout.sets, _check_folder, is_folder=True),
    UserFile("uploads", lambda layout: layout.uploads, _check_folder, is_folder=True),
    UserFile("settings.toml", lambda _: settings_file(), _check_settings, is_shared=True),
)
