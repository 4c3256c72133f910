"""Find displayed formulas in TeX notation, which LaTeX and Org share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.readers.marked.latex_names import MATHS

_BEGIN = re.compile(r"\\begin\s*\{([A-Za-z@]+)\*?\}")
_REACH = 200
"""Lines over which a formula may run. A longer one was never closed."""


def maths_end(lines: Sequence[str], at: int) -> int:
    """The end (exclusive) of the displayed formula that opens at a line, or 0 if none does or it is never closed."""
    text = lines[at].strip()
    opened = _BEGIN.match(text)
    if opened and opened[1] in MATHS:
        closing = re.compile(rf"\\end\s*\{{{opened[1]}\*?\}}")
    elif text.startswith(r"\["):
        closing = re.compile(r"\\\]")
    elif text.startswith("$$"):
        closing = re.compile(r"\$\$")
    else:
        return 0
    skip = len(lines[at]) - len(lines[at].lstrip()) + 2
    for end in range(at, min(at + _REACH, len(lines))):
        if closing.search(lines[end], skip if end == at else 0):
            return end + 1
        if not lines[end].strip():
            return 0  # TeX ends a formula at an empty line, with an error
    return 0
