"""What a person leaves out of an ingest: `.studyignore` files, in the syntax of `.gitignore`, in any folder of the tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".studyignore"


@dataclass(frozen=True, slots=True)
class Rules:
    """The ignore files that hold for a folder, outermost first, each with the folder that it lies in."""

    files: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @staticmethod
    def above(folder: Path, root: Path) -> Rules:
        """What holds for a folder by the ignore files between `root` and it, its own left out."""
        rules = Rules()
        if folder != root and folder.is_relative_to(root):
            for each in (root, *reversed([up for up in folder.parents if up != root and up.is_relative_to(root)])):
                rules = rules.inside(each)
        return rules

    def inside(self, folder: Path) -> Rules:
        """What holds inside a folder: these rules, and its own file's. Raises OSError where that cannot be read."""
        try:
            text = (folder / IGNORE_FILE).read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return self
        return Rules((*self.files, (str(folder), _spec(text.lstrip("\ufeff").splitlines()))))

    def leave_out(self, path: str, *, folder: bool) -> bool:
        """Whether a path is left out: the innermost file that speaks of it decides, as in git."""
        for base, spec in reversed(self.files):
            relative = os.path.relpath(path, base).replace(os.sep, "/")
            verdict = spec.check_file(f"{relative}/" if folder else relative).include
            if verdict is not None:
                return verdict
        return False


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of an ignore file; one that is no pattern matches nothing, as in git."""
    valid: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error):
            continue
        valid.append(line)
    return GitIgnoreSpec.from_lines(valid)
