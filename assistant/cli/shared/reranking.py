"""The options that name a reranker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.shared.terminal import notice

if TYPE_CHECKING:
    from index.rerank import Reranking

_DEPTH = 30


def reranking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--rerank and --rerank-depth."""
    depth = click.option(
        "--rerank-depth", default=_DEPTH, show_default=True, type=click.IntRange(1, 1000), help="How many passages it reorders."
    )
    model = click.option(
        "--rerank",
        metavar="MODEL",
        type=click.Path(path_type=Path),
        help="Reorder the first passages with a cross-encoder; MODEL is its folder (sentence-transformers or ONNX).",
    )
    return model(depth(command))


def reranking_of(model: Path | None, depth: int) -> Reranking | None:
    """The reranker of a folder, opened. Raises ModelMissing or ModelDamaged."""
    if model is None:
        return None
    from index.models.reranker import open_reranker
    from index.rerank import Reranking

    return Reranking(open_reranker(model, notice), model.expanduser().resolve().name, depth)
