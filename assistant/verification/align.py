"""The lines that a sentence without citations rests on: the fewest that pass every check of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.verification.polarity import disagreement
from assistant.verification.verify import Aspect, Check, Claim, Evidence, Verdict, judge, ready
from ingest.model import Encoder
from ingest.text.notation import fold

# Fitted on sentences that real models wrote, each read beside its evidence (docs/results.md).
_LEAST_SHARE = 0.4
_LEAST_NEAR = 1.2
_ECHO = 0.6
_SINGLES = 4
"""Pieces that may support a sentence alone: the ones that come nearest."""
_VERDICT = re.compile(r"^(?P<said>yes|no|nope|yep|yeah)\b(?:\s*[,.:;!–—-]+\s*|\s+(?=(?:it|you|they|we|that|this)\b)|$)", re.IGNORECASE)
_ASKS_WHETHER = re.compile(
    r"(?:^|[,;:.?!]\s*|\b(?:so|and|but|or|then|ok|wait|hey|actually)\s+)"
    r"(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had|isn'?t|aren'?t|don'?t|doesn'?t|"
    r"can'?t|won'?t|wouldn'?t|shouldn'?t)\s+(?!to\b)\w",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not?|never|none|cannot|neither|nor|without|rarely|hardly|fails?|useless|wrong|false|myth|instead|avoid|unlike|however|only)\b|n['’]t\b",
    re.IGNORECASE,
)


def align(
    sentence: str, evidence: Evidence, encoder: Encoder, question: str = "", passages: Sequence[int] = (), *, affirms: bool = False
) -> Verdict:
    """Check a sentence against the evidence that supports it best: one piece if one is enough, else two that belong together.

    `passages` are the numbers of the passages that the pieces stand in, so that neighbours are known. A model repeats the question's words,
    and its mistakes are made of them, so they are no support; a sentence that `affirms` what was asked has to find them all.
    """
    claim = ready(sentence, question, encoder, strictly=True)
    weighed = replace(claim, asked=frozenset()) if affirms else claim
    near = {number: weighed.nearness(evidence, (number,)) for number in range(1, len(evidence.texts) + 1)}
    ranking = sorted(near, key=lambda number: -sum(near[number]))
    against = _against(claim, evidence)
    best: tuple[float, Verdict] | None = None
    for ids in _tried(ranking, claim.best_for_clauses(evidence), passages):
        checks, worth = judge(claim, ids, evidence)
        checks = (*checks, _nearness(weighed, ids, evidence), *against)
        verdict = Verdict(all(check.passed for check in checks), ids, False, checks)
        if verdict.supported:
            return verdict
        if best is None or worth > best[0]:
            best = worth, verdict
    return best[1] if best else Verdict(False, (), False, (Check(Aspect.CITED, False, "nothing to rest on"),))


def _nearness(claim: Claim, ids: Sequence[int], evidence: Evidence) -> Check:
    """The headings of a passage are not enough: the lines themselves have to say it, in words or in meaning."""
    share, cosine = claim.nearness(evidence, ids)
    is_near = share >= _LEAST_SHARE and share + cosine >= _LEAST_NEAR
    return Check(Aspect.SUPPORT, is_near, f"{share:.0%} of its terms in the lines themselves, cosine {cosine:.2f}")


def _against(claim: Claim, evidence: Evidence) -> tuple[Check, ...]:
    """A failed check if the question's own words, said as a fact, are denied by any piece: a small model affirms what it is asked."""
    for clause, terms in claim.parts:
        if not terms or len(terms & claim.asked) < _ECHO * len(terms):
            continue
        for text, own in zip(evidence.texts, evidence.own, strict=True):
            if 2 * len(terms & own) >= len(terms) - 1 and (denied := disagreement(clause, text)):
                return (Check(Aspect.NEGATION, False, f"the notes say otherwise ({denied})"),)
    return ()


def _tried(ranking: Sequence[int], for_clauses: Sequence[int], passages: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Which pieces to try: the nearest ones alone, the best for each clause, then the nearest two with a neighbour each."""
    yield from ((number,) for number in ranking[:_SINGLES])
    if len(together := tuple(dict.fromkeys(for_clauses))) > 1:
        yield together
    for number in ranking[:2]:
        for other in (number + 1, number - 1):
            if 1 <= other <= len(passages) and passages[other - 1] == passages[number - 1]:
                yield min(number, other), max(number, other)
    if len(ranking) > 1:
        yield ranking[0], ranking[1]


def parted(sentence: str) -> tuple[bool | None, str]:
    """What a sentence says to a yes-or-no question in its first word, None if nothing, and the rest of it."""
    found = _VERDICT.match(sentence)
    if found is None:
        return None, sentence
    return found["said"].lower() in ("yes", "yep", "yeah"), sentence[found.end() :].strip()


def asks_whether(question: str) -> bool:
    """True if a question can be answered by yes or no."""
    return _ASKS_WHETHER.search(question) is not None


def sides_with(said: bool, question: str, evidence: str) -> bool:
    """True if evidence does not speak against a yes or a no to a question: a yes wants no denial, a no wants one."""
    against = disagreement(question, evidence) is not None
    denies = _DENIES.search(fold(evidence)) is not None
    return not against if said else (against or denies)
