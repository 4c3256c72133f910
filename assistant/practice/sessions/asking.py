"""A running session: it asks, and writes every answer to the log before the next question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from assistant.practice.errors import UnknownItem
from assistant.practice.grading.grade import Grade
from assistant.practice.items.values import Item
from assistant.practice.keeping.events import Act, Event
from assistant.practice.schedule.memory import Rating
from assistant.practice.sessions.entries import Entry
from assistant.practice.sessions.session import Round


class Keeper(Protocol):
    """The owner of the items and the log."""

    def item(self, id_: str) -> Item: ...
    def grade(self, id_: str, answer: str) -> Grade: ...
    def undo(self) -> Event: ...
    def review(
        self, id_: str, rating: Rating | int, *, seconds: float = ..., answer: str = ..., suggested: Rating | None = ..., act: Act = ...
    ) -> Entry: ...


class Session:
    """A running session. Each answer is in the log before the next question.

    >>> session.grade(item, "because it is smooth").suggested                         # doctest: +SKIP
    """

    def __init__(self, keeper: Keeper, round_: Round) -> None:
        self._keeper, self._round = keeper, round_

    def next(self) -> Item | None:
        """The next question; None if nothing is left or the time is over."""
        item = self._round.next()
        return item and self._keeper.item(item.id)

    def questions(self) -> tuple[Item, ...]:
        """All remaining questions, in order."""
        return self._round.questions

    @property
    def due(self) -> int:
        """How many questions were due when the session began."""
        return self._round.due

    @property
    def new(self) -> int:
        """The number of new questions in the session."""
        return self._round.new

    @property
    def asked(self) -> int:
        """How many answers were given."""
        return self._round.asked

    @property
    def missed(self) -> int:
        """How many questions were missed the first time."""
        return self._round.missed

    @property
    def left(self) -> int:
        """How many questions are left."""
        return self._round.left

    def grade(self, item: Item, answer: str) -> Grade:
        """Compare a typed answer with an item."""
        return self._keeper.grade(item.id, answer)

    def answer(self, item: Item, rating: Rating, *, seconds: float = 0.0, answer: str = "", suggested: Rating | None = None) -> Entry:
        """Write an answer to the log and continue. A miss is repeated, which does not change the schedule again."""
        entry = self._keeper.review(item.id, rating, seconds=seconds, answer=answer, suggested=suggested, act=self._round.act_of(item))
        self._round.answered(item, rating)
        return entry

    def away(self, item: Item, act: Callable[[str], Entry]) -> Entry:
        """Suspend, bury or flag an item, and leave it out of the session."""
        entry = act(item.id)
        self._round.drop(item)
        return entry

    def undo(self) -> Item | None:
        """Take back the last answer or change, and ask that item again; None if it was not about an item."""
        last = self._keeper.undo()
        try:
            item = self._keeper.item(last.about)
        except UnknownItem:
            return None
        self._round.put_back(item)
        return item
