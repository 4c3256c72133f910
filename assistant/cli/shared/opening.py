"""Opening the library that a command is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.cli.shared.terminal import notice, progress_bar
from assistant.library.library import Library


@contextmanager
def opened_library(folder: Path | None, *, quiet: bool = False, fill: bool = True) -> Iterator[Library]:
    """The named or the default library. Long work shows its progress, unless `quiet`.

    Without `fill` an empty default library stays empty: for commands that list, measure or carry what is there.
    """
    with progress_bar(quiet=quiet) as progress, Library.open(folder, fill=fill, progress=progress, notice=notice) as library:
        yield library
