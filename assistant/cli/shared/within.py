"""The options that limit a search."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from click.shell_completion import CompletionItem

from assistant.cli.shared.completion import complete_collection, complete_document
from assistant.search.filters import KINDS, Within


def _complete_kind(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(kind) for kind in KINDS if kind.startswith(incomplete)]


_OPTIONS = (
    click.option(
        "--document",
        "documents",
        metavar="NAME",
        multiple=True,
        shell_complete=complete_document,
        help="Look only in this document, folder or glob; may be repeated.",
    ),
    click.option("--section", default="", metavar="TEXT", help="Look only in sections whose title contains this text."),
    click.option(
        "--kind",
        "kinds",
        metavar="KIND",
        multiple=True,
        shell_complete=_complete_kind,
        help=f"Look only in passages with a block of this kind: {', '.join(KINDS)}; may be repeated.",
    ),
    click.option(
        "--collection",
        default="",
        metavar="NAME",
        shell_complete=complete_collection,
        help="Look only in this collection (study ingest --collection).",
    ),
    click.option(
        "--since", default="", metavar="DATE", help="Look only in files changed since a date (2026-01-31) or for a time (7d, 2w)."
    ),
)


def within_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--document, --section, --kind, --collection and --since, given to the command as one `within`."""

    @functools.wraps(command)
    def narrowed(
        *args: Any, documents: tuple[str, ...], section: str, kinds: tuple[str, ...], collection: str, since: str, **options: Any
    ) -> Any:
        return command(*args, within=Within(documents, section, kinds, collection, since), **options)

    for option in reversed(_OPTIONS):
        narrowed = option(narrowed)
    return narrowed
