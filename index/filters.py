"""Filters: which passages a search may return."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.model import Kind


@dataclass(frozen=True, slots=True)
class Filter:
    """The conditions on a passage, all of which have to hold. A member that is None, empty or "" is no condition. `documents`: it is in one
    of these. `section`: its document's title or a title in its path contains this text, ignoring case. `kinds`: it contains a block of one
    of these kinds. `collection`: its document belongs to this collection.
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
        """True if one of a passage's titles contains the text of `section`."""
        wanted = " ".join(self.section.split()).casefold()
        return any(wanted in " ".join(title.split()).casefold() for title in titles)


EVERYTHING = Filter()
"""The filter that every passage passes."""
