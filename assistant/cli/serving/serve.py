"""`study serve`."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import click

from assistant.cli.serving.mcp import require_mcp
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import WholeNumber, library_option
from assistant.cli.shared.terminal import notice, print_line
from assistant.errors import LibraryMissing


@click.command("serve", epilog="Example: study serve --open")
@click.option("--open", "in_browser", is_flag=True, help="Open it in the browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at; one that others can reach needs --token.")
@click.option("--port", type=WholeNumber(0, 65535), help="The port.  [default: the first free one from 7860]")
@click.option("--token", metavar="TOKEN", is_flag=False, flag_value="new", help="Ask for a token; without a value one is made and shown.")
@click.option("--name", "names", metavar="NAME", multiple=True, help="Another name that this machine is reached by; may be repeated.")
@click.option("--mcp", "with_mcp", is_flag=True, help="Let agents read the library over MCP as well, at /mcp.")
@library_option
def serve_command(
    in_browser: bool, host: str, port: int | None, token: str | None, names: tuple[str, ...], with_mcp: bool, library: Path | None
) -> None:
    """Open the library as pages in a browser, with an HTTP API, on this machine alone.

    Ctrl-C ends it. docs/guide/api.md describes the API.
    """
    from assistant.web.serving import address, bind, is_this_machine, serve

    if not is_this_machine(host) and token is None:
        raise click.UsageError(f"Others can reach {host}: give --token as well.")
    if token is not None and token != "new" and len(token) < 16:  # noqa: S105 (the word that asks for a token)
        raise click.UsageError("A token has at least 16 characters; --token without a value makes one.")
    secret = secrets.token_urlsafe(24) if token == "new" else token or ""  # noqa: S105
    with opened_library(library) as opened:
        try:
            opened.statistics()  # fills an empty default library before a page is requested
        except LibraryMissing as error:
            notice(f"{error.message} The page Library makes one there; if that is not what you meant, check the path.")
        beside = None
        if with_mcp:
            require_mcp()
            from assistant.mcp.serving import application

            beside = application(opened)
        listening = bind(host, port)
        where = address(host, listening.getsockname()[1], secret)

        def started() -> None:
            print_line(f"The library is open at {where}  (Ctrl-C ends it)")
            if in_browser:
                import webbrowser

                threading.Thread(target=webbrowser.open, args=(where,), daemon=True).start()

        try:
            serve(opened, listening, host, secret, started, names, beside)
        except KeyboardInterrupt:
            print_line("Stopped. The library is closed.")
