"""Texts of which a part is meant: its vector is made of the part as it is read inside of the whole.

A sentence alone seldom says what it is about; between its neighbours it does. So the vector of a part is the mean of its tokens' states
inside of the passage under its heading, which is run once for all its parts ("late chunking", Günther et al. 2024).

The part stands between the characters that ASCII has for that, so that a text with its part is still a text: it can be hashed, sorted and
kept like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_OPEN, _CLOSE = "\x02", "\x03"
_NO_MARKS = {ord(mark): " " for mark in (_OPEN, _CLOSE)}
METHOD = "context-2"
"""Names how units are read: vectors made another way must be made again."""
WINDOW = 240
"""Pieces of text that are read together: near what encoders take in, 256 tokens, of which a piece is one more often than two."""
_PIECE = re.compile(r"\w{1,8}|[^\w\s]")


class Marked(NamedTuple):
    """A text, and which of its characters are meant, `first` to `stop` (exclusive)."""

    text: str
    first: int
    stop: int

    @property
    def part(self) -> str:
        return self.text[self.first : self.stop]

    @property
    def is_part(self) -> bool:
        """Whether there is more to the text than what is meant."""
        return self.first > 0 or self.stop < len(self.text)

    def from_part(self) -> Marked:
        """The text from the part on."""
        return Marked(self.text[self.first :], 0, self.stop - self.first)


def in_context(heading: str, units: Sequence[str]) -> list[str]:
    """Every unit of a passage, marked inside of the passage with its heading in front; in a window of it where the passage is long."""
    head = f"{_unmarked(heading)}: " if heading else ""
    plain = [_unmarked(unit) for unit in units]
    texts = []
    for first, stop in _windows(plain, WINDOW - _pieces(head)):
        for at in range(first, stop):
            before = "".join(f"{unit}\n" for unit in plain[first:at])
            after = "".join(f"\n{unit}" for unit in plain[at + 1 : stop])
            texts.append(f"{head}{before}{_OPEN}{plain[at]}{_CLOSE}{after}")
    return texts


def read_marked(text: str) -> Marked:
    """The text without its marks, and what is meant; all of it where there are none."""
    before, opened, rest = text.partition(_OPEN)
    part, closed, after = rest.partition(_CLOSE)
    if not (opened and closed and part):
        plain = _unmarked(text)
        return Marked(plain, 0, len(plain))
    return Marked(before + part + _unmarked(after), len(before), len(before) + len(part))


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
