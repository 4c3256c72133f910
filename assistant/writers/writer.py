"""The interface of a language model that writes answers; `local/llama.py` and `server.py` implement it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

from assistant.writers.prompt import Exchange, Passage

MOST_TOKENS = 160
"""The most tokens of an answer, which should have one to three short sentences."""
MOST_SECONDS = 180.0
"""Seconds for an answer: a small model on a slow machine needs a minute."""
CONTEXT = 4096
"""The default context in tokens for prompt and answer together: enough for the passages and a conversation, and affordable in memory for
every suggested model."""


class Writer(Protocol):
    """Writes an answer from passages, in plain sentences without citations: these are found afterwards (`answers/written.py`).

    `before` has earlier questions about the same passages. Yields the text in pieces as it is written; closing the generator stops the
    model. Raises ModelError if the model fails, even midway.
    """

    def write(self, question: str, passages: Sequence[Passage], before: Sequence[Exchange] = ()) -> Generator[str, None, None]: ...


class LanguageModel(Writer, Protocol):
    """A writer that also completes any prompt, constrained by a grammar if it supports grammars. Raises ModelError."""

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str: ...
