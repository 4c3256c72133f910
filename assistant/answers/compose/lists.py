"""Lists: what was asked for as a whole, types or steps, is given as a whole, every item in its order under the line that leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.sections import GENERAL, compose_sections
from assistant.answers.passages.candidates import Candidate
from assistant.answers.passages.coverage import covered
from assistant.answers.passages.lists_in_text import Item, Listing, is_item, listings
from assistant.answers.passages.surroundings import lines_about, quotes_of
from assistant.answers.question.intent import Intent
from assistant.answers.statements import Statement
from assistant.wording.display import label_of, tidy
from ingest.text.sentences import sentences
from ingest.text.terms import analyze

_ORDERS = re.compile(
    r"^\W*(?:list|name|enumerate|give|tell)\b\W*(?:me\b)?|"
    r"\b(?:the )?(?:steps?|procedure|types?|kinds?|sorts?|varieties)\b(?: by step\b)?(?: (?:of|to|for|in)\b)?",
    re.IGNORECASE,
)
_COUNTS = {word: number for number, word in enumerate("two three four five six seven eight nine ten".split(), start=2)}
_HITS = 5
# Of the best unit's relevance, what the best of a list needs; and the share of the question that it and its heading have to speak of.
_LEAST_NEAR = 0.75
_LEAST_NEAR_NAMED = 0.5
_NAMED = 0.95
_LEAST_ABOUT = 0.4
_LEAST_ABOUT_HOW = 0.55
_FITTING = 0.2
# A list that no line leads to is less surely what its heading names than the sections below that are.
_UNLED = 0.98
# A line that names other things too may lead to a list of something else.
_BESIDE = 0.9
_INDENT = "   "


def compose_list(asked: Asked, least_about: float = 0.0) -> list[Statement]:
    """The list that answers, as one statement, or the sections that one title holds, each with its first sentence; none where neither does.

    A question how is answered only by a list of steps. `least_about` is the share of the question that has to be spoken of, if that is
    more than usual.
    """
    best = asked.candidates[0].relevance if asked.candidates else 0.0
    wanted = _wanted(asked)
    rated: list[tuple[float, float, Listing]] = []
    for hit in asked.hits[:_HITS]:
        for listing in listings(lines_about(asked.index, hit.chunk.id, is_item)):
            near = max((c.relevance for c in asked.candidates if _holds(listing, c)), default=0.0)
            about = _about(wanted, listing, hit.chunk.title)
            least_near = _LEAST_NEAR_NAMED if about >= _NAMED else _LEAST_NEAR
            if near >= least_near * best and about >= max(least_about, _LEAST_ABOUT_HOW if asked.intent is Intent.HOW else _LEAST_ABOUT):
                rated.append((near / best + about + _FITTING * _fits(asked, listing), about, listing))
    if asked.intent is Intent.HOW:
        rated = [each for each in rated if each[2].is_ordered]
    best_rated = max(rated, key=lambda each: each[0], default=None)
    sections = compose_sections(asked, wanted, best_rated[1] if best_rated else 0.0) if asked.intent is Intent.LIST else []
    if sections or best_rated is None:
        return sections
    rating, _, listing = best_rated
    text = _text(listing, numbered=listing.is_ordered or asked.intent is Intent.STEPS, words=asked.bounds.words)
    return [Statement(text, quotes_of(listing.lines, asked.copies), own_line=True, why=f"the whole list, rating {rating:.2f}")]


def _holds(listing: Listing, candidate: Candidate) -> bool:
    first, last = listing.lines[0], listing.lines[-1]
    chunk, span = candidate.hit.chunk, candidate.unit.span
    same = chunk.document == first.chunk.document and span.part == first.chunk.span.part
    return same and span.first <= last.number and first.number <= span.last


def _wanted(asked: Asked) -> Mapping[str, float]:
    """The question's terms but those that only ask for a list: `list`, `steps to`, `kinds of`."""
    ordered = {term for match in _ORDERS.finditer(asked.query.text) for term in analyze(match[0])}
    return {term: weight for term, weight in asked.weights.items() if term not in ordered} or asked.weights


def _about(wanted: Mapping[str, float], listing: Listing, title: str) -> float:
    """The share of the question that the line leading to a list speaks of, what only the headings say counting half."""
    chunk = listing.items[0].own[0].chunk
    said = analyze(" ".join(line.text for line in listing.lead) or (chunk.section[-1] if chunk.section else title))
    others = frozenset(said) - wanted.keys() - GENERAL
    return covered(wanted, said, analyze(" ".join((title, *chunk.section)))) * (_UNLED if not listing.lead else _BESIDE if others else 1.0)


def _fits(asked: Asked, listing: Listing) -> bool:
    """Whether a list has as many items as the question names, or is in an order where one is asked for."""
    counted = [
        int(word) if word.isdigit() else _COUNTS[word]
        for word in re.findall(r"\w+", asked.query.text.lower())
        if word in _COUNTS or word.isdigit()
    ]
    return len(listing.items) in counted or (asked.intent is not Intent.LIST and listing.is_ordered)


def _text(listing: Listing, *, numbered: bool, words: int) -> str:
    """The list as lines of Markdown; where it is long, without what is below its items, then of each only what it begins with."""
    items = listing.items
    if sum(item.words for item in items) <= words:
        marked = list(_marked(items, numbered=numbered))
    else:
        texts = [item.text for item in items]
        if sum(len(text.split()) for text in texts) > words:
            texts = [item.beginning for item in items]
        marked = [f"{number}. {text}" if numbered else f"- {text}" for number, text in enumerate(texts, start=1)]
    lead = _last_said(tidy("\n".join(line.text for line in listing.lead))).rstrip(" :.") or label_of(items[0].own[0].chunk)
    return "\n".join([f"{lead}:", *marked] if lead else marked)


def _marked(items: Sequence[Item], *, numbered: bool, depth: int = 0) -> Iterator[str]:
    """The items and those below them, which are lettered where their author ordered them."""
    for number, item in enumerate(items):
        mark = "-" if not numbered or number >= len(ascii_lowercase) else f"{number + 1}." if depth == 0 else f"{ascii_lowercase[number]})"
        yield f"{_INDENT * depth}{mark} {item.text}"
        yield from _marked(item.below, numbered=all(each.is_ordered for each in item.below), depth=depth + 1)


def _last_said(text: str) -> str:
    places = sentences(text)
    return text[places[-1][0] :] if places else ""
