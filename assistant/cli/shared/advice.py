"""The commands that carry out an error's hint: the one place that ties error codes to options and commands."""

from __future__ import annotations

from ingest.errors import StudyError

_COMMANDS = {
    "unknown-collection": "study ingest PATH --collection NAME",
    "unknown-concept": "study graph",
    "unknown-conversation": "study chat --list",
    "unknown-document": "study status",
}


def advised(error: StudyError) -> str:
    """What an error says, followed by the command that helps where there is one."""
    command = _COMMANDS.get(error.code)
    return f"{error}\n  {command}" if command else str(error)
