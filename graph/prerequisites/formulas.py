"""Evidence from formulas: the names on the right of an equation are needed for the one on its left."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from graph.concepts.lexicon import Mention
from graph.model.values import Signal
from graph.prerequisites.signs import Pairs, Passage
from graph.text.units import Unit
from ingest.model import Kind

_EQUALS = re.compile(r"(?<![<>!≤≥:=])=(?!=)|≈|\\approx|:=")
_LINE_END = re.compile(r"\\\\|\n")
# A remark inside a formula: a comment, or words in parentheses that follow a space.
_ASIDE = re.compile(r"#[^\n]*|(?<=\s)\([^()\n]*[a-zλ-ω][^()\n]*\)")
_PLAIN = re.compile(r"^[^=.!?]{1,40}=[^=]{2,200}$")
_OVER = re.compile(r"→|⇒|=>|;\s|\s[A-Z][\w-]*:\s")  # the text after this is not part of the formula: a consequence, the next label
_DISPLAYED, _WORDED, _OF_PASSAGE = 0.6, 0.5, 0.5  # an equation within a sentence, "X = Y + Z", may be a remark
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|does|do|can|will|should|must)\b")


def add_formula(pairs: Pairs, number: int, unit: Unit, here: Sequence[Mention], passage: Passage) -> bool:
    """Add the evidence of an equation: names on its right are needed for the name on its left, or else for the subject of the passage.

    Returns True if the unit is an equation.
    """
    text = unit.text
    if unit.kind is not Kind.FORMULA and not (_PLAIN.match(text) and here[0].start <= 14 and not _is_sentence(text)):
        return False
    asides = [found.span() for found in _ASIDE.finditer(text)]
    mentions = [mention for mention in here if not any(begin <= mention.start < end for begin, end in asides)]
    for begin, end, equals in _equations(text, asides):
        left = [mention.concept for mention in mentions if begin <= mention.start < equals.start()]
        over = _OVER.search(text, equals.end(), end)
        stop = over.start() if over else end
        right = {mention.concept for mention in mentions if equals.end() <= mention.start < stop}
        for owner, weight in _owners(left, unit, passage):
            for concept in right - {owner}:
                pairs[concept, owner].add(Signal.FORMULA, weight, number)
    return True


def _equations(text: str, asides: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, re.Match[str]]]:
    """The lines of a text that hold an equals sign outside of remarks: their start, their end and the sign."""
    edges = [0, *(found.end() for found in _LINE_END.finditer(text)), len(text)]
    for begin, end in itertools.pairwise(edges):
        equals = _EQUALS.search(text, begin, end)
        if equals is not None and not any(start <= equals.start() < last for start, last in asides):
            yield begin, end, equals


def _owners(left: Sequence[int], unit: Unit, passage: Passage) -> list[tuple[int, float]]:
    """The concepts that an equation with these on its left is about, with weights."""
    if left:
        return [(left[0], _DISPLAYED if unit.kind is Kind.FORMULA else _WORDED)]
    return [(concept, _OF_PASSAGE * weight) for concept, weight, _ in passage.subjects if weight >= 0.6]


def _is_sentence(text: str) -> bool:
    """True if the text after an equals sign is a sentence and not a formula: "High MI = the feature is informative"."""
    return _FINITE.search(text.split("=", 1)[1]) is not None
