"""The options for the model that words answers."""

from __future__ import annotations

from typing import Literal

import click

model_option = click.option(
    "--model", help="What words the answer: a name of `study model list`, a GGUF file, or the address of an OpenAI-compatible server."
)
no_model_option = click.option("--no-model", is_flag=True, help="Answer in the documents' own words, whatever `study model use` chose.")


def chosen_model(model: str | None, no_model: bool) -> str | Literal[False] | None:
    """The model as `Library` takes it: a name, False for none, None for the one the user chose. Raises click.UsageError for both."""
    if model and no_model:
        raise click.UsageError("Give --model or --no-model, not both.")
    return False if no_model else model
