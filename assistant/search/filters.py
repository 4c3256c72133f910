"""Turn the user's limits of a search into a filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.errors import UnknownCollection
from assistant.storage.documents import Record
from assistant.storage.naming import documents_meant, one_form
from index.filters import Filter
from ingest.errors import UsageError
from ingest.model import Kind
from ingest.text.nearest import nearest_names

NOTHING_LEFT = "No passage matches these filters."
KINDS = tuple(kind.value for kind in Kind if kind not in (Kind.METADATA, Kind.FURNITURE))
"""The kinds of blocks in passages. Front matter is never in a passage."""
_AGO = re.compile(r"(\d{1,5})\s*([hdwmy])", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30, "y": 24 * 365}
_NS = 10**9


@dataclass(frozen=True, slots=True)
class Within:
    """Limits of a search; empty members have no effect.

    `documents`: names, file names, folders or globs, one of which has to match. `section`: part of a title. `kinds`: names of `Kind`.
    `collection`: a name. `since`: a date such as 2026-01-31, a time, or how long ago, such as 7d (h, d, w, m, y), by the files' times.
    """

    documents: tuple[str, ...] = ()
    section: str = ""
    kinds: tuple[str, ...] = ()
    collection: str = ""
    since: str = ""

    @property
    def is_all(self) -> bool:
        """True without any limit."""
        return self == Within()


EVERYWHERE = Within()


def records_within(within: Within, records: Sequence[Record], now: datetime) -> list[Record]:
    """The documents that match everything but `section` and `kinds`, which are about passages. Raises the errors of `filter_of`."""
    meant = filter_of(within, records, now)
    return [
        record
        for record in records
        if (meant.documents is None or record.name in meant.documents) and meant.collection in ("", record.collection)
    ]


def filter_of(within: Within, records: Sequence[Record], now: datetime) -> Filter:
    """The filter for the library's documents.

    Raises UnknownDocument and UnknownCollection with near names, and UsageError for an unknown kind or time.
    """
    named = None
    if within.documents:
        named = frozenset(name for asked in within.documents for name in documents_meant(asked, records))
    if within.since:
        first = _moment(within.since, now).timestamp() * _NS
        recent = frozenset(record.name for record in records if record.modified >= first)
        named = recent if named is None else named & recent
    return Filter(named, within.section.strip(), frozenset(map(_kind, within.kinds)), _collection(within.collection, records))


def _kind(name: str) -> Kind:
    if name.lower() in KINDS:
        return Kind(name.lower())
    near = nearest_names(name, KINDS)
    nearest = f"Nearest: {', '.join(near)}. " if near else ""
    raise UsageError(f"There is no kind of passage named {name!r}.", f"{nearest}There are: {', '.join(KINDS)}.")


def _collection(name: str, records: Iterable[Record]) -> str:
    if not name:
        return ""
    known = sorted({record.collection for record in records} - {""})
    form = one_form(name).casefold()
    found = name if name in known else next((each for each in known if one_form(each).casefold() == form), None)
    if found is None:
        raise UnknownCollection(name, known[:10], nearest_names(name, known))
    return found


def _moment(text: str, now: datetime) -> datetime:
    """The moment of a date, a time or a period; a date is its first moment, in local time."""
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2].lower()])
        moment = datetime.fromisoformat(text.strip())
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is not a date.", "Give one such as 2026-01-31, or how long ago, such as 7d, 2w or 12h.") from None
