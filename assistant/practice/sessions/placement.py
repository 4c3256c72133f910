"""A placement test: at most twelve questions that find out which concepts of a path are known already.

The known part of a path is mostly its beginning, so the test uses bisection: an answer that shows a concept known counts for what it builds
on as well, a miss for what builds on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from assistant.practice.items.values import RANK, Item

MOST = 12


class Placement:
    """The test along the concepts of a path in the order of learning; `before` has what each builds on, directly or not."""

    def __init__(self, concepts: Sequence[str], items: Sequence[Item], before: Mapping[str, Set[str]], most: int = MOST) -> None:
        self._concepts = list(concepts)
        self._before = {concept: before.get(concept, frozenset()) & set(concepts) for concept in concepts}
        self._after = {one: {other for other in concepts if one in self._before[other]} for one in concepts}
        self._items: dict[str, list[Item]] = {concept: [] for concept in concepts}
        for item in sorted(items, key=lambda item: (RANK[item.kind], item.id)):
            if item.concept in self._items:
                self._items[item.concept].append(item)
        self._most = most
        self.asked = 0
        self.known: set[str] = set()
        self.unknown: set[str] = set()

    def next(self) -> Item | None:
        """The question whose answer decides most; None if everything is decided, twelve were asked, or no items are left."""
        open_ = [concept for concept in self._concepts if concept not in self.known | self.unknown and self._items[concept]]
        if self.asked >= self._most or not open_:
            return None
        undecided = set(self._concepts) - self.known - self.unknown
        middle = (len(open_) - 1) / 2

        def decides(concept: str) -> tuple[int, float]:
            return min(len(self._before[concept] & undecided), len(self._after[concept] & undecided)), -abs(open_.index(concept) - middle)

        return self._items[max(open_, key=decides)][0]

    def answered(self, item: Item, is_known: bool) -> None:
        """Take an answer into account."""
        self.asked += 1
        if is_known:
            self.known |= {item.concept, *self._before[item.concept]} - self.unknown
        else:
            self.unknown |= {item.concept, *self._after[item.concept]} - self.known
