"""The model that a command was told to use, or that the user has chosen for all."""

from __future__ import annotations

import click

from assistant.cli.shared.advice import advised
from assistant.cli.shared.terminal import notice
from assistant.errors import BadSettings
from assistant.settings import settings_file
from assistant.writers.writer import Writer
from index.errors import ModelError

model_option = click.option(
    "--model", help="What words the answer: a name of `study model list`, a GGUF file, or the address of an OpenAI-compatible server."
)
no_model_option = click.option("--no-model", is_flag=True, help="Answer in the documents' own words, whatever `study model use` chose.")


def writer_of(model: str | None, no_model: bool) -> Writer | None:
    """The writer of the model meant. None where there is none, and, with the reason said, where it cannot run: answers need none."""
    if model and no_model:
        raise click.UsageError("Give --model or --no-model, not both.")
    if no_model or not (model or settings_file().exists()):
        return None
    from assistant.settings import load_settings
    from assistant.writers.models import open_writer

    try:
        named = model or load_settings().model
        return open_writer(named) if named else None
    except (ModelError, BadSettings) as error:
        notice(f"{advised(error)}\nHere is the answer in the documents' own words.")
        return None
