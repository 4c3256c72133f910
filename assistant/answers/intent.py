"""What a question asks for, read from its words."""

from __future__ import annotations

import re
from enum import StrEnum


class Intent(StrEnum):
    """The kind of sentence that would answer."""

    DEFINITION = "definition"
    WHY = "why"
    HOW = "how"
    FORMULA = "formula"
    NUMBER = "number"
    COMPARE = "compare"
    OTHER = "other"


_SIGNS: tuple[tuple[Intent, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern, re.IGNORECASE))
    for intent, pattern in (
        (Intent.WHY, r"^\W*(and |but |so )?why\b"),
        (Intent.COMPARE, r"\bvs\.?\b|\bversus\b|(?<!temporal )(?<!finite )\bdiffer(s|ence|ences|ent)?\b|\bcompare[ds]?\b|\bbetter than\b"),
        (
            Intent.FORMULA,
            r"\bformulas?\b|\bequations?\b|\beqn?s?\b|\bexpression for\b|\bderivative of\b|\bgradient of\b|\bwritt?en out\b|=\s*\?",
        ),
        (
            Intent.NUMBER,
            r"\bhow (many|much|big|large|small|long|often|far)\b|\bwhat (share|percent\w*|fraction|size|value|number|%)|\bnumber of\b|"
            r"\bbelow what\b|\bat what\b|\bwhen did\b|\bvalues? (of|for)\b|\b(default|typical|usual|recommended|exact) value\b",
        ),
        (Intent.WHY, r"\bwhy\b|\bhow come\b|\breasons?\b|\bwhat causes\b"),
        (Intent.HOW, r"\bhow (do|does|is|are|can|to|would|should)\b|\bsteps?\b|\bprocedure\b"),
        (Intent.DEFINITION, r"^\s*(what|who)('s| is| are| was| were)\b|\bdefin(e|ition)\b|\bmean(s|ing)?\b|^\s*explain\b|^\s*describe\b"),
    )
)
_SHORT = 3

_FORMULA = re.compile(r"[=≈≤≥∝]|\\frac|\\sum|\$\$|√|Σ|∑|\bsqrt\b")
_DIGIT = re.compile(r"\d")
_CAUSE = re.compile(
    r"\b(because|since|so that|therefore|thus|hence|otherwise|due to|prevents?|avoids?|keeps?|leads? to|causes?|makes?|ensures?|allows?|"
    r"without|in order to|to (prevent|avoid|keep|reduce|stabili[sz]e))\b",
    re.IGNORECASE,
)
_DEFINING = re.compile(r"\b(is|are|means|refers to|denotes|measures?|describes?)\b|:\s", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(while|whereas|unlike|but|than|instead|both|in contrast|however|vs\.?)\b|\|", re.IGNORECASE)
_FITS = {
    Intent.FORMULA: _FORMULA,
    Intent.NUMBER: _DIGIT,
    Intent.WHY: _CAUSE,
    Intent.DEFINITION: _DEFINING,
    Intent.COMPARE: _CONTRAST,
}


def intent_of(question: str) -> Intent:
    """The intent of a question; a bare term asks for its definition."""
    for intent, sign in _SIGNS:
        if sign.search(question):
            return intent
    return Intent.DEFINITION if len(question.split()) <= _SHORT else Intent.OTHER


def fits(intent: Intent, sentence: str) -> bool:
    """Whether a sentence has the form that the intent asks for."""
    sign = _FITS.get(intent)
    return sign is not None and sign.search(sentence) is not None


def subject(sentence: str) -> str:
    """What a sentence defines: the words before its verb or colon, none if it defines nothing."""
    sign = _DEFINING.search(sentence)
    return sentence[: sign.start()] if sign else ""
