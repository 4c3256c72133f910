"""Find the documents that the user means by a name, a folder or a glob.

A letter with an accent is one character or two (the Unicode forms NFC and NFD): keyboards produce one form, some file systems and archives
the other, and both look the same. So names are compared in one form.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from assistant.errors import UnknownDocument
from assistant.storage.documents import Record
from assistant.storage.roots import under
from ingest.text.nearest import nearest_names

_ENDING = re.compile(r"(?<=[^/])\.[^./:\s]+$")


def documents_named(asked: str, names: Sequence[str]) -> list[str]:
    """The names among `names` that `asked` means: a whole name, a folder, a glob, or a file name without its folder or ending.

    Case matters only if several names differ in it alone.

    Raises UnknownDocument with the nearest names if there is none.
    """
    if asked in names:
        return [asked]
    wanted, composed = one_form(asked), [(one_form(name), name) for name in names]
    below, folded = f"{wanted.rstrip('/')}/", wanted.casefold()
    fits: tuple[Callable[[str], bool], ...] = (  # the strictest first
        lambda form: form == wanted,
        lambda form: form.startswith(below),
        lambda form: form.casefold() == folded,
        lambda form: form.casefold().startswith(below.casefold()),
        lambda form: fnmatchcase(form, wanted) or fnmatchcase(form.rpartition("/")[2], wanted),
        lambda form: folded in _loose_forms(form),
        lambda form: folded in _loose_forms(form.rpartition("/")[2]),
    )
    found = next(filter(None, ([name for form, name in composed if fit(form)] for fit in fits)), [])
    if not found:
        raise UnknownDocument(asked, nearest_names(asked, names))
    return found


def documents_meant(asked: str, records: Sequence[Record]) -> list[str]:
    """The names of the documents that a name, a folder, a glob or a path of files means. Raises UnknownDocument.

    A path is absolute, or it leads from the present folder to a file or folder, as a shell completes it.
    """
    path = Path(asked).expanduser()
    if path.is_absolute():
        return _below(path, records) or documents_named(asked, [record.name for record in records])
    try:
        return documents_named(asked, [record.name for record in records])
    except UnknownDocument:
        below = _below(Path(os.path.abspath(path)), records)
        if not below:
            raise
        return below


def _below(path: Path, records: Sequence[Record]) -> list[str]:
    """The names of the documents whose file is this path or lies below it, where case matters only if several names differ in it alone."""
    exact = [record.name for record in records if under(record.file, [str(path)])]
    return exact or [record.name for record in records if under(record.file.casefold(), [str(path).casefold()])]


def _loose_forms(form: str) -> tuple[str, str, str]:
    """A name in lower case: as it is, with ends of lines as a terminal shows them, and without its ending."""
    folded = form.casefold()
    return folded, folded.replace("\n", "␊"), _ENDING.sub("", folded)


def one_form(name: str) -> str:
    """A name in the composed Unicode form, for comparing.

    >>> one_form("Fo\u0308hn.md") == "F\u00f6hn.md"
    True
    """
    return unicodedata.normalize("NFC", name)
