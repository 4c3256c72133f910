"""Numbers of things in words: `1 step`, `2 steps`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_LONG = 90  # minutes
_RUN = re.compile(r"([a-z]+)-(\d{8}T\d{6})\d*")


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun in the right number; `plural` is needed if adding an s is not enough.

    >>> counted(1, "step"), counted(1200, "query", "queries")
    ('1 step', '1,200 queries')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def amount(count: int) -> str:
    """A number that is easily read. From ten million on it is one of bytes.

    >>> amount(1200), amount(1_117_320_736)
    ('1,200', '1,117 MB')
    """
    return f"{count / 10**6:,.0f} MB" if count >= 10**7 else f"{count:,}"


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


def run_said(name: str) -> str:
    """The name of an evaluation run in words, in local time.

    >>> run_said("retrieval-20260115T122753000001").startswith("retrieval, 2026-01-1")
    True
    """
    found = _RUN.fullmatch(name)
    if found is None:
        return name
    made = datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    return f"{found[1]}, {made.astimezone():%Y-%m-%d %H:%M:%S}"


def held(documents: int, passages: int, concepts: int) -> str:
    """The contents of a library in words: `1 document, 12 passages, 5 concepts`."""
    return f"{counted(documents, 'document')}, {counted(passages, 'passage')}, {counted(concepts, 'concept')}"
