"""Lists: what was asked for as a whole, types or steps, is given as a whole, every item in its order under the line that leads to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.answers.asked import Asked
from assistant.answers.candidates import Candidate
from assistant.answers.coverage import covered
from assistant.answers.intent import Intent
from assistant.answers.statements import Statement
from assistant.answers.surroundings import Line, lines_about, quotes_of
from assistant.answers.wording import label_of, tidy
from index.lexical import analyze
from ingest.sentences import sentences

_ITEM = re.compile(
    r"^(?P<indent>\s*)(?P<mark>[-*•+◦▪‣●○–](?=\s)|\d{1,3}[.)](?=\s)|\((?:\d{1,3}|[a-z]|[ivx]+)\)(?=\s)|[a-z]\)(?=\s)|"
    r"(?:Step|Phase|Stage) \d{1,2}\s?[:.)]|\\item\b)\s*(?P<said>\S.*)"
)
_ORDERED = re.compile(r"\d|[a-z]\)")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s|\\(?:sub)*section\b|\\(?:begin|end)\b)")
_ORDERS = re.compile(r"^\W*(?:list|name|enumerate|give|tell)\b\W*(?:me\b)?", re.IGNORECASE)
_COUNTS = {word: number for number, word in enumerate("two three four five six seven eight nine ten".split(), start=2)}
_HEAD = re.compile(r"^.{2,60}?(?=:\s|\s[–—-]\s)")
_FEWEST, _MOST = 2, 25
_HITS = 5
# Of the best unit's relevance, what the best of a list needs; and the share of the question that it and its heading have to speak of.
_LEAST_NEAR = 0.75
_LEAST_ABOUT = 0.4
_LEAST_ABOUT_HOW = 0.55
_LEADING = 40
_UNFINISHED = 60
_FITTING = 0.2


@dataclass(frozen=True, slots=True)
class Item:
    """An item with what belongs to it; `mark` is what its author put before it."""

    mark: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        first, *rest = [line.text for line in self.lines]
        return tidy("\n".join([first if self.mark.startswith("\\") else first.split(self.mark, maxsplit=1)[1], *rest]), is_item=True)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list and the lines that lead to it, if any do."""

    lead: tuple[Line, ...]
    items: tuple[Item, ...]

    @property
    def is_ordered(self) -> bool:
        return all(_ORDERED.search(item.mark) for item in self.items)

    @property
    def lines(self) -> list[Line]:
        return [*self.lead, *(line for item in self.items for line in item.lines)]


def compose_list(asked: Asked) -> list[Statement]:
    """The list that answers, as one statement; none where no list does. A question how is answered only by a list of steps."""
    best = asked.candidates[0].relevance if asked.candidates else 0.0
    rated: list[tuple[float, Listing]] = []
    for hit in asked.hits[:_HITS]:
        for listing in listings(lines_about(asked.index, hit.row, lambda text: _ITEM.match(text) is not None)):
            near = max((c.relevance for c in asked.candidates if _holds(listing, c)), default=0.0)
            about = _about(asked, listing, hit.chunk.title)
            if near >= _LEAST_NEAR * best and about >= (_LEAST_ABOUT_HOW if asked.intent is Intent.HOW else _LEAST_ABOUT):
                rated.append((near / best + about + _FITTING * _fits(asked, listing), listing))
    if asked.intent is Intent.HOW:
        rated = [(rating, listing) for rating, listing in rated if listing.is_ordered]
    if not rated:
        return []
    rating, listing = max(rated, key=lambda each: each[0])
    text = _text(listing, numbered=listing.is_ordered or asked.intent is Intent.STEPS, words=asked.bounds.words)
    return [Statement(text, quotes_of(listing.lines), own_line=True, why=f"the whole list, rating {rating:.2f}")]


def listings(lines: Sequence[Line]) -> list[Listing]:
    """The lists among lines, outermost items each with what is indented below it."""
    found: list[Listing] = []
    items: list[Item] = []
    start = 0
    for at, line in enumerate(lines):
        item = _ITEM.match(line.text)
        if item and not _HEADING.match(line.text):
            if items and _is_below(item, items):
                items[-1] = Item(items[-1].mark, (*items[-1].lines, line))
            else:
                start = start if items else at
                items.append(Item(item["mark"], (line,)))
        elif items and line.text.strip():
            if lines[at - 1].text.strip() and _goes_on(lines[at - 1], line):
                items[-1] = Item(items[-1].mark, (*items[-1].lines, line))
            else:
                found.append(Listing(_lead(lines[:start]), tuple(items)))
                items = []
    if items:
        found.append(Listing(_lead(lines[:start]), tuple(items)))
    return [listing for listing in found if _FEWEST <= len(listing.items) <= _MOST]


