"""Close connections whose request headers arrive too slowly."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 20.0
"""Seconds for the whole header of a request. A browser that opened a connection in advance can open it again."""


class ImpatientProtocol(H11Protocol):
    """uvicorn's HTTP protocol with a time limit for request headers, which uvicorn does not have."""

    seconds = SECONDS
    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._end()  # the header is complete
        elif self._limit is None:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._limit = self.loop.call_later(self.seconds, self.timeout_keep_alive_handler)

    def _end(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
