"""Lists: if types or steps are asked for, the whole list is given, every item in order below its leading line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answers.compose.asked import Asked
from assistant.answers.passages.candidates import Candidate
from assistant.answers.passages.coverage import covered
from assistant.answers.passages.lists_in_text import Item, Listing, is_item, listings
from assistant.answers.passages.surroundings import lines_about, quotes_of
from assistant.answers.question.intent import Intent
from assistant.answers.statements import ListItem, ListStatement, Quote
from assistant.wording.display import label_of, tidy
from ingest.language.language import Language
from ingest.text.sentences import sentences
from ingest.text.terms import analyze

_ORDERS = re.compile(
    r"^\W*(?:list|name|enumerate|give|tell)\b\W*(?:me\b)?|"
    r"\b(?:the )?(?:steps?|procedure|types?|kinds?|sorts?|varieties)\b(?: by step\b)?(?: (?:of|to|for|in)\b)?",
    re.IGNORECASE,
)
_COUNTS = {word: int(number) for word, number in Language.load("en").pairs("numbers").items() if int(number) > 1}
_HITS = 5
# The least relevance of a list's best unit, as a share of the best unit's; and the share of the question that the list and its heading have
# to cover.
_LEAST_NEAR = 0.5
_LEAST_NEAR_NAMED = 0.2
_NAMED = 0.95
_LEAST_ABOUT = 0.4
_LEAST_ABOUT_HOW = 0.55
_FITTING = 0.2
# A list without a leading line is less likely about its heading's subject.
_UNLED = 0.98
# A line that names other things too may lead to a list of something else.
_BESIDE = 0.9
# How many other words the leading line of a list may have.
_GENERAL = frozenset(
    analyze(
        "types kinds sorts forms classes categories groups methods techniques approaches variants overview main common different list more "
        "following two three four five six seven eight nine ten several many"
    )
)


def compose_list(asked: Asked, least_about: float = 0.0) -> list[ListStatement]:
    """The list that answers the question, as one statement; an empty list without one.

    A "how" question is answered only by a list of steps. `least_about` is the share of the question that has to be covered, if it is more
    than usual.
    """
    best = asked.candidates[0].relevance if asked.candidates else 0.0
    wanted = wanted_terms(asked)
    rated: list[tuple[float, Listing]] = []
    for hit in asked.hits[:_HITS]:
        for listing in listings(lines_about(asked.index, hit.chunk.id, is_item)):
            near = max((c.relevance for c in asked.candidates if holds(listing, c)), default=0.0)
            about = _about(wanted, listing, hit.chunk.title)
            least_near = _LEAST_NEAR_NAMED if about >= _NAMED else _LEAST_NEAR
            if near >= least_near * best and about >= max(least_about, _LEAST_ABOUT_HOW if asked.intent is Intent.HOW else _LEAST_ABOUT):
                rated.append((near / best + about + _FITTING * _fits(asked, listing), listing))
    if asked.intent is Intent.HOW:
        rated = [each for each in rated if each[1].is_ordered]
    if not rated:
        return []
    rating, listing = max(rated, key=lambda each: each[0])
    return [state_list(asked, listing, asked.words, f"the whole list, rating {rating:.2f}")]


def state_list(asked: Asked, listing: Listing, words: int, why: str) -> ListStatement:
    """A list below its leading line. If it has more than `words` words, only the beginnings of its items are given."""
    quotes = quotes_of(listing.lines, asked.copies)
    lead = _last_said(tidy("\n".join(line.text for line in listing.lead))).rstrip(" :.") or label_of(listing.items[0].own[0].chunk)
    return ListStatement(
        lead=f"{lead}:" if lead else "",
        items=_items(listing.items, quotes, words),
        quotes=quotes,
        ordered=listing.is_ordered or asked.intent is Intent.STEPS,
        why=why,
    )


def holds(listing: Listing, candidate: Candidate) -> bool:
    """True if a unit overlaps a list."""
    first, last = listing.lines[0], listing.lines[-1]
    chunk, span = candidate.hit.chunk, candidate.unit.span
    same = chunk.document == first.chunk.document and span.part == first.chunk.span.part
    return same and span.first <= last.number and first.number <= span.last


def wanted_terms(asked: Asked) -> Mapping[str, float]:
    """The question's terms without those that only ask for a list: `list`, `steps to`, `kinds of`."""
    ordered = {term for match in _ORDERS.finditer(asked.query.text) for term in analyze(match[0])}
    return {term: weight for term, weight in asked.weights.items() if term not in ordered} or asked.weights


def _about(wanted: Mapping[str, float], listing: Listing, title: str) -> float:
    """The share of the question covered by the leading line of a list. Terms that are only in the headings count half."""
    chunk = listing.items[0].own[0].chunk
    said = analyze(" ".join(line.text for line in listing.lead) or (chunk.section[-1] if chunk.section else title))
    others = frozenset(said) - wanted.keys() - _GENERAL
    return covered(wanted, said, analyze(" ".join((title, *chunk.section)))) * (_UNLED if not listing.lead else _BESIDE if others else 1.0)


def counts_in(text: str) -> set[int]:
    """The numbers from two on that a text names, in digits or in words."""
    words = re.findall(r"\w+", text.lower())
    return {int(word) if word.isdigit() else _COUNTS[word] for word in words if word in _COUNTS or word.isdigit()} - {0, 1}


def _fits(asked: Asked, listing: Listing) -> bool:
    """True if a list has the number of items that the question names, or is ordered if an order is asked for."""
    return len(listing.items) in counts_in(asked.query.text) or (asked.intent is not Intent.LIST and listing.is_ordered)


def _items(items: Sequence[Item], quotes: Sequence[Quote], words: int) -> tuple[ListItem, ...]:
    """The items: of a long list without their sub-items, of a longer one only their beginnings."""
    if sum(item.words for item in items) <= words:
        return tuple(_whole(item, quotes) for item in items)
    texts = [item.text for item in items]
    if sum(len(text.split()) for text in texts) > words:
        texts = [item.beginning for item in items]
    return tuple(ListItem(text, _quotes(item, quotes)) for item, text in zip(items, texts, strict=True))


def _whole(item: Item, quotes: Sequence[Quote]) -> ListItem:
    """An item with its sub-items, which are lettered if their author ordered them."""
    nested = tuple(_whole(below, quotes) for below in item.below)
    return ListItem(item.text, _quotes(item, quotes), nested, all(below.is_ordered for below in item.below))


def _quotes(item: Item, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes with the lines of an item."""
    chunks = {line.chunk.id for line in item.own}
    return tuple(quote for quote in quotes if quote.chunk.id in chunks)


def _last_said(text: str) -> str:
    places = sentences(text)
    return text[places[-1][0] :] if places else ""
