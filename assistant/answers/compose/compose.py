"""Answers without a model: the best words of the documents, composed into a readable answer."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answers.compose.asked import USUAL_WORDS, Asked
from assistant.answers.compose.lists import compose_list
from assistant.answers.compose.prose import compose_prose
from assistant.answers.compose.sections import compose_sections
from assistant.answers.model import Block, Citation
from assistant.answers.passages.candidates import Ranker
from assistant.answers.question.intent import Intent
from assistant.answers.statements import AnyStatement, Numbering, join_neighbours, to_blocks
from index.search import Hit, Query


def compose_parts(
    asked: Sequence[tuple[Query, Sequence[Hit]]],
    ranker: Ranker,
    words: int = USUAL_WORDS,
    below: Numbering | None = None,
) -> tuple[tuple[Block, ...], tuple[Citation, ...]]:
    """The answers to the parts of a question in order, sharing the limit of words and without repetitions.

    A part that includes the first part for context is answered in the form that it asks for itself. `below` a model's text, the units that
    it cites come first, and each keeps its number.
    """
    share = 2 * words // (len(asked) + 1)
    said: list[list[AnyStatement]] = []
    first = asked[0][0].text if asked else ""
    for query, hits in asked:
        own = query.text.removeprefix(first).strip() if said else ""
        part = Asked.of(query, hits, ranker, share, own)
        part = part.beginning_with(below.quotes) if below else part
        quoted = [quote for paragraph in said for statement in paragraph for quote in statement.quotes]
        known = {quote.key for quote in quoted}
        for paragraph in compose_asked(part.without(quoted)):
            new = [each for each in paragraph if not known.issuperset(quote.key for quote in each.quotes)]
            said += [new] if new else []
    return to_blocks(said if below else [join_neighbours(paragraph) for paragraph in said], below)


def compose_asked(asked: Asked) -> list[list[AnyStatement]]:
    """The answer to a prepared question in paragraphs: a whole list (or sections that are one) if it is asked for, else passages' words."""
    if asked.intent in (Intent.LIST, Intent.STEPS, Intent.HOW) and (listed := compose_list(asked)):
        return [list(listed)]
    if asked.intent in (Intent.LIST, Intent.DEFINITION, Intent.OTHER) and (sections := compose_sections(asked)):
        return [list(sections)]
    return compose_prose(asked)
