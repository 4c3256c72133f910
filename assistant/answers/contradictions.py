"""Where two documents say different things of the same: another number, or yes against no."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from assistant.answers.answer import Citation, Sentence
from assistant.verification.polarity import disagreement
from assistant.verification.quantities import numbers_in, out_of_place
from index.lexical import analyze

_SAME_SUBJECT = 0.75
_FEWEST_TERMS = 3


def contradict(one: str, other: str) -> bool:
    """Whether two texts of the same subject give different numbers in the same place, or only one of them denies what both speak of.

    Of the same subject: three quarters of the words of the shorter are in the other, numbers aside. Formulas are not compared.
    """
    words, others = (frozenset(word for word in analyze(text) if not word[0].isdigit()) for text in (one, other))
    shorter = min(len(words), len(others))
    if shorter < _FEWEST_TERMS or len(words & others) < _SAME_SUBJECT * shorter:
        return False
    numbers, other_numbers = numbers_in(one), numbers_in(other)
    single = len(numbers) == len(other_numbers) == 1 and numbers != other_numbers
    moved = bool(numbers - other_numbers) and bool(other_numbers - numbers) and out_of_place(one, other) is not None
    return single or moved or disagreement(one, other) is not None


def contradiction_note(sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """What to say where sentences of an answer, from different documents, contradict each other; nothing where none do."""
    cited = {citation.id: citation for citation in citations}
    pairs = [
        f"[{one.citations[0]}] and [{other.citations[0]}]"
        for one, other in combinations(sentences, 2)
        if cited[one.citations[0]].document != cited[other.citations[0]].document and contradict(one.text, other.text)
    ]
    return f"Your documents disagree: see {', '.join(pairs)}." if pairs else ""
