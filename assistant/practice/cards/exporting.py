"""Export items to a file, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assistant.outputs import check_output, write_output
from assistant.practice.cards.writing import markdown_of, table_of, write_package
from assistant.practice.errors import BadDeck
from assistant.practice.sessions.entries import Entry
from assistant.storage.documents import load_records
from ingest.errors import UsageError

_FORMATS = {".apkg": "apkg", ".csv": "csv", ".md": "markdown"}


def export_cards(entries: Sequence[Entry], file: Path, snapshot: Path, at: datetime, *, overwrite: bool) -> tuple[str, int, int]:
    """Write items in the format given by the file's name. Returns the format, the number of items, and how many of them have lost their
    source.

    Raises UsageError, OutputExists or BadDeck.
    """
    target = file.expanduser().absolute()
    kind = _FORMATS.get(target.suffix.lower())
    if kind is None:
        raise UsageError(f"Cards cannot be written to {file.name!r}.", f"The name of the file says the format: {', '.join(_FORMATS)}.")
    check_output(target, overwrite=overwrite)
    asked = [entry for entry in entries if entry.status != "retired" or (kind == "apkg" and entry.memory is not None)]
    try:
        if kind == "apkg":
            with tempfile.TemporaryDirectory() as folder:
                made = Path(folder) / "cards.apkg"
                write_package(asked, made, _decks(snapshot), at.timestamp())
                write_output(target, made.read_bytes(), overwrite=overwrite)
        else:
            text = table_of(asked) if kind == "csv" else markdown_of(asked)
            write_output(target, text.encode("utf-8", "backslashreplace"), overwrite=overwrite)
    except OSError as error:
        raise BadDeck(f"{file} cannot be written ({error.strerror or error}).", "Write the cards to another place.") from error
    return kind, len(asked), sum(entry.status == "retired" for entry in asked)


def _decks(snapshot: Path) -> dict[str, str]:
    """The deck of each document: that of its collection, else of its first folder."""
    found = {}
    for record in load_records(snapshot):
        folder = record.name.split("/")[0] if "/" in record.name else ""
        below = (record.collection or folder).replace("::", ":")
        found[record.name] = f"study::{below}" if below else "study"
    return found
