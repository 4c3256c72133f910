"""The only rare word of a query: what a person typed it for.

A query such as "what is graupel" has one word that tells passages apart. Nearness of meaning may still prefer a passage about snow, which
looks wrong to whoever typed the word. So a passage without the word never outranks one with it. Where several words tell passages apart,
each may be the asker's own wording, and nothing of the kind holds (docs/results.md has the figures).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from index.engine import Engine
from ingest.language.language import Language
from ingest.text.terms import stem

_RARE = 0.1
"""The largest share of the passages that hold a rare word; in a small library it may be in two."""
_COMMON = 0.5
"""The least share of the passages that hold a common word: it tells none apart."""


def only_rare_word(terms: Sequence[str], engine: Engine) -> str | None:
    """The term of a query that alone is rare; None if there is none, or several, or a term that no passage holds."""
    own = [term for term in dict.fromkeys(terms) if term not in _asking()]
    counts = dict(zip(own, engine.frequencies(own), strict=True))
    rare = [term for term in own if counts[term] < _COMMON * engine.size]
    if len(rare) != 1 or not 0 < counts[rare[0]] <= max(2, _RARE * engine.size):
        return None
    return rare[0]


@cache
def _asking() -> frozenset[str]:
    """The terms that ask for something and name nothing: "explain", "how"."""
    english = Language.load("en")
    leads = english.groups("question_leads")
    return frozenset(stem(word) for word in (*english.words("function_words"), *leads["asking"], *leads["task"]) if word.isalpha())
