"""A question with all that an answer to it is composed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.answers.candidates import Candidate, rank_candidates
from assistant.answers.coverage import term_weights
from assistant.answers.intent import Intent, intent_of
from index.search import Hit, Index, Query

MOST_SENTENCES = 6
MOST_WORDS = 150


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may be; the first sentence is given whatever its length."""

    sentences: int = MOST_SENTENCES
    words: int = MOST_WORDS


USUAL = Bounds()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its intent, its terms with their weights, and the units that might answer it, most relevant first."""

    query: Query
    intent: Intent
    weights: Mapping[str, float]
    candidates: Sequence[Candidate]
    index: Index
    bounds: Bounds

    @staticmethod
    def of(query: Query, hits: Sequence[Hit], index: Index, bounds: Bounds) -> Asked:
        """A question and the passages found for it, made ready."""
        intent = intent_of(query.text)
        return Asked(query, intent, term_weights(query, index), rank_candidates(query, hits, index, intent), index, bounds)

    @property
    def hits(self) -> list[Hit]:
        """The passages that have something to say, in the order of their best units."""
        return list({candidate.hit.row: candidate.hit for candidate in self.candidates}.values())
