"""Find the documents that the user means by a name, a folder or a glob."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from assistant.errors import UnknownDocument
from ingest.text.nearest import nearest_names


def documents_named(asked: str, names: Sequence[str]) -> list[str]:
    """The names among `names` that `asked` means: a whole name, a folder, a glob, or a file name without its folder.

    Raises UnknownDocument with the nearest names if there is none.
    """
    if asked in names:
        return [asked]
    below = [name for name in names if name.startswith(f"{asked.rstrip('/')}/")]
    found = below or [name for name in names if fnmatchcase(name, asked) or fnmatchcase(name.rpartition("/")[2], asked)]
    if not found:
        raise UnknownDocument(asked, nearest_names(asked, names))
    return found
