"""Writers: what turns numbered evidence into a fluent answer. A model in this process and a server are two."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol

MOST_TOKENS = 400
MOST_SECONDS = 180.0
CONTEXT = 4096


class Writer(Protocol):
    """Writes an answer to a question from evidence, numbered from 1, each sentence followed by the ids that support it (`writing.py`).

    Yields the text in pieces as it is written; closing the generator stops the model. Raises ModelError if the model fails, also midway.
    """

    def write(self, question: str, evidence: Sequence[str]) -> Generator[str, None, None]: ...


class LanguageModel(Writer, Protocol):
    """A writer that also completes any prompt, held to a grammar where it knows grammars. Raises ModelError."""

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str: ...
