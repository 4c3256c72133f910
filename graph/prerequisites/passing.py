"""Discounts for mentions that say little of a need: in passing, as a count, as something of the subject's own.

They stay though no path gets worse without them: they keep out 26 edges of the reference documents, of which about eight are right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from graph.concepts.lexicon import Mention
from graph.text.normal import STOP
from graph.text.units import Unit

_BESIDE = re.compile(r"[(,]\s*[*_`\"“]*$")  # in parentheses, or one of several
_COUNTED = re.compile(r"(?:\d|\b(?:number|trillions|billions|millions|thousands|hundreds|dozens) of)\s*[KMBkmb]?\s*$")
_OWN = re.compile(r"[*_`]*['’]s?\s+[*_`]*")
_OF_IT = re.compile(r"[*_`]*\s+of\s+(?:(?:the|an?|any|each|this)\s+)?[*_`]*")
_FOLLOWED = re.compile(r"[ -]([a-z]{3,})\b")
_SO = re.compile(
    r"(?:→|⇒|=>|\b(?:so|thus|hence|therefore|consequently|which means|meaning|as a result)\b(?!\s+(?:that|far|called)))[^.;→]{0,120}$"
)
IN_PASSING = 0.6
_COMPOUND, _ATTRIBUTE, _TOPIC, _FOLLOWING, _OF_MORE = 0.5, 0.5, 0.6, 0.5, 0.7


def is_in_passing(before: str) -> bool:
    """True if a mention behind this text is in parentheses, is one of several, or says how many: "20 tokens"."""
    return _BESIDE.search(before) is not None or _COUNTED.search(before[-24:]) is not None


def worth(unit: Unit, here: Sequence[Mention], at: int, subject: int, topic: Collection[int]) -> float:
    """The factor in (0, 1] by which a mention counts as a sign that `subject` needs it. `topic` holds what the titles above the unit name.

    Part of a compound ("high-variance", "loss landscape"), a consequence ("→ gradients vanish") and something of the subject's own
    ("ReLU's derivative", "the entropy of a distribution") are seldom needed for it. What a title sets beside the subject is what the
    section explains, not what it takes for granted.
    """
    mention = here[at]
    left = _COMPOUND if unit.text[max(0, mention.start - 1) : mention.start] == "-" else 1.0
    left *= _OF_MORE if at > 0 and _is_modifier(unit, mention) else 1.0
    left *= _FOLLOWING if at > 0 and _SO.search(unit.text[here[0].end : mention.start]) else 1.0
    left *= _ATTRIBUTE if _is_attribute(unit, here, at, subject) else 1.0
    return left * (_TOPIC if subject in topic and mention.concept in topic else 1.0)


def _is_modifier(unit: Unit, mention: Mention) -> bool:
    """True if a name of one word stands before a noun: "loss landscape", "loss-landscape smoothing"."""
    following = _FOLLOWED.match(unit.text, mention.end)
    return following is not None and following[1] not in STOP and not any(sign in unit.text[mention.start : mention.end] for sign in " -")


def _is_attribute(unit: Unit, here: Sequence[Mention], at: int, subject: int) -> bool:
    text, mention = unit.text, here[at]
    if at > 0 and here[at - 1].concept == subject and _OWN.fullmatch(text[here[at - 1].end : mention.start]):
        return True
    return at + 1 < len(here) and here[at + 1].concept == subject and _OF_IT.fullmatch(text[mention.end : here[at + 1].start]) is not None
