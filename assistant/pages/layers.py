"""Arrange the boxes of a graph in layers, with the first concepts to learn on top (after Sugiyama et al. 1981)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Bend:
    """The point where an edge that spans several layers passes through one of them."""

    before: str
    after: str
    layer: int


Place = str | Bend


def layered(nodes: Sequence[str], edges: Sequence[tuple[str, str]], widest: int = 6) -> list[list[Place]]:
    """The nodes in layers so that every edge leads downward, with the bends of passing edges among them.

    Each node is near the nodes that it is connected with. `nodes` must be in topological order. A layer holds at most `widest` nodes;
    further ones go to the next.
    """
    level = _levels(nodes, edges, widest)
    numbers: dict[Place, int] = {node: number for number, node in enumerate(nodes)}
    places: list[Place] = list(nodes)
    layers: list[list[int]] = [[] for _ in range(max(level.values(), default=-1) + 1)]
    for number, node in enumerate(nodes):
        layers[level[node]].append(number)
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for one, two in edges:
        route = route_of(one, two, level)
        for bend in route[1:-1]:
            if isinstance(bend, Bend):
                layers[bend.layer].append(len(places))
                numbers[bend] = len(places)
                places.append(bend)
        for upper, lower in pairwise(map(numbers.__getitem__, route)):
            before[lower].append(upper)
            after[upper].append(lower)
    at = [0.0] * len(places)
    for layer in layers:
        _put(layer, at)
    for sweep in range(_SWEEPS):
        downward = sweep % 2 == 0
        near = before if downward else after
        for layer in layers if downward else layers[::-1]:
            layer.sort(key=lambda place: _middle(near.get(place, ()), at, at[place]))
            _put(layer, at)
    return [[places[number] for number in layer] for layer in layers]


def route_of(before: str, after: str, level: Mapping[str, int]) -> list[Place]:
    """The places that an edge passes, with both ends."""
    return [before, *(Bend(before, after, layer) for layer in range(level[before] + 1, level[after])), after]


def _levels(nodes: Sequence[str], edges: Sequence[tuple[str, str]], widest: int) -> dict[str, int]:
    above: dict[str, list[str]] = defaultdict(list)
    for one, two in edges:
        above[two].append(one)
    level: dict[str, int] = {}
    filled: dict[int, int] = defaultdict(int)
    for node in nodes:
        found = 1 + max((level[other] for other in above[node]), default=-1)
        while filled[found] >= widest:
            found += 1
        level[node] = found
        filled[found] += 1
    return level


def _put(layer: Sequence[int], at: list[float]) -> None:
    """Set the horizontal position of each place of a layer, counted from the middle."""
    first = -(len(layer) - 1) / 2
    for number, place in enumerate(layer):
        at[place] = first + number


def _middle(others: Sequence[int], at: Sequence[float], here: float) -> float:
    return sum([at[other] for other in others]) / len(others) if others else here
