"""The files that the user made, and how to check them. A new kind of user data must be added here to be backed up."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.conversation.conversations import check_conversations
from assistant.curation.corrections import load_corrections
from assistant.curation.judging import load_judgements
from assistant.practice.keeping.store import check_practice
from assistant.settings import parse_settings, settings_file
from assistant.storage.snapshots import Layout


@dataclass(frozen=True, slots=True)
class UserFile:
    """A file of the user: its name in a backup, its location, and a check that raises StudyError or ValueError if it is broken."""

    name: str
    place: Callable[[Layout], Path]
    check: Callable[[Path], None]
    is_database: bool = False

    def copy(self, source: Path, target: Path) -> None:
        """Copy the state of one moment, even of a database that is being written to."""
        if not self.is_database:
            target.write_bytes(source.read_bytes())
            return
        with closing(sqlite3.connect(source)) as base, closing(sqlite3.connect(target)) as copied:
            base.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")


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
    UserFile("practice.sqlite", lambda layout: layout.practice, check_practice, is_database=True),
    UserFile("settings.toml", lambda _: settings_file(), _check_settings),
)
