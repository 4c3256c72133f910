"""Whether enough speaks for a name to make it a concept: the more text there is, the more of it is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from graph.concepts.candidates import evidence_score
from graph.concepts.phrases import SHORT, Finding
from graph.text.normal import is_namelike, words

_STRONG = ("title", "heading", "question", "acronym", "definition")
_LARGE = 30_000  # words of a text that comes back to what matters


@dataclass(frozen=True, slots=True)
class Use:
    """How often the text says a name (`words`), the running units that mention the concept, and the sections."""

    words: int
    mentions: int
    sections: int


def demanded(size: int) -> float:
    """How much is asked of a name in a text of `size` words: 0 in a small one, 1 in a large one."""
    return min(1.0, max(0.0, math.log(max(size, 1) / SHORT) / math.log(_LARGE / SHORT)))


def kinds(found: Finding) -> set[str]:
    """The kinds of sign that speak for a name."""
    return {sign for sign, count in found.signs.items() if count > 0}


def is_concept(found: Finding, name: str, use: Use, demand: float) -> bool:
    """Enough speaks for it: authored, or several kinds of sign, or one strong sign and use in the text."""
    signs = kinds(found)
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
    """A common word is a concept only if the text treats it as one: asked, defined, titled, or set apart in several ways."""
    treated = min(2, 2 * found.signs["question"]) + min(2, found.signs["definition"]) + min(2, found.signs["heading"])
    treated += ("emphasis" in signs) + ("label" in signs) + ("table" in signs) + min(2, found.signs["noun"]) + ("part" in signs)
    treated += "heading" in signs and use.words >= 6
    if "heading" in signs and "definition" in signs:
        return True  # its own heading, and a sentence that says what it is
    told = "definition" in signs or {"heading", "opening"} <= signs
    often = use.mentions >= 2 and use.sections >= 1 + demand
    return treated >= 1 + demand and score >= 3.0 + 1.8 * demand and (often or treated >= 2 or (told and demand == 0))
