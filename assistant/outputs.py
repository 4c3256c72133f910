"""Output files named by the user: never overwritten by accident, and never half written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import BadOutput, OutputExists
from ingest.errors import UsageError

_UMASKS: list[int] = []
"""The umask for output files named by the user, if this process has a stricter one for its own files."""


@contextmanager
def private_files() -> Iterator[None]:
    """A context in which only the owner can read the files that this process writes, except output files named by the user."""
    _UMASKS.append(os.umask(0o077))
    try:
        yield
    finally:
        os.umask(_UMASKS.pop())


def check_output(file: Path, *, overwrite: bool) -> None:
    """Raise OutputExists for an existing file without `overwrite`, UsageError for a folder, BadOutput for a missing parent folder."""
    if file.is_dir():
        raise UsageError(f"{file} is a folder.", "Name a file.")
    if not file.parent.is_dir():
        raise BadOutput(f"There is no folder {file.parent}.", "Make it first, or name another place.")
    if not overwrite and os.path.lexists(file):
        raise OutputExists(f"{file} exists and is left as it is.", "Name another file, or say that this one may be overwritten.")


def write_output(file: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a file atomically. Raises the errors of `check_output`, also for a full disk."""
    check_output(file, overwrite=overwrite)
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with os.fdopen(descriptor, "wb") as stream:
            if _UMASKS:
                os.fchmod(descriptor, 0o666 & ~_UMASKS[0])
            stream.write(data)
        new.replace(file)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise BadOutput(f"{file} cannot be written ({error.strerror or error}).", "Name another place.") from error
