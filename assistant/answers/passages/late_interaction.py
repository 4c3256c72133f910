"""The words of a question, and a text's similarity to each of them, by token vectors ("late interaction")."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.model import Tokens
from ingest.text.terms import STOP_WORDS

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_STRICT = 6.0
"""How much more the worst-matched words count: 0 would be the mean over all words, infinity the minimum."""

Word = NDArray[np.float32]
"""The states of a word's tokens inside of its question, shape (tokens, dimension), each of length 1."""


def typed_words(question: str, tokens: Tokens, but: Collection[str] = ()) -> list[tuple[str, Word]]:
    """The words of a question in lower case, without function words and those in `but`; all words if that leaves none."""
    found = []
    for word in _WORD.finditer(question):
        inside = (tokens.places[:, 0] >= word.start()) & (tokens.places[:, 1] <= word.end())
        if inside.any():
            found.append((word.group().lower(), tokens.vectors[inside]))
    return [(word, states) for word, states in found if word not in STOP_WORDS and word not in but] or found


def asked_words(question: str, tokens: Tokens, but: Collection[str] = ()) -> list[Word]:
    """The states of `typed_words`."""
    return [states for _, states in typed_words(question, tokens, but)]


def near_words(words: Sequence[Word], text: NDArray[np.float32]) -> NDArray[np.float64]:
    """A text's similarity to each word, shape (words,).

    `text` has the states of its tokens. Every token of a word is compared with its nearest token in the text (MaxSim, Khattab and Zaharia
    2020).
    """
    if not len(text):
        return np.zeros(len(words))
    return np.array([(word @ text.T).max(axis=1).mean() for word in words], dtype=np.float64)


def soft_least(near: NDArray[np.float64]) -> float:
    """A soft minimum over words, 0 without words: a text that covers everything but one thing does not answer."""
    return float(-np.log(np.mean(np.exp(-_STRICT * near))) / _STRICT) if len(near) else 0.0


def mean_direction(words: Sequence[Word]) -> NDArray[np.float32]:
    """The mean of the words' directions, shape (dimension,): its product with a unit's vector is the mean of their cosines."""
    directions = [word.sum(axis=0) for word in words]
    mean: NDArray[np.float32] = np.mean([each / max(float(np.linalg.norm(each)), 1e-6) for each in directions], axis=0)
    return mean
