"""The terms of a text: what lexical search, coverage and comparison of texts count."""

from __future__ import annotations

from functools import lru_cache

import snowballstemmer

from ingest.text.notation import tokens

# The usual function words, and those of questions: in a question they say how, not what.
STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by can could did do
    does doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself just
    me more most my no nor not of off on once only or other our out over own same she should so some such than that the their them then
    there these they this those through to too under until up very was we were what when where which while who whom why will with would
    you your""".split()
)
_LONGEST_TERM = 40
_STEMMER = snowballstemmer.stemmer("english")


def analyze(text: str) -> list[str]:
    """The terms of a text: folded tokens without stop words, stemmed (Snowball English). A text of stop words alone keeps them."""
    words = tokens(text)
    return [stem(word) for word in words if word not in STOP_WORDS] or [stem(word) for word in words]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of a lower-cased word, at most 40 letters."""
    return str(_STEMMER.stemWord(word))[:_LONGEST_TERM]
