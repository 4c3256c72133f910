"""Numbers in a text, in one spelling, so that `1,000`, `1000` and `1k`, or `10 %` and `0.1`, are the same number.

A minus before a number does not belong to it: in notes it is as often a subtraction, a range or a dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from ingest.language.language import Language
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS, stem

_NUMBER = re.compile(
    r"(?<![\w.])(?P<digits>\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<power>\s?(?:e|\*\s?10\^)\(?-?\d+\)?)?"
    r"(?:\s?(?P<percent>%|percent\b|per cent\b)|(?:(?<=\d)\s?(?P<scale>[kKMBT](?![\w/])|thousand\b|million\b|billion\b|trillion\b)))?"
)
_WORDS = {word: int(number) for word, number in Language.load("en").pairs("numbers").items()}
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9, "t": 1e12, "trillion": 1e12}
_RANGE = re.compile(r"\s?(?:-|to)\s?")
_CLAUSE_END = re.compile(r"[;:?!]|[.,](?=\s)|\b(?:and|but|whereas|while|or)\b")
_BOTH = re.compile(r"\b(?:both|pairs?|twice|doubles?|halves|half)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]+")
_SIGNS = re.compile(r"[a-z]+|[^\w\s]")
_REACH = 4
_IN_A_ROW = 4
_BEFORE = 0.4  # the counted thing mostly follows the number
_FEW = 3  # `one`, `two` and `three` in words mostly count things that need no evidence
_CLEARLY = 0.35
_ALIKE = 0.34
_LARGEST_POWER = 290  # the largest power of ten; larger ones overflow a float
_EXPONENT = re.compile(r"-?\d+(?=\)?$)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number at a place of a folded text. `percent` is true if it was a percentage; `value` is then the share."""

    value: float
    start: int
    end: int
    percent: bool = False
    word: bool = False


def quantities(folded: str) -> Iterator[Quantity]:
    """The numbers of a text that `fold` has rewritten, digits first, then number words, each in the text's order."""
    found = list(_NUMBER.finditer(folded))
    for match, after in zip_longest(found, found[1:]):
        # In `50-73%` and `8 to 16k` the unit belongs to both numbers.
        shared = after if after and _RANGE.fullmatch(folded, match.end(), after.start()) else match
        percent = match["percent"] or shared["percent"]
        scale = match["scale"] or shared["scale"]
        value = float(re.sub(r"[, ]", "", match["digits"]))
        if match["power"] and (exponent := _EXPONENT.search(match["power"])):
            value *= 10.0 ** max(-_LARGEST_POWER, min(_LARGEST_POWER, int(exponent[0])))
        value *= _SCALES[scale.lower()] if scale else 1
        yield Quantity(value / 100 if percent else value, match.start("digits"), match.end(), bool(percent))
    for match in _WORD.finditer(folded):
        yield Quantity(float(_WORDS[match[0].lower()]), match.start(), match.end(), word=True)


def numbers_in(text: str) -> frozenset[float]:
    """The numbers that a text writes with digits, in one spelling."""
    return frozenset(rounded(quantity.value) for quantity in quantities(fold(text)) if not quantity.word)


def numbers_said(text: str, *, loosely: bool = False) -> frozenset[float]:
    """The numbers in a text, also in words. With `loosely`, each number is given rounded too, so that a number of few digits matches it."""
    found = {rounded(quantity.value) for quantity in quantities(fold(text)) if not quantity.word or loosely or quantity.value > _FEW}
    if loosely:
        found |= {float(f"{value:.{digits}g}") for value in found for digits in (2, 3)} | ({2.0} if _BOTH.search(text) else set())
    return frozenset(found)


def rounded(value: float) -> float:
    """A value rounded to nine significant digits, so that differently written equal numbers compare equal."""
    return float(f"{value:.9g}")


def misattached(said: str, evidence: str) -> str | None:
    """A number that a text attaches to other words than the evidence does, or None.

    Each number is characterised by the words around it, near ones counting more. In the evidence the same number has to fit our number's
    words at least as well as any other number: so `8 heads of 64` does not support `64 heads`, and exchanged numbers are found.
    """
    ours, theirs = _in_context(said), _in_context(evidence)
    for value, words, text in ours:
        fits = [(_alike(words, others), other) for other, others, _ in theirs]
        own = max((fit for fit, other in fits if other == value), default=None)
        best = max((fit for fit, other in fits if other != value), default=0.0)
        if own is not None and best > own + _CLEARLY and best > _ALIKE:
            return text
    return None


def out_of_place(said: str, evidence: str) -> str | None:
    """A number among the same words as another number in the evidence, or None.

    The words of both are aligned with every number as `#`. If four in a row are equal and one of them is a number, the numbers have to be
    equal. This finds exchanged numbers in a list, which have the same words around them.
    """
    ours, theirs = _placed(said), _placed(evidence)
    blocks = SequenceMatcher(None, [word for word, _ in ours], [word for word, _ in theirs], autojunk=False).get_matching_blocks()
    for start, other, length in blocks:
        for at in range(length if length >= _IN_A_ROW else 0):
            value, there = ours[start + at][1], theirs[other + at][1]
            if value is not None and there is not None and value != there:
                return f"{value:g}"
    return None


def _placed(text: str) -> list[tuple[str, float | None]]:
    """The words of a text in order, numbers as `#` with their value."""
    folded = fold(text)
    found: list[tuple[str, float | None]] = []
    at = 0
    for quantity in (quantity for quantity in quantities(folded) if not quantity.word):
        found += [(word, None) for word in _SIGNS.findall(folded[at : quantity.start].lower())]
        found.append(("#", rounded(quantity.value)))
        at = quantity.end
    return found + [(word, None) for word in _SIGNS.findall(folded[at:].lower())]


def _in_context(text: str) -> list[tuple[float, Mapping[str, float], str]]:
    """Every number with the stems of the words about it in its clause, weighted by nearness."""
    folded = fold(text)
    found: list[tuple[float, Mapping[str, float], str]] = []
    for quantity in quantities(folded):
        words: dict[str, float] = {}
        before = _CLAUSE_END.split(folded[: quantity.start])[-1]
        after = _CLAUSE_END.split(folded[quantity.end :])[0]
        for near, worth in ((_content(before)[::-1], _BEFORE), (_content(after), 1.0)):
            for distance, word in enumerate(near[:_REACH]):
                words[word] = max(words.get(word, 0.0), worth / (1 + distance))
        if not quantity.word or quantity.value > _FEW:
            found.append((rounded(quantity.value), words, folded[quantity.start : quantity.end].strip()))
    return found


def _content(text: str) -> list[str]:
    return [stem(word) for word in _LETTERS.findall(text.lower()) if word not in STOP_WORDS]


def _alike(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The share of the weight of a number's words that another number's words have."""
    total = sum(one.values())
    return sum(min(weight, other.get(word, 0.0)) for word, weight in one.items()) / total if total else 0.0
