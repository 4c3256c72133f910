"""The options that say how documents are cut into passages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ingest.chunking.settings import ChunkSettings, Strategy


def chunking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--chunking, --chunk-size and --chunk-overlap, passed to the command under their names."""
    for option in (
        click.option("--chunk-overlap", type=int, help="How many tokens neighbouring passages share, where the strategy allows it."),
        click.option(
            "--chunk-size",
            type=int,
            help=f"The approximate length of a passage in the encoder's tokens.  [default: {ChunkSettings().size}]",
        ),
        click.option(
            "--chunking",
            metavar="NAME",
            type=click.Choice([way.value for way in Strategy]),
            help=f"How documents are cut into passages: {', '.join(Strategy)}.  "
            f"[default: as the library was made, else {ChunkSettings().strategy}]",
        ),
    ):
        command = option(command)
    return command


def chunk_settings(chunking: str | None, size: int | None, overlap: int | None) -> ChunkSettings | None:
    """The settings from the three options, with defaults for the rest; None if no option was given. Raises UsageError."""
    if chunking is None and size is None and overlap is None:
        return None
    standard = ChunkSettings()
    return ChunkSettings(Strategy(chunking) if chunking else standard.strategy, standard.size if size is None else size, overlap)
