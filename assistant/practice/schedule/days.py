"""Study days: a day begins at an hour that the user chooses, so that what is learned after midnight still belongs to the evening."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from assistant.settings import DAY_STARTS


def study_day(at: datetime, starts: int = DAY_STARTS, zone: tzinfo | None = None) -> date:
    """The study day of a moment, which must have a time zone.

    `zone` is the user's, by default that of this machine. Local clock time decides: a night in which the clock is changed has one study day
    before it and one after it.

    >>> study_day(datetime(2026, 3, 5, 3, 59, tzinfo=UTC), 4, UTC)
    datetime.date(2026, 3, 4)
    """
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    wall = at.astimezone(zone).replace(tzinfo=None)
    return (wall - timedelta(hours=starts)).date()


@lru_cache(maxsize=1 << 14)
def as_moment(day: int) -> datetime:
    """A moment for the study day with this ordinal: noon in UTC, so that differences in days are exact."""
    found = date.fromordinal(day)
    return datetime(found.year, found.month, found.day, 12, tzinfo=UTC)
