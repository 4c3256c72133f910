"""The expected answer type of a question (Li and Roth 2002), for types that can be recognised in a text."""

from __future__ import annotations

import re
from enum import StrEnum

from ingest.language.language import Language, alternatives
from ingest.text.list_marks import LIST_MARK

_MEASURES = "many|much|big|large|small|long|short|often|far|fast|slow|high|low|heavy|thick|wide|deep|tall|old|hot|cold|expensive"
_QUANTITIES = (
    "number|amount|percentage|share|fraction|proportion|size|length|width|height|depth|weight|voltage|temperature|cost|price|speed|rate|"
    "frequency|probability|dimension|dimensions|value|values|multiplier|threshold|factor"
)
_UNITS = "percent|bits|bytes|kilobytes|megabytes|gigabytes|terabytes|seconds|milliseconds|minutes|hours|days|years|tokens|words|pages"


class AnswerType(StrEnum):
    """A kind of thing that can be recognised in a text."""

    NUMBER = "number"
    DATE = "date"
    PERSON = "name"


_ASKED = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (AnswerType.DATE, r"\bwhen (?:did|was|were)\b|\b(?:what|which) (?:year|century|date)\b|\b(?:since|until) when\b|\byear of\b"),
        (AnswerType.PERSON, r"(?:^|[,:;] |\band )who (?!is|are|was|were\b)|\bby whom\b|\bname of the (?:person|author|inventor)\b"),
        (
            AnswerType.NUMBER,
            rf"\bhow (?:{_MEASURES})\b|\b(?:what|which) (?:%|(?:percent|{_QUANTITIES})\b)|\b(?:{_QUANTITIES}) (?:of|for)\b|"
            rf"\b(?:default|typical|usual|recommended|exact|average|max(?:imum)?|min(?:imum)?) (?:[\w-]+ ){{0,2}}(?:{_QUANTITIES})\b|"
            rf"\b(?:default|max(?:imum)?|min(?:imum)?) \w+_\w+|\bin (?:{_UNITS})\b|\b(?:{_QUANTITIES})\W*$|\b(?:below|above|at) what\b",
        ),
    )
)
# The question asks for a reason, a decision or a comparison, whatever quantities it names.
_OTHERWISE = re.compile(
    r"\bwhy\b|^\W*(?:is|are|was|were|do|does|did|can|could|should|must|will|would)\b|\bvs\b|\bversus\b|\bdifferen|\bwrong\b", re.IGNORECASE
)
_MEASURE_WORD = re.compile(rf"\bhow ({_MEASURES})\b|\b(number|percent|percentage|share|fraction|amount|values?)\b", re.IGNORECASE)
_COUNTED = alternatives([*Language.load("en").pairs("numbers"), *"dozen thousand million billion half third quarter".split()])
_HELD = {
    # Digits inside of a name or an index ("GPT-3", "x_1") are not a number; a formula may be the number that is asked for.
    AnswerType.NUMBER: re.compile(
        rf"(?<![A-Za-z\d_^{{-])\d[\d.,]*|\b(?:{_COUNTED}|once|twice|doubles?|triples?)\b|[=≈≤≥∝√]|\bO\(", re.IGNORECASE
    ),
    AnswerType.DATE: re.compile(r"\b(?:1\d{3}|20\d{2})s?\b|\bcentur|\bdecades?\b|\b\d{1,2}(?:st|nd|rd|th)\b"),
    AnswerType.PERSON: re.compile(r"(?<=[\w,;(] )[A-Z][\w'’]+|\b[A-Z][\w'’]+(?= (?:and )?[A-Z])"),
}
_LIST_MARK = re.compile(rf"^(?:\s*{LIST_MARK}\s+)*")


def answer_type(question: str) -> AnswerType | None:
    """The kind of thing that a question asks for; None if it cannot be recognised in a text."""
    if _OTHERWISE.search(question):
        return None
    return next((kind for kind, sign in _ASKED if sign.search(question)), None)


def holds_type(kind: AnswerType, text: str, question: str) -> bool:
    """True if a text contains something of the kind that is not in the question itself."""
    named = question.lower()
    found = _HELD[kind].findall(_LIST_MARK.sub("", text))
    return any(not re.search(rf"(?<!\w){re.escape(each.lower().rstrip('.,'))}(?!\w)", named) for each in found)


ASKING_WORDS = frozenset(
    "vs versus name names list lists explain explained describe define definition called call whats eqn eqns wrt pls please".split()
)
"""Words that say how to answer, and need not be in an answer."""


def measure_words(question: str) -> set[str]:
    """The words of a question that ask for a measure, which an answer need not contain ("how many", "number of"), in lower case."""
    return {word.lower() for found in _MEASURE_WORD.findall(question) for word in found if word}
