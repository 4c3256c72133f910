"""What a bare word means where it stands for several things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from graph.concepts.lexicon import Mention, Mentions
from graph.text.normal import ASPECT, GENERIC, QUALIFIER, STOP, VERBS, words
from graph.text.units import Corpus, Place, upwards

Titles = Mapping[Place, Mapping[int, float]]

_UNTELLING = STOP | GENERIC | QUALIFIER | VERBS | ASPECT
_APPOSED = frozenset("term parameter value variable".split())
_ABOUT = 0.6


def telling(corpus: Corpus, units: Sequence[int], without: set[str]) -> frozenset[str]:
    """The words of units that tell what they are about."""
    every = {norm for number in units for norm in corpus.units[number].tokens.norms}
    return frozenset(word for word in every - without if len(word) >= 4 and word.isalpha() and word not in _UNTELLING)


def _as(mention: Mention, concept: int) -> Mention:
    return replace(mention, concept=concept) if mention.concept != concept else mention


def appositives(names: Mapping[str, int], spelled: Sequence[str]) -> dict[int, int]:
    """The concepts whose name is a word and what kind of thing it is, by the concept of the bare word: "bias term" by "bias".

    `spelled[c]` is the name of concept c. A term called bias is no kind of bias, though the text may call it by the bare word.
    """
    found = {}
    for number, name in enumerate(spelled):
        pieces = words(name)
        bare = names.get(pieces[0]) if len(pieces) == 2 and pieces[1] in _APPOSED else None
        if bare is not None and bare != number:
            found[bare] = number
    return found


def as_titled(corpus: Corpus, titles: Titles, mentions: Mentions, apposed: Mapping[int, int]) -> Mentions:
    """The mentions, where the bare word in a section about the longer name means that."""
    within: dict[Place, set[int]] = {}
    for unit in corpus.units if apposed else ():
        place = unit.document, unit.section
        if place not in within:
            within[place] = {concept for above in upwards(corpus, place) for concept in titles[above] if titles[above][concept] >= _ABOUT}
    return tuple(
        tuple(
            _as(each, apposed[each.concept]) if apposed.get(each.concept) in within[unit.document, unit.section] else each for each in here
        )
        if any(each.concept in apposed for each in here)
        else here
        for unit, here in zip(corpus.units, mentions, strict=True)
    )
