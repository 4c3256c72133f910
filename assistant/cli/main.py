"""The `study` command: its commands are named here and loaded when called, so that `--help` costs nothing."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import NoReturn

import click

from assistant.cli.shared.advice import advised, name_library
from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.terminal import notice
from assistant.outputs import private_files
from ingest.errors import StudyError

# name: (module, one line for the list of commands)
_COMMANDS = {
    "ingest": ("assistant.cli.library.libraries", "Read files and folders into a library."),
    "forget": ("assistant.cli.library.libraries", "Take documents out of a library."),
    "documents": ("assistant.cli.library.documents", "List the documents of a library."),
    "status": ("assistant.cli.library.libraries", "What a library holds, and what could not be read."),
    "show": ("assistant.cli.questions.showing", "Print the source around a location that an answer cites."),
    "inspect": ("assistant.cli.library.inspecting", "How a file is understood: sections, kinds, questions."),
    "doctor": ("assistant.cli.library.libraries", "What is installed, whether it works, what to do next."),
    "search": ("assistant.cli.questions.questions", "Find the passages for a question."),
    "chat": ("assistant.cli.questions.chatting", "Ask questions that follow up on one another."),
    "ask": ("assistant.cli.questions.questions", "Answer a question with citations."),
    "path": ("assistant.cli.graph.concepts", "What to learn, in which order, to understand a concept."),
    "concept": ("assistant.cli.graph.concepts", "What a concept is, what it builds on, what it unlocks."),
    "gaps": ("assistant.cli.graph.concepts", "What your notes lack of what they build on."),
    "why": ("assistant.cli.graph.concepts", "Why one concept is learned before another, or why not."),
    "practice": ("assistant.cli.practice.commands", "Answer questions made from your notes, when it is time."),
    "walk": ("assistant.cli.practice.walking", "Be led to a concept, step by step."),
    "cards": ("assistant.cli.practice.cards", "Your questions as cards for Anki, and Anki's cards as questions."),
    "know": ("assistant.cli.practice.knowing", "Say what you know already, or find out."),
    "graph": ("assistant.cli.graph.graphs", "The concepts and their prerequisites: look at them, export them, correct them."),
    "atlas": ("assistant.cli.atlas.commands", "The map of concepts that comes with study."),
    "model": ("assistant.cli.library.models", "The language models that can word answers."),
    "config": ("assistant.cli.library.configuring", "Your settings, for all libraries."),
    "tune": ("assistant.cli.library.tuning", "Fit the encoder to your notes, if that is better."),
    "serve": ("assistant.cli.serving.serve", "Open the library in a browser, and to other programs over HTTP."),
    "mcp": ("assistant.cli.serving.mcp", "Let agents read a library, over MCP."),
    "backup": ("assistant.cli.library.backups", "Write everything that you made to one file."),
    "restore": ("assistant.cli.library.backups", "Bring back what a backup holds."),
    "eval": ("assistant.cli.evaluation.evaluation", "Measure retrieval and answers on your own questions."),
}


# A command creates many objects that live as long as it does, such as its modules, and few reference cycles. Garbage collection at Python's
# default rate takes a tenth of a question's time.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


class _LazyGroup(SuggestingGroup):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), f"{cmd_name}_command")
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; `study help COMMAND` is `study COMMAND --help`."""
        if args[:1] == ["help"]:
            if not args[1:]:
                click.echo(ctx.get_help())
                ctx.exit()
            args = [*args[1:], "--help"]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="study-assistant", prog_name="study")
def study() -> None:
    """Study your own notes: answers with exact citations, and learning paths with reasons. Offline.

    \b
    Examples:
      study ask "why divide by sqrt d"
      study ingest ~/notes
      study path --to rlhf
    """


_INTERRUPTED = {
    "ingest": "Interrupted. The library is as it was. What was embedded is kept, and the same command continues from there.",
    "model": "Interrupted. What was fetched is kept, and the same command continues from there.",
    "chat": "Interrupted. What was answered before is kept in the conversation.",
    "eval": "Interrupted. No run was saved.",
    "practice": "Interrupted. Every answer that was rated is kept.",
    "walk": "Interrupted. Every answer that was rated is kept, and the walk goes on from there.",
}
"""The message after Ctrl-C, by command."""


def _command() -> str:
    """The command of this process, as it was typed."""
    return next((word for word in sys.argv[1:] if not word.startswith("-")), "")


def main() -> NoReturn:
    """Run the command line. The one place where a StudyError is caught: its message on stderr, its code as the exit status."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    with private_files():
        _run()


def _run() -> NoReturn:
    try:
        sys.exit(study.main(standalone_mode=False) or 0)
    except StudyError as error:
        _say(advised(error))
        sys.exit(error.exit_code)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _say(_INTERRUPTED.get(_command(), "Interrupted. Nothing was changed."))
        sys.exit(130)
    finally:
        name_library(None)
        gc.freeze()  # the rest ends with the process


def _say(message: str) -> None:
    notice(f"study: {message}")


if __name__ == "__main__":
    main()
