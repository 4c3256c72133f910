"""The options that name a reranker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from assistant.cli.shared.options import NamedPath, WholeNumber
from assistant.library.opened import RERANKED


def reranking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--rerank and --rerank-depth."""
    depth = click.option(
        "--rerank-depth", default=RERANKED, show_default=True, type=WholeNumber(1, 1000), help="How many passages it reorders."
    )
    model = click.option(
        "--rerank",
        metavar="MODEL",
        type=NamedPath(path_type=Path),
        help="Reorder the first passages with a cross-encoder; MODEL is its folder (sentence-transformers or ONNX).",
    )
    return model(depth(command))
