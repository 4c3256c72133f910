"""Split a question that asks two things at once."""

from __future__ import annotations

import re

from ingest.text.notation import tokens
from ingest.text.terms import STOP_WORDS, analyze

MOST_PARTS = 3
_ASKING = r"(?:what|which|how|why|when|where|who|whose|does|do|is|are|can|should|whether)\b"
_JOINT = re.compile(rf"\?+\s+(?:(?:and|or|but|so)\s+)?(?=\w)|;\s+|\s*,?\s+(?:and|&|\+|n)\s+(?:also\s+)?(?={_ASKING})", re.IGNORECASE)
_COMMA = re.compile(rf",\s+(?={_ASKING})", re.IGNORECASE)
_ASKS = re.compile(rf"\b{_ASKING}", re.IGNORECASE)
_TOPIC = re.compile(r"^([^:?]{3,60}):\s+")
_POINTS_BACK = re.compile(r"^for\b|\b(?:it|its|they|their|them|this|that|these|those|each|one)\b", re.IGNORECASE)
_OWN_TERMS = 2


def split_question(question: str) -> tuple[str, ...]:
    """The parts of a question, each understandable alone; the question itself if it has one part.

    A topic before a colon is added to every part. A part that refers back, or names too little, gets the first part in front.
    """
    topic = _TOPIC.match(question)
    asked = question[topic.end() :] if topic else question
    parts = [part.strip(" ,?") for joined in _JOINT.split(asked) for part in _at_commas(joined)]
    parts = [part for part in parts if any(word not in STOP_WORDS for word in tokens(part))]
    if not 1 < len(parts) <= MOST_PARTS:
        return (question,)
    first = parts[0]
    whole = [first, *(f"{first} {part}" if _needs(part) else part for part in parts[1:])]
    return tuple(f"{topic[1]}: {part}" if topic else part for part in whole)


def _at_commas(text: str) -> list[str]:
    """Cut at commas before a question, except after a mere introduction: `so many heads, why`."""
    parts = _COMMA.split(text)
    if len(parts) > 1 and not _ASKS.search(parts[0]):
        parts[:2] = [f"{parts[0]}, {parts[1]}"]
    return parts


def _needs(part: str) -> bool:
    return _POINTS_BACK.search(part) is not None or len(set(analyze(part))) < _OWN_TERMS
