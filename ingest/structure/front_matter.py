"""Read the YAML front matter of a note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from ingest.model import Excerpt, FrontMatter, Span

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C, where PyYAML has it: it reads ten times as fast."""
_REACH = 400
"""Lines that front matter may have. Where it is longer, the `---` at the top is a rule followed by text."""


def read_front_matter(lines: Sequence[str]) -> tuple[FrontMatter, int]:
    """The front matter at the top of a text, and the number of lines that it takes, its two `---` lines included.

    Anything but a YAML mapping between two `---` lines is text: the result is then empty, with 0 lines. A field of an unexpected type is
    left out.
    """
    if not lines or lines[0].rstrip() != "---":
        return FrontMatter(), 0
    end = next((at for at in range(1, min(len(lines), _REACH)) if lines[at].rstrip() in ("---", "...")), 0)
    if not end:
        return FrontMatter(), 0
    try:
        fields = yaml.load("\n".join(lines[1:end]), _LOADER)  # noqa: S506 (both are safe loaders)
    except (yaml.YAMLError, ValueError, RecursionError):
        return FrontMatter(), 0
    if not isinstance(fields, dict):
        return FrontMatter(), 0
    title = fields.get("title")
    minutes = fields.get("minutes")
    return (
        FrontMatter(
            title=str(title).strip() or None if isinstance(title, str | int | float) else None,
            aliases=_strings(fields.get("aliases")),
            requires=_located(_strings(fields["requires"]), lines, end) if fields.get("requires") is not None else None,
            minutes=float(minutes) if isinstance(minutes, int | float) and not isinstance(minutes, bool) else None,
            tags=_strings(fields.get("tags")) or _strings(fields.get("keywords")),
        ),
        end + 1,
    )


def _strings(value: Any) -> tuple[str, ...]:
    """The texts of a field that holds one text or a list of them."""
    values = value if isinstance(value, list) else [value]
    return tuple(str(v).strip() for v in values if isinstance(v, str | int | float) and not isinstance(v, bool) and str(v).strip())


def _located(entries: Sequence[str], lines: Sequence[str], end: int) -> tuple[Excerpt, ...]:
    """Each entry of `requires` with its line."""
    start = next((at for at in range(1, end) if lines[at].lstrip().startswith("requires")), 1)
    found = []
    at = start
    for entry in entries:
        line = next((i for i in range(at, end) if entry in lines[i]), start)
        at = line
        found.append(Excerpt(entry, Span(line + 1, line + 1)))
    return tuple(found)
