"""How long a text is for an encoder, counted in its tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_RUN = re.compile(r"[A-Za-z0-9]+|\S")
_MOST_WORDS = 200_000
_LONGEST_WORD = 100


class TokenCounter:
    """Counts the tokens of a text as the sum over its words, each looked up once.

    `pieces` gives the tokens of one word. What it says is kept for all words but the long ones, so that counting costs little more than
    splitting at white space. A word of more than `_LONGEST_WORD` characters counts by its bytes, of which no tokenizer makes more tokens:
    some tokenizers call it one unknown token, but nobody reads it as one word.
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
    """About how many word pieces a word makes, rather too many than too few: one for each sign and more for the longer runs of letters."""
    if word.isascii() and word.isalpha():
        return 1 + (len(word) - 1) // 6
    return sum(1 + len(run) // 4 if run.isascii() else 2 for run in _RUN.findall(word))


estimate_tokens = TokenCounter(estimate_pieces)
"""The tokens of a text without asking an encoder."""


@dataclass(frozen=True, slots=True)
class Window:
    """What an encoder takes in: at most `limit` tokens, special ones not counted, as `count` counts them.

    The default fits all-MiniLM-L6-v2 and estimates. An encoder's own count is exact for every text, so that nothing is ever cut off.
    """

    limit: int = 254
    count: Callable[[str], int] = estimate_tokens
