"""Decide whether enough speaks for a name to make it a concept. The more text there is, the more is asked of a name."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graph.concepts.candidates import evidence_score
from graph.concepts.phrases import SHORT, Finding
from graph.text.normal import is_namelike, words

_STRONG = ("title", "heading", "question", "acronym", "definition")
_LARGE = 30_000  # words from which on a text comes back to what matters


@dataclass(frozen=True, slots=True)
class Use:
    """How often the text holds a name (`words`), and how many running units and sections mention the concept."""

    words: int
    mentions: int
    sections: int


def demanded(size: int) -> float:
    """How much is asked of a name in a text of `size` words, from 0 (small) to 1 (large)."""
    return min(1.0, max(0.0, math.log(max(size, 1) / SHORT) / math.log(_LARGE / SHORT)))


def is_concept(found: Finding, name: str, use: Use, demand: float) -> bool:
    """True if enough speaks for a name: it is authored, or has several kinds of sign, or one strong sign and use in the text."""
    signs = found.kinds()
    if signs & {"title", "note"}:
        return True
    titled = found.signs["heading"] + found.signs["question"]
    if use.mentions + titled < 2 and not signs & {"acronym", "definition"} and (demand > 0 or "label" not in signs):
        return False
    score = evidence_score(found, use.mentions, use.sections)
    if len(words(name)) == 1 and not is_namelike(name):
        return _is_treated(found, signs, use, score, demand)
    if signs <= {"question", "phrase"} and use.words < 2:
        return False  # words that stand in one question only
    if any(sign in signs for sign in _STRONG):
        return score >= 3.3 + 0.7 * demand or ("acronym" in signs and use.mentions >= 2)
    if signs <= {"phrase", "namelike", "noun", "part", "contents"}:
        return score >= 3.0 + 1.2 * demand and use.mentions >= 3 and use.sections >= 2
    return score >= 2.0 + 2.2 * demand and use.mentions >= 1 + 2 * demand and use.sections >= 1 + demand


def _is_treated(found: Finding, signs: set[str], use: Use, score: float, demand: float) -> bool:
    """A common word is a concept only if the text treats it as one: asks about it, defines it, titles it, or sets it apart in several
    ways."""
    if "heading" in signs and "definition" in signs:
        return True
    treated = min(2, 2 * found.signs["question"]) + min(2, found.signs["definition"]) + min(2, found.signs["heading"])
    treated += ("emphasis" in signs) + ("label" in signs) + ("table" in signs) + min(2, found.signs["noun"]) + ("part" in signs)
    treated += "heading" in signs and use.words >= 6
    is_explained = "definition" in signs or {"heading", "opening"} <= signs
    is_used = use.mentions >= 2 and use.sections >= 1 + demand
    return treated >= 1 + demand and score >= 3.0 + 1.8 * demand and (is_used or treated >= 2 or (is_explained and demand == 0))
