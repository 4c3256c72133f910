"""Texts of which a part is meant: its vector is made of the part alone and of the part as it is read inside of the whole.

A sentence alone is sharp, but seldom says what it is about; between its neighbours it does, but takes on some of theirs. So the vector
of a part is the direction of the sum of two: that of the part under its heading, and the mean of its tokens' states inside of the passage,
which is run once for all its parts ("late chunking", Günther et al. 2024). docs/retrieval.md has both apart.

Heading and part stand between the characters that ASCII has for that, so that a text with its part is still a text: it can be hashed,
sorted and kept like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_HEADING, _OPEN, _CLOSE = "\x01", "\x02", "\x03"
_NO_MARKS = {ord(mark): " " for mark in (_HEADING, _OPEN, _CLOSE)}
METHOD = "context-1"
"""Names how units are read: vectors made another way must be made again."""
WINDOW = 240
"""Pieces of text that are read together: near what encoders take in, 256 tokens, of which a piece is one more often than two."""
_PIECE = re.compile(r"\w{1,8}|[^\w\s]")


class Marked(NamedTuple):
    """A text that begins with `head` characters of heading, and which of its characters are meant, `first` to `stop` (exclusive)."""

    text: str
    head: int
    first: int
    stop: int

    @property
    def part(self) -> str:
        return self.text[self.first : self.stop]

    @property
    def alone(self) -> str:
        """The part under its heading, without its neighbours."""
        return self.text[: self.head] + self.part

    def from_part(self) -> Marked:
        """The text from the part on."""
        return Marked(self.text[self.first :], 0, 0, self.stop - self.first)


def in_context(heading: str, units: Sequence[str]) -> list[str]:
    """Every unit of a passage, marked inside of the passage with its heading in front; in a window of it where the passage is long."""
    head = f"{_unmarked(heading)}: " if heading else ""
    plain = [_unmarked(unit) for unit in units]
    texts = []
    for first, stop in _windows(plain, WINDOW - _pieces(head)):
        for at in range(first, stop):
            before = "".join(f"{unit}\n" for unit in plain[first:at])
            after = "".join(f"\n{unit}" for unit in plain[at + 1 : stop])
            texts.append(f"{head}{_HEADING}{before}{_OPEN}{plain[at]}{_CLOSE}{after}")
    return texts


def read_marked(text: str) -> Marked:
    """The text without its marks, and what is meant; all of it where there are none."""
    head, headed, rest = text.partition(_HEADING)
    before, opened, rest = rest.partition(_OPEN)
    part, closed, after = rest.partition(_CLOSE)
    if not (headed and opened and closed and part):
        plain = _unmarked(text)
        return Marked(plain, 0, 0, len(plain))
    first = len(head) + len(before)
    return Marked(head + before + part + _unmarked(after), len(head), first, first + len(part))


def _windows(units: Sequence[str], room: int) -> Iterator[tuple[int, int]]:
    """Runs of consecutive units, first and stop, each as long as there is room; at least one unit."""
    first = used = 0
    for at, unit in enumerate(units):
        length = _pieces(unit)
        if at > first and used + length > room:
            yield first, at
            first, used = at, 0
        used += length
    if units:
        yield first, len(units)


def _pieces(text: str) -> int:
    return len(_PIECE.findall(text))


def _unmarked(text: str) -> str:
    return text.translate(_NO_MARKS)
