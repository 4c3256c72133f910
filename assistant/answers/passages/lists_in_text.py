"""Lists as their lines have them: the items, what is indented below each, and the lines that lead to the first."""

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
    """Whether a line begins an item of a list."""
    return _ITEM.match(text) is not None


@dataclass(frozen=True, slots=True)
class Item:
    """An item: what its author put before it, the lines that are its own, and the items below it."""

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
        """What the item itself says."""
        first, *rest = [line.text for line in self.own]
        return tidy("\n".join([first if self.mark.startswith("\\") else first.split(self.mark, maxsplit=1)[1], *rest]), is_item=True)

    @property
    def beginning(self) -> str:
        """What the item is about: its label, else its first sentence."""
        text = self.text
        if label := _LABEL.match(text):
            return label[0]
        places = sentences(text)
        return text[: places[0][1]] if places else text

    @property
    def words(self) -> int:
        return len(self.text.split()) + sum(item.words for item in self.below)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list and the lines that lead to it, if any do."""

    lead: tuple[Line, ...]
    items: tuple[Item, ...]

    @property
    def is_ordered(self) -> bool:
        return all(item.is_ordered for item in self.items)

    @property
    def lines(self) -> list[Line]:
        return [*self.lead, *(line for item in self.items for line in item.lines)]


def listings(lines: Sequence[Line]) -> list[Listing]:
    """The lists among lines, outermost items each with what is indented below it."""
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
    """An item of all its lines, those of the items below it included."""
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
    """Whether an item belongs to the one before it: it is indented deeper than the first of them, or its mark is of a lower rank."""
    outer = _ITEM.match(first.text)
    assert outer is not None
    deeper = len(item["indent"].expandtabs(4)) > len(outer["indent"].expandtabs(4))
    return deeper or _ranks(outer["mark"]) < _ranks(item["mark"])


def _ranks(mark: str) -> int:
    """The rank of a mark where indentation tells nothing: numbers, then letters, then signs."""
    if any(sign.isdigit() for sign in mark):
        return 0
    return 1 if _ORDERED.search(mark) else 2


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
    if not paragraph or _ANSWER.match(paragraph[-1].text):
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
