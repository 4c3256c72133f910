"""The check of a written sentence against the evidence that it cites: one sentence at a time, values in, a verdict out.

A sentence is supported if the cited lines have its numbers, attached to the same words, have the same polarity, contain its names, and
match it in words or in meaning, clause by clause. If other lines support it clearly better, they are cited instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from assistant.verification.polarity import disagreement
from assistant.verification.quantities import misattached, numbers_said, out_of_place
from assistant.wording.display import bare
from ingest.model import Encoder
from ingest.text.notation import fold
from ingest.text.terms import analyze

# Fitted by benchmarks/verification.py on half of the course's sentences (docs/results.md has the figures of the other half).
LEAST_TERMS = 0.6
LEAST_TERMS_NEAR = 0.4
LEAST_COSINE = 0.6
LEAST_TERMS_LIKE = 0.25
LEAST_COSINE_LIKE = 0.65
# The margin by which another piece of evidence has to support a sentence better to be cited instead.
_BETTER = 0.15
_SHORTEST = 3
_ASKED = 0.5
_VERBATIM = 3.0
_CLAUSE = re.compile(
    r"[;:]\s+|,\s+(?=(?:and|but|so|which|because|since|while|whereas|as|although|though|hence|therefore)\b)|"
    r"\s+(?=(?:but|whereas|because|while)\b)|\s+(?=and (?:is|are|was|were|has|have|can|must|will|therefore|thus|hence)\b)"
)
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b(?:[A-Z][a-z]+[A-Z]\w*|[A-Z]{2,}\w*|[A-Z][a-z]{2,}|[a-z]+_\w+)\b")
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|these|your)\b.{0,20}"
    r"\b(?:instruction|prompt|rule|text|evidence|context)s?\b|"
    r"\bsystem prompt\b|\byou (?:are now|must now|must answer|must say|must reply|will now)\b|"
    r"\b(?:answer|reply|respond|say|output|print|write) (?:only|exactly|nothing but|the following|that)\b.{0,60}|"
    r"\b(?:as an|dear|attention|note to(?: the)?) (?:ai|assistant|language model|llm|model)\b|"
    r"\binstructions? (?:to|for) the (?:ai|assistant|model)\b",
    re.IGNORECASE,
)


class Aspect(StrEnum):
    """The aspects of a sentence that are checked."""

    CITED = "cited"
    ORDERS = "orders"
    NUMBERS = "numbers"
    ATTACHED = "attached"
    NEGATION = "negation"
    NAMES = "names"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class Check:
    """The check of one aspect; `detail` says what failed, or how well it passed."""

    aspect: Aspect
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence is supported, by which evidence (numbers from 1), and every check made against it."""

    supported: bool
    ids: tuple[int, ...]
    relinked: bool
    checks: tuple[Check, ...]

    @property
    def reason(self) -> str:
        """What failed, in a few words; empty if nothing did."""
        return "; ".join(f"{check.aspect.value}: {check.detail}" for check in self.checks if not check.passed)

    @property
    def summary(self) -> str:
        """Every check with its result, on one line."""
        moved = "given better evidence; " if self.relinked else ""
        return moved + "; ".join(f"{check.aspect.value}: {check.detail}" for check in self.checks)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Pieces of evidence, their terms, and their vectors, shape (n, dimension); computed once for all sentences of an answer.

    `own` are the terms of each piece without its headings.
    """

    texts: tuple[str, ...]
    terms: tuple[frozenset[str], ...]
    vectors: NDArray[np.float32]
    own: tuple[frozenset[str], ...]

    @staticmethod
    def of(texts: Sequence[str], encoder: Encoder, headings: Sequence[str] = ()) -> Evidence:
        """Prepare texts as evidence, each under its heading if headings are given."""
        own = tuple(frozenset(analyze(text)) for text in texts)
        whole = [f"{heading}: {text}" for heading, text in zip(headings, texts, strict=True)] if headings else list(texts)
        terms = tuple(frozenset(analyze(text)) for text in whole) if headings else own
        return Evidence(tuple(whole), terms, encoder.encode(whole), own)


def verify(sentence: str, ids: Sequence[int], evidence: Evidence, encoder: Encoder, question: str = "") -> Verdict:
    """Check a sentence against the evidence that it cites and, if that fails or other evidence is clearly better, against the other
    evidence.

    Words and names of the question need no evidence. For an unsupported sentence, the checks are those of its own citations.
    """
    claim = ready(sentence, question, encoder)
    known = tuple(number for number in ids if 1 <= number <= len(evidence.texts))
    cited, own = judge(claim, known, evidence)
    holds = all(check.passed for check in cited)
    best = next(iter(claim.ranking(evidence)), None)
    if best is not None and best not in known:
        other, worth = judge(claim, (best,), evidence)
        if all(check.passed for check in other) and (worth > own + _BETTER or not holds):
            return Verdict(True, (best,), True, other)
    if known and not holds:
        joined = tuple(dict.fromkeys((*known, *claim.best_for_clauses(evidence))))
        checks, _ = judge(claim, joined, evidence)
        if all(check.passed for check in checks):
            return Verdict(True, joined, True, checks)
    return Verdict(holds, known, False, cited)


@dataclass(frozen=True, slots=True)
class Claim:
    """A prepared sentence: its vector, and the terms and the vector of each of its clauses.

    Words and names of `known` need no evidence; a word of `asked` that the evidence lacks counts half.
    """

    text: str
    said: tuple[str, ...]
    vector: NDArray[np.float32]
    clauses: tuple[frozenset[str], ...]
    vectors: NDArray[np.float32]
    known: frozenset[str]
    asked: frozenset[str] = frozenset()

    @staticmethod
    def has(terms: frozenset[str], there: frozenset[str]) -> bool:
        """True if all the terms are there, unchanged or as a form of the same word."""
        return _share(terms, there) == 1.0

    @property
    def parts(self) -> list[tuple[str, frozenset[str]]]:
        """Each clause with its terms."""
        return list(zip(self.said, self.clauses, strict=True))

    def nearness(self, evidence: Evidence, ids: Sequence[int]) -> tuple[float, float]:
        """The share of the sentence's terms in the evidence's own words, without headings, and the highest cosine with a piece of it."""
        there = frozenset[str]().union(*(evidence.own[number - 1] for number in ids))
        return _share(frozenset[str]().union(*self.clauses), there, self.asked), self.whole_support(evidence, ids)

    def ranking(self, evidence: Evidence) -> list[int]:
        """The numbers of the evidence, the best support first."""
        return sorted(range(1, len(evidence.texts) + 1), key=lambda number: -self.support(evidence, (number,)))

    def support(self, evidence: Evidence, ids: Sequence[int]) -> float:
        """The support of the weakest clause, and of the whole sentence."""
        return min(terms + cosine for terms, cosine in self.clause_support(evidence, ids)) + self.whole_support(evidence, ids)

    def whole_support(self, evidence: Evidence, ids: Sequence[int]) -> float:
        """The highest cosine of the sentence with a piece of the evidence."""
        return float((evidence.vectors[[number - 1 for number in ids]] @ self.vector).max()) if ids else 0.0

    def best_for_clauses(self, evidence: Evidence) -> list[int]:
        """For each clause the number of the evidence that supports it best."""
        each = [self.clause_support(evidence, (number,)) for number in range(1, len(evidence.texts) + 1)]
        return [1 + max(range(len(each)), key=lambda at: sum(each[at][clause])) for clause in range(len(self.clauses))]

    def clause_support(self, evidence: Evidence, ids: Sequence[int]) -> list[tuple[float, float]]:
        """For each clause the share of its terms that the evidence has, and its highest cosine with a piece of it."""
        places = [number - 1 for number in ids]
        there = frozenset[str]().union(*(evidence.terms[at] for at in places)) | self.known
        return [
            (_share(terms, there, self.asked), float((evidence.vectors[places] @ vector).max()) if places else 0.0)
            for terms, vector in zip(self.clauses, self.vectors, strict=True)
        ]


def ready(sentence: str, question: str, encoder: Encoder, *, strictly: bool = False) -> Claim:
    """Prepare a sentence for judging. Words and names of the question need no evidence; with `strictly`, names do, and words count half."""
    parts = _clauses(sentence)
    vectors = encoder.encode([sentence, *parts])
    terms = tuple(frozenset(analyze(part)) for part in parts)
    asked = frozenset(analyze(question))
    known, half = (frozenset[str](), asked) if strictly else (asked, frozenset[str]())
    return Claim(sentence, tuple(parts), vectors[0], terms, vectors[1:], known, half)


def judge(claim: Claim, ids: Sequence[int], evidence: Evidence) -> tuple[tuple[Check, ...], float]:
    """Every check of a claim against some evidence, and the strength of its support."""
    if not ids:
        return (Check(Aspect.CITED, False, "no evidence of that number"),), 0.0
    pieces = [evidence.texts[number - 1] for number in ids]
    text = "\n".join(pieces)
    if any(f" {bare(claim.text)} " in f" {bare(piece)} " for piece in pieces) and bare(claim.text) and not _ORDERS.search(text):
        return (Check(Aspect.SUPPORT, True, "word for word"),), _VERBATIM
    orders = next((match[0] for piece in pieces if (match := _ORDERS.search(piece))), None)
    missing = sorted(numbers_said(claim.text) - numbers_said(text, loosely=True))
    nearest = max(pieces, key=lambda piece: _share(frozenset(analyze(claim.text)), frozenset(analyze(piece))))
    moved = misattached(claim.text, text) or out_of_place(claim.text, nearest)
    denied = disagreement(claim.text, text)
    names = _unknown_names(claim, text)
    parts = claim.clause_support(evidence, ids)
    whole = claim.whole_support(evidence, ids)
    weak = [(terms, cosine) for terms, cosine in parts if not _is_supported(terms, cosine, whole)]
    said = ", ".join(f"{terms:.0%} of its terms, cosine {cosine:.2f}" for terms, cosine in (weak or parts))
    checks = (
        Check(Aspect.ORDERS, orders is None, f"the cited lines give orders ({orders})" if orders else "none"),
        Check(Aspect.NUMBERS, not missing, f"not cited: {', '.join(f'{n:g}' for n in missing)}" if missing else "all cited"),
        Check(Aspect.ATTACHED, moved is None, f"{moved} is about something else" if moved else "about the same"),
        Check(Aspect.NEGATION, denied is None, f"the two disagree ({denied})" if denied else "agrees"),
        Check(Aspect.NAMES, not names, f"not cited: {', '.join(names)}" if names else "all cited"),
        Check(Aspect.SUPPORT, not weak, said),
    )
    return checks, claim.support(evidence, ids)


def _is_supported(terms: float, cosine: float, whole: float) -> bool:
    """True if a clause is supported by its terms alone, or by fewer terms if it, or its sentence, is close in meaning."""
    if terms >= LEAST_TERMS or (terms >= LEAST_TERMS_NEAR and cosine >= LEAST_COSINE):
        return True
    return terms >= LEAST_TERMS_LIKE and whole >= LEAST_COSINE_LIKE


def _share(terms: frozenset[str], there: frozenset[str], asked: frozenset[str] = frozenset()) -> float:
    """The share of terms that are there, unchanged or as a form of the same word; a missing one of those `asked` counts half."""
    if not terms:
        return 1.0
    missing = [term for term in terms if term not in there and not any(_same_word(term, other) for other in there)]
    met = len(terms) - len(missing)
    return met / (met + sum(_ASKED if term in asked else 1.0 for term in missing)) if met else 0.0


def _same_word(term: str, other: str) -> bool:
    shorter, longer = sorted((term, other), key=len)
    return len(shorter) > _SHORTEST + 1 and longer.startswith(shorter[: max(_SHORTEST + 1, len(shorter) - 2)])


def _unknown_names(claim: Claim, text: str) -> list[str]:
    """Names of the claim that neither evidence nor question has: capitals inside a sentence, acronyms, code."""
    there = frozenset(analyze(text)) | claim.known
    return [name for name in dict.fromkeys(_NAME.findall(fold(claim.text))) if not frozenset(analyze(name)) <= there]


def _clauses(sentence: str) -> list[str]:
    """The clauses of a sentence with at least three content words."""
    parts: list[str] = []
    for part in _CLAUSE.split(sentence):
        if parts and len(analyze(part)) < _SHORTEST:
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts or [sentence]
