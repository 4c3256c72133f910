"""`study chat`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.questions.dialogue import Dialogue, listed_line
from assistant.cli.shared.advice import for_library
from assistant.cli.shared.completion import complete_chat
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import NamedPath, force_option, json_option, library_option, print_json, print_text
from assistant.cli.shared.terminal import print_line
from assistant.cli.shared.writers import chosen_model, model_option, no_model_option
from assistant.contract.library import conversations_to_json

if TYPE_CHECKING:
    from assistant.library.library import Library

_NAME = "default"


@click.command("chat", epilog="Example: study chat; study chat exam --export exam.md")
@click.argument("name", default=_NAME, shell_complete=complete_chat)
@click.option("--list", "is_list", is_flag=True, help="List the conversations.")
@click.option(
    "--export", type=NamedPath(path_type=Path, dir_okay=False), help="Write the conversation NAME to a Markdown file; - for stdout."
)
@force_option
@click.option("--delete", "is_delete", is_flag=True, help="Delete the conversation NAME.")
@model_option
@no_model_option
@library_option
@json_option
def chat_command(
    name: str,
    is_list: bool,
    export: Path | None,
    force: bool,
    is_delete: bool,
    model: str | None,
    no_model: bool,
    library: Path | None,
    as_json: bool,
) -> None:
    """Ask questions that follow up on one another, in a conversation that the library remembers by NAME.

    Reads lines from stdin if that is not a terminal. /help lists what you can type, Ctrl-D or /quit ends it. Ctrl-C stops an answer; what
    was written so far is kept.
    """
    if is_list + is_delete + bool(export) > 1:
        raise click.UsageError("Give one of --list, --export and --delete.")
    if is_list or is_delete or export:
        with opened_library(library) as opened:
            _manage(opened, name, is_list=is_list, export=export, force=force, as_json=as_json)
        return
    with opened_library(library) as opened:
        Dialogue(opened, name, chosen_model(model, no_model), as_json=as_json).run()


def _manage(library: Library, name: str, *, is_list: bool, export: Path | None, force: bool, as_json: bool) -> None:
    if is_list:
        listed = library.chats()
        if as_json:
            print_json(conversations_to_json(listed))
            return
        for c in listed:
            print_line(listed_line(c))
        if not listed:
            print_line(f"No conversation is kept yet. Begin one: {for_library('study chat')}")
    elif export:
        text = library.chat(name).export()
        if str(export) == "-":
            print_text(text)
            return
        print_text(text, export, force=force)
        library.tell_written(export)
    else:
        library.chat(name).delete()
        print_line(f"Conversation {name} is deleted.")
