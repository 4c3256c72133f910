"""Apply a language model's judgements about uncertain prerequisites: they rank below the user's corrections and above mined edges."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from graph.editing.apply import Edge, corrected_graph, edges_of
from graph.model.columns import AUTHORED, BY_MODEL, BY_USER, REQUIRED
from graph.model.values import Evidence, Graph, Prerequisite, Signal

SURE = 0.8
"""The least confidence of an edge that a model confirmed."""


class Answer(StrEnum):
    """The possible judgements on a prerequisite."""

    BEFORE = "before"  # correct
    AFTER = "after"  # reversed
    RELATED = "related"  # neither needs the other
    UNRELATED = "unrelated"
    UNCLEAR = "unclear"  # it contradicts itself: nothing changes, and it is not asked again


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer about the edge between two ids, given on seeing the evidence of this digest."""

    before: str
    after: str
    answer: Answer
    evidence: str


def digest(edge: Prerequisite) -> str:
    """A digest of an edge's evidence: a judgement is valid only for the evidence that was judged."""
    return hashlib.sha256("\0".join(seen.quote for seen in edge.evidence).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def uncertain(graph: Graph, below: float) -> list[Prerequisite]:
    """The mined prerequisites of a confidence under `below`, the least certain first."""
    outline = graph.outline
    found = [
        edge for edge, sure in enumerate(outline.confidence) if sure < below and not outline.flags[edge] & (REQUIRED | AUTHORED | BY_USER)
    ]
    found.sort(key=lambda edge: (abs(outline.confidence[edge] - 0.5), edge))
    return [graph.prerequisites[edge] for edge in found]


def apply_judgements(graph: Graph, judgements: Sequence[Judgement]) -> Graph:
    """`graph` with a model's judgements, also in the graph without the course. Confirmed and reversed edges are marked as the model's."""
    if not judgements:
        return graph
    answers = {(one.before, one.after): one for one in judgements}
    edges: list[Edge] = []
    related: dict[tuple[str, str], Evidence] = {}
    for edge in edges_of(graph):
        judgement = answers.get((edge.before, edge.after))
        found = graph.prerequisites[edge.of[0]] if judgement is not None and not edge.flags & REQUIRED else None
        if judgement is None or found is None or judgement.answer is Answer.UNCLEAR or digest(found) != judgement.evidence:
            edges.append(edge)
            continue
        seen = replace(found.evidence[0], kind=Signal.MODEL)
        sure = max(edge.confidence, SURE)
        match judgement.answer:
            case Answer.BEFORE:
                edges.append(Edge(edge.before, edge.after, sure, edge.flags | BY_MODEL, edge.of, (seen,)))
            case Answer.AFTER:
                edges.append(Edge(edge.after, edge.before, sure, BY_MODEL, edge.of, (seen,)))
            case Answer.RELATED:
                related[edge.before, edge.after] = seen
                edges.append(edge)
            case Answer.UNRELATED:
                pass
    made = corrected_graph(graph, edges, {}, {}, {}, related)
    bare = cache(lambda: apply_judgements(graph.without_course(), judgements)) if graph.bare is not None else None
    return replace(made, rejected={}, bare=bare).outlined(made.outline)
