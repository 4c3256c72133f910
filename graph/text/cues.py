"""Infer the relation of two concepts from the words around them: need, reversed use, example, or contrast."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache, partial

from ingest.language.language import Language

_MARKS = r"[*_`\"“(]*"


class Relation(StrEnum):
    """The relation of a mention to the subject of its passage."""

    NEEDS = "needs"  # the text says that the subject needs it
    GENUS = "genus"  # the subject is a kind of it
    USES = "uses"  # the subject uses it
    OF = "of"  # it follows a bare preposition
    SERVES = "serves"  # it needs the subject
    EXAMPLE = "example"  # it is a kind, an example or a use of the subject
    PART = "part"  # it is a part or a step of the subject
    OVERVIEW = "overview"  # it is named in an overview, which looks ahead
    CONTRAST = "contrast"  # it is contrasted with the subject
    NONE = "none"


_compiled = partial(Language.load("en").pattern, "cues")

_ARTICLE = (
    r"(?!\w)(?:\s+(?:the|a|an|its|their|this|these|some|any|standard|multiple|all|of|only|both|simple|classical|classic))*"
    r"\s*(?:[\w'’-]+\s+){0,2}" + _MARKS + "$"
)
_NEEDS = _compiled(r"\b{needs}" + _ARTICLE)
_MADE_OF = _compiled(
    r"(?:^\W*|\b(?:is|are|as|computes?|gives?|returns?|takes?|means)\s|[:=—–]\s*)\s*(?:(?:an?|the|one|just|simply)\s+)*(?:[\w-]+\s+){0,3}"
    r"{made_of}s?\s+of" + _ARTICLE
)
_ROLE = _compiled(r"\b{role}\s+(?:as|like)\b(?:\s+[\w-]+){0,4}\s*" + _MARKS + "$")
_USES = _compiled(r"\b{uses}" + _ARTICLE)
_OF = _compiled(r"\b(?:of|by|from)" + _ARTICLE)
_SERVES = _compiled(r"\b{serves}" + _ARTICLE)
_EXAMPLE = _compiled(
    r"(?:\b{example}|\(e\.g\.?,?)\s*[^.;:]{0,60}$|\blike\s+(?:[\w-]+(?:\s[\w-]+)?(?:,|\sand|\sor)\s)*[*_`\"“]*$",
)
_CONTRAST = _compiled(r"\b{contrast}\s+(?:{after_contrast} )*" + _MARKS + "$")
_NOT_ONLY = re.compile(r"\bnot only\b")
_UNABLE = _compiled(r"\b{unable}\b[^.;:,]*$")
_NEGATED = _compiled(r"\b{negated}\s+(?:\w+\s+){1,3}" + _MARKS + r"$|\b{effect}\b[^.;:]*$")
_AFTER_CONTRAST = re.compile(r"^[*_`\")’'s]*\s*(?:vs\.?|versus)\b", re.IGNORECASE)
_TITLE_EXAMPLE = _compiled(r"\b{title_example}\b|^\W*use\W*$|\bhow (?:do|can|would|should|to)\b.*\b{title_remedy}\b")
_TITLE_KINDS = _compiled(r"\b{title_kinds}\W*$")
_TITLE_PART = _compiled(r"\b{title_part}\b")
_TITLE_OVERVIEW = _compiled(r"\b{title_overview}\b")
_TITLE_CONTRAST = _compiled(r"\b{title_contrast}\b")
_TITLE_NEEDS = _compiled(r"\b{title_needs}\b")
_KIND = _compiled(r"^[*_`\")\s]*(?:is|are)\s+(?:an?|the|one)\s+(?:\w+\s+){0,3}{kind_of}s?\b")
_GENUS = re.compile(
    r"^[*_`”\"\s]*(?:\([^)]{1,50}\)[*_`\s]*)?(?P<said>[:—–][*_`\s]*(?P<article>an?\s+|the\s+)?|(?:is|are)\s+(?:an?|the|any)\s+)"
    r"(?:[\w-]+\s+){0,2}[*_`\"“]*$",
    re.IGNORECASE,
)
_DIFFERENCE = _compiled(r"^[*_`\")\s]*{difference}\b")
_WHO = r"(?:(?:you|we|one|students) )?"
_COMING = _WHO + r"(?:can |could |try to )?(?:really |fully |properly )?{coming_to}"
_TO_NAME = r"\s*(?:(?:the|an?|about|how|what) )*" + _MARKS
_FROM_NAME = r"[*_`\"”)’s]*"
_LEADS_ON = _compiled(rf"\W*(?:(?:before|(?:in order )?to) {_COMING}|before){_TO_NAME}")
_COMES_FIRST = _compiled(rf"{_FROM_NAME}(?: (?:itself|properly|fully))?,? {_WHO}(?:first )?(?:will )?{{comes_first}}{_TO_NAME}")
_FIRST = _compiled(rf"\W*{_WHO}(?:first )?{{comes_first}}{_TO_NAME}")
_THEN = _compiled(rf"{_FROM_NAME}(?: well| first)?,? before (?:{_COMING})?{_TO_NAME}")
_LIST_JOINT = re.compile(r"^[\s,*_`\"”“()]*(?:(?:and|or|\+|&|/|,)[\s*_`\"“(]*)*(?:(?:the|a|an)\s+)?$", re.IGNORECASE)


def relation(before: str, after: str, previous: Relation, joint: str) -> Relation:
    """The relation of a mention to the subject of its sentence.

    `before` is the text between the subject and the mention, `after` what follows it, `joint` the text since the previous mention and
    `previous` that mention's relation, which a list carries on: "combines A, B and C".
    """
    if _AFTER_CONTRAST.match(after):
        return Relation.CONTRAST
    if before.endswith("(") and after.startswith(")"):
        return Relation.EXAMPLE
    if previous is not Relation.NONE and _LIST_JOINT.match(joint):
        return previous
    wide, window, near = before[-110:], before[-70:], before[-32:]
    if _CONTRAST.search(near) and not _NOT_ONLY.search(window):
        return Relation.CONTRAST
    if _UNABLE.search(window) or _NEGATED.search(window):
        return Relation.CONTRAST
    if _EXAMPLE.search(wide):
        return Relation.EXAMPLE
    if _ROLE.search(window):
        return Relation.NONE
    for pattern, found in ((_SERVES, Relation.SERVES), (_NEEDS, Relation.NEEDS), (_MADE_OF, Relation.NEEDS), (_USES, Relation.USES)):
        if pattern.search(window):
            return found
    return Relation.OF if _OF.search(window) else Relation.NONE


def states_order(lead: str, joint: str) -> int:
    """Which of two neighbouring names should be learned first according to a sentence: 1 for the second, -1 for the first, 0 if it does not
    say.

    `lead` is the text before the first name, `joint` the text between the two.

    >>> states_order("Before you can understand ", ", you need to know the ")
    1
    >>> states_order("You should know ", " before you study ")
    -1
    """
    if _LEADS_ON.fullmatch(lead) and _COMES_FIRST.fullmatch(joint):
        return 1
    return -1 if _FIRST.fullmatch(lead) and _THEN.fullmatch(joint) else 0


def continues(joint: str) -> bool:
    """True if the text between two names coordinates them: "A, B and C"."""
    return _LIST_JOINT.match(joint) is not None


def is_genus(before: str, after: str) -> bool:
    """True if the text between a subject and the next name makes the subject a kind of it: "X is a Y", "X: a smooth Y", "X: Y with …"."""
    found = _GENUS.match(before)
    return found is not None and (found["said"][0] not in ":—–" or found["article"] is not None or _DIFFERENCE.match(after) is not None)


def names_kinds(title: str) -> bool:
    """True if a title promises kinds of its subject rather than uses or examples of it: "RL algorithms"."""
    return _TITLE_KINDS.search(title) is not None


def is_kind(after: str) -> bool:
    """True if the text after a name makes it a kind or case of the passage's subject: "is the dominant form"."""
    return _KIND.match(after) is not None


@lru_cache(maxsize=1 << 14)
def under_title(title: str) -> Relation:
    """The relation that a label such as `Use cases:` or `X vs Y` gives to everything below it."""
    if _TITLE_NEEDS.search(title):
        return Relation.NEEDS
    if _TITLE_CONTRAST.search(title):
        return Relation.CONTRAST
    if _TITLE_OVERVIEW.search(title):
        return Relation.OVERVIEW
    if _TITLE_PART.search(title):
        return Relation.PART
    if _TITLE_EXAMPLE.search(title):
        return Relation.EXAMPLE
    return Relation.NONE
