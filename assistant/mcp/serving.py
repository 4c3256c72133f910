"""Run the server over stdin and stdout, where only the protocol is written."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import anyio
from mcp.server.stdio import stdio_server

from assistant.library.library import Library
from assistant.mcp.server import build_server


def application(library: Library) -> Any:
    """The same over HTTP (streamable, without sessions) at /mcp, to be served behind the rules of the web face."""
    from mcp.server.transport_security import TransportSecuritySettings

    rules = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the web face has checked hosts and origins already
    return build_server(library).streamable_http_app(stateless_http=True, json_response=True, transport_security=rules)


def serve(library: Library) -> None:
    """Serve a client on stdin and stdout until it disconnects."""
    wire = os.dup(1)
    os.dup2(2, 1)  # output of other libraries to file descriptor 1 goes to stderr
    sys.stdout = sys.stderr
    anyio.run(_serve, library, wire)


async def _serve(library: Library, wire: int) -> None:
    server = build_server(library)
    out: Any = anyio.wrap_file(io.TextIOWrapper(os.fdopen(wire, "wb"), encoding="utf-8", errors="backslashreplace", newline="\n"))
    async with stdio_server(stdout=out) as (incoming, outgoing):
        inner = server._lowlevel_server  # the public `run` opens the streams itself
        await inner.run(incoming, outgoing, inner.create_initialization_options())
