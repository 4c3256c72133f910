"""The databases with the user's own data: beside the snapshots, migrated when opened, and never rebuilt."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import LibraryFormat, LibraryReadOnly
from ingest.errors import StudyError

_WAIT = 10.0
RESTORE = "Restore it from a backup, or move it away to begin again."


@dataclass(frozen=True, slots=True)
class UserDatabase:
    """A kind of database: its content in one word, its tables, and the migrations from version to version.

    Migrations are applied in order and never changed once released. `damaged` makes the error for a file that cannot be read, of a message
    and a hint.
    """

    holds: str
    tables: frozenset[str]
    migrations: tuple[str, ...]
    damaged: Callable[[str, str], StudyError]

    @contextmanager
    def opened(self, file: Path) -> Iterator[sqlite3.Connection]:
        """Open the database and migrate it to this version. Raises LibraryFormat, LibraryReadOnly or the error for a damaged one."""
        try:
            with closing(connected(file, timeout=_WAIT)) as base:
                if not is_read_only(file):
                    base.execute("PRAGMA journal_mode = WAL")
                base.execute("PRAGMA foreign_keys = ON")
                migrate(base, str(file), self.migrations)
                yield base
        except sqlite3.OperationalError as error:
            raise LibraryReadOnly(
                f"The {self.holds} in {file} cannot be opened or written ({error}).", "Make the file and its folder writable."
            ) from error
        except sqlite3.DatabaseError as error:
            raise self.damaged(f"{file} is damaged ({error}).", RESTORE) from error

    def check(self, file: Path) -> None:
        """Raises the error for a damaged one, or LibraryFormat, for a file that this version of study cannot read."""
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as base:
                (state,) = base.execute("PRAGMA integrity_check(1)").fetchone()
                (version,) = base.execute("PRAGMA user_version").fetchone()
                tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view', 'trigger')")}
        except sqlite3.DatabaseError as error:
            raise self.damaged(f"{file.name} is not a database ({error}).", RESTORE) from error
        _refuse_newer(version, file.name, self.migrations)
        if state != "ok" or tables != self.tables:
            raise self.damaged(f"{file.name} is not a complete database of {self.holds} ({state}).", RESTORE)


def is_read_only(file: Path) -> bool:
    """True if a database is there and neither it nor anything beside it can be written: on a medium, or of another user."""
    acting = os.access in os.supports_effective_ids
    is_there = os.access(file, os.F_OK, effective_ids=acting)
    return is_there and not all(os.access(each, os.W_OK, effective_ids=acting) for each in (file, file.parent))


def connected(file: Path, timeout: float = 5.0) -> sqlite3.Connection:
    """A connection to a database, which can be read even where nothing can be written."""
    if is_read_only(file):
        return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level="IMMEDIATE")
    return sqlite3.connect(file, timeout=timeout, isolation_level="IMMEDIATE")


def plain(text: str) -> str:
    """The text for SQLite, without lone surrogates (invalid bytes of a document), which SQLite rejects."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def migrate(base: sqlite3.Connection, file: str, migrations: Sequence[str]) -> None:
    """Apply the missing migrations, each in a transaction. Raises LibraryFormat for one of a newer study."""
    (version,) = base.execute("PRAGMA user_version").fetchone()
    _refuse_newer(version, file, migrations)
    for number in range(version, len(migrations)):
        try:
            base.executescript(f"BEGIN IMMEDIATE; {migrations[number]} PRAGMA user_version = {number + 1}; COMMIT;")
        except sqlite3.OperationalError:
            base.rollback()
            if base.execute("PRAGMA user_version").fetchone()[0] <= number:
                raise  # otherwise another process was quicker


def _refuse_newer(version: int, file: str, migrations: Sequence[str]) -> None:
    if version > len(migrations):
        raise LibraryFormat(f"{file} has format {version}; this version of study reads formats up to {len(migrations)}.", "Upgrade study.")
