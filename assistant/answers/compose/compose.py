"""Answers without a model: the best-supported sentences of the documents, in their own words, composed so that they read as an answer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers.compose.asked import USUAL, Asked, Bounds
from assistant.answers.compose.comparing import compose_comparison
from assistant.answers.compose.lists import compose_list
from assistant.answers.compose.prose import compose_prose
from assistant.answers.compose.tables import compose_table
from assistant.answers.model import Block, Citation
from assistant.answers.question.intent import Intent, asks_for_several
from assistant.answers.statements import AnyStatement, join_neighbours, to_blocks
from index.search import Hit, Index, Query

_NAMED = 0.95
"""Of a few words, the share that has to lead to a list for the list to be what they ask for."""


def compose_parts(
    asked: Sequence[tuple[Query, Sequence[Hit]]],
    index: Index,
    bounds: Bounds = USUAL,
) -> tuple[tuple[Block, ...], tuple[Citation, ...]]:
    """The answers to the parts of a question one after the other, sharing the bounds; nothing is said twice.

    A part that has the first in front, to be understood, is answered in the form that it asks for itself.
    """
    share = Bounds(max(2, 1 + bounds.sentences // len(asked)), 2 * bounds.words // (len(asked) + 1)) if len(asked) > 1 else bounds
    said: list[AnyStatement] = []
    first = asked[0][0].text if asked else ""
    for query, hits in asked:
        own = query.text.removeprefix(first).strip() if said else ""
        part = Asked.of(query, hits, index, share, own)
        quoted = [quote for statement in said for quote in statement.quotes]
        known = {quote.key for quote in quoted}
        said += [each for each in compose_asked(part.without(quoted)) if not known.issuperset(quote.key for quote in each.quotes)]
    return to_blocks(join_neighbours(said))


def compose_asked(asked: Asked) -> Sequence[AnyStatement]:
    """What answers a question that was made ready."""
    if asked.intent in (Intent.LIST, Intent.STEPS, Intent.HOW):
        return compose_list(asked) or compose_table(asked) or compose_prose(asked)
    if asked.intent is Intent.COMPARE:
        return compose_comparison(asked) or compose_prose(asked)
    if asks_for_several(asked.query.text) and asked.intent is Intent.DEFINITION:
        return compose_list(asked, _NAMED) or compose_prose(asked)
    return compose_prose(asked)
