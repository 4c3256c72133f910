"""Parse lists from lines: the items, the lines indented below each, and the leading lines above the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.answers.passages.surroundings import Line
from assistant.wording.display import tidy
from ingest.text.sentences import sentences

_ITEM = re.compile(
    r"^(?P<indent>\s*)(?P<mark>[-*•+◦▪‣●○–](?=\s)|\d{1,3}[.)](?=\s)|\((?:\d{1,3}|[a-z]|[ivx]+)\)(?=\s)|[a-z]\)(?=\s)|[a-h]\.(?=\s)|"
    r"(?:Step|Phase|Stage) \d{1,2}\s?[:.)]|\\item\b)\s*(?P<said>\S.*)"
)
_ORDERED = re.compile(r"\d|[a-z][.)]")
_HEADING = re.compile(r"^\s*(?:#{1,6}\s|\\(?:sub)*section\b|\\(?:begin|end)\b)")
_LABEL = re.compile(r"^.{2,60}?(?=:\s|\s[–—-]\s)")
_ANSWER = re.compile(r"^\W*(?:A|Answer|Solution)\W*:\W*$", re.IGNORECASE)
_FEWEST, _MOST = 2, 25
_LEADING = 40
_UNFINISHED = 60


def is_item(text: str) -> bool:
    """True if a line begins a list item."""
    return _ITEM.match(text) is not None


def first_sentence(text: str) -> str:
    """A text up to the end of its first sentence."""
    places = sentences(text)
    return text[: places[0][1]] if places else text


@dataclass(frozen=True, slots=True)
class Item:
    """An item: its mark, its own lines, and the items below it."""

    mark: str
    own: tuple[Line, ...]
    below: tuple[Item, ...] = ()

    @property
    def is_ordered(self) -> bool:
        return _ORDERED.search(self.mark) is not None

    @property
    def lines(self) -> tuple[Line, ...]:
        return (*self.own, *(line for item in self.below for line in item.lines))

    @property
    def text(self) -> str:
        """The text of the item itself."""
        first, *rest = [line.text for line in self.own]
        return tidy("\n".join([first if self.mark.startswith("\\") else first.split(self.mark, maxsplit=1)[1], *rest]), is_item=True)

    @property
    def beginning(self) -> str:
        """The beginning of the item: its label, else its first sentence."""
        text = self.text
        if label := _LABEL.match(text):
            return label[0]
        return first_sentence(text)

    @property
    def words(self) -> int:
        return len(self.text.split()) + sum(item.words for item in self.below)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list and its leading lines, if any."""

    lead: tuple[Line, ...]
    items: tuple[Item, ...]

    @property
    def is_ordered(self) -> bool:
        return all(item.is_ordered for item in self.items)

    @property
    def lines(self) -> list[Line]:
        return [*self.lead, *(line for item in self.items for line in item.lines)]


def listings(lines: Sequence[Line]) -> list[Listing]:
    """The lists in some lines: the outermost items, each with the lines indented below it."""
    found: list[Listing] = []
    items: list[list[Line]] = []
    start = 0
    for at, line in enumerate(lines):
        item = _ITEM.match(line.text)
        if item and not _HEADING.match(line.text):
            if items and _is_below(item, items[0][0]):
                items[-1].append(line)
            else:
                start = start if items else at
                items.append([line])
        elif items and line.text.strip():
            if lines[at - 1].text.strip() and _goes_on(lines[at - 1], line):
                items[-1].append(line)
            else:
                found.append(Listing(_lead(lines[:start]), tuple(map(_item, items))))
                items = []
    if items:
        found.append(Listing(_lead(lines[:start]), tuple(map(_item, items))))
    return [listing for listing in found if _FEWEST <= len(listing.items) <= _MOST]


def _item(lines: Sequence[Line]) -> Item:
    """An item from all its lines, including those of its sub-items."""
    match = _ITEM.match(lines[0].text)
    assert match is not None
    opens = [at for at, line in enumerate(lines) if at and _ITEM.match(line.text)]
    below: list[list[Line]] = []
    for line in lines[opens[0] :] if opens else ():
        item = _ITEM.match(line.text)
        if item and not (below and _is_below(item, below[0][0])):
            below.append([line])
        else:
            below[-1].append(line)
    return Item(match["mark"], tuple(lines[: opens[0]] if opens else lines), tuple(map(_item, below)))


def _is_below(item: re.Match[str], first: Line) -> bool:
    """True if an item is a sub-item of the one before: it is indented further than the first item, or its mark has a lower rank."""
    outer = _ITEM.match(first.text)
    assert outer is not None
    deeper = len(item["indent"].expandtabs(4)) > len(outer["indent"].expandtabs(4))
    return deeper or _ranks(outer["mark"]) < _ranks(item["mark"])


def _ranks(mark: str) -> int:
    """The rank of a mark, used if indentation does not tell: numbers, then letters, then signs."""
    if any(sign.isdigit() for sign in mark):
        return 0
    return 1 if _ORDERED.search(mark) else 2


def _goes_on(before: Line, line: Line) -> bool:
    """True if a line without a mark belongs to the item above it."""
    if _HEADING.match(line.text):
        return False
    return line.text[0].isspace() or (len(before.text) >= _UNFINISHED and before.text.rstrip()[-1] not in ".!?:;")


def _lead(above: Sequence[Line]) -> tuple[Line, ...]:
    """The leading lines of a list: a paragraph that ends in a colon, or one short line directly above it."""
    gap = list(takewhile(lambda line: not line.text.strip() or line.text.lstrip().startswith("\\begin"), reversed(above)))
    rest = above[: len(above) - len(gap)]
    paragraph = list(
        takewhile(lambda line: line.text.strip() and not _HEADING.match(line.text) and not _ITEM.match(line.text), reversed(rest))
    )[::-1]
    if not paragraph or _ANSWER.match(paragraph[-1].text):
        return ()
    opens = paragraph[-1].text.rstrip().rstrip("*_").endswith((":", "："))
    if opens or (not any(not line.text.strip() for line in gap) and len(paragraph[-1].text.split()) <= _LEADING):
        return tuple(_last_sentence(paragraph))
    return ()


def _last_sentence(paragraph: Sequence[Line]) -> Sequence[Line]:
    """The lines of a paragraph from the line with the start of its last sentence."""
    text = "\n".join(line.text for line in paragraph)
    begins = sentences(text)[-1][0]
    return paragraph[text.count("\n", 0, begins) :]
