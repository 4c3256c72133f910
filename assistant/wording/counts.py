"""Numbers of things in words: `1 step`, `2 steps`."""

from __future__ import annotations

from datetime import datetime

_LONG = 90  # minutes


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun in the right number; `plural` is needed if adding an s is not enough.

    >>> counted(1, "step"), counted(1200, "query", "queries")
    ('1 step', '1,200 queries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def lasting(minutes: float | None) -> str:
    """A duration in words; from an hour and a half on with hours.

    >>> lasting(45), lasting(130)
    ('45 min', '2 h 10 min')
    >>> lasting(120)
    '2 h'
    """
    whole = round(minutes or 0)
    if whole < _LONG:
        return f"{whole} min"
    return f"{whole // 60} h {whole % 60} min" if whole % 60 else f"{whole // 60} h"


def local_time(written: str) -> str:
    """A time in ISO 8601 as local time, to the minute.

    >>> local_time("2026-01-31T23:27:53").startswith("2026-01-31 23:27")
    True
    """
    return datetime.fromisoformat(written).astimezone().strftime("%Y-%m-%d %H:%M")


def held(documents: int, passages: int, concepts: int) -> str:
    """The contents of a library in words: `1 document, 12 passages, 5 concepts`."""
    return f"{counted(documents, 'document')}, {counted(passages, 'passage')}, {counted(concepts, 'concept')}"
