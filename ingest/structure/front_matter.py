"""Read the YAML front matter of a note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from ingest.model import Excerpt, FrontMatter, Span

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The parser in C, where PyYAML has it: it reads ten times as fast."""
_REACH = 400
"""Lines that front matter may have. Where it is longer, the `---` at the top is a rule followed by text."""


_FIELD = re.compile(r"[^\W\d][\w -]{0,40}:(?:\s|$)")
_FIRST_OF_PARAGRAPH = re.compile(rf"{_FIELD.pattern}|- |#|[ \t]")
"""How a paragraph of YAML begins: with a field, an entry, a comment, or indented."""


class ReadFrontMatter(NamedTuple):
    """Front matter, the number of lines that it takes with its two `---` lines, and a sentence for the user on each fault."""

    fields: FrontMatter = FrontMatter()
    length: int = 0
    notices: tuple[str, ...] = ()


def read_front_matter(lines: Sequence[str]) -> ReadFrontMatter:
    """The front matter at the top of a text.

    What does not look like fields between two `---` lines is text, and takes 0 lines. If the whole is no YAML, each field is read by
    itself, and the notice names those that are left out. A field of an unexpected type is left out.
    """
    if not lines or lines[0].rstrip() != "---":
        return ReadFrontMatter()
    end = next((at for at in range(1, min(len(lines), _REACH)) if lines[at].rstrip() in ("---", "...")), 0)
    if not end:
        return ReadFrontMatter()
    fields = _parsed(lines[1:end])
    if isinstance(fields, dict):
        return ReadFrontMatter(_front_matter(fields, lines, end), end + 1)
    if fields is not None or not _has_fields(lines[1:end]):
        return ReadFrontMatter()
    found: dict[str, Any] = {}
    bad = []
    for first, last in _each_field(lines, end):
        one = _parsed(lines[first:last])
        if isinstance(one, dict):
            found |= one
        else:
            bad.append(f"{lines[first].partition(':')[0].strip()} (line {first + 1})")
    named = f"Left out: {', '.join(bad)}." if bad else "Every field could be read by itself."
    said = f"has front matter that is not valid YAML. {named} A value with a colon or a bracket needs quotation marks."
    return ReadFrontMatter(_front_matter(found, lines, end), end + 1, (said,))


def _parsed(lines: Sequence[str]) -> Any:
    """What some lines of YAML say, or None if they are none."""
    try:
        return yaml.load("\n".join(lines), _LOADER)  # noqa: S506 (both are safe loaders)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _has_fields(lines: Sequence[str]) -> bool:
    """True if lines that are no YAML were meant as fields: the first is one, and no paragraph below begins like a sentence."""
    starts = [line for before, line in zip(("", *lines), lines, strict=False) if line.strip() and not before.strip()]
    return bool(starts) and _FIELD.match(starts[0]) is not None and all(_FIRST_OF_PARAGRAPH.match(line) for line in starts)


def _each_field(lines: Sequence[str], end: int) -> Iterator[tuple[int, int]]:
    """The lines of each field (the last one exclusive)."""
    firsts = [at for at in range(1, end) if _FIELD.match(lines[at])]
    yield from zip(firsts, (*firsts[1:], end), strict=True)


def _front_matter(fields: dict[str, Any], lines: Sequence[str], end: int) -> FrontMatter:
    title = fields.get("title")
    minutes = fields.get("minutes")
    return FrontMatter(
        title=str(title).strip() or None if isinstance(title, str | int | float) else None,
        aliases=_strings(fields.get("aliases")),
        requires=_located(_strings(fields["requires"]), lines, end) if fields.get("requires") is not None else None,
        minutes=float(minutes) if isinstance(minutes, int | float) and not isinstance(minutes, bool) else None,
        tags=_strings(fields.get("tags")) or _strings(fields.get("keywords")),
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
