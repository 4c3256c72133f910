"""Whether a later part of a question asks about the same thing as the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answers.passages.candidates import wanted_terms
from assistant.answers.passages.coverage import covered
from assistant.answers.question.intent import intent_of
from index.search import Hit, Index, Query
from ingest.text.terms import analyze

_LOOKED_AT = 3
_LEAST_SAID = 0.6


def speaks_of(question: str, first: Sequence[Hit], part: Query, own: Sequence[Hit], index: Index) -> bool:
    """Whether the passages found for the first part speak of a later one as much as the best that was found for it alone: it then asks
    about the same thing, and is to be understood with the first in front. Never where it has all terms of that already."""
    if frozenset(part.terms) >= frozenset(analyze(question)):
        return False
    wanted = wanted_terms(part, index, intent_of(part.text))
    here, alone = (max((_said(hit, wanted) for hit in hits), default=0.0) for hits in (first[:_LOOKED_AT], own[:1]))
    return here >= max(alone, _LEAST_SAID)


def _said(hit: Hit, wanted: Mapping[str, float]) -> float:
    return covered(wanted, frozenset(analyze(" ".join((*hit.chunk.section, hit.chunk.text)))))
