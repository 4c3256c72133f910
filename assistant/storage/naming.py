"""Which documents a person means by a name, a folder or a glob."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from assistant.errors import UnknownDocument
from ingest.text.nearest import nearest_names


def documents_named(asked: str, names: Sequence[str]) -> list[str]:
    """The documents of these names that are meant: by the whole name, the folder they are in, a glob, or the file name alone.

    Raises UnknownDocument with the nearest names.
    """
    if asked in names:
        return [asked]
    below = [name for name in names if name.startswith(f"{asked.rstrip('/')}/")]
    found = below or [name for name in names if fnmatchcase(name, asked) or fnmatchcase(name.rpartition("/")[2], asked)]
    if not found:
        raise UnknownDocument(asked, nearest_names(asked, names))
    return found
