"""Keeping a growing graph acyclic (Pearce & Kelly 2006): only the part of the order that an edge disturbs is looked at."""

from __future__ import annotations

from collections import defaultdict


class Order:
    """A topological order of nodes 0..size-1 that is kept while edges are added."""

    def __init__(self, size: int) -> None:
        self._rank = list(range(size))
        self._after: dict[int, set[int]] = defaultdict(set)
        self._before: dict[int, set[int]] = defaultdict(set)

    def add(self, before: int, after: int) -> bool:
        """Add an edge; False, and nothing is changed, if it would close a cycle."""
        if before == after:
            return False
        low, high = self._rank[after], self._rank[before]
        if low < high:
            forward = self._reach(after, self._after, high, up=True)
            if before in forward:
                return False
            backward = self._reach(before, self._before, low, up=False)
            moved = sorted(backward, key=self._rank.__getitem__) + sorted(forward, key=self._rank.__getitem__)
            for node, rank in zip(moved, sorted(self._rank[node] for node in moved), strict=True):
                self._rank[node] = rank
        self._after[before].add(after)
        self._before[after].add(before)
        return True

    def _reach(self, start: int, edges: dict[int, set[int]], bound: int, up: bool) -> set[int]:
        found, stack = {start}, [start]
        while stack:
            for node in edges.get(stack.pop(), ()):
                inside = self._rank[node] <= bound if up else self._rank[node] >= bound
                if node not in found and inside:
                    found.add(node)
                    stack.append(node)
        return found
