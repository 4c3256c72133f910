"""Finding and opening the library that is meant."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from assistant.progress import Notice, Progress, Remark, quiet, silent
from assistant.session import Session
from assistant.storage.snapshots import Layout


def library_folder(named: Path | None) -> tuple[Path, bool]:
    """The folder of the library meant, and whether somebody named it: by option, or by $STUDY_LIBRARY.

    A restore that was killed in it is finished.
    """
    if named is None and os.environ.get("STUDY_LIBRARY"):
        named = Path(os.environ["STUDY_LIBRARY"])
    root = Path(platformdirs.user_data_dir("study")) / "library" if named is None else named.expanduser().absolute()
    if Layout(root).restoring.exists():
        # Seldom, and it brings the conversations with it.
        from assistant.backup.restoring import finish_restore

        finish_restore(Layout(root))
    return root, named is not None


def open_session(named: Path | None, *, notice: Notice = silent, progress: Progress = quiet) -> Session:
    """Open the library meant; where none is named and none exists, first fill the default one with the starter course."""
    root, is_named = library_folder(named)
    if not is_named and not Layout(root).live.exists():
        notice(Remark("starter-course", f"No library yet: reading the starter course into {root}. Ingest your own notes to replace it."))
        # Building brings networkx and more, which a question does without.
        from assistant.building.build import ingest
        from assistant.course import course_folder

        ingest(root, [course_folder()], wait=True, progress=progress, notice=notice)
    return Session(root, notice=notice)
