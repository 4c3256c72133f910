"""A library served over a real socket, inside the test's process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant import Library
from assistant.web.app import create_app
from assistant.web.guards import Rules, allowed_hosts
from assistant.web.patience import ImpatientProtocol
from assistant.web.running import Workers
from assistant.web.serving import bind


@dataclass(frozen=True, slots=True)
class Served:
    """A server and the library behind it."""

    url: str
    library: Library

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def get(self, path: str, **options: object) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=60, **options)  # type: ignore[arg-type]

    def post(self, path: str, **options: object) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", timeout=60, **options)  # type: ignore[arg-type]


@contextmanager
def served(
    folder: Path,
    token: str = "",
    *,
    largest: int = 1 << 20,
    silence: float = 20.0,
    workers: Workers | None = None,
    http: type[H11Protocol] = ImpatientProtocol,
) -> Iterator[Served]:
    """Serve a library on a free port of this machine until the block ends."""
    with Library.open(folder) as library:
        listening = bind("127.0.0.1", 0)
        port = listening.getsockname()[1]
        rules = Rules(allowed_hosts("127.0.0.1", port), token, largest, silence=silence)
        app = create_app(library, rules, workers)
        config = uvicorn.Config(app, log_level="critical", lifespan="off", http=http, ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Served(f"http://127.0.0.1:{port}", library)
        finally:
            server.should_exit = True
            thread.join(10)
            listening.close()
