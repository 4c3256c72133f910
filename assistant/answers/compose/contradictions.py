"""Find contradictions between documents: another number, another formula, or yes against no."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import combinations

from assistant.answers.model import Citation, Sentence
from assistant.answers.question.intent import Intent, intent_of
from assistant.verification.polarity import disagreement
from assistant.verification.quantities import numbers_in, out_of_place
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS, analyze

_SAME_SUBJECT = 0.75
_FEWEST_TERMS = 3
_ASKED = 0.7
_SHORTEST_STEM = 4
# Items of a list do not contradict one another.
_MANY_ITEMS = 2
_EQUATION = re.compile(r"(?<![\w^_])([A-Za-z]\w*(?:\s?\([^()=]{1,20}\))?)\s*=\s*([^=\n,;$]{3,160})")
_TOKEN = re.compile(r"[A-Za-z]\w*|\d+(?:\.\d+)?|[-+/^<>|]")
_SIGNS = frozenset({"sqrt", "abs"})
_ASKS = re.compile(r"(?:.*[.!?]\s+)?\W*\w+\s+(?P<said>[^.!?]{5,200})\?\W*(?:A(?:nswer)?:\s*)?(?P<word>yes|no)\b", re.IGNORECASE | re.DOTALL)
_DECIDES = re.compile(r"\W*(?:A(?:nswer)?:\s*)?(?P<word>yes|no)\b[.,;:!]?\s*", re.IGNORECASE)


def contradict(one: str, other: str) -> bool:
    """True if two texts on the same subject give different numbers in the same place, or only one of them has a negation.

    They have the same subject if three quarters of the words of the shorter are in the other, without numbers.
    """
    words, others = (frozenset(word for word in analyze(text) if not word[0].isdigit()) for text in (one, other))
    shorter = min(len(words), len(others))
    if shorter < _FEWEST_TERMS or len(words & others) < _SAME_SUBJECT * shorter:
        return False
    numbers, other_numbers = numbers_in(one), numbers_in(other)
    single = len(numbers) == len(other_numbers) == 1 and numbers != other_numbers
    moved = bool(numbers - other_numbers) and bool(other_numbers - numbers) and out_of_place(one, other) is not None
    are_lists = any(text.count(";") >= _MANY_ITEMS for text in (one, other))
    return single or moved or (not are_lists and disagreement(one, other) is not None)


def formulas_differ(one: str, other: str) -> bool:
    """True if two texts with a common word give different formulas for the same quantity: the left sides and the symbols on the right are
    the same, but the signs or numbers between them differ.

    Another Another
    """
    words, others = (
        frozenset(term for term in analyze(_EQUATION.sub(" ", fold(text))) if len(term) >= _SHORTEST_STEM) for text in (one, other)
    )
    if not words & others:
        return False
    equations = list(_equations(other))
    return any(
        left == same and symbols == there and symbols and signs != between
        for left, symbols, signs in _equations(one)
        for same, there, between in equations
    )


def opposed(one: str, other: str, asked: Collection[str]) -> bool:
    """True if one of two texts about the question says yes and the other no. A question that a text answers is part of the text."""
    claims = [_claim(text) for text in (one, other)]
    return all(_speaks_of(claim, asked) for claim in claims) and disagreement(claims[0], claims[1]) is not None


def contradiction_note(question: str, sentences: Sequence[Sentence], citations: Sequence[Citation]) -> str:
    """A note if sentences of an answer, from different documents, contradict each other; else empty."""
    cited = {citation.id: citation for citation in citations}
    pairs = [
        f"[{one.citations[0]}] and [{other.citations[0]}]"
        for one, other in combinations([sentence for sentence in sentences if sentence.citations], 2)
        if cited[one.citations[0]].document != cited[other.citations[0]].document
        and disagree(
            question, said_under(one.text, cited[one.citations[0]].section), said_under(other.text, cited[other.citations[0]].section)
        )
    ]
    return f"Your documents disagree: see {', '.join(dict.fromkeys(pairs))}." if pairs else ""


def said_under(text: str, section: Sequence[str]) -> tuple[str, str]:
    """A text, and the same text after the title above it."""
    return text, f"{section[-1]}: {text}" if section and not section[-1].endswith("?") else " ".join((*section[-1:], text))


def disagree(question: str, one: tuple[str, str], other: tuple[str, str]) -> bool:
    """True if two texts contradict each other on a question. Each is given alone and with its title (`said_under`)."""
    if contradict(one[0], other[0]) or formulas_differ(one[1], other[1]):
        return True
    return intent_of(question) is Intent.YES_NO and opposed(one[1], other[1], analyze(question))


def _equations(text: str) -> Iterator[tuple[str, Counter[str], Counter[str]]]:
    """The left side of every equation, and the symbols and the signs on its right."""
    for match in _EQUATION.finditer(fold(text.replace("$", " ").replace("Σ", "∑"))):
        symbols: Counter[str] = Counter()
        signs: Counter[str] = Counter()
        for token in _TOKEN.findall(match[2]):
            # A single letter is a symbol.
            if len(token) > 1 and token in STOP_WORDS:
                break
            (symbols if token[0].isalpha() and token not in _SIGNS else signs)[token] += 1
        yield match[1].replace(" ", ""), symbols, signs


def _claim(text: str) -> str:
    """The claim of a text that answers a question with yes or no: the question as a statement, negated if the answer is no."""
    asked = _ASKS.match(text)
    if asked is None:
        return _DECIDES.sub("", text, count=1) if _DECIDES.match(text) else text
    denial = "not " if asked["word"].lower() == "no" else ""
    return f"{denial}{asked['said'].strip()}."


def _speaks_of(text: str, asked: Collection[str]) -> bool:
    there = analyze(text)
    met = sum(any(term == other or (len(term) >= _SHORTEST_STEM and other.startswith(term)) for other in there) for term in asked)
    return bool(asked) and met >= _ASKED * len(asked)
