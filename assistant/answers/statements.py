"""What an answer is composed of before its citations have numbers: texts, and the quotes that they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.answers.model import Citation, Sentence, cite
from ingest.model import Chunk, Excerpt, Span

_LONGEST = 80
"""Words up to which neighbours are quoted in one piece."""
_MOST_BETWEEN = 12
"""Words that may stand between them."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a passage; `copies` are the passages that say the same."""

    chunk: Chunk
    excerpt: Excerpt
    copies: tuple[Chunk, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        return self.chunk.document, self.excerpt.span, self.excerpt.text


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, a list or rows of a table, made of the words that it quotes; `why` says what speaks for it.

    Rows are lines of Markdown. A row whose cells are from different quotes has one quote a cell, in order.
    """

    text: str
    quotes: tuple[Quote, ...]
    own_line: bool = False
    why: str = ""


def joined_up(statements: Sequence[Statement]) -> list[Statement]:
    """The statements, with those that follow one another in a passage quoted in one piece, as far as that stays short: a reader has
    one place to look at then."""
    said: list[Statement] = []
    run: list[Statement] = []
    for statement in statements:
        if run and (whole := _together(run, statement)):
            run.append(statement)
            said[-len(run) + 1 :] = [replace(each, quotes=(whole,)) for each in run[:-1]]
            said.append(replace(statement, quotes=(whole,)))
        else:
            run = [statement]
            said.append(statement)
    return said


def _together(run: Sequence[Statement], following: Statement) -> Quote | None:
    """What a run of statements and the one that follows quote, in one piece; None where that is long, or much stands between."""
    if not all(len(each.quotes) == 1 for each in (*run, following)):
        return None
    quotes = [each.quotes[0] for each in (*run, following)]
    chunk = quotes[0].chunk
    if quotes[-1].chunk.id != chunk.id:
        return None
    places = sorted(((chunk.text.find(quote.excerpt.text), quote.excerpt) for quote in quotes), key=lambda place: place[0])
    first, last = places[0], places[-1]
    stop = last[0] + len(last[1].text)
    gaps = [chunk.text[begins + len(said.text) : after] for (begins, said), (after, _) in pairwise(places)]
    if first[0] < 0 or any(len(gap.split()) > _MOST_BETWEEN for gap in gaps) or len(chunk.text[first[0] : stop].split()) > _LONGEST:
        return None
    span = Span(first[1].span.first, last[1].span.last, first[1].span.part)
    return Quote(chunk, Excerpt(chunk.text[first[0] : stop], span), quotes[0].copies)


def cited(statements: Sequence[Statement]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """The sentences and their citations, numbered from 1 in the order of their first use; what is quoted twice has one number."""
    numbers: dict[tuple[object, ...], int] = {}
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    for statement in statements:
        for quote in statement.quotes:
            if quote.key not in numbers:
                numbers[quote.key] = len(numbers) + 1
                citations.append(cite(numbers[quote.key], quote.chunk, quote.excerpt, quote.copies))
        ids = tuple(numbers[quote.key] for quote in statement.quotes)
        sentences.append(Sentence(statement.text, ids, statement.own_line, statement.why))
    return tuple(sentences), tuple(citations)
