"""`study mcp`."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import click

from assistant.cli.shared.options import library_option
from assistant.cli.shared.terminal import notice
from assistant.errors import ExtraMissing
from assistant.library.library import Library


def require_mcp() -> None:
    """Raise ExtraMissing if the package is not installed."""
    if find_spec("mcp") is None:
        raise ExtraMissing("mcp", "mcp")


@click.command("mcp", epilog="Example: study mcp --library ~/my-library")
@library_option
def mcp_command(library: Path | None) -> None:
    """Let agents and chat programs read the library, over MCP on stdin and stdout.

    A client starts this command; docs/guide/mcp.md says how to tell it. The tools only read.
    """
    require_mcp()
    from assistant.mcp.serving import serve

    if sys.stdin.isatty():
        notice("Waiting for a client's messages on stdin. A client starts this command by itself; Ctrl-C ends it.")
    with Library.open(library, notice=notice) as opened, suppress(KeyboardInterrupt):
        serve(opened)
