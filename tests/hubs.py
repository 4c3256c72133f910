"""A stand-in of the hub for models, on loopback."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hub(ThreadingHTTPServer):
    """The hub's file endpoint, for one file; it can break off after some bytes, or announce another hash."""

    daemon_threads = True

    def __init__(self, data: bytes, file: str) -> None:
        super().__init__(("127.0.0.1", 0), HubRequest)
        self.data, self.file = data, file
        self.etag = hashlib.sha256(data).hexdigest()
        self.breaks_after: int | None = None
        self.status = 0
        self.error = ""
        self.knows_ranges = True
        self.may_send = threading.Event()
        self.may_send.set()
        self.asked: list[tuple[str, str, str | None]] = []


class HubRequest(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hub

    def do_HEAD(self) -> None:
        self._answer(has_body=False)

    def do_GET(self) -> None:
        self._answer(has_body=True)

    def _answer(self, *, has_body: bool) -> None:
        hub = self.server
        hub.asked.append((self.command, self.path, self.headers.get("Range")))
        self.close_connection = True
        if hub.status or self.path != f"/{hub.file}":
            self.send_response(hub.status or 404)
            self.send_header("X-Error-Code", hub.error if hub.status else "EntryNotFound")
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")  # said, or the client asks again on a connection that is going
            self.end_headers()
            return
        asked = self.headers.get("Range") if hub.knows_ranges else None
        begin = int((asked or "bytes=0-").removeprefix("bytes=").partition("-")[0])
        body = hub.data[begin:]
        self.send_response(206 if begin else 200)
        self.send_header("ETag", f'"{hub.etag}"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.send_header("Accept-Ranges", "bytes")
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(hub.data) - 1}/{len(hub.data)}")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if has_body and hub.breaks_after is None:
            half = len(body) // 2
            with suppress(BrokenPipeError, ConnectionResetError):
                self.wfile.write(body[:half])
                hub.may_send.wait(30)
                self.wfile.write(body[half:])
        elif has_body:
            self.wfile.write(body[: hub.breaks_after])
            hub.status = 503  # and now it is gone altogether

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (as the base class has it)
        pass


@contextmanager
def served_hub(data: bytes, file: str = "owner/repo/resolve/main/tiny.gguf") -> Iterator[Hub]:
    """A hub that has this one file."""
    with Hub(data, file) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.may_send.set()
            server.shutdown()
            thread.join()
