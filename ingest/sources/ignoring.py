"""Leave out files that the user names in `.studyignore`, with the syntax of `.gitignore`, in any folder of the tree."""

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
    """The patterns that apply in a folder: those of each ignore file, outermost first, with the folder that it lies in."""

    files: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @staticmethod
    def above(folder: Path, root: Path) -> Rules:
        """The rules from the ignore files between `root` and a folder, `root` included and the folder itself not."""
        rules = Rules()
        if folder != root and folder.is_relative_to(root):
            for each in (root, *reversed([up for up in folder.parents if up != root and up.is_relative_to(root)])):
                rules = rules.inside(each)
        return rules

    def inside(self, folder: Path) -> Rules:
        """These rules with those of the ignore file in a folder, if there is one. Raises OSError if it cannot be read."""
        try:
            text = (folder / IGNORE_FILE).read_text(encoding="utf-8", errors="replace")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return self
        return Rules((*self.files, (str(folder), _spec(text.lstrip("\ufeff").splitlines()))))

    def leave_out(self, path: str, *, folder: bool) -> bool:
        """True if a path is left out. The innermost ignore file with a pattern for it decides, as in git. `folder` is true if it is a
        folder."""
        for base, spec in reversed(self.files):
            relative = os.path.relpath(path, base).replace(os.sep, "/")
            left_out = spec.check_file(f"{relative}/" if folder else relative).include
            if left_out is not None:
                return left_out
        return False


def _spec(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of an ignore file. A line that is no valid pattern matches nothing, as in git."""
    valid: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except (ValueError, re.error):
            continue
        valid.append(line)
    return GitIgnoreSpec.from_lines(valid)
