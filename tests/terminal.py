"""Run the `study` command inside a test as a user would type it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from assistant.cli.main import main

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Ran:
    """The exit status and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def study(*words: str | Path, stdin: str = "") -> Ran:
    """Run `study WORDS…` in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
    arguments = ["study", *map(str, words)]
    code = 0
    with patch("sys.argv", arguments), patch("sys.stdout", out), patch("sys.stderr", err), patch("sys.stdin", given):
        try:
            main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return Ran(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def study_process(*words: str | Path, **options: Any) -> subprocess.Popen[str]:
    """Start `study WORDS…` in a process of its own."""
    command = [sys.executable, "-m", "assistant.cli.main", *map(str, words)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


@contextmanager
def unprivileged(*paths: Path) -> Iterator[None]:
    """A context without root's right to write everywhere, in which `paths` can be reached."""
    if os.geteuid():
        yield
        return
    for path in paths:
        for folder in path.parents:
            if Path(tempfile.gettempdir()) in folder.parents:
                folder.chmod(folder.stat().st_mode | 0o055)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
