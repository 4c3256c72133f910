"""Names for the shell's completion: quickly, from the library without changing it, and silent on errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click
from click.shell_completion import CompletionItem

from assistant.library.library import Library
from assistant.wording.safe import displayable
from ingest.errors import StudyError


def complete_concept(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ways to type a concept's name without blanks, so that no shell has to quote them; with the name as it is written as help."""
    found: list[CompletionItem] = []
    with _library(ctx) as library:
        found += [CompletionItem(typed, help=displayable(name)) for typed, name in library.complete(incomplete)]
    return found


def complete_document(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of documents."""
    found: list[CompletionItem] = []
    with _library(ctx) as library:
        found += [CompletionItem(name) for name in library.complete_document(incomplete) if displayable(name) == name]
    return found


def complete_collection(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of collections."""
    found: list[CompletionItem] = []
    with _library(ctx) as library:
        found += [CompletionItem(name) for name in library.complete_collection(incomplete) if displayable(name) == name]
    return found


def complete_chat(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of conversations, with their first question as help."""
    found: list[CompletionItem] = []
    with _library(ctx) as library:
        found += [CompletionItem(one.name, help=displayable(one.first)) for one in library.chats() if one.name.startswith(incomplete)]
    return found


@contextmanager
def _library(ctx: click.Context) -> Iterator[Library]:
    """The library of the incomplete command line. Errors end the block silently."""
    named = next((found.params["library"] for found in (ctx, ctx.parent) if found is not None and found.params.get("library")), None)
    with suppress(StudyError, OSError), Library.open(named) as library:
        yield library
