"""The units of the passages found, each with what speaks for its being part of the answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answers.passages.coverage import covered, term_weights
from assistant.answers.question.intent import Intent, fits, subject
from assistant.answers.statements import Quote
from assistant.wording.display import bare, header_of, is_empty, tidy, without_question
from assistant.wording.labels import is_asked, labels_in
from index.search import Hit, Index, Query
from ingest.model import Excerpt, Kind
from ingest.text.terms import analyze

PASSAGES = 10
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
# What speaks for a unit: its cosine, the terms that it and its heading hold, its passage's score, its form.
_NEAR, _COVERING, _FOUND, _FITTING = 0.55, 0.25, 0.1, 0.1
# An item whose label names nothing but what is asked for is about it.
_LABELLED = 0.2
_SHORTEST_BEGINNING = 4
_REACH = 4
"""Passages before one of a table in which its header is looked for."""
_SKIPPED = frozenset({Kind.CONTENTS, Kind.QUESTION, Kind.HEADING, Kind.TODO})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be part of the answer.

    `coverage` is the share of the question's terms that the unit itself holds.
    """

    hit: Hit
    position: int
    relevance: float
    cosine: float
    coverage: float
    terms: frozenset[str]

    @property
    def unit(self) -> Excerpt:
        return self.hit.chunk.units[self.position]

    def quote(self, excerpt: Excerpt) -> Quote:
        """The unit, or some of its words, as a quote."""
        return Quote(self.hit.chunk, excerpt, self.hit.copies)

    @property
    def words(self) -> int:
        """The words of the unit."""
        return len(self.unit.text.split())

    @property
    def place(self) -> tuple[int, int]:
        return self.hit.rank, self.position

    @property
    def reading(self) -> tuple[tuple[str, int], int]:
        """The order of the document; lines would not part two units of one line."""
        return self.hit.place, self.position


def rank_candidates(query: Query, hits: Sequence[Hit], index: Index, intent: Intent) -> list[Candidate]:
    """Every unit of the best passages, most relevant first.

    Relevance, about in [0, 1], weighs the unit's cosine with the question, the share of the question's terms that it or its heading holds
    (rare terms count more), its passage's score beside the first one's, whether it has the form that the intent asks for, and
    whether its label names what is asked for. A row holds the terms of its table's header.
    """
    asked = term_weights(query, index)
    loose = frozenset(term for term, rarity in index.rarity(list(asked)).items() if len(term) >= _SHORTEST_BEGINNING and rarity == 1.0)
    cosines = index.unit_cosines(query.vector, [hit.chunk.id for hit in hits[:PASSAGES]])
    candidates = []
    for hit, near in zip(hits[:PASSAGES], cosines, strict=True):
        chunk = hit.chunk
        if chunk.kind in _SKIPPED:
            continue
        titles = {bare(title) for title in (chunk.title, *chunk.section)}
        header = frozenset(analyze(head)) if (head := _header(index, hit)) else frozenset[str]()
        heading = frozenset(analyze(" ".join(chunk.section))) | header
        for position, (unit, cosine) in enumerate(zip(chunk.units, near, strict=True)):
            text = without_question(tidy(unit.text))
            if is_empty(unit.text) or bare(text) in titles:
                continue
            terms = frozenset(analyze(text))
            said = _with_beginnings(terms | header if header and text.startswith("|") else terms, loose)
            relevance = (
                _NEAR * float(np.clip((cosine - 0.1) / 0.7, 0, 1))
                + _COVERING * covered(asked, said, heading)
                + _FOUND * _standing(hit, hits[0])
                + _FITTING * _answers_in_form(intent, text, query)
                + _LABELLED * max((covered(asked, label) for label in labels_in(unit.text) if is_asked(label, asked)), default=0.0)
            )
            candidates.append(Candidate(hit, position, relevance, float(cosine), covered(asked, said), terms))
    return sorted(candidates, key=lambda c: (-c.relevance, c.place))


def _answers_in_form(intent: Intent, text: str, query: Query) -> bool:
    """True if a text has the form that is asked for; a definition is one of what is asked for."""
    if not fits(intent, text):
        return False
    return intent is not Intent.DEFINITION or _mostly(analyze(subject(_PARENTHESIS.sub("", text))), frozenset(query.terms))


def _mostly(terms: Collection[str], asked: Collection[str]) -> bool:
    """True if at least half of the terms are asked for."""
    return bool(terms) and 2 * sum(term in asked for term in terms) >= len(terms)


def _header(index: Index, hit: Hit) -> str:
    """The header of a passage's table, which may stand in a passage before it."""
    chunk = hit.chunk
    if chunk.kind is Kind.TABLE and "|" in chunk.text and not header_of(chunk):
        for before in index.engine.around(hit.ids[0], _REACH, 0)[-2::-1]:
            if before.section != chunk.section or before.kind is not Kind.TABLE:
                break
            if head := header_of(before):
                return head
    return header_of(chunk)


def _with_beginnings(terms: frozenset[str], loose: Collection[str]) -> frozenset[str]:
    """The terms, and of the `loose` ones of the question those that one of them begins with: `approx` is met by `approximation`."""
    return terms | {asked for asked in loose if any(term.startswith(asked) for term in terms)} if loose else terms


def _standing(hit: Hit, first: Hit) -> float:
    """How near a passage's score comes to the first one's, in [0, 1]."""
    return min(1.0, max(0.0, hit.score / first.score)) if first.score > 0 else 1.0


def why(candidate: Candidate, intent: Intent) -> str:
    """What spoke for a unit, on one line."""
    said = [
        f"relevance {candidate.relevance:.2f}",
        f"cosine {candidate.cosine:.2f}",
        f"{candidate.coverage:.0%} of the question's terms",
        f"passage {candidate.hit.rank}",
    ]
    if fits(intent, candidate.unit.text):
        said.append(f"has the form of a {intent.value} answer")
    return ", ".join(said)
