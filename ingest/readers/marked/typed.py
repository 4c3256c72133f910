"""The kind of each line of a file in a markup language, for pages that show the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from ingest.model import Kind
from ingest.readers.marked.latex import LatexReader
from ingest.readers.marked.org import OrgReader
from ingest.readers.marked.reader import MarkupReader
from ingest.readers.marked.rst import RstReader
from ingest.structure.lines import TypedLine

LATEX, ORG, RST = frozenset({".tex", ".ltx", ".latex"}), frozenset({".org"}), frozenset({".rst", ".rest"})
_READERS: tuple[tuple[frozenset[str], type[MarkupReader]], ...] = ((LATEX, LatexReader), (ORG, OrgReader), (RST, RstReader))
_MATHS_ROLE = re.compile(r":math:`([^`\n]{1,400})`")


class TypedLines(NamedTuple):
    """The lines of a file, unchanged and typed, one for one. `kinds` has the kinds that a block gives to its lines."""

    raw: tuple[str, ...]
    lines: tuple[TypedLine, ...]
    kinds: Mapping[int, Kind]


def is_marked(name: str) -> bool:
    """True for a file in a format that `typed_lines` knows."""
    return _reader(name) is not None


def typed_lines(name: str, lines: Sequence[str]) -> TypedLines:
    """The typed lines of a LaTeX, Org or reStructuredText file. Their words have no markup except bold and code."""
    reader = _reader(name)
    if reader is None:
        raise ValueError(name)
    raw = tuple(lines)
    if suffix_of(name) in RST:
        raw = tuple(_MATHS_ROLE.sub(r"$\1$", line) if ":math:" in line else line for line in raw)
    reading = reader(raw)
    reading.read()
    return TypedLines(raw, tuple(reading.marks.lines), reading.marks.kinds)


def suffix_of(name: str) -> str:
    """The ending of a file's name, in small letters."""
    return PurePosixPath(name).suffix.lower()


def _reader(name: str) -> type[MarkupReader] | None:
    suffix = suffix_of(name)
    return next((reader for endings, reader in _READERS if suffix in endings), None)
