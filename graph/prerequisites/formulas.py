"""What formulas say: the names on the right of an equation are needed for the one on its left."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from graph.concepts.lexicon import Mention
from graph.model.values import Signal
from graph.prerequisites.signs import Pairs, Passage
from graph.text.units import Unit
from ingest.model import Kind

_EQUALS = re.compile(r"(?<![<>!≤≥:=])=(?!=)|≈|\\approx|:=")
# A remark inside a formula: a comment, or words in parentheses that follow a space.
_ASIDE = re.compile(r"#[^\n]*|(?<=\s)\([^()\n]*[a-zλ-ω][^()\n]*\)")
_PLAIN = re.compile(r"^[^=.!?]{1,40}=[^=]{2,200}$")
_OVER = re.compile(r"→|⇒|=>|;\s|\s[A-Z][\w-]*:\s")  # what follows is no part of the formula: a consequence, the next one's label
_WORDED = 0.5  # what an equation within a sentence counts: "X = Y + Z" may be a remark
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|does|do|can|will|should|must)\b")


def add_formula(pairs: Pairs, number: int, unit: Unit, here: Sequence[Mention], passage: Passage) -> bool:
    """Names on the right of an equation are needed for the one on its left, or for what the passage is about. True for an equation."""
    text = unit.text
    if unit.kind is not Kind.FORMULA and not (_PLAIN.match(text) and here[0].start <= 14 and not _is_said(text)):
        return False
    aside = [found.span() for found in _ASIDE.finditer(text)]
    here = [mention for mention in here if not any(begin <= mention.start < end for begin, end in aside)]
    edges = [0, *(found.end() for found in re.finditer(r"\\\\|\n", text)), len(text)]
    for begin, end in itertools.pairwise(edges):
        equals = _EQUALS.search(text, begin, end)
        if equals is None or any(start <= equals.start() < last for start, last in aside):
            continue
        left = [mention.concept for mention in here if begin <= mention.start < equals.start()]
        over = _OVER.search(text, equals.end(), end)
        stop = over.start() if over else end
        right = {mention.concept for mention in here if equals.end() <= mention.start < stop}
        owners = (
            [(left[0], 0.6 if unit.kind is Kind.FORMULA else _WORDED)]
            if left
            else [(concept, 0.5 * weight) for concept, weight, _ in passage.subjects if weight >= 0.6]
        )
        for owner, weight in owners:
            for concept in right - {owner}:
                pairs[(concept, owner)].add(Signal.FORMULA, weight, number)
    return True


def _is_said(text: str) -> bool:
    """Whether what stands behind an equals sign is a sentence rather than a formula: "High MI = the feature is informative"."""
    return _FINITE.search(text.split("=", 1)[1]) is not None
