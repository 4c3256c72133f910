"""Find the evidence for a sentence without citations: the fewest lines that pass every check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.verification.polarity import disagreement
from assistant.verification.quantities import numbers_said
from assistant.verification.verify import Aspect, Check, Claim, Evidence, Verdict, judge, ready
from ingest.model import Encoder
from ingest.text.notation import fold
from ingest.text.terms import STOP_WORDS, analyze

# Fitted on sentences that real models wrote, each read beside its evidence (docs/results.md).
_LEAST_SHARE = 0.4
_LEAST_NEAR = 1.2
_LEAST_YES = 1.4
_JOINED = 0.1
_ECHO = 0.6
_HELD = "its formula is in the lines"
_NUMBERS_HELD = 0.3
_SINGLES = 8
"""The number of nearest pieces that are tried alone."""
_SPELT_OUT = re.compile(
    r"(?P<long>\b(?:[A-Z][\w]*[\s-]+){1,5}[A-Z]\w*)\s+\((?P<short>[A-Z]{2,6}s?)\)"
    r"|(?P<form>\b[A-Z]{2,6}s?)\s+\((?P<whole>(?:[A-Z]\w*[\s-]+){1,5}[A-Z]\w*)\)"
)
_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|(\S+ ?= ?[^,;]+)", re.DOTALL)
_LEAST_FORMULA = 6
_TYPING = re.compile(
    r"\\(?:text|mathrm|mathbf|operatorname|left|right|displaystyle|cdot|times|quad|,|;|!|frac)\b|\\[,;! ]|[\s{}$*·×.\\]|(?:is)?givenby"
)
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

    `passages` are the passage numbers of the pieces, which tell neighbours. A model repeats the question's words, and its mistakes consist
    of them, so they do not count as support. A sentence that `affirms` the question, as models tend to do, needs stronger support.
    """
    claim = ready(plain(sentence), question, encoder, strictly=True)
    near = {number: claim.nearness(evidence, (number,)) for number in range(1, len(evidence.texts) + 1)}
    numbers = numbers_said(sentence)
    held = {number: numbers <= numbers_said(evidence.texts[number - 1], loosely=True) for number in near} if numbers else {}
    ranking = sorted(near, key=lambda number: -sum(near[number]) - _NUMBERS_HELD * held.get(number, False))
    against = _against(claim, evidence) or _unknown_subject(claim, evidence)
    least = _LEAST_YES if affirms else _LEAST_NEAR
    best: tuple[float, Verdict] | None = None
    for ids in _tried(ranking, claim.best_for_clauses(evidence), passages):
        checks, worth = judge(claim, ids, evidence)
        support = _nearness(claim, ids, evidence, least + _JOINED * (len(ids) > 1))
        checks = (*checks, support, *against)
        has_formula = support.detail == _HELD
        verdict = Verdict(all(check.passed or (has_formula and check.aspect is Aspect.SUPPORT) for check in checks), ids, False, checks)
        if verdict.supported:
            return verdict
        if best is None or worth > best[0]:
            best = worth, verdict
    return best[1] if best else Verdict(False, (), False, (Check(Aspect.CITED, False, "nothing to rest on"),))


def _nearness(claim: Claim, ids: Sequence[int], evidence: Evidence, least: float) -> Check:
    """The check for closeness. The headings of a passage are not enough: the lines themselves have to match the sentence in words and in
    meaning, or contain its formula."""
    share, cosine = claim.nearness(evidence, ids)
    if formula_in(claim.text, [evidence.texts[number - 1] for number in ids]):
        return Check(Aspect.SUPPORT, True, _HELD)
    is_near = share >= _LEAST_SHARE and share + cosine >= least
    return Check(Aspect.SUPPORT, is_near, f"{share:.0%} of its terms in the lines themselves, cosine {cosine:.2f}")


def _against(claim: Claim, evidence: Evidence) -> tuple[Check, ...]:
    """A failed check if any piece denies the question's words as a statement, since small models tend to affirm questions."""
    for clause, terms in claim.parts:
        if not terms or len(terms & claim.asked) < _ECHO * len(terms):
            continue
        for text, own in zip(evidence.texts, evidence.own, strict=True):
            if 2 * len(terms & own) >= len(terms) - 1 and (denied := disagreement(clause, text)):
                return (Check(Aspect.NEGATION, False, f"the notes say otherwise ({denied})"),)
    return ()


def _unknown_subject(claim: Claim, evidence: Evidence) -> tuple[Check, ...]:
    """A failed check if a sentence begins with a name of the question that no piece has: then the evidence is about something else."""
    first = claim.text.split(" ", 1)[0]
    subject = frozenset(analyze(first)) & claim.asked
    if subject and first.lower() not in STOP_WORDS and not any(claim.has(subject, terms) for terms in evidence.terms):
        return (Check(Aspect.NAMES, False, f"not in the notes: {first}"),)
    return ()


def _tried(ranking: Sequence[int], for_clauses: Sequence[int], passages: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The pieces to try: the nearest ones alone, the best for each clause, then the nearest two, each with a neighbour."""
    yield from ((number,) for number in ranking[:_SINGLES])
    if len(together := tuple(dict.fromkeys(for_clauses))) > 1:
        yield together
    for number in ranking[:2]:
        for other in (number + 1, number - 1):
            if 1 <= other <= len(passages) and passages[other - 1] == passages[number - 1]:
                yield min(number, other), max(number, other)
    if len(ranking) > 1:
        yield ranking[0], ranking[1]


def plain(sentence: str) -> str:
    """A sentence with either the short or the long form of an abbreviation removed: `ELBO (Evidence Lower Bound)` is `ELBO`."""

    def short(match: re.Match[str]) -> str:
        said = match["short"] or match["form"]
        initials = "".join(word[0] for word in re.split(r"[\s-]+", (match["long"] or match["whole"]).strip())).lower()
        return said if said.lower().startswith(initials) else match[0]

    return _SPELT_OUT.sub(short, sentence)


def formula_in(sentence: str, texts: Sequence[str]) -> bool:
    """True if a formula of the sentence is in one of the texts, in any notation."""
    there = [_typed(text) for text in texts]
    formulas = [_typed(next(filter(None, match.groups()))) for match in _FORMULA.finditer(sentence)]
    return any(len(formula) >= _LEAST_FORMULA and any(formula in text for text in there) for formula in formulas)


def _typed(text: str) -> str:
    """A formula in a normal form: without white space, spacing commands and signs of multiplication."""
    return _TYPING.sub("", fold(text)).lower()


def parted(sentence: str) -> tuple[bool | None, str]:
    """The yes or no at the beginning of a sentence, None without one, and the rest of the sentence."""
    found = _VERDICT.match(sentence)
    if found is None:
        return None, sentence
    return found["said"].lower() in ("yes", "yep", "yeah"), sentence[found.end() :].strip()


def asks_whether(question: str) -> bool:
    """True if a question can be answered by yes or no."""
    return _ASKS_WHETHER.search(question) is not None


def sides_with(said: bool, question: str, evidence: str) -> bool:
    """True if the evidence agrees with a yes or a no to a question: a yes needs evidence without a denial, a no needs one with a denial."""
    against = disagreement(question, evidence) is not None
    denies = _DENIES.search(fold(evidence)) is not None
    return not against if said else (against or denies)
