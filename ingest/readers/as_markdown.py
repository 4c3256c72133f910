"""Helpers that write Markdown, for readers of formats without lines of text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HASH = re.compile(r"#{1,6}(?:\s|$)")


def escaped(line: str) -> str:
    """A line of plain text, escaped where Markdown would read it as a heading or as the fence of a block of code."""
    if _HASH.match(line):
        return f"    {line}"
    return f"{line[0]} {line[1:]}" if line.startswith(("```", "~~~")) else line


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table, its first row as the header. Empty rows are left out, short ones filled up. The cells must not hold `|`."""
    kept = [row for row in rows if any(row)]
    if not kept:
        return []
    width = max(map(len, kept))
    written = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in kept]
    return [written[0], f"|{'---|' * width}", *written[1:]]


def cell(text: str) -> str:
    """The text of a cell on one line, with another sign in place of `|`, which would end the cell."""
    return " ".join(text.split()).replace("|", "¦")
