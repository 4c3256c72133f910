"""Find the only rare word of a query, which is probably its subject.

A query such as "what is graupel" has one word that tells passages apart. Nearness of meaning may still prefer a passage about snow, which
looks wrong to the user. So a passage without the word never outranks one with it. If several words tell passages apart, each may be the
user's own wording, and this rule does not apply (docs/results.md has the figures).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from index.engine import Engine
from ingest.language.language import Language
from ingest.text.terms import stem

_RARE = 0.1
"""The largest share of the passages with a rare word. In a small library two passages are allowed."""
_COMMON = 0.5
"""The least share of the passages with a common word, which does not tell passages apart."""


def only_rare_word(terms: Sequence[str], engine: Engine) -> str | None:
    """The only rare term of a query; None without one, with several, or with a term that no passage contains."""
    own = [term for term in dict.fromkeys(terms) if term not in _asking()]
    counts = dict(zip(own, engine.frequencies(own), strict=True))
    rare = [term for term in own if counts[term] < _COMMON * engine.size]
    if len(rare) != 1 or not 0 < counts[rare[0]] <= max(2, _RARE * engine.size):
        return None
    return rare[0]


@cache
def _asking() -> frozenset[str]:
    """The terms that only express a request: "explain", "how"."""
    english = Language.load("en")
    leads = english.groups("question_leads")
    return frozenset(stem(word) for word in (*english.words("function_words"), *leads["asking"], *leads["task"]) if word.isalpha())
