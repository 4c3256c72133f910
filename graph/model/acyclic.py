"""Keep a growing graph acyclic (Pearce & Kelly 2006): only the part of the order that a new edge disturbs is looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence


def closing_no_cycle(edges: Sequence[tuple[str, str]]) -> Iterator[bool]:
    """For each edge (before, after), in their order: True if it closes no cycle with the earlier ones that are kept.

    >>> list(closing_no_cycle([("a", "b"), ("b", "c"), ("c", "a"), ("a", "c")]))
    [True, True, False, True]
    """
    numbers = _numbered(edges)
    order = Order(len(numbers))
    return (order.add(numbers[before], numbers[after]) for before, after in edges)


class Order:
    """A topological order of nodes 0..size-1 that is maintained while edges are added."""

    def __init__(self, size: int) -> None:
        self._rank = list(range(size))
        self._after: dict[int, set[int]] = defaultdict(set)
        self._before: dict[int, set[int]] = defaultdict(set)

    def add(self, before: int, after: int) -> bool:
        """Add an edge. Returns False, and changes nothing, if it would close a cycle."""
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


def _numbered(edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """A number for each node, by a depth-first search: nearly all edges lead upwards, so that `Order` has little to move."""
    before: dict[str, list[str]] = {}
    for one, two in edges:
        before.setdefault(one, [])
        before.setdefault(two, []).append(one)
    numbers: dict[str, int] = {}
    seen: set[str] = set()
    for start in sorted(before):
        stack = [(start, iter(before[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            node, rest = stack[-1]
            further = next((other for other in rest if other not in seen), None)
            if further is None:
                numbers[node] = len(numbers)
                stack.pop()
            else:
                seen.add(further)
                stack.append((further, iter(before[further])))
    return numbers
