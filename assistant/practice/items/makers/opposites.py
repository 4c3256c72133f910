"""Decide whether a word of a pair, such as larger and smaller, is the point of a sentence: only then is it worth a gap."""

from __future__ import annotations

import re

_DEGREES = frozenset(
    "higher lower high low more less fewer larger smaller large small longer shorter faster slower greater stronger weaker".split()
)
"""Words that habitually precede a noun (`in large excess`, `high social status`): guessed, or a matter of taste."""
_SAYS_HOW = re.compile(
    r"\b(?:is|are|was|were|be|been|become[s]?|became|remains?|stays?|gets?|grows?|runs?|moves?|travels?|turns?|lasts?)\s+"
    r"(?:(?:\w+ly|much|far|very|even|always|also|often|somewhat|quite|too|so|one \w+|two \w+|three \w+)\s+)*$",
    re.IGNORECASE,
)
_NO_NOUN_BEHIND = re.compile(
    r"\s*(?:$|[.,;:)!”\"]|(?:than|in|at|for|when|if|with|on|as|to|because|while|near|inside|outside|during)\b)", re.IGNORECASE
)
_COMPARES = re.compile(r"\s+(?:[\w-]+\s+){0,4}?than\b(?!\s+(?:ever|usual|before|we|you|that|it|they|previously|one)\b)", re.IGNORECASE)
_NO_VERB = re.compile(r"\b(?:an?|the|of|in|this|any|each|with|by|no|further|to an?|net|large|small|sharp|slight)\s+$", re.IGNORECASE)
_HAS = re.compile(
    r"\b(?:has|have|had|gives?|causes?|needs?|requires?|leads? to|results? in)\s+(?:\w+ly\s+|much\s+|far\s+|a\s+)*$", re.IGNORECASE
)
_FIXED_BOUND = re.compile(r"(?:\bat\s+|\ba\s+bare\s+)$", re.IGNORECASE)
_NO = re.compile(r"\bno\s+$", re.IGNORECASE)


def is_telling(said: str, start: int, end: int) -> bool:
    """True if the word at a place is the point of a sentence.

    >>> is_telling("The effect of pressure is small.", 26, 31), is_telling("Reactants in large excess are left.", 13, 18)
    (True, False)
    """
    word, before, behind = said[start:end].lower(), said[:start], said[end:]
    if _NO.search(before):
        return False
    if word in _DEGREES:
        is_said = (
            word not in ("more", "less", "fewer") and _SAYS_HOW.search(before) is not None and _NO_NOUN_BEHIND.match(behind) is not None
        )
        is_had = word.endswith("er") and word != "fewer" and _HAS.search(before) is not None
        if is_had or behind.startswith(" bound"):
            return True
        is_bare = word in ("more", "less", "fewer") and behind.startswith(" than")
        return is_said or (_COMPARES.match(behind) is not None and not is_bare)
    if word.startswith(("increase", "decrease")):
        return not _NO_VERB.search(before) and not behind.startswith(" in ")
    if word in ("maximum", "minimum"):
        return not _FIXED_BOUND.search(before)
    return True
