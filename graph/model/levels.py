"""Show more or fewer of the prerequisites inferred from documents, by confidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache

from graph.model.columns import AUTHORED, BY_MODEL, BY_USER, LISTED, REQUIRED
from graph.model.values import Graph, Prerequisite
from ingest.data import data_folder


class Level(StrEnum):
    """The level of confidence at which prerequisites of the documents are shown."""

    LOOSE = "loose"
    NORMAL = "normal"
    STRICT = "strict"


@cache
def thresholds() -> Mapping[str, float]:
    """The least confidence at each level, as benchmarks/fit_graph.py found them."""
    read = json.loads((data_folder("models") / "prerequisite.json").read_text(encoding="utf-8"))
    return {Level.NORMAL: read["threshold"], **read["levels"]}


def at_level(graph: Graph, level: Level) -> Graph:
    """The graph with more or fewer of the prerequisites inferred from the text.

    Stated, authored and corrected ones stay. The stored graph holds all that the loose level shows.
    """
    edges = list(_firm(graph, thresholds()[level]))
    if len(edges) == len(graph.outline.before):
        return graph
    ordered = {frozenset((edge.before, edge.after)) for edge in edges}
    related = tuple(pair for pair in graph.related if frozenset((pair.first, pair.second)) not in ordered)
    return replace(graph, prerequisites=tuple(edges), related=related, bare=None)


def _firm(graph: Graph, least: float) -> Iterator[Prerequisite]:
    for edge, flags in zip(graph.prerequisites, graph.outline.flags, strict=True):
        if edge.confidence >= least or flags & (REQUIRED | AUTHORED | LISTED | BY_USER | BY_MODEL):
            yield edge
