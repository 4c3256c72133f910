"""A question with everything that is needed to compose its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answers.passages.candidates import Candidate, Ranker
from assistant.answers.passages.coverage import term_weights
from assistant.answers.question.intent import Intent, intent_of
from assistant.answers.statements import Quote
from index.search import Hit, Index, Query
from ingest.model import Chunk
from ingest.text.terms import analyze

USUAL_WORDS = 112
"""The most words of an answer. With labels and headers most answers stay below 120 words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its intent, its terms with their weights, and the units that might answer it, most relevant first.

    `words` is the length limit of the answer; its first unit is included whatever its length.
    """

    query: Query
    intent: Intent
    weights: Mapping[str, float]
    candidates: Sequence[Candidate]
    index: Index
    words: int

    @staticmethod
    def of(query: Query, hits: Sequence[Hit], ranker: Ranker, words: int, asks: str = "") -> Asked:
        """Prepare a question and the passages found for it. `asks` are the question words, if the other words only name the subject."""
        intent = intent_of(asks or query.text)
        weights = term_weights(query, ranker.index)
        own = frozenset(analyze(asks))
        asked = {term: weight for term, weight in weights.items() if term in own} or weights
        return Asked(query, intent, asked, ranker.rank(query, hits, intent), ranker.index, words)

    def without(self, quotes: Sequence[Quote]) -> Asked:
        """A copy without the quoted units."""
        return replace(self, candidates=[each for each in self.candidates if not any(_is_in(each, quote) for quote in quotes)])

    def beginning_with(self, quotes: Sequence[Quote]) -> Asked:
        """A copy in which the quoted units are the most relevant ones, in the order of the quotes."""
        places = {quote.key: at for at, quote in enumerate(quotes)}
        quoted = [each for each in self.candidates if each.quote(each.unit).key in places]
        quoted.sort(key=lambda each: places[each.quote(each.unit).key])
        others = [each for each in self.candidates if each.quote(each.unit).key not in places]
        return replace(self, candidates=[*(replace(each, relevance=1.0) for each in quoted), *others])

    @property
    def hits(self) -> list[Hit]:
        """The passages with candidates, in the order of their best units."""
        return list({candidate.hit.place: candidate.hit for candidate in self.candidates}.values())

    @property
    def copies(self) -> tuple[Chunk, ...]:
        """The copies of the passages that were found."""
        return tuple(copy for hit in self.hits for copy in hit.copies)


def _is_in(candidate: Candidate, quote: Quote) -> bool:
    same = candidate.hit.chunk.document == quote.chunk.document and candidate.unit.span.part == quote.excerpt.span.part
    return same and candidate.unit.text in quote.excerpt.text
