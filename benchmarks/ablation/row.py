"""A row of the table: one rule, signal, form or channel, and its switch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from benchmarks.ablation.switching import Switch


class Area(StrEnum):
    """The part that is run again with a row switched off."""

    ANSWERS = "answers"
    """The answers, composed over the same searches."""
    GRAPH = "graph"
    """The graph, mined from the same documents."""
    SEARCH = "search"
    """The searches, over the same index."""
    INDEX = "index"
    """The index, made anew from the same documents, and the searches."""
    CONFIDENCE = "confidence"
    """The confidence, over the same searches."""


@dataclass(frozen=True, slots=True)
class Row:
    """`does` says in a line what the rule does. `settings` are those of a search that differ.

    `judged` is true for a rule of the graph that only uses the signs, so that the documents need not be read again.
    """

    name: str
    area: Area
    does: str
    switches: tuple[Switch, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    judged: bool = False
