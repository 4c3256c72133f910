"""`study chat`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.shared.advice import advised
from assistant.cli.shared.completion import complete_chat
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import force_option, json_option, library_option, print_json, print_text
from assistant.cli.shared.terminal import console, notice, print_line
from assistant.cli.shared.writers import chosen_model, model_option, no_model_option
from assistant.contract.errors import failure_to_json
from assistant.contract.library import conversations_to_json
from assistant.wording.counts import counted

if TYPE_CHECKING:
    from assistant.library.conversation import Conversation
    from assistant.library.library import Library

_LEAVING = frozenset({"exit", "quit", "/exit", "/quit", ":q"})
_NAME = "default"


@click.command("chat", epilog="Example: study chat; study chat exam --export exam.md")
@click.argument("name", default=_NAME, shell_complete=complete_chat)
@click.option("--list", "is_list", is_flag=True, help="List the conversations.")
@click.option(
    "--export", type=click.Path(path_type=Path, dir_okay=False), help="Write the conversation NAME to a Markdown file; - for stdout."
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

    Reads lines from stdin if that is not a terminal. Ctrl-D or "quit" ends it. Ctrl-C stops an answer; what was written so far is kept.
    """
    if is_list + is_delete + bool(export) > 1:
        raise click.UsageError("Give one of --list, --export and --delete.")
    if is_list or is_delete or export:
        with opened_library(library) as opened:
            _manage(opened, name, is_list=is_list, export=export, force=force, as_json=as_json)
        return
    with opened_library(library) as opened:
        chat = opened.chat(name, model=chosen_model(model, no_model))
        if sys.stdin.isatty() and not as_json:
            notice(f"Conversation {name}, {counted(len(chat.turns), 'turn')} so far. Ctrl-D ends it.")
        for question in _questions():
            _answer(chat, question, as_json=as_json)


def _answer(chat: Conversation, question: str, *, as_json: bool) -> None:
    """Answer one question; a failure is said, and the conversation goes on."""
    from assistant.cli.questions.speaking import json_of, show_answer
    from assistant.contract.answers import empty_answer
    from ingest.errors import StudyError

    try:
        if as_json:
            print_json(json_of(chat.stream(question)))
            return
        show_answer(chat.stream(question))
        console().print()
    except StudyError as error:
        if as_json:
            print_json({**empty_answer(question), "understood": question, **failure_to_json(error)})
        else:
            notice(f"study: {advised(error)}")
    except KeyboardInterrupt:
        if not sys.stdin.isatty():
            raise
        notice("Stopped.")


def _questions() -> Iterator[str]:
    """Lines until the input ends or one says so; Ctrl-C at the prompt ends it too."""
    is_terminal = sys.stdin.isatty()
    if is_terminal:
        import readline  # noqa: F401 (gives input() its history and editing)
    while True:
        try:
            line = input("> ") if is_terminal else sys.stdin.readline()
        except (EOFError, KeyboardInterrupt):
            notice("")
            return
        if not is_terminal and not line:
            return
        question = line.strip()
        if question.lower() in _LEAVING:
            return
        if question:
            yield question


def _manage(library: Library, name: str, *, is_list: bool, export: Path | None, force: bool, as_json: bool) -> None:
    if is_list:
        listed = library.chats()
        if as_json:
            print_json(conversations_to_json(listed))
            return
        for c in listed:
            console().print(
                f"{c.name}  {counted(c.turns, 'turn')}, last {c.last[:16].replace('T', ' ')}: {c.first}", markup=False, soft_wrap=True
            )
        if not listed:
            print_line("No conversations yet: study chat")
    elif export:
        text = library.chat(name).export()
        if str(export) == "-":
            print_line(text)
            return
        print_text(text, export, force=force)
        print_line(f"{name} is in {export}.")
    else:
        library.chat(name).delete()
        print_line(f"{name} is deleted.")
