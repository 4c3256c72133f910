"""The units of the passages found, each with what speaks for its being part of the answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answers.passages.coverage import covered, term_weights
from assistant.answers.question.intent import Intent, fits
from assistant.answers.statements import Quote
from assistant.wording.display import bare, is_empty, tidy, without_question
from assistant.wording.labels import is_asked, labels_in
from index.search import Hit, Index, Query
from ingest.model import Excerpt, Kind
from ingest.text.terms import analyze

PASSAGES = 10
# What speaks for a unit: its cosine, the terms that it and its heading hold, its passage's score; its form has the rest.
_NEAR, _COVERING, _FOUND = 0.55, 0.25, 0.1
# What stands under the very term whose definition is asked for is about it, whatever sounds more like the question elsewhere.
_TITLED = 0.12
# So is an item whose label names nothing but what is asked for.
_LABELLED = 0.2
_SKIPPED = frozenset({Kind.CONTENTS, Kind.QUESTION, Kind.HEADING, Kind.TODO})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be part of the answer.

    `coverage` is the share of the question's terms that the unit itself holds, `about` that which it or its heading does; `labelled`
    says that a label in it names what is asked for.
    """

    hit: Hit
    position: int
    relevance: float
    cosine: float
    coverage: float
    about: float
    labelled: bool
    terms: frozenset[str]

    @property
    def unit(self) -> Excerpt:
        return self.hit.chunk.units[self.position]

    def quote(self, excerpt: Excerpt) -> Quote:
        """The unit, or some of its words, as a quote."""
        return Quote(self.hit.chunk, excerpt, self.hit.copies)

    @property
    def section(self) -> tuple[str, ...]:
        return (self.hit.chunk.document, *self.hit.chunk.section)

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
    (rare terms count more), its passage's score beside the first one's, whether it has the form that the intent asks for, and whether its
    label names what is asked for.
    """
    asked = term_weights(query, index)
    candidates = []
    cosines = index.unit_cosines(query.vector, [hit.chunk.id for hit in hits[:PASSAGES]])
    for hit, near in zip(hits[:PASSAGES], cosines, strict=True):
        chunk = hit.chunk
        if chunk.kind in _SKIPPED:
            continue
        titles = {bare(title) for title in (chunk.title, *chunk.section)}
        heading = frozenset(analyze(" ".join(chunk.section)))
        is_titled = frozenset(analyze(chunk.section[-1] if chunk.section else chunk.title)) == frozenset(query.terms)
        for position, (unit, cosine) in enumerate(zip(chunk.units, near, strict=True)):
            text = without_question(tidy(unit.text))
            if is_empty(unit.text) or bare(text) in titles:
                continue
            terms = frozenset(analyze(text))
            about = covered(asked, terms, heading)
            labels = [label for label in labels_in(unit.text) if is_asked(label, asked)]
            relevance = (
                _NEAR * float(np.clip((cosine - 0.1) / 0.7, 0, 1))
                + _COVERING * about
                + _FOUND * _standing(hit, hits[0])
                + 0.1 * fits(intent, unit.text)
                + _TITLED * is_titled
                + _LABELLED * max((covered(asked, label) for label in labels), default=0.0)
            )
            candidates.append(Candidate(hit, position, relevance, float(cosine), covered(asked, terms), about, bool(labels), terms))
    return sorted(candidates, key=lambda c: (-c.relevance, c.place))


def _standing(hit: Hit, first: Hit) -> float:
    """How near a passage's score comes to the first one's, in [0, 1]."""
    return min(1.0, max(0.0, hit.score / first.score)) if first.score > 0 else 1.0


def mostly(terms: Collection[str], asked: Collection[str]) -> bool:
    """Whether at least half of the terms are asked for."""
    return 2 * sum(term in asked for term in terms) >= max(1, len(terms))


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
