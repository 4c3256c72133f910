"""A conversation at the terminal or with lines from stdin: questions, small talk, and commands that begin with a slash."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from assistant.cli.shared.advice import advised, for_library
from assistant.cli.shared.options import print_json
from assistant.cli.shared.terminal import console, notice, print_line
from assistant.contract.errors import failure_to_json
from assistant.search.filters import EVERYWHERE
from assistant.wording.counts import counted, local_time
from ingest.errors import StudyError

if TYPE_CHECKING:
    from assistant.conversation.conversations import Listed
    from assistant.library.conversation import Conversation
    from assistant.library.library import Library

HELP = """\
/help         this list
/list         your conversations
/new [NAME]   begin another conversation, or go on with one
/quit         leave; so do Ctrl-D and "quit"

Anything else is a question. A follow-up may be short: why, what about Z,
an example.
Ctrl-C stops an answer."""


class Dialogue:
    """Handles a conversation line by line."""

    def __init__(self, library: Library, name: str, model: str | Literal[False] | None, *, as_json: bool) -> None:
        self._library, self._model, self._as_json = library, model, as_json
        self._chat: Conversation = library.chat(name, model=model)
        self._is_terminal = sys.stdin.isatty()

    def run(self) -> None:
        """Read lines until the input ends or the user quits."""
        if self._is_terminal and not self._as_json:
            self._library.has_passages(EVERYWHERE)  # notices about the library come before the first question
            notice(f"Conversation {self._chat.name}, {counted(len(self._chat.turns), 'turn')} so far. /help says what you can type.")
        for line in self._lines():
            if not (self._command(line) if line.startswith("/") else self._say(line)):
                break
        if self._is_terminal and self._chat.turns:
            kept = counted(len(self._chat.turns), "turn")
            notice(f"The conversation is kept ({kept}). Go on with: {for_library(f'study chat {self._chat.name}')}")

    def _lines(self) -> Iterator[str]:
        """The non-empty lines. Ctrl-C at the prompt ends the input too."""
        if self._is_terminal:
            import readline  # noqa: F401 (gives input() its history and editing)
        while True:
            try:
                line = input("> ") if self._is_terminal else sys.stdin.readline()
            except (EOFError, KeyboardInterrupt):
                notice("")
                return
            if not self._is_terminal and not line:
                return
            if line.strip():
                yield line.strip()

    def _say(self, line: str) -> bool:
        """Answer a question or small talk; False if the person leaves."""
        from assistant.conversation.small_talk import Talk

        talk = self._chat.reply(line)
        if talk is None:
            self._answer(line)
            return True
        self._tell(line, HELP if talk[0] is Talk.HELP and not self._as_json else talk[1])
        return talk[0] is not Talk.LEAVING

    def _command(self, line: str) -> bool:
        """Carry out a line that begins with a slash; False if the person leaves."""
        word, _, rest = line.partition(" ")
        match word.lower():
            case "/quit" | "/exit" | "/q" | "/bye":
                return False
            case "/help" | "/?" | "/h":
                self._tell(line, HELP)
            case "/list":
                self._tell(line, "\n".join(map(listed_line, self._library.chats())) or "No conversation is kept yet.")
            case "/new":
                self._begin(line, rest.strip())
            case _:
                self._tell(line, f"There is no command {word}. /help lists what there is.")
        return True

    def _begin(self, line: str, name: str) -> None:
        """Begin another conversation, by default under a new name."""
        taken = {listed.name for listed in self._library.chats()} | {self._chat.name}
        stem = re.sub(r"-\d+$", "", self._chat.name)
        name = name or next(f"{stem}-{number}" for number in range(2, len(taken) + 3) if f"{stem}-{number}" not in taken)
        try:
            self._chat = self._library.chat(name, model=self._model)
        except StudyError as error:
            self._tell(line, str(error))
            return
        self._tell(line, f"Conversation {name}, {counted(len(self._chat.turns), 'turn')} so far.")

    def _tell(self, line: str, text: str) -> None:
        """Print a reply that is not an answer and is not remembered."""
        from assistant.contract.answers import empty_answer

        if self._as_json:
            print_json({**empty_answer(line), "understood": line, "note": text})
        else:
            print_line(f"{text}\n")

    def _answer(self, question: str) -> None:
        """Answer one question. An error is printed, and the conversation continues."""
        from assistant.cli.questions.speaking import json_of, show_answer
        from assistant.contract.answers import empty_answer

        try:
            if self._as_json:
                print_json(json_of(self._chat.stream(question)))
                return
            show_answer(self._chat.stream(question))
            console().print()
        except StudyError as error:
            if self._as_json:
                print_json({**empty_answer(question), "understood": question, **failure_to_json(error)})
            else:
                notice(f"study: {advised(error)}")
        except KeyboardInterrupt:
            if not self._is_terminal:
                raise
            notice("Stopped before there was an answer; the question is not kept.")


def listed_line(one: Listed) -> str:
    """A conversation in a list."""
    return f"{one.name}  {counted(one.turns, 'turn')}, last {local_time(one.last)}; first: {one.first}"
