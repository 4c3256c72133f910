"""What the words around two concepts say about their relation: need, use the other way round, example, or contrast."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

_ARTICLE = (
    r"(?!\w)(?:\s+(?:the|a|an|its|their|this|these|some|any|standard|multiple|all|of|only|both|simple|classical|classic))*"
    r"\s*(?:[\w'’-]+\s+){0,2}[*_`\"“(]*$"
)


class Relation(StrEnum):
    """How a mention relates to what the passage is about (the subject)."""

    NEEDS = "needs"  # the subject needs it, said outright
    USES = "uses"  # the subject uses it
    OF = "of"  # it stands behind a bare preposition
    SERVES = "serves"  # it needs the subject
    EXAMPLE = "example"  # it is a kind, an example or a use of the subject
    PART = "part"  # it is a part or a step of the subject
    OVERVIEW = "overview"  # it is named in an overview, which looks ahead
    CONTRAST = "contrast"  # it is set against the subject
    NONE = "none"


_NEEDS = re.compile(
    r"\b(?:requires?|require understanding|prerequisites?:?|depends? (?:up)?on|dependent on|relies? on|"
    r"builds? (?:directly )?(?:up)?on|built (?:up)?on|built from|based on|extends?|extension (?:of|to)|"
    r"variant of|version of|variation (?:of|on)|form of|kind of|type of|generali[sz]es|generali[sz]ation of|"
    r"special case of|combines?|combination of|combining|recall(?:\s+that)?|"
    r"derived from|derives? from|obtained from|defined (?:in terms of|via|through|as)|consists? of|composed of|"
    r"made (?:up )?of|assumes?|in terms of|lower bound on|upper bound on|bound on|"
    r"approximat(?:es?|ion (?:of|to))|estimates?|instance of|application of|follows from|"
    r"computed (?:from|by|with|using|as)|modif(?:y|ies)|improves? (?:up)?on|decouples?)" + _ARTICLE,
    re.IGNORECASE,
)
# "X is the sum of …" says what X is made of, "keep the smallest set of …" says nothing of the kind.
_MADE_OF = re.compile(
    r"(?:^\W*|\b(?:is|are|as|computes?|gives?|returns?|takes?|means)\s|[:=—–]\s*)\s*(?:(?:an?|the|one|just|simply)\s+)*(?:[\w-]+\s+){0,3}"
    r"(?:sum|average|mean|product|ratio|derivative|inverse|expectation|stack|ensemble|sequence|set|collection)s?\s+of" + _ARTICLE,
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:acts?|acting|serves?|serving|works?|functions?)\s+(?:as|like)\b" + r"(?:\s+[\w-]+){0,4}\s*[*_`\"“(]*$", re.IGNORECASE
)
_USES = re.compile(
    r"\b(?:uses?|using|utili[sz]es?|via|through|appl(?:y|ies|ied)|applying|adds?|adding|employs?|"
    r"exploits?|leverages?|optimi[sz](?:e|es|ing)|minimi[sz](?:e|es|ing)|maximi[sz](?:e|es|ing)|"
    r"prevents?|solves?|address(?:es)?|fix(?:es)?|reduces?|avoids?|mitigates?|fights?|corrects?|"
    r"compress(?:es)?|shares?|normali[sz]es?|scales?|divides?|by dividing|replaces? .{0,30} (?:with|by)|"
    r"trains?(?: on)?|fine-tunes?|"
    r"penali[sz]es?|regulari[sz]es?|measures?|controls?|shrinks?|updates?|computes?|compute|learns?|"
    r"predicts?|approximates?|masks?|clips?)" + _ARTICLE,
    re.IGNORECASE,
)
_OF = re.compile(r"\b(?:of|by|from)" + _ARTICLE, re.IGNORECASE)
_SERVES = re.compile(
    r"\b(?:used (?:\w+ly )?(?:in|by|for|as|to)|applied (?:in|to|for)|basis (?:of|for)|foundation (?:of|for)|"
    r"foundational (?:to|for)|powers?|underl(?:ies|ie)|behind|enables?|essential (?:for|to|in)|"
    r"required (?:for|by|in)|needed (?:for|in|by)|prerequisite (?:for|of|to)|component of|part of|"
    r"building block (?:of|for)|ingredient (?:of|in)|important (?:in|for)|adopted by|common in|core of|key to|"
    r"helps? (?:with|to)|leads? to|motivates?|appears? in|critical (?:for|in)|useful (?:for|in)|"
    r"applications? (?:in|include|:)|default (?:for|in)|step (?:of|in))" + _ARTICLE,
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"(?:\b(?:e\.g\.,?|for example,?|for instance,?|such as|examples?(?: include| are|:)?|including|includes?|"
    r"variants?(?: include| are|:)|types?(?: include| are|:)|extensions?(?: include|:)|used (?:in|by):?|"
    r"use cases?:?|applications?:?)"
    r"|\(e\.g\.?,?)\s*[^.;:]{0,60}$|\blike\s+(?:[\w-]+(?:\s[\w-]+)?(?:,|\sand|\sor)\s)*[*_`\"“]*$",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:unlike|instead of|rather than|without|no|not|n't|vs\.?|versus|than|compared (?:to|with)|"
    r"in contrast (?:to|with)|contrast(?:s|ed)? with|as opposed to|differ(?:s|ent)? from|replac(?:e|es|ing)|"
    r"alternatives? to|"
    r"similar to|equivalent (?:of|to)|whereas|while|but|never|doesn't need|eliminates?|avoids?|skips?|outperforms?|"
    r"beats?|causes?|caused|causing|makes?|over|or)\s+(?:the |a |an |any |standard |plain |full |using |use |need(?:ing)? |have |having |"
    r"require |just |underlying |other |usual |normal )*[*_`\"“(]*$",
    re.IGNORECASE,
)
_NOT_ONLY = re.compile(r"\b(?:not only)\b")
_UNABLE = re.compile(r"\b(?:cannot|can't|can’t|couldn't|fails? to|unable to)\b[^.;:,]*$", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:doesn['’]t|don['’]t|didn['’]t|does not|do not|did not|never|no longer)\s+(?:\w+\s+){1,3}[*_`\"“(]*$"
    r"|\b(?:causes?|hurts?|breaks?)\b[^.;:]*$",
    re.IGNORECASE,
)
_AFTER_CONTRAST = re.compile(r"^[*_`\")’'s]*\s*(?:vs\.?|versus)\b", re.IGNORECASE)
_TITLE_EXAMPLE = re.compile(
    r"\b(?:examples?|variants?|types?|kinds?|use cases?|uses|used (?:in|for|by)|applications?|extensions?|"
    r"family|when to use|in practice|follow[- ]?ups?|next(?: steps)?|further|see also|where it|techniques?|"
    r"methods?|strategies|approaches|algorithms|solutions?|remedies|common|evaluat(?:e|ed|ing|ion)|metrics)\b"
    r"|^\W*use\W*$|\bhow (?:do|can|would|should|to)\b.*\b(?:handle|prevent|fix|mitigate|address|deal with|reduce|avoid|combat|improve)\b",
    re.IGNORECASE,
)
_KINDS = re.compile(
    r"\b(?:types?|kinds?|variants?|famil(?:y|ies)|algorithms|methods|techniques|approaches|models|strategies)\W*$", re.IGNORECASE
)
_TITLE_PART = re.compile(
    r"\b(?:components?|architecture|pipeline|ingredients?|building blocks?|innovations?|consists? of|made of)\b", re.IGNORECASE
)
_TITLE_OVERVIEW = re.compile(
    r"\b(?:tl;?dr|summary|overview|remember|takeaways?|recap|in short|at a glance|outline|conclusions?)\b", re.IGNORECASE
)
_TITLE_CONTRAST = re.compile(
    r"\b(?:vs\.?|versus|differences?|compar(?:e|ed|ison|isons|ing)|alternatives?|trade-?offs?|better than|pitfalls?|mistakes?)\b",
    re.IGNORECASE,
)
_TITLE_NEEDS = re.compile(r"\b(?:prerequisites?|requires?|required|background|you should know|assumed|before you)\b", re.IGNORECASE)
_KIND = re.compile(
    r"^[*_`\")\s]*(?:is|are)\s+(?:an?|the|one)\s+(?:\w+\s+){0,3}(?:form|kind|type|variant|example|case|"
    r"instance|version|choice|method|technique|approach|way)s?\b",
    re.IGNORECASE,
)
_GENUS = re.compile(
    r"^[*_`”\"\s]*(?:\([^)]{1,50}\)[*_`\s]*)?(?P<said>[:—–][*_`\s]*(?P<article>an?\s+|the\s+)?|(?:is|are)\s+(?:an?|the|any)\s+)"
    r"(?:[\w-]+\s+){0,2}[*_`\"“]*$",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(r"^[*_`\")\s]*(?:with|that|which|where|whose|but|plus|\+|made|trained|fitted|built|used)\b", re.IGNORECASE)
_LIST_JOINT = re.compile(r"^[\s,*_`\"”“()]*(?:(?:and|or|\+|&|/|,)[\s*_`\"“(]*)*(?:(?:the|a|an)\s+)?$", re.IGNORECASE)


_WORD = re.compile(r"(?<![a-z])[a-z]{1,3}")


def _first_words(pattern: re.Pattern[str]) -> frozenset[str]:
    """How the words begin that `\\b(?:…|…)` offers."""
    offered, depth = "", 0
    for sign in pattern.pattern.removeprefix(r"\b(?:"):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            break
        offered += sign if depth == 0 else ""
    return frozenset(found.group() for each in offered.split("|") if (found := _WORD.match(each)))


# Most windows hold none of a pattern's words: their first three letters tell, at a tenth of its price.
_OF_CONTRAST, _OF_INABILITY, _OF_ROLE = _first_words(_CONTRAST), _first_words(_UNABLE), _first_words(_ROLE)
_OF_EXAMPLES = frozenset("e for suc exa inc var typ ext use app lik".split())
_OF_NEGATION = frozenset("doe don did nev no cau hur bre".split())
_SAID = (
    (_SERVES, _first_words(_SERVES), Relation.SERVES),
    (_NEEDS, _first_words(_NEEDS), Relation.NEEDS),
    (_MADE_OF, frozenset("sum ave mea pro rat der inv exp sta ens seq set col".split()), Relation.NEEDS),
    (_USES, _first_words(_USES), Relation.USES),
)


def relation(before: str, after: str, previous: Relation, joint: str) -> Relation:
    """How a mention relates to the subject of its sentence.

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
    words = frozenset(_WORD.findall(f"{wide} {window} {near}".lower()))  # a window may begin within a word
    if not words.isdisjoint(_OF_CONTRAST) and _CONTRAST.search(near) and not _NOT_ONLY.search(window):
        return Relation.CONTRAST
    if not words.isdisjoint(_OF_INABILITY) and _UNABLE.search(window):
        return Relation.CONTRAST
    if not words.isdisjoint(_OF_NEGATION) and _NEGATED.search(window):
        return Relation.CONTRAST
    if not words.isdisjoint(_OF_EXAMPLES) and _EXAMPLE.search(wide):
        return Relation.EXAMPLE
    if not words.isdisjoint(_OF_ROLE) and _ROLE.search(window):
        return Relation.NONE
    for pattern, first, found in _SAID:
        if not words.isdisjoint(first) and pattern.search(window):
            return found
    return Relation.OF if _OF.search(window) else Relation.NONE


def continues(joint: str) -> bool:
    """Whether the text between two names coordinates them: "A, B and C"."""
    return _LIST_JOINT.match(joint) is not None


def is_genus(before: str, after: str) -> bool:
    """Whether the text between a subject and the next name makes it a kind of that: "X is a Y", "X: a smooth Y", "X: Y with …"."""
    found = _GENUS.match(before)
    return found is not None and (found["said"][0] not in ":—–" or found["article"] is not None or _DIFFERENCE.match(after) is not None)


def names_kinds(title: str) -> bool:
    """Whether a title promises kinds of its subject rather than uses or examples of it: "RL algorithms"."""
    return _KINDS.search(title) is not None


def is_kind(after: str) -> bool:
    """Whether what follows a name makes it a kind or case of the passage's subject: "is the dominant form"."""
    return _KIND.match(after) is not None


@lru_cache(maxsize=1 << 14)
def under_title(title: str) -> Relation:
    """What a label such as `Use cases:` or `X vs Y` says of everything below it."""
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
