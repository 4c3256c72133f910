"""The errors of backups; `assistant/errors.py` draws the whole tree."""

from __future__ import annotations

from ingest.errors import StudyError


class BadBackup(StudyError):
    """A backup cannot be written or read."""

    code = "bad-backup"


class BackupConflict(BadBackup):
    """A backup would replace files of the user."""

    code = "backup-conflict"


class NothingToBackUp(StudyError):
    """The user has made nothing yet that could be backed up."""

    code = "nothing-to-back-up"
