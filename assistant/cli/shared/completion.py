"""Names of concepts for the shell's completion: from the library as it is, quickly, and silent whatever is wrong."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from assistant.opening import library_folder
from assistant.session import Session
from ingest.errors import StudyError

_MOST = 200


def complete_concept(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ways to type a concept's name without blanks, so that no shell has to quote them; with the name as it is written as help."""
    named = next((found.params["library"] for found in (ctx, ctx.parent) if found is not None and found.params.get("library")), None)
    try:
        return [CompletionItem(typed, help=name) for typed, name in concept_names(Path(named) if named else None, incomplete)]
    except (StudyError, OSError):
        return []


def concept_names(library: Path | None, incomplete: str) -> list[tuple[str, str]]:
    """At most 200 concepts that fit what was typed, the most important first: how to type each, and its name.

    Those of which a name begins so; if there are none, those of which a word does. Raises StudyError where the library cannot be read.
    """
    wanted = incomplete.strip().casefold().replace(" ", "-")
    with closing(Session(library_folder(library)[0])) as opened:
        outline = opened.silent_graph.outline
    found: dict[str, str] = {}
    inside: dict[str, str] = {}
    for id_, label, names in zip(outline.ids, outline.labels, outline.names, strict=True):
        typed = next((form for form in (id_, *(name.replace(" ", "-") for name in names)) if form.startswith(wanted)), None)
        if typed is not None:
            found.setdefault(typed, label)
        elif f"-{wanted}" in id_:
            inside[id_] = label
    return list((found or inside).items())[:_MOST]
