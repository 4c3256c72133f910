"""Commands for hints: the one place that maps the codes of errors and remarks to commands and options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from assistant.errors import LibraryMissing
from ingest.errors import StudyError

COMMANDS = {
    "ambiguous-concept": "study atlas show NAME",
    "backup-conflict": "study restore BACKUP --replace",
    "bad-model-name": "study model add FILE --name NAME",
    "contradicts-correction": "study graph undo {0.number}",
    "contradicts-notes": "study graph reject {0.before!r} {0.after!r}",
    "conversations-damaged": "study restore BACKUP",
    "default-library": "--library FOLDER, or set $STUDY_LIBRARY",
    "encoder-missing": "study ingest FOLDER --encoder MODEL",
    "graph-damaged": "study ingest FOLDER",
    "hub-unreachable": "study model add FILE",
    "index-damaged": "study ingest FOLDER",
    "judgements-damaged": "study graph refine --undo",
    "library-damaged": "study ingest FOLDER",
    "library-empty": "study ingest FOLDER",
    "library-missing": "study ingest FOLDER --library {0.library}",
    "library-read-only": "--library FOLDER",
    "model-too-large": "study model list, study model use NAME --context TOKENS",
    "practice-damaged": "study restore BACKUP",
    "server-without-model": "study model add ADDRESS --model-name NAME",
    "no-model": "--model NAME, or study model use NAME",
    "no-walk": "study walk --to CONCEPT",
    "output-exists": "--force",
    "root-gone": "study ingest NEW-PLACE, or study forget {0.path}",
    "starter-course": "study ingest FOLDER",
    "too-many-concepts": "--most NUMBER, --around CONCEPT, or no --depth full",
    "unknown-collection": "study ingest FOLDER --collection NAME",
    "unknown-concept": "study graph",
    "unknown-conversation": "study chat NAME",
    "unknown-correction": "study graph corrections",
    "unknown-document": "study documents",
    "unknown-entry": "study atlas search WORDS",
    "unknown-item": "study practice items",
    "unknown-model": "study model list",
    "unknown-run": "study eval retrieval FILE",
    "workers-lost": "study ingest FOLDER --workers 1",
    "workers-unavailable": "--workers NUMBER",
    "unreadable-files": "study status",
}
"""By code; `{0.name}` is an attribute of the error."""


_OF_A_LIBRARY = re.compile(r"study (?!atlas|config|model)[^,]*")
_NAMED: list[Path] = []
"""The folder given as --library to the command of this process, if any."""


def name_library(folder: Path | None) -> None:
    """Remember the folder given as --library; None forgets it."""
    _NAMED[:] = [folder] if folder is not None else []


def for_library(command: str) -> str:
    """A command to type next, with the --library of this command, so that the advice is about the same library.

    >>> name_library(Path("my plants"))
    >>> for_library("study practice")
    "study practice --library 'my plants'"
    >>> name_library(None)
    """
    return f"{command}{_option()}"


def _option() -> str:
    return f" --library {shlex.quote(str(_NAMED[0]))}" if _NAMED else ""


def command_for(said: object) -> str:
    """The command, or the options, that carry out the hint of an error or a remark; empty if there are none.

    An error that lists suggestions needs no command to find them.
    """
    if getattr(said, "nearest", ()) or getattr(said, "known", ()):
        return ""
    if getattr(said, "mentioned", False):
        return for_library(f"study ask {shlex.quote(getattr(said, 'name', ''))}")
    if getattr(said, "code", "") == LibraryMissing.code:
        from assistant.library.library import Library  # not needed for help without a library

        folder = getattr(said, "library", None)
        if folder == Library.open().folder:
            return "study ingest FOLDER"
        if isinstance(folder, Path) and _holds_files(folder):
            return f"study ingest {shlex.quote(str(folder))} --library NEW-FOLDER"
    template = COMMANDS.get(getattr(said, "code", ""), "")
    if "--library" not in template:
        template = _OF_A_LIBRARY.sub(r"\g<0>{option}", template)
    return template.format(said, option=_option())


def _holds_files(folder: Path) -> bool:
    """True for somebody's notes: a folder of files that are no library, so that no library can be made there."""
    try:
        names = {each.name for each in folder.iterdir()}
    except OSError:
        return False
    return bool(names) and "library.json" not in names


def advised(said: StudyError | str) -> str:
    """The text of an error or a notice for a terminal, with the command for its hint, if there is one."""
    command = command_for(said)
    return f"{said}\n  {command}" if command else str(said)
