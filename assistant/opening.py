"""Find the folder of the library to use."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from assistant.storage.snapshots import Layout


def library_folder(named: Path | None) -> tuple[Path, bool]:
    """The folder of the library, and whether the user named it, by option or by $STUDY_LIBRARY.

    An interrupted restore in it is completed.
    """
    if named is None and os.environ.get("STUDY_LIBRARY"):
        named = Path(os.environ["STUDY_LIBRARY"])
    root = Path(platformdirs.user_data_dir("study")) / "library" if named is None else named.expanduser().absolute()
    if Layout(root).restoring.exists():
        # Rarely needed, and it imports the conversations.
        from assistant.backup.restoring import finish_restore

        finish_restore(Layout(root))
    return root, named is not None
