"""Cycles in a corrected graph: whether there are any, and what to leave out against them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from graph.editing.edges import Edge
from graph.model.acyclic import Order
from graph.model.columns import Outline


def acyclic(edges: Iterable[Edge], ids: Sequence[str], notes: list[str]) -> list[Edge]:
    """The edges without what closes a cycle with those that outrank it; each loss is noted."""
    ranked = sorted(edges, key=lambda edge: edge.rank)
    numbers = _topological(ranked, ids)
    order = Order(len(ids))
    kept = []
    for edge in ranked:
        if order.add(numbers[edge.before], numbers[edge.after]):
            kept.append(edge)
        else:
            notes.append(f"{edge.before} before {edge.after} ({edge.confidence:.2f}) would close a cycle with your corrections: left out")
    return kept


def is_cyclic(outline: Outline, starts: Iterable[int]) -> bool:
    """Whether one of the starts leads into a cycle."""

    def following(number: int) -> Iterator[int]:
        return (outline.after[edge] for edge in outline.out_of(number))

    above: set[int] = set()
    done: set[int] = set()
    for start in starts:
        if start in done:
            continue
        stack = [(start, following(start))]
        above.add(start)
        while stack:
            number, rest = stack[-1]
            further = next((each for each in rest if each not in done), None)
            if further is None:
                stack.pop()
                above.discard(number)
                done.add(number)
            elif further in above:
                return True
            else:
                above.add(further)
                stack.append((further, following(further)))
    return False


def circles(outline: Outline, arcs: Sequence[tuple[int, int]]) -> set[int]:
    """The nodes of all cycles, where every cycle has one of the arcs: what they lead to, and what leads to them."""

    def reached(starts: Iterable[int], further: Callable[[int], Iterable[int]]) -> set[int]:
        found = set(starts)
        stack = list(found)
        while stack:
            new = set(further(stack.pop())) - found
            found |= new
            stack += new
        return found

    below = reached({after for _, after in arcs}, lambda number: (outline.after[edge] for edge in outline.out_of(number)))
    above = reached({before for before, _ in arcs}, lambda number: (outline.before[edge] for edge in outline.into(number)))
    return below & above


def leads(outline: Outline, start: int, goal: int) -> bool:
    """Whether the edges lead from start to goal: both ends are followed in turn, as one is often near an end."""
    forward, backward = [start], [goal]
    after_start, before_goal = {start}, {goal}

    def meets(further: Iterable[int], seen: set[int], line: list[int], sought: set[int]) -> bool:
        new = set(further) - seen
        seen |= new
        line += new
        return not new.isdisjoint(sought)

    # Both lines grow while they are walked; who cannot go on has seen all there is.
    for one, two in zip(forward, backward, strict=False):
        after, before = (outline.after[edge] for edge in outline.out_of(one)), (outline.before[edge] for edge in outline.into(two))
        if meets(after, after_start, forward, before_goal) or meets(before, before_goal, backward, after_start):
            return True
    return False


def _topological(edges: Iterable[Edge], ids: Sequence[str]) -> dict[str, int]:
    """A number for every concept, in an order that nearly all edges agree with: then little has to be moved."""
    before: dict[str, list[str]] = {}
    for edge in edges:
        before.setdefault(edge.after, []).append(edge.before)
    numbers: dict[str, int] = {}
    seen: set[str] = set()
    for start in ids:
        stack = [(start, iter(before.get(start, ())))] if start not in seen else []
        seen.add(start)
        while stack:
            id_, rest = stack[-1]
            further = next((other for other in rest if other not in seen), None)
            if further is None:
                numbers[id_] = len(numbers)
                stack.pop()
            else:
                seen.add(further)
                stack.append((further, iter(before.get(further, ()))))
    return numbers
