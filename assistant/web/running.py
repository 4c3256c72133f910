"""Calls of the library, which block, in threads, with limits on number and time, and end them when the client disconnects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import anyio
from anyio import CancelScope, CapacityLimiter, to_thread

from assistant.web.errors import TookTooLong

_Value = TypeVar("_Value")
ONE_AT_A_TIME = Lock()
"""Practice caches the log, and is not thread-safe."""


class Workers:
    """Threads for the library. Reading has its own threads, so that a model's slow answer does not block pages."""

    def __init__(self, reading: int = 8, asking: int = 8, seconds: float = 30.0, asking_seconds: float = 300.0) -> None:
        self._reading, self._asking = CapacityLimiter(reading), CapacityLimiter(asking)
        self.seconds, self.asking_seconds = seconds, asking_seconds

    async def call(self, function: Callable[..., _Value], *given: Any, **named: Any) -> _Value:
        """The result of a call. It is abandoned when the time is over or the client disconnects. Raises TookTooLong."""
        try:
            with anyio.fail_after(self.seconds):
                return await to_thread.run_sync(partial(function, *given, **named), limiter=self._reading, abandon_on_cancel=True)
        except TimeoutError as error:
            raise TookTooLong(self.seconds) from error

    async def write(self, function: Callable[..., _Value], *given: Any, **named: Any) -> _Value:
        """The result of a call that changes something, which is always completed."""
        return await to_thread.run_sync(partial(function, *given, **named), limiter=self._reading)

    @asynccontextmanager
    async def stream(self, begin: Callable[[], Generator[_Value, None, None]]) -> AsyncIterator[AsyncIterator[_Value]]:
        """The values of a generator, each taken in a thread. It is closed when the block is left, which stops a model in the middle."""
        async with self._asking:
            generator = begin()
            try:
                yield self._steps(generator)
            finally:
                with CancelScope(shield=True):
                    await to_thread.run_sync(generator.close)

    async def _steps(self, generator: Generator[_Value, None, None]) -> AsyncIterator[_Value]:
        end = object()
        limit = anyio.current_time() + self.asking_seconds
        while True:
            # A step is finished even if the client has disconnected, since a running generator cannot be closed.
            value: Any = await to_thread.run_sync(next, generator, end)
            if value is end:
                return
            yield value
            if anyio.current_time() > limit:
                raise TookTooLong(self.asking_seconds)
