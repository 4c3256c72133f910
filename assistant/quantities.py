"""Numbers in a text, in one spelling, so that `1,000`, `1000` and `1k`, or `10 %` and `0.1`, are the same number.

A minus before a number is none of it: in notes it is as often a subtraction, a range or a dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ingest.notation import fold

_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<power>\s?(?:e|\*\s?10\^)\(?-?\d+\)?)?"
    r"(?:\s?(?P<percent>%|percent\b|per cent\b)|(?:(?<=\d)\s?(?P<scale>[kKMBT](?![\w/])|thousand\b|million\b|billion\b|trillion\b)))?"
)
_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen "
        "twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100}
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "t": 1e12, "trillion": 1e12}
_RANGE = re.compile(r"\s?(?:-|to)\s?")
_EXPONENT = re.compile(r"-?\d+(?=\)?$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at a place of a folded text. `percent`: it was written as a share of a hundred, and `value` is that share."""

    value: float
    start: int
    end: int
    percent: bool = False
    word: bool = False


def quantities(folded: str) -> Iterator[Quantity]:
    """The numbers of a text that `fold` has rewritten, digits first, then number words, each in the text's order."""
    found = list(_NUMBER.finditer(folded))
    for match, after in zip_longest(found, found[1:]):
        # In `50-73%` and `8 to 16k` the unit belongs to both ends.
        shared = after if after and _RANGE.fullmatch(folded, match.end(), after.start()) else match
        percent = match["percent"] or shared["percent"]
        scale = match["scale"] or shared["scale"]
        value = float(re.sub(r"[, ]", "", match["digits"]))
        if match["power"] and (exponent := _EXPONENT.search(match["power"])):
            value *= 10.0 ** int(exponent[0])
        value *= _SCALES[scale.lower()] if scale else 1
        yield Quantity(value / 100 if percent else value, match.start("digits"), match.end(), bool(percent))
    for match in _WORD.finditer(folded):
        yield Quantity(float(_WORDS[match[0].lower()]), match.start(), match.end(), word=True)


def numbers_in(text: str) -> frozenset[float]:
    """The numbers that a text writes with digits, in one spelling."""
    return frozenset(rounded(quantity.value) for quantity in quantities(fold(text)) if not quantity.word)


def rounded(value: float) -> float:
    """A value to nine significant digits: equal numbers written apart must be equal."""
    return float(f"{value:.9g}")
