"""`study model`."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.shared.groups import SuggestingGroup
from assistant.cli.shared.opening import opened_library
from assistant.cli.shared.options import WholeNumber, json_option, print_json
from assistant.cli.shared.terminal import console, notice, print_line
from assistant.contract.library import models_to_json
from assistant.library.library import Library
from assistant.library.models import Models
from assistant.wording.counts import counted

_name_option = click.option("--name", default="", help="Its name. Default: the file's name.")
_context_option = click.option(
    "--context", type=WholeNumber(512, 1 << 20), help="The most tokens for prompt and answer together. Default: 4096."
)


_MEASURED = (
    "The time is for a quiet machine. What is known of quality: a model of 1.5 B wrote a short answer that passed the check for 6 of 10 "
    "questions, nine sentences of ten right; one of 0.5 B for few. The lines of your notes stand below in any case."
)


@click.group("model", cls=SuggestingGroup, epilog="Example: study model pull qwen2.5-1.5b")
def model_command() -> None:
    """The language models that can word answers. None is needed: without one, answers are in the documents' own words."""


@model_command.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """The models that you named, and good ones to pull, with the memory that each needs."""
    with Library.open() as library:
        named, chosen, suggested = library.models.all(), library.models.chosen, library.models.suggestions()
    if as_json:
        print_json(models_to_json(named, chosen, suggested))
        return
    best = suggested.best
    from rich.table import Table
    from rich.text import Text

    out = console()
    if not named:
        out.print("No model is set up; answers are in the documents' own words.")
    for name, model in named.items():
        state = model.server or (f"{model.size / 1e9:.1f} GB" if Path(model.file).exists() else f"no longer at {model.file}")
        out.print(Text(f"{'* ' if name == chosen else '  '}{name}  {state}"))
    machine = f"{suggested.memory / 2**30:.0f} GB of memory and {counted(suggested.cores, 'core')}"
    table = Table(box=None, padding=(0, 1), title=f"To pull, for {machine}", title_justify="left")
    for column in ("", "name", "parameters", "memory", "an answer", "licence"):
        table.add_column(column)
    for offered_model in suggested.models:
        mark = "→" if offered_model is best else ""
        needs, takes = f"{offered_model.memory:.1f} GB", f"{offered_model.seconds(suggested.cores):.0f} s"
        table.add_row(mark, offered_model.name, f"{offered_model.billions} B", needs, takes, offered_model.licence)
    out.print()
    out.print(table)
    out.print(_MEASURED, style="dim")
    out.print(f"\nstudy model pull {best.name}")


@model_command.command("add", epilog="Example: study model add ~/models/mistral.gguf --name mistral")
@click.argument("model", metavar="FILE|ADDRESS")
@click.option(
    "--model-name", default="", help="With an address: the name of the model on the server. Default: the first that the server lists."
)
@_name_option
@_context_option
def add_model(model: str, model_name: str, name: str, context: int | None) -> None:
    """Give a name to a GGUF file or an OpenAI-compatible server. A file's sha256 is recorded and checked from then on.

    The first model that you add words the answers from then on, a server if it answers; `study model use` chooses another, or none.
    """
    with Library.open(notice=notice) as library:
        _say_known(library.models, library.models.add(model, name=name, served=model_name, context=context or 0))


@model_command.command("pull", epilog="Example: study model pull Qwen/Qwen2.5-1.5B-Instruct-GGUF qwen2.5-1.5b-instruct-q4_k_m.gguf")
@click.argument("repository", metavar="NAME|REPOSITORY")
@click.argument("file", default="")
@_name_option
def pull_model(repository: str, file: str, name: str) -> None:
    """Fetch a model from the Hugging Face hub: one of `study model list` by its name, or any repository's GGUF file."""
    with opened_library(None) as library:
        _say_known(library.models, library.models.pull(repository, file, name=name))


@model_command.command("use", epilog="Example: study model use qwen2.5-1.5b; study model use --none")
@click.argument("name", default="")
@click.option("--none", "is_none", is_flag=True, help="No model: answers in the documents' own words.")
@_context_option
def use_model(name: str, is_none: bool, context: int | None) -> None:
    """Have `study ask` and `study chat` use a model from now on."""
    if is_none == bool(name):
        raise click.UsageError("Give NAME or --none.")
    with Library.open() as library:
        library.models.use(name, context=context or 0)
    print_line(f"Answers are worded by {name}." if name else "Answers are in the documents' own words.")


@model_command.command("remove", epilog="Example: study model remove qwen2.5-1.5b")
@click.argument("name")
def remove_model(name: str) -> None:
    """Forget a model; a file that was pulled is deleted, a file of your own is not."""
    with Library.open() as library:
        deleted = library.models.remove(name)
    print_line(f"{name} is forgotten" + (f", {deleted} deleted." if deleted else "."))


def _say_known(models: Models, name: str) -> None:
    is_used = models.chosen == name
    print_line(f"{name} is added" + (" and words the answers from now on." if is_used else f". To use it: study model use {name}"))
