"""What to learn, in which order and why, to reach a concept."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass

import networkx as nx

from graph.model import Concept, Graph, Origin, Place, Prerequisite, Signal, is_explicit
from graph.resolve import find_concept

LIMIT = 15
_HOP = 0.75
_LEAST = 0.1
_COURSE = 0.75  # what the user's documents say themselves is nearer to the user than the course
_UNLISTED = 0.6  # where a note lists what its concept requires, that comes before what is mined
_SECTION = 0.7  # places of this weight are whole sections or answers about a concept, others single sentences
_TREATED, _UNTREATED = 0.45, 0.3  # the least weight of a concept with a definition or a section of its own, and of one with neither
_SHARED = 0.8  # how much it counts that several steps build on one
_MOST_READING = 3
_NAMED = 1.3  # how much it counts that the definition of the target names one


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step is there: `concept` is a step that it builds on, or, for a step that builds on none, the one it is needed for."""

    concept: str
    edge: Prerequisite


@dataclass(frozen=True, slots=True)
class Step:
    """One concept to learn, with its reasons, what to read (best first) and how long that takes."""

    concept: Concept
    because: tuple[Reason, ...]
    reading: tuple[Place, ...]
    minutes: float | None


@dataclass(frozen=True, slots=True)
class LearningPath:
    """Steps in topological order with the target last; `folded` holds the ids of ancestors left out, most essential first."""

    target: str
    steps: tuple[Step, ...]
    folded: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()


def learning_path(graph: Graph, target: str, limit: int = LIMIT) -> LearningPath:
    """The path to the concept called `target`, of at most `limit` steps (at least one).

    Chosen are the ancestors that matter most: by confidence along the best chain to the target, its length, and how much the documents
    say of them. Raises `UnknownConcept`.
    """
    found, alternatives = find_concept(graph, target)
    incoming: dict[str, list[Prerequisite]] = defaultdict(list)
    for edge in graph.prerequisites:
        incoming[edge.after].append(edge)
    need, via = _need(graph, incoming, found)
    ranked = sorted((name for name in need if name != found), key=lambda name: (-need[name], name))
    named = {edge.before for edge in incoming[found] if any(seen.kind is Signal.DEFINITION for seen in edge.evidence)}
    chosen = _essential(need, via, _support(incoming, need), named, found, limit)
    order = _in_order(need, incoming, chosen, found)
    steps = tuple(_step(graph, incoming, chosen, name) for name in order)
    return LearningPath(found, steps, tuple(name for name in ranked if name not in chosen), alternatives)


def _need(graph: Graph, incoming: dict[str, list[Prerequisite]], target: str) -> tuple[dict[str, float], dict[str, str]]:
    """How much each ancestor is needed, in (0, 1]: the best product of confidences along a chain (Dijkstra), less for every hop.

    With it the next concept on that chain, which is needed at least as much. What a note requires counts more than what is mined beside it.
    """
    need: dict[str, float] = {}
    via: dict[str, str] = {}
    heap: list[tuple[float, str, str]] = [(-1.0, target, "")]
    while heap:
        value, name, after = heapq.heappop(heap)
        if name in need:
            continue
        need[name], via[name] = -value, after
        stated = any(is_explicit(edge) for edge in incoming.get(name, ()))
        for edge in incoming.get(name, ()):
            if edge.before not in need:
                hop = 1.0 if name == target else _HOP
                sure = edge.confidence * (_COURSE if edge.origin is Origin.COURSE else 1.0)
                sure *= _UNLISTED if stated and not is_explicit(edge) else 1.0
                heapq.heappush(heap, (value * sure * hop * _weight(graph.concepts[edge.before]), edge.before, name))
    return need, via


def _support(incoming: dict[str, list[Prerequisite]], need: dict[str, float]) -> dict[str, float]:
    """How much of what is needed builds on each ancestor: the sum of confidences, weighted by need."""
    support: dict[str, float] = defaultdict(float)
    for name, value in need.items():
        for edge in incoming.get(name, ()):
            support[edge.before] += value * edge.confidence
    return support


def _essential(
    need: dict[str, float], via: dict[str, str], support: dict[str, float], named: set[str], target: str, limit: int
) -> set[str]:
    """The target and the ancestors that matter most, each with the chain that leads to the target, as far as `limit` allows.

    What the target's definition names matters more than what is only far below it.
    """
    score = {
        name: value * (1 + _SHARED * math.log1p(support[name])) * (_NAMED if name in named else 1.0)
        for name, value in need.items()
        if name != target and value >= _LEAST
    }
    chosen = {target}
    for name in sorted(score, key=lambda name: (-score[name], name)):
        chain = []
        while name not in chosen:
            chain.append(name)
            name = via[name]
        if len(chosen) + len(chain) <= limit:
            chosen.update(chain)
    return chosen


def _weight(concept: Concept) -> float:
    """Concepts that are used but hardly treated are less of a step: a factor in [0.3, 1], by the sections about the concept."""
    treated = sum(place.weight if place.weight >= _SECTION else place.weight / 4 for place in concept.about)
    known = concept.definition is not None or any(place.weight >= _SECTION for place in concept.about)
    least = _TREATED if known else _UNTREATED
    return least + (1 - least) * min(1.0, math.log1p(treated) / 1.2)


def _in_order(need: dict[str, float], incoming: dict[str, list[Prerequisite]], chosen: set[str], target: str) -> list[str]:
    """The chosen concepts in topological order of the whole graph: also an ancestor through concepts left out comes first.

    A depth-first order keeps what belongs together side by side; what is needed most comes last, next to the target.
    """
    needs: nx.DiGraph = nx.DiGraph()
    needs.add_node(target)
    for name in need:
        for edge in sorted(incoming.get(name, ()), key=lambda edge: (need[edge.before] * (edge.before in chosen), edge.before)):
            needs.add_edge(name, edge.before)
    return [name for name in nx.dfs_postorder_nodes(needs, target) if name in chosen]


def _step(graph: Graph, incoming: dict[str, list[Prerequisite]], chosen: set[str], name: str) -> Step:
    concept = graph.concepts[name]
    into = sorted((edge for edge in incoming.get(name, ()) if edge.before in chosen), key=lambda edge: (-edge.confidence, edge.before))
    because = [Reason(edge.before, edge) for edge in into]
    if not because:
        out = [edge for after in sorted(chosen) for edge in incoming.get(after, ()) if edge.before == name]
        because = [Reason(edge.after, edge) for edge in sorted(out, key=lambda edge: (-edge.confidence, edge.after))[:2]]
    return Step(concept, tuple(because), _reading(concept), concept.minutes)


def _reading(concept: Concept) -> tuple[Place, ...]:
    """The best places to read, whole sections before single sentences, none that overlaps a better one of the same document."""
    chosen: list[Place] = []
    for place in sorted(concept.about, key=lambda place: (place.weight < _SECTION, -place.weight)) or concept.mentioned[:1]:
        if not any(place.document == other.document and place.span.overlaps(other.span) for other in chosen):
            chosen.append(place)
        if len(chosen) == _MOST_READING:
            break
    return tuple(chosen)
