"""Measure the length of a text in an encoder's tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_RUN = re.compile(r"[A-Za-z0-9]+|\S")
_MOST_WORDS = 200_000
"""The number of words that a counter remembers (about 20 MB). Large libraries have no more different words."""
_LONGEST_WORD = 100
"""The longest word that is given to a tokenizer, in characters."""


class TokenCounter:
    """Counts the tokens of a text as the sum over its words.

    `pieces` gives the number of tokens of one word. It is asked once for each word, so that counting costs little more than splitting at
    white space. A word of more than 100 characters counts as many tokens as it has bytes, which no tokenizer exceeds: some tokenizers would
    call such a word one unknown token.
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
    """An estimate of the number of word pieces of a word, more often too high than too low: one for each sign, more for long runs of
    letters."""
    if word.isascii() and word.isalpha():
        return 1 + (len(word) - 1) // 6
    return sum(1 + len(run) // 4 if run.isascii() else 2 for run in _RUN.findall(word))


estimate_tokens = TokenCounter(estimate_pieces)
"""Estimates the number of tokens of a text, without an encoder."""


@dataclass(frozen=True, slots=True)
class Window:
    """The length of text that an encoder reads: at most `limit` tokens as counted by `count`, without special tokens.

    The default is the window of all-MiniLM-L6-v2, with an estimated count. Give an encoder's own exact count to be sure that no text is cut
    off.
    """

    limit: int = 254
    count: Callable[[str], int] = estimate_tokens
