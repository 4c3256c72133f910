"""The check of every sentence that a model writes against the evidence that it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.writing import Written
from index.lexical import analyze

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LEAST_SUPPORT = 0.6


def supported(sentence: Written, evidence: Sequence[str]) -> bool:
    """Whether the evidence that a sentence cites has its numbers, all of them, and most of its terms."""
    if not all(1 <= number <= len(evidence) for number in sentence.ids):
        return False
    cited = " ".join(evidence[number - 1] for number in sentence.ids)
    terms = set(analyze(sentence.text))
    if not terms or not set(_NUMBER.findall(sentence.text)) <= set(_NUMBER.findall(cited)):
        return False
    return len(terms & set(analyze(cited))) >= _LEAST_SUPPORT * len(terms)
