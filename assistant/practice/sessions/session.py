"""A session of practice: questions until the time is over, with misses repeated before the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from assistant.practice.items.values import Item
from assistant.practice.keeping.events import Act
from assistant.practice.schedule.memory import Rating

_LATER = 4
"""The number of other questions before a missed one is repeated."""
_MOST_REPEATS = 3


class Round:
    """The order of the questions of one session. It keeps no answers: its caller writes them to the log.

    The time limit is clock time; a started question may be finished.
    """

    def __init__(self, due: Sequence[Item], new: Sequence[Item], minutes: float, clock: Callable[[], datetime]) -> None:
        self._left = deque((*due, *new))
        self._clock = clock
        self._ends = clock() + timedelta(minutes=minutes)
        self._repeats: dict[str, int] = {}
        self.due, self.new = len(due), len(new)
        self.asked = self.missed = 0

    @property
    def left(self) -> int:
        """How many questions are still to be asked."""
        return len(self._left)

    @property
    def questions(self) -> tuple[Item, ...]:
        """All questions that are still to be asked, in their order."""
        return tuple(self._left)

    @property
    def is_over(self) -> bool:
        """True if nothing is left, or the time is over."""
        return not self._left or self._clock() >= self._ends

    def next(self) -> Item | None:
        """The next question; None if the session is over."""
        return None if self.is_over else self._left[0]

    def act_of(self, item: Item) -> Act:
        """The kind of event for an answer: only the first answer to an item in a session counts for the schedule."""
        return Act.REPEAT if item.id in self._repeats else Act.REVIEW

    def answered(self, item: Item, rating: Rating) -> None:
        """Continue with the next question; a miss is repeated."""
        self.drop(item)
        self.asked += 1
        count = self._repeats.setdefault(item.id, 0)
        if rating is Rating.AGAIN:
            self.missed += count == 0
            if count < _MOST_REPEATS:
                self._repeats[item.id] = count + 1
                self._left.insert(min(_LATER, len(self._left)), item)

    def drop(self, item: Item) -> None:
        """Leave an item out of the rest of the session."""
        self._left = deque(one for one in self._left if one.id != item.id)

    def put_back(self, item: Item) -> None:
        """Ask an item again now, since its answer was taken back."""
        self.drop(item)
        self._repeats.pop(item.id, None)
        self._left.appendleft(item)
