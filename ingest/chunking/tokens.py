"""Count the tokens of a text, which are its length for an encoder."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_RUN = re.compile(r"[A-Za-z0-9]+|\S")
_MOST_WORDS = 200_000
"""Words that a counter remembers, some 20 MB. A large library has no more different ones."""
_LONGEST_WORD = 100
"""Characters of a word that a tokenizer is asked about."""


class TokenCounter:
    """Counts the tokens of a text as the sum over its words.

    `pieces` gives the number of tokens of one word. It is asked once for each word, so that counting costs little more than splitting at
    white space. A word of more than 100 characters counts as many tokens as it has bytes, which no tokenizer exceeds: some call such a word
    one unknown token, but an encoder does not understand it as one word.
    """

    def __init__(self, pieces: Callable[[str], int]) -> None:
        self._known = _Known(pieces)

    def __call__(self, text: str) -> int:
        return sum(map(self._known.__getitem__, text.split()))


class _Known(dict[str, int]):
    def __init__(self, pieces: Callable[[str], int]) -> None:
        super().__init__()
        self._pieces = pieces

    def __missing__(self, word: str) -> int:
        if len(word) > _LONGEST_WORD:
            return len(word.encode("utf-8", "surrogatepass"))
        if len(self) >= _MOST_WORDS:
            self.clear()
        count = self[word] = self._pieces(word)
        return count


def estimate_pieces(word: str) -> int:
    """Estimate the number of word pieces of a word, rather too high than too low: one for each sign, more for longer runs of letters."""
    if word.isascii() and word.isalpha():
        return 1 + (len(word) - 1) // 6
    return sum(1 + len(run) // 4 if run.isascii() else 2 for run in _RUN.findall(word))


estimate_tokens = TokenCounter(estimate_pieces)
"""Estimates the number of tokens of a text, without an encoder."""


@dataclass(frozen=True, slots=True)
class Window:
    """The length of text that an encoder takes in: at most `limit` tokens, as `count` counts them, without special ones.

    The default is that of all-MiniLM-L6-v2, with an estimate. An encoder's own count is exact, so that no text is ever cut off.
    """

    limit: int = 254
    count: Callable[[str], int] = estimate_tokens
