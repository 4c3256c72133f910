"""What a bare word means where it stands for several things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.text.normal import ASPECT, GENERIC, QUALIFIER, STOP, VERBS
from graph.text.units import Corpus, Place

Titles = Mapping[Place, Mapping[int, float]]

_UNTELLING = STOP | GENERIC | QUALIFIER | VERBS | ASPECT
_APPOSED = frozenset("term parameter value variable".split())
_ABOUT = 0.6


def telling(corpus: Corpus, units: Sequence[int], without: set[str]) -> frozenset[str]:
    """The words of units that tell what they are about."""
    every = {norm for number in units for norm in corpus.units[number].tokens.norms}
    return frozenset(word for word in every - without if len(word) >= 4 and word.isalpha() and word not in _UNTELLING)
