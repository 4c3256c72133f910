"""What was left out of a library, in words."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.wording.counts import counted
from ingest.model import LeftOut

_NAMED = 5
_ENDINGS = 4


def left_out_line(left_out: LeftOut) -> str:
    """A sentence about what was left out; empty if nothing was."""
    said = [
        f"{left_out.ignored:,} by .studyignore" if left_out.ignored else "",
        f"{left_out.hidden:,} hidden" if left_out.hidden else "",
        _others(left_out.others),
        _links(left_out.outside, "that leads outside", "that lead outside"),
        _links(left_out.dangling, "that leads nowhere", "that lead nowhere"),
    ]
    return f"Left out: {', '.join(filter(None, said))}." if any(said) else ""


def _others(others: Sequence[tuple[str, int]]) -> str:
    """`3 other files (2 .jpg, 1 without an ending)`, the most frequent endings first."""
    if not others:
        return ""
    most = sorted(others, key=lambda other: (-other[1], other[0]))
    listed = [f"{count:,} {ending or 'without an ending'}" for ending, count in most[:_ENDINGS]]
    rest = sum(count for _, count in most[_ENDINGS:])
    listed += [f"{rest:,} more"] if rest else []
    return f"{counted(sum(count for _, count in others), 'other file')} ({', '.join(listed)})"


def _links(names: Sequence[str], one: str, several: str) -> str:
    if not names:
        return ""
    listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
    return f"{counted(len(names), 'link')} {one if len(names) == 1 else several} ({listed})"