def _is_below(item: re.Match[str], items: Sequence[Item]) -> bool:
    """Whether an item belongs to the one before it: it is indented deeper, or has another kind of mark than a numbered list."""
    first = _ITEM.match(items[0].lines[0].text)
    assert first is not None
    deeper = len(item["indent"].expandtabs(4)) > len(first["indent"].expandtabs(4))
    return deeper or (_ORDERED.search(first["mark"]) is not None and _ORDERED.search(item["mark"]) is None)


def _goes_on(before: Line, line: Line) -> bool:
    """Whether a line without a mark belongs to the item above it."""
    if _HEADING.match(line.text):
        return False
    return line.text[0].isspace() or (len(before.text) >= _UNFINISHED and before.text.rstrip()[-1] not in ".!?:;")


def _lead(above: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that lead to a list: a paragraph that ends in a colon, or one short line right above it."""
    gap = list(takewhile(lambda line: not line.text.strip() or line.text.lstrip().startswith("\\begin"), reversed(above)))
    rest = above[: len(above) - len(gap)]
    paragraph = list(
        takewhile(lambda line: line.text.strip() and not _HEADING.match(line.text) and not _ITEM.match(line.text), reversed(rest))
    )[::-1]
    if not paragraph:
        return ()
    opens = paragraph[-1].text.rstrip().rstrip("*_").endswith((":", "："))
    if opens or (not any(not line.text.strip() for line in gap) and len(paragraph[-1].text.split()) <= _LEADING):
        return tuple(_last_sentence(paragraph))
    return ()


def _last_sentence(paragraph: Sequence[Line]) -> Sequence[Line]:
    """The lines of a paragraph from the one on in which its last sentence begins."""
    text = "\n".join(line.text for line in paragraph)
    begins = sentences(text)[-1][0]
    return paragraph[text.count("\n", 0, begins) :]


def _holds(listing: Listing, candidate: Candidate) -> bool:
    first, last = listing.lines[0], listing.lines[-1]
    chunk, span = candidate.hit.chunk, candidate.unit.span
    same = chunk.document == first.chunk.document and span.part == first.chunk.span.part
    return same and span.first <= last.number and first.number <= span.last


def _about(asked: Asked, listing: Listing, title: str) -> float:
    """The share of the question that the line leading to a list speaks of, what only the headings say counting half."""
    chunk = listing.items[0].lines[0].chunk
    said = analyze(" ".join(line.text for line in listing.lead) or (chunk.section[-1] if chunk.section else title))
    ordered = frozenset(analyze(match[0])) if (match := _ORDERS.search(asked.query.text)) else frozenset[str]()
    wanted = {term: weight for term, weight in asked.weights.items() if term not in ordered}
    return covered(wanted, said, analyze(" ".join((title, *chunk.section))))


def _fits(asked: Asked, listing: Listing) -> bool:
    """Whether a list has as many items as the question names, or is in an order where one is asked for."""
    counted = [
        int(word) if word.isdigit() else _COUNTS[word]
        for word in re.findall(r"\w+", asked.query.text.lower())
        if word in _COUNTS or word.isdigit()
    ]
    return len(listing.items) in counted or (asked.intent is not Intent.LIST and listing.is_ordered)


def _text(listing: Listing, *, numbered: bool, words: int) -> str:
    """The list as lines of Markdown; where it is long, of each item only what it begins with."""
    items = [item.text for item in listing.items]
    if sum(len(item.split()) for item in items) > words:
        items = [_begun(item) for item in items]
    marked = [f"{number}. {item}" if numbered else f"- {item}" for number, item in enumerate(items, start=1)]
    lead = _last_said(tidy("\n".join(line.text for line in listing.lead))).rstrip(" :.") or label_of(listing.items[0].lines[0].chunk)
    return "\n".join([f"{lead}:", *marked] if lead else marked)


def _last_said(text: str) -> str:
    places = sentences(text)
    return text[places[-1][0] :] if places else ""


def _begun(item: str) -> str:
    """What an item is about: its label, else its first sentence."""
    if label := _HEAD.match(item):
        return label[0]
    places = sentences(item)
    return item[: places[0][1]] if places else item
