"""The page of practice statistics: days, coming reviews, recall, and every concept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.library.library import Library
from assistant.practice.mastery.mastery import Stage
from assistant.web.context import context_of
from assistant.web.pages.shared import page
from assistant.web.running import ONE_AT_A_TIME

_WEEKS = 26
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_CONCEPTS = 60
_STAGES = (Stage.FADING, Stage.MET, Stage.PRACTISED, Stage.KNOWN)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the heat map; `level` goes from 0 for nothing to 4 for the most."""

    day: date
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Row:
    """A day of the week over the weeks."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Coming:
    """The number of items due on a day."""

    name: str
    count: int


async def statistics(request: Request) -> Response:
    """The statistics so far."""
    context = context_of(request)
    values = await context.workers.write(_values, context.library)
    return page("practice_statistics.html", "/practice", "What practice shows", **values)


def heat(days: Mapping[int, int], today: int, weeks: int = _WEEKS) -> tuple[Row, ...]:
    """The answers of the last weeks as a grid, the days of the week as rows; nothing without any."""
    if not days:
        return ()
    last = date.fromordinal(today)
    monday = last - timedelta(days=last.weekday(), weeks=weeks - 1)
    most = max(days.values())
    rows = []
    for number, name in enumerate(_DAYS):
        there = [monday + timedelta(days=number, weeks=week) for week in range(weeks)]
        counts = [(day, days.get(day.toordinal(), 0)) for day in there if day <= last]
        rows.append(Row(name, tuple(Cell(day, count, -(-4 * count // most)) for day, count in counts)))
    return tuple(rows)


def _values(library: Library) -> dict[str, Any]:
    with ONE_AT_A_TIME:
        practice = library.practice
        found, today = practice.statistics(), practice.day
        mastery = [one for one in practice.mastery().values() if one.stage is not Stage.UNSEEN]
        mastery.sort(key=lambda one: (_STAGES.index(one.stage), one.value, one.concept))
        names = ["today", *(f"{date.fromordinal(today + ahead):%d %b}" for ahead in range(1, len(found.forecast)))]
        return {
            "found": found,
            "weeks": heat(found.days, today),
            "forecast": [Coming(name, count) for name, count in zip(names, found.forecast, strict=True)],
            "mastery": mastery[:_MOST_CONCEPTS],
            "names": practice.names(),
        }
