"""Several workers that share the work of an ingest: each result comes once, and a worker that dies costs only its current tasks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import WorkersLost
from assistant.workers.jobs import ReadFile, Wanted
from ingest.model import Failure, TextPart

_AHEAD = 2
"""The tasks sent to each worker in advance, so that none has to wait."""
_KEPT = 16
"""The most files per worker that are read ahead of an earlier one still being read."""
_TRIES = 2
"""How often a task is tried alone before it is blamed for the death of its worker."""


class Lost(Exception):
    """The worker that had a task died."""


class Crew(ABC):
    """A group of workers with tasks. Subclasses implement sending and receiving."""

    size: int
    """The number of workers."""

    @abstractmethod
    def send(self, task: str, item: Any) -> Any:
        """Send a task of `Worker`. Returns a hashable handle of it."""

    @abstractmethod
    def done(self, tasks: Sequence[Any]) -> Sequence[Any]:
        """Wait until at least one of these tasks is finished. Returns the finished ones."""

    @abstractmethod
    def result(self, task: Any) -> Any:
        """The result of a finished task. Raises Lost if its worker died, or the worker's exception."""

    @abstractmethod
    def renew(self) -> None:
        """Replace workers that died."""

    @abstractmethod
    def close(self) -> None:
        """End all workers at once."""

    def read(self, files: Sequence[Wanted]) -> Iterator[ReadFile | Failure | None]:
        """The result of `Worker.read` for each file, in order."""
        ready: dict[int, ReadFile | Failure | None] = {}
        at = 0
        for number, found in self._work("read", files, _KEPT * self.size):
            reason = "ended the process that read it, as too much memory does. Leave it out, or split it."
            ready[number] = Failure(files[number][1], reason) if isinstance(found, Lost) else found
            while at in ready:
                yield ready.pop(at)
                at += 1

    def encode(self, batches: Sequence[Sequence[TextPart]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """The number of each batch with its vectors, in order of completion. Raises WorkersLost and ModelError."""
        for number, found in self._work("encode", batches, len(batches)):
            if isinstance(found, Lost):
                raise WorkersLost(str(found))
            yield number, found

    def _work(self, task: str, items: Iterable[Any], ahead: int) -> Iterator[tuple[int, Any]]:
        """The number of each item with its result, in order of completion, at most `ahead` items before an earlier one.

        After a worker's death all running tasks are retried one by one, and a task that kills its worker again has the result Lost.
        """
        numbered = enumerate(items)
        in_hand: dict[Any, tuple[int, Any]] = {}
        suspects: deque[tuple[int, Any]] = deque()
        deaths: dict[int, int] = {}
        following = next(numbered, None)
        while following is not None or suspects or in_hand:
            while suspects and not in_hand:
                self._give(task, suspects.popleft(), in_hand)
            while not suspects and following is not None and len(in_hand) < _AHEAD * self.size:
                if in_hand and following[0] - min(number for number, _ in in_hand.values()) >= ahead:
                    break
                self._give(task, following, in_hand)
                following = next(numbered, None)
            alone = len(in_hand) == 1
            lost = False
            for over in self.done(list(in_hand)):
                number, item = in_hand.pop(over)
                try:
                    yield number, self.result(over)
                except Lost as death:
                    lost = True
                    deaths[number] = deaths.get(number, 0) + alone
                    if deaths[number] >= _TRIES:
                        yield number, death
                    else:
                        suspects.append((number, item))
            if lost:
                suspects = deque(sorted(suspects, key=lambda one: one[0]))
                self.renew()

    def _give(self, task: str, numbered: tuple[int, Any], in_hand: dict[Any, tuple[int, Any]]) -> None:
        in_hand[self.send(task, numbered[1])] = numbered
