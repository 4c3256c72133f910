"""Remember which libraries the user made by name, so that a question to another one can say so.

The list is a convenience: if it cannot be read or written, nothing is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import platformdirs

from assistant.storage.snapshots import Layout, make_private_folder, replace_file

_MOST = 50


def remember_library(folder: Path) -> None:
    """Put a library at the head of the list; those that are gone leave it."""
    others = [path for path in known_libraries() if path != folder]
    with suppress(OSError):
        make_private_folder(_file().parent)
        replace_file(_file(), json.dumps([str(path) for path in (folder, *others)][:_MOST], indent=1))


def known_libraries() -> list[Path]:
    """The named libraries that still exist, the latest first."""
    try:
        listed = json.loads(_file().read_text(encoding="utf-8"))
        return [Path(path) for path in listed if Layout(Path(path)).live.exists()]
    except (OSError, ValueError, TypeError):
        return []


def may_tell_of(others: Sequence[Path]) -> bool:
    """True once for these libraries, so that a user of the default library is not told with every command."""
    told = _file().with_name("told")
    with suppress(OSError, ValueError):
        if set(map(str, others)) <= set(json.loads(told.read_text(encoding="utf-8"))):
            return False
    with suppress(OSError):
        make_private_folder(told.parent)
        replace_file(told, json.dumps([str(path) for path in others], indent=1))
    return True


def _file() -> Path:
    return Path(platformdirs.user_data_dir("study")) / "libraries.json"
