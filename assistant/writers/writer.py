"""The interface of a language model that writes answers; `llama.py` and `server.py` implement it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

MOST_TOKENS = 400
"""Room for six sentences with their ids."""
MOST_SECONDS = 180.0
"""A small model on a slow machine needs a minute or two; a model that takes longer hangs."""
CONTEXT = 4096
"""Tokens of prompt and answer together: enough for the evidence, and affordable in memory for every suggested model."""


class Writer(Protocol):
    """Writes an answer from evidence that is numbered from 1; each sentence ends in the ids of what supports it (`writing.py`).

    Yields the text in pieces as it is written; closing the generator stops the model. Raises ModelError if the model fails, also midway.
    """

    def write(self, question: str, evidence: Sequence[str]) -> Generator[str, None, None]: ...


class LanguageModel(Writer, Protocol):
    """A writer that also completes any prompt, held to a grammar if it knows grammars. Raises ModelError."""

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str: ...
