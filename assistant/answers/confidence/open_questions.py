"""Questions that the notes ask themselves and leave open: what is asked there is hardly answered elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.wording.display import tidy
from index.search import Hit, Query
from ingest.model import Excerpt
from ingest.text.sentences import sentences
from ingest.text.terms import analyze

_ALIKE = 0.8
"""The share of the terms of two questions that both have, from which they ask the same."""


def open_question(query: Query, hits: Sequence[Hit]) -> str:
    """The place where the notes ask the same and their section ends without saying more, as `file:line`; empty without one."""
    terms = frozenset(analyze(query.text))
    for hit in hits:
        for number, unit in enumerate(hit.chunk.units):
            if _asks(unit, terms) and all(tidy(later.text).endswith("?") for later in hit.chunk.units[number + 1 :]):
                return f"{hit.chunk.document}:{unit.span.last}"
    return ""


def _asks(unit: Excerpt, terms: frozenset[str]) -> bool:
    """True if a unit ends with a question of these terms."""
    if "?" not in unit.text:  # tidying every unit of every answer would cost more than all else here
        return False
    text = tidy(unit.text)
    if not text.endswith("?"):
        return False
    begin, end = sentences(text)[-1]
    own = frozenset(analyze(text[begin:end]))
    return bool(own) and len(own & terms) >= _ALIKE * len(own | terms)
