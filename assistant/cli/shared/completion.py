"""Names of concepts for the shell's completion: from the library as it is, quickly, and silent whatever is wrong."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from assistant.library.library import Library
from ingest.errors import StudyError


def complete_concept(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ways to type a concept's name without blanks, so that no shell has to quote them; with the name as it is written as help."""
    named = next((found.params["library"] for found in (ctx, ctx.parent) if found is not None and found.params.get("library")), None)
    try:
        with Library.open(named) as library:
            return [CompletionItem(typed, help=name) for typed, name in library.complete(incomplete)]
    except (StudyError, OSError):
        return []
