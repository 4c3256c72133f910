"""Answers without a model: the best-supported sentences of the documents, in their own words, composed so that they read as an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from assistant.answers.answer import Citation, Sentence, cite
from assistant.answers.contradictions import contradict
from assistant.answers.coverage import covered, term_weights
from assistant.answers.intent import Intent, fits, intent_of, subject
from assistant.answers.wording import bare, is_dangling, is_empty, spoken, stands_alone, tidy
from index.lexical import analyze
from index.search import Hit, Index, Query
from ingest.model import Excerpt, Kind

PASSAGES = 10
MOST_SENTENCES = 6
MOST_WORDS = 150
# Of the best unit's relevance: what a unit needs in the same section, and what one from elsewhere needs: less where it speaks of the
# question itself and does not only stand under a fitting heading.
_LEAST_BESIDE = 0.62
_LEAST_ELSEWHERE = 0.78
_LEAST_COVERING = 0.7
_LEAST_COVERAGE = 0.5
# Maximal marginal relevance (Carbonell and Goldstein 1998): what repeats the chosen loses, what continues their section gains.
_REPEATED = 0.25
_CONTINUED = 0.08
_LEAST_NEW = 0.25
# Intents that one sentence meets: it comes first, and less is said beside it.
_POINTED = frozenset({Intent.NUMBER, Intent.FORMULA})
_LEAST_POINTED = 0.75
# A section whose title asks the question is its answer.
_LEAST_PAIRED = 0.4
_PAIRED = 0.6
# What stands under the very term whose definition is asked for is about it, whatever sounds more like the question elsewhere.
_TITLED = 0.12
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
_SKIPPED = frozenset({Kind.CONTENTS, Kind.QUESTION, Kind.HEADING, Kind.TODO})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be part of the answer.

    `coverage` is the share of the question's terms that the unit itself holds; `paired` says that its section's title asks the question.
    """

    hit: Hit
    position: int
    relevance: float
    cosine: float
    coverage: float
    paired: bool
    terms: frozenset[str]

    @property
    def unit(self) -> Excerpt:
        return self.hit.chunk.units[self.position]

    @property
    def section(self) -> tuple[str, ...]:
        return (self.hit.chunk.document, *self.hit.chunk.section)

    @property
    def place(self) -> tuple[int, int]:
        return self.hit.rank, self.position

    @property
    def reading(self) -> tuple[int, int]:
        """The order of the document: an index has its chunks in it, and lines would not part two units of one line."""
        return self.hit.row, self.position


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may be; the first sentence is given whatever its length."""

    sentences: int = MOST_SENTENCES
    words: int = MOST_WORDS


def compose_parts(
    asked: Sequence[tuple[Query, Sequence[Hit]]],
    index: Index,
    bounds: Bounds = Bounds(),
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """The answers to the parts of a question one after the other, sharing the bounds; nothing is said twice."""
    share = Bounds(max(2, 1 + bounds.sentences // len(asked)), 2 * bounds.words // (len(asked) + 1)) if len(asked) > 1 else bounds
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for query, hits in asked:
        for sentence, citation in zip(*compose(query, hits, index, share), strict=True):
            if not any(citation.quote == other.quote and citation.span == other.span for other in citations):
                citations.append(replace(citation, id=len(citations) + 1))
                sentences.append(replace(sentence, citations=(len(citations),)))
    return tuple(sentences), tuple(citations)


def compose(
    query: Query,
    hits: Sequence[Hit],
    index: Index,
    bounds: Bounds = Bounds(),
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """The sentences that answer the question best, and their citations; both empty where no passage has a sentence to offer."""
    intent = intent_of(query.text)
    candidates = rank_candidates(query, hits, index, intent)
    chosen = _with_context(_with_other_side(_with_form(_select(candidates, intent, bounds), candidates, intent), candidates), candidates)
    lead = max(chosen, key=lambda c: (intent is Intent.FORMULA and fits(intent, c.unit.text), c.relevance), default=None)
    if lead is None:
        return (), ()
    # The section of the best sentence speaks first, in its own order; then the other passages, each in its own.
    ordered = sorted(chosen, key=lambda c: (0, c.reading) if c.section == lead.section else (1, c.place))
    if intent in _POINTED or (intent is Intent.OTHER and stands_alone(lead.hit.chunk, lead.unit)):
        # A sentence of a paragraph needs those before it; an item, a row or a formula can lead.
        ordered.sort(key=lambda c: c is not lead)
    elif intent is Intent.DEFINITION:
        # The definition and what follows it, then what stood before it.
        first = _definition([c for c in ordered if c.section == lead.section], lead, frozenset(query.terms))
        ordered.sort(key=lambda c: 2 if c.section != lead.section else int(c.reading < first.reading))
    citations = tuple(cite(number, c.hit, c.unit) for number, c in enumerate(ordered, start=1))
    sentences = tuple(
        Sentence(spoken(c.hit.chunk, c.unit), (number,), own_line=stands_alone(c.hit.chunk, c.unit), why=_why(c, intent))
        for number, c in enumerate(ordered, start=1)
    )
    return sentences, citations


def _why(candidate: Candidate, intent: Intent) -> str:
    """What spoke for a unit, on one line."""
    said = [
        f"relevance {candidate.relevance:.2f}",
        f"cosine {candidate.cosine:.2f}",
        f"{candidate.coverage:.0%} of the question's terms",
        f"passage {candidate.hit.rank}",
    ]
    if candidate.paired:
        said.append("its section asks the question")
    if fits(intent, candidate.unit.text):
        said.append(f"has the form of a {intent.value} answer")
    return ", ".join(said)


def _definition(passage: Sequence[Candidate], lead: Candidate, asked: frozenset[str]) -> Candidate:
    """The unit that a definition begins with.

    It is the one that says what the asked term is, else, in a section about the term, the section's first, else the lead.
    """
    for candidate in passage:
        if _mostly(analyze(subject(_PARENTHESIS.sub("", tidy(candidate.unit.text)))), asked):
            return candidate
    chunk = lead.hit.chunk
    about = _mostly(analyze(chunk.section[-1] if chunk.section else chunk.title), asked)
    return passage[0] if about or is_dangling(lead.unit.text) else lead


def _mostly(terms: Sequence[str], asked: frozenset[str]) -> bool:
    return 2 * sum(term in asked for term in terms) >= max(1, len(terms))


def rank_candidates(query: Query, hits: Sequence[Hit], index: Index, intent: Intent) -> list[Candidate]:
    """Every unit of the best passages, most relevant first.

    Relevance in [0, 1] weighs the unit's cosine with the question, the share of the question's terms that it or its heading holds (rare
    terms count more), its passage's score, and whether it has the form that the intent asks for.
    """
    asked = term_weights(query, index)
    candidates = []
    for hit in hits[:PASSAGES]:
        chunk = hit.chunk
        if chunk.kind in _SKIPPED:
            continue
        titles = {bare(title) for title in (chunk.title, *chunk.section)}
        heading = frozenset(analyze(" ".join(chunk.section)))
        title = frozenset(analyze(chunk.section[-1] if chunk.section else chunk.title))
        is_about = covered(asked, title) >= _PAIRED and _mostly(sorted(title), frozenset(query.terms))
        for position, (unit, cosine) in enumerate(zip(chunk.units, index.dense.unit_cosines(query.vector, hit.row), strict=True)):
            text = tidy(unit.text)
            if is_empty(unit.text) or bare(text) in titles:
                continue
            terms = frozenset(analyze(text))
            relevance = (
                0.45 * float(np.clip((cosine - 0.1) / 0.7, 0, 1))
                + 0.25 * covered(asked, terms, heading)
                + 0.2 * min(hit.score, 1.0)
                + 0.1 * fits(intent, unit.text)
                + _TITLED * (intent is Intent.DEFINITION and is_about)
            )
            candidates.append(
                Candidate(hit, position, relevance, float(cosine), covered(asked, terms), covered(asked, title) >= _PAIRED, terms)
            )
    return sorted(candidates, key=lambda c: (-c.relevance, c.place))


def _select(candidates: Sequence[Candidate], intent: Intent, bounds: Bounds) -> list[Candidate]:
    """The most relevant units that add something new, within the bounds of an answer."""
    chosen = list(candidates[:1])
    words = sum(len(candidate.unit.text.split()) for candidate in chosen)
    beside = _LEAST_POINTED if intent in _POINTED else _LEAST_PAIRED if candidates and candidates[0].paired else _LEAST_BESIDE
    left = [candidate for candidate in candidates[1:] if _belongs(candidate, candidates[0], beside)]
    while left and len(chosen) < bounds.sentences:
        best = max(left, key=lambda c: c.relevance + _CONTINUED * (c.section == chosen[0].section) + _REPEATED * _new(c, chosen))
        left.remove(best)
        length = len(best.unit.text.split())
        if words + length <= bounds.words and _new(best, chosen) >= _LEAST_NEW:
            chosen.append(best)
            words += length
    return chosen


def _belongs(candidate: Candidate, lead: Candidate, beside: float) -> bool:
    if candidate.section == lead.section:
        return candidate.relevance >= beside * lead.relevance
    least = _LEAST_COVERING if candidate.coverage >= _LEAST_COVERAGE else _LEAST_ELSEWHERE
    return candidate.relevance >= least * lead.relevance


def _with_form(chosen: Sequence[Candidate], candidates: Sequence[Candidate], intent: Intent) -> list[Candidate]:
    """The chosen and, where a formula or a number is asked for that none of them has, the most relevant unit that has one."""
    if intent not in _POINTED or any(fits(intent, candidate.unit.text) for candidate in chosen):
        return list(chosen)
    fitting = (candidate for candidate in candidates if fits(intent, candidate.unit.text) and _belongs(candidate, candidates[0], 0.0))
    return [*chosen, *islice(fitting, 1)]


def _with_other_side(chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The chosen and, where another document contradicts the best of them, its word on it."""
    if not chosen:
        return []
    best = chosen[0]
    rivals = (
        candidate
        for candidate in candidates
        if candidate not in chosen
        and candidate.hit.chunk.document != best.hit.chunk.document
        and candidate.relevance >= _LEAST_COVERING * best.relevance
        and contradict(tidy(candidate.unit.text), tidy(best.unit.text))
    )
    return [*chosen, *islice(rivals, 1)]


def _new(candidate: Candidate, chosen: Sequence[Candidate]) -> float:
    """The share of a unit's terms that the chosen unit nearest to it does not have."""
    return min((len(candidate.terms - other.terms) / max(1, len(candidate.terms)) for other in chosen), default=1.0)


def _with_context(chosen: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The chosen, and before each that begins with a pronoun the unit that it points back to."""
    by_place = {candidate.place: candidate for candidate in candidates}
    wanted = {candidate.place: candidate for candidate in chosen}
    for candidate in chosen:
        before = by_place.get((candidate.hit.rank, candidate.position - 1))
        if before and is_dangling(candidate.unit.text):
            wanted.setdefault(before.place, before)
    return list(wanted.values())
