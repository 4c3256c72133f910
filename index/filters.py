"""Which passages a search may return, said of their own columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.model import Kind


@dataclass(frozen=True, slots=True)
class Filter:
    """What a passage has to be; a member that is None, empty or "" asks for nothing.

    `documents`: it stands in one of these. `section`: its document's title or a title of its path holds this text, in any case. `kinds`: it
    holds something of one of these. `collection`: its document belongs to this one. Every member has to hold.
    """

    documents: frozenset[str] | None = None
    section: str = ""
    kinds: frozenset[Kind] = frozenset()
    collection: str = ""

    @property
    def is_all(self) -> bool:
        """True if every passage may be returned."""
        return self == EVERYTHING

    def is_under(self, titles: Iterable[str]) -> bool:
        """Whether one of a passage's titles holds the text asked for."""
        wanted = " ".join(self.section.split()).casefold()
        return any(wanted in " ".join(title.split()).casefold() for title in titles)


EVERYTHING = Filter()
"""Leaves every passage."""
