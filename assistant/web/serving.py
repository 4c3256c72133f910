"""Run the web face on this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

from starlette.applications import Starlette

from assistant.errors import PortTaken
from assistant.library.library import Library
from assistant.web.app import create_app
from assistant.web.guards import Rules, allowed_hosts

PORT = 7860
_TRIED = 20


def bind(host: str, port: int | None) -> socket.socket:
    """A socket at an address; without a port the first free one of a few. Raises PortTaken if it is not available."""
    for number in range(PORT, PORT + _TRIED) if port is None else (port,):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, number))
        except OSError as error:
            made.close()
            if port is not None:
                raise PortTaken(f"{host}:{number} cannot be used ({error.strerror}).", "Choose another port.") from error
            continue
        made.listen(256)
        return made
    raise PortTaken(f"The ports {PORT} to {PORT + _TRIED - 1} are all in use.", "Choose another port.")


def is_this_machine(host: str) -> bool:
    """True for an address that other machines cannot reach."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def address(host: str, port: int, token: str = "") -> str:
    """The address for a browser."""
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104 (compared, not bound)
    return f"http://{shown}:{port}/" + (f"?token={token}" if token else "")


def _own_names(host: str) -> list[str]:
    """The names by which others reach this machine, if it listens on all addresses."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 (compared, not bound)
        return []
    name = socket.gethostname()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward, suppress(OSError):
        outward.connect(("192.0.2.1", 9))  # an address reserved for documentation; connecting a datagram socket sends nothing
        found.add(outward.getsockname()[0])
    return [name, f"{name}.local", *sorted(found)]


def serve(
    library: Library,
    listening: socket.socket,
    host: str,
    token: str,
    started: Callable[[], None],
    names: Sequence[str] = (),
    beside: Starlette | None = None,
) -> None:
    """Serve a library until it is interrupted; `started` is called when pages can be opened.

    `names` are further allowed Hosts, `beside` is another application to serve.
    """
    import uvicorn

    port = listening.getsockname()[1]
    hosts = allowed_hosts(host, port)
    for name in [*names, *_own_names(host)]:
        hosts |= allowed_hosts(name, port)
    app = create_app(library, Rules(hosts, token), beside=beside)

    from assistant.web.patience import ImpatientProtocol

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="on" if beside else "off",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        limit_concurrency=512,
        h11_max_incomplete_event_size=32 << 10,
        http=ImpatientProtocol,
    )
    Server(config).run([listening])
