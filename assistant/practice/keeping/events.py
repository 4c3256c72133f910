"""The log of practice: everything that the user did, as events that are added and never changed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """The kinds of user actions. The log stores these words; a newer version of study may have more."""

    REVIEW = "review"  # answered an item, with a rating
    REPEAT = "repeat"  # answered an item again in the same session; says nothing about the schedule
    UNDO = "undo"  # undid an event
    SUSPEND = "suspend"  # put an item away
    RESUME = "resume"  # took it out again
    BURY = "bury"  # not before the next study day
    FLAG = "flag"  # marked an item as bad, with a remark
    EDIT = "edit"  # reworded an item
    KNOW = "know"  # said that a concept is known, or is not
    WALK = "walk"  # went on with a walk to a concept
    FIT = "fit"  # fitted the parameters of the schedule to the log


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log: when (`at`, in UTC), on which study day (the ordinal of a date), what, and about which item or concept.

    `value` has further data: for a review `rating` (1 to 4), `seconds`, `suggested`, and `answer` if one was typed.
    """

    id: str
    at: datetime
    day: int
    act: str
    about: str
    value: Mapping[str, Any] = field(default_factory=dict)


def new_event(at: datetime, day: int, act: Act, about: str, **value: Any) -> Event:
    """An event with a unique id, so that the logs of two machines can be merged."""
    return Event(uuid.uuid4().hex, at, day, act.value, about, value)
