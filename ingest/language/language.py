"""Read the word lists and patterns of a language: `Language.load("en").words("stop")`.

Every list is one text file in `data/language/CODE/`, one entry a line. Lines that start with `#` are comments, blank lines separate. A file
is read when its first entry is asked for, and then kept.

A file has one of three forms:

    words     an entry a line                     stop.txt         the
    groups    entries below a line `[name]`       cues.txt         [needs]
    pairs     `left = right`                      numbers.txt      seven = 7
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ingest.data import data_folder
from ingest.errors import DataMissing

_GROUP = re.compile(r"\{([a-z]\w*)\}")


@dataclass(frozen=True, slots=True)
class Language:
    """The lists of one language. Every method raises DataMissing if the language does not have the list."""

    code: str
    folder: Path

    @staticmethod
    def load(code: str) -> Language:
        """The language with this code ("en"). Costs nothing until one of its lists is asked for."""
        return _load(code)

    def words(self, name: str) -> frozenset[str]:
        """The entries of a list, for looking them up."""
        return _words(self.folder / f"{name}.txt")

    def entries(self, name: str) -> tuple[str, ...]:
        """The entries of a list in the order of its file."""
        return _entries(self.folder / f"{name}.txt")

    def groups(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """The entries of a list by the `[name]` line above them, in the order of its file."""
        return _groups(self.folder / f"{name}.txt")

    def pairs(self, name: str) -> Mapping[str, str]:
        """The lines `left = right` of a list as a mapping."""
        return _pairs(self.folder / f"{name}.txt")

    def pattern(self, name: str, template: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
        """A regular expression built from the groups of a list: `{needs}` in the template stands for any entry of the group `[needs]`.

        Entries are regular expressions; where several match, the first in the file wins. Raises KeyError if there is no such group.
        """
        groups = self.groups(name)
        return re.compile(_GROUP.sub(lambda found: alternatives(groups[found[1]]), template), flags)


def alternatives(patterns: Iterable[str]) -> str:
    """One regular expression that matches what any of `patterns` does: `["a+", "b"]` gives `(?:a+|b)`. Earlier ones are tried first."""
    return f"(?:{'|'.join(patterns)})"


@cache
def _load(code: str) -> Language:
    return Language(code, data_folder("language") / code)


@cache
def _words(file: Path) -> frozenset[str]:
    return frozenset(_entries(file))


@cache
def _entries(file: Path) -> tuple[str, ...]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataMissing(f"The list {file} is not installed.", "Install study again.") from error
    return tuple(entry for line in lines if (entry := line.strip()) and not entry.startswith("#"))


@cache
def _groups(file: Path) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    group: list[str] | None = None
    for entry in _entries(file):
        if entry.startswith("[") and entry.endswith("]") and entry[1:-1].isidentifier():
            group = found.setdefault(entry[1:-1], [])
        elif group is None:
            raise ValueError(f"{file}: {entry!r} stands above the first [group]")
        else:
            group.append(entry)
    return MappingProxyType({name: tuple(entries) for name, entries in found.items()})


@cache
def _pairs(file: Path) -> Mapping[str, str]:
    found = {}
    for entry in _entries(file):
        left, equals, right = entry.partition(" = ")
        if not equals:
            raise ValueError(f"{file}: {entry!r} is no pair `left = right`")
        found[left.strip()] = right.strip()
    return MappingProxyType(found)
