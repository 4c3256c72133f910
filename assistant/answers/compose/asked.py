"""A question with all that an answer to it is composed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answers.passages.candidates import Candidate, rank_candidates, wanted_terms
from assistant.answers.question.intent import Intent, intent_of
from assistant.answers.statements import Quote
from index.search import Hit, Index, Query
from ingest.model import Chunk
from ingest.text.terms import analyze

MOST_SENTENCES = 6
MOST_WORDS = 150
# Of the best unit's relevance, what is needed of the best that was not said yet.
_LEAST_LEFT = 0.85


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
    def of(query: Query, hits: Sequence[Hit], index: Index, bounds: Bounds, asks: str = "") -> Asked:
        """A question and the passages found for it, made ready; `asks` are the words of it that ask, if the others only say of what."""
        intent = intent_of(asks or query.text)
        weights = wanted_terms(query, index, intent)
        own = frozenset(analyze(asks))
        asked = {term: weight for term, weight in weights.items() if term in own} or weights
        return Asked(query, intent, asked, rank_candidates(query, hits, index, intent), index, bounds)

    def without(self, quotes: Sequence[Quote]) -> Asked:
        """The same, without the units that were quoted; with none at all where those were by far the best."""
        left = [candidate for candidate in self.candidates if not any(_is_in(candidate, quote) for quote in quotes)]
        is_answered = not left or left[0].relevance < _LEAST_LEFT * self.candidates[0].relevance
        return replace(self, candidates=[] if is_answered else left)

    @property
    def hits(self) -> list[Hit]:
        """The passages that have something to say, in the order of their best units."""
        return list({candidate.hit.place: candidate.hit for candidate in self.candidates}.values())

    @property
    def copies(self) -> tuple[Chunk, ...]:
        """The passages that say what one of those found says."""
        return tuple(copy for hit in self.hits for copy in hit.copies)


def _is_in(candidate: Candidate, quote: Quote) -> bool:
    same = candidate.hit.chunk.document == quote.chunk.document and candidate.unit.span.part == quote.excerpt.span.part
    return same and candidate.unit.text in quote.excerpt.text
