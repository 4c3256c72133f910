"""What a question asks for, read from its words."""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.language.language import Language, alternatives


class Intent(StrEnum):
    """The kind of sentence that would answer."""

    DEFINITION = "definition"
    WHY = "why"
    HOW = "how"
    FORMULA = "formula"
    NUMBER = "number"
    COMPARE = "compare"
    LIST = "list"
    STEPS = "steps"
    YES_NO = "yes/no"
    OTHER = "other"


_MEMBERS = (
    r"types|kinds|forms|sorts|varieties|classes|categories|conditions|causes|reasons|properties|advantages|disadvantages|benefits|drawbacks|"
    r"pros|cons|limitations|assumptions|parts|components|elements|ingredients|features|characteristics|examples|options|methods|ways|"
    r"techniques|approaches|strategies|rules|principles|criteria|factors|symptoms|remedies|cures|requirements|layers|families|members|uses|applications|"
    r"signs|use cases|variants|functions|laws|commands|flags|metrics|algorithms|levels|pitfalls|strengths|weaknesses|challenges"
)
_QUANTITIES = (
    r"lengths?|sizes?|depths?|hops?|times?|rates?|speeds?|numbers?|counts?|values?|temp(?:erature)?s?|distances?|widths?|heights?|ages?|doses?|"
    r"voltages?|pressures?|loads?|durations?|capacity"
)
_NUMBERS = alternatives(word for word in Language.load("en").pairs("numbers") if word != "one")  # "which one" is not a count
_COUNT = rf"(?:{_NUMBERS}|\d{{1,2}})"
_AUXILIARY = (
    r"do|does|did|is|are|was|were|am|can|could|should|must|may|might|has|have|had|will|would|"
    r"isn['’]?t|aren['’]?t|doesn['’]?t|don['’]?t|can['’]?t"
)
_SIGNS: tuple[tuple[Intent, re.Pattern[str]], ...] = tuple(
    (intent, re.compile(pattern, re.IGNORECASE))
    for intent, pattern in (
        (Intent.WHY, r"^\W*(and |but |so )?why\b"),
        (Intent.YES_NO, r"^\W*(?:can|may|must|should|could|do|did) (?:i|we|one)\b(?!.*\bor\b)"),
        (
            Intent.COMPARE,
            r"\bvs\.?\b|\bversus\b|(?<!temporal )(?<!finite )\bdiffer(s|ence|ences)?\b|\bdifferent (?:from|than|to)\b|\bcompare[ds]?\b|"
            r"\bbetter than\b",
        ),
        (
            Intent.FORMULA,
            r"\bformulas?\b|\bequations?\b|\beqn?s?\b|\bexpression for\b|\bderivative of\b|\bgradient of\b|\bwritt?en out\b|=\s*\?",
        ),
        (
            Intent.NUMBER,
            r"\bhow (?:many|much|big|large|small|long|often|far|fast|high|low|deep|thick|thin|wide|tall|heavy|old|hot|cold|late|close)\b|"
            rf"\bwhat (?:(?:share|percent\w*|fraction|year|port|ratio|{_QUANTITIES})\b|%)|"
            r"\bnumber of\b|\bbelow what\b|\bat what\b|\bwhen (did|was|were)\b|\b(values? of|value for)\b|"
            r"\b(default|typical|usual|recommended|exact) value\b|\bdefault\W*$|\bhalf[- ]?life (of|for)\b|"
            r"^\W*(?:what(?:['’]?s| is| are) )?(?:the )?"
            rf"(?:(?:default|typical|usual|recommended) \w|(?:max|min)(?:imum)? (?:\w+ )?(?:{_QUANTITIES})\b)",
        ),
        (Intent.YES_NO, rf"^\W*(?:so |and |but |then )?(?:{_AUXILIARY})\b(?! you\b)(?!.*\bor\b)"),
        (Intent.STEPS, r"\bsteps\b|\bstep by step\b|\bprocedure\b|\bin (?:the right |what |which )?order\b|\b(?:stages|phases) of\b"),
        (
            Intent.LIST,
            rf"^\W*(?:list|name|enumerate|give|tell me)\b(?=.*(?:\b(?:{_MEMBERS})\b|\b(?:all|{_COUNT})\b))|^\W*(?:list|enumerate)\b|"
            rf"^\W*(?:the |which |all )?(?:{_COUNT} )?(?:\w+ )?(?:{_MEMBERS}) (?:of|for|to)\b|"
            rf"\b(?:what|which)(?: (?:are|were|other|different|the|main|common|typical|{_COUNT}))* (?:[\w-]+ ){{0,2}}(?:{_MEMBERS})\b|"
            rf"\bwhat (?:are|were) (?:the )?{_COUNT}\b|\b(?:what|which) {_COUNT}\b",
        ),
        (Intent.WHY, r"\bwhy\b|\bhow come\b|\breasons?\b|\bwhat causes\b"),
        (Intent.HOW, r"\bhow (do|does|did|is|are|can|to|would|should)\b|\bsteps?\b"),
        (Intent.DEFINITION, r"^\s*(what|who)('s| is| are| was| were)\b|\bdefin(e|ition)\b|\bmean(s|ing)?\b|^\s*explain\b|^\s*describe\b"),
    )
)
_SHORT = 3
_LONGEST_LABEL = 5
_NAME = re.compile(
    r"\b(?:name|term|word) (?:of|for)\b|[.?!,;]\s*(?:name|term)\W*$|\b(?:its name|called)\W*$|"
    r"\b(?:what|how)(?:['’]?s| is| are) (?:that|this|it|those) called\b|\bwhats? that called\b",
    re.IGNORECASE,
)

_FORMULA = re.compile(r"[=≈≤≥∝]|\\frac|\\sum|\$\$|√|Σ|∑|\bsqrt\b")
_DIGIT = re.compile(
    r"(?<![A-Za-z])(?<![A-Za-z][-‑])\d(?!\d*(?:st|nd|rd|th)\b)|√|\$[^$\n]{0,80}?\w\s?[-+*/^=×·][^$\n]{0,80}\$|"
    rf"\b(?:{_NUMBERS}|dozen|hundreds|thousands?|millions?|billions?|half|twice)\b",
    re.IGNORECASE,
)
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
    """True if a sentence has the form that the intent asks for."""
    sign = _FITS.get(intent)
    return sign is not None and sign.search(sentence) is not None


def subject(sentence: str) -> str:
    """The words that a sentence defines: those before its verb or, if they are few, before its colon; empty if it is not a definition."""
    sign = _DEFINING.search(sentence)
    said = sentence[: sign.start()] if sign else ""
    return "" if sign and sign[0].startswith(":") and len(said.split()) > _LONGEST_LABEL else said


def asks_name(question: str) -> bool:
    """True if a question describes something and asks for its name."""
    return _NAME.search(question) is not None
