"""The terms of a text: the units that lexical search and comparisons of texts count."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock

import snowballstemmer

from ingest.language.language import Language
from ingest.text.notation import tokens

_OTHERS = ("de", "es", "fr", "ja", "zh")
STOP_WORDS = Language.load("en").words("stop_words").union(*(Language.load(code).words("stop_words") for code in _OTHERS))
"""The stop words, in small letters without accents. Those of other languages are not English words."""
_LONGEST_TERM = 40
"""The most letters of a term. Longer ones are file names, addresses and encoded data, and would inflate the index."""
_STEMMER = snowballstemmer.stemmer("english")
_ONE_AT_A_TIME = Lock()
"""The stemmer is not thread-safe: it stores the word it works on."""


def analyze(text: str) -> list[str]:
    """The terms of a text in order: folded tokens, without stop words, stemmed. A text of stop words alone keeps them.

    >>> analyze("What are the gradients of √d?")
    ['gradient', 'sqrt', 'd']
    """
    words = tokens(text)
    return [stem(word) for word in words if word not in STOP_WORDS] or [stem(word) for word in words]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-cased English word, at most 40 letters."""
    with _ONE_AT_A_TIME:
        return str(_STEMMER.stemWord(word))[:_LONGEST_TERM]
