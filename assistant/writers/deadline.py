"""A time limit for a whole HTTP exchange."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from typing import Any, Self


class Deadline:
    """Ends an exchange after some seconds by shutting down its socket.

    httpx's timeouts limit each read, so a server that sends a byte now and then would never reach them. Pass `trace` as the `trace`
    extension of the request: httpx calls it with every connection that it opens.
    """

    def __init__(self, seconds: float) -> None:
        self._over = threading.Event()
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()  # wait for the cancelled timer, so that no thread is left running

    @property
    def is_over(self) -> bool:
        """True once the time is up, even if the exchange ended by itself."""
        return self._over.is_set()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember the socket that the exchange uses; a TLS connection replaces the socket that it starts on."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_over:
                self._hang_up()

    def _hang_up(self) -> None:
        self._over.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket.shutdown, which would take the TLS state away from the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
