"""Words that never name a concept by themselves, and words that show the kind of a name. The lists are in data/language/."""

from __future__ import annotations

from graph.text.normal import STOP, words
from ingest.language.language import Language

_ENGLISH = Language.load("en")

GENERIC = _ENGLISH.words("generic")
"""General words, used in any subject. A name made only of these is not a concept."""
ASPECT = _ENGLISH.words("aspects")
"""Nouns that name an aspect of a thing: "X assumptions" is about X."""
VERBS = _ENGLISH.words("verbs")
"""Verbs that start an instruction or a clause, not a name."""
QUALIFIER = _ENGLISH.words("qualifiers")
"""Describing words that turn a concept into a phrase about it."""
GERUNDS = frozenset(
    form for verb in VERBS for form in (f"{verb}ing", f"{verb.removesuffix('e')}ing", f"{verb}{verb[-1]}ing")
) - _ENGLISH.words("naming_gerunds")
"""Forms in -ing of these verbs, without those that name things or kinds of them ("learning rate", "vanishing gradient")."""


def is_generic(text: str) -> bool:
    """True if a name consists only of generic words, numbers, single letters and function words."""
    return all(part in GENERIC or part in STOP or part in QUALIFIER or len(part) == 1 or part[0].isdigit() for part in words(text))
