"""The units of the passages found, in the order of the fitted scorer: the one that answers comes first if the scorer is right."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.answers.passages.coverage import term_weights
from assistant.answers.passages.features import AT, LATE, Question, Unit, cheap_features, late_features
from assistant.answers.passages.reading import PassageReader
from assistant.answers.passages.scorer import SCORER, chosen_to_read, with_unread
from assistant.answers.question.intent import Intent, fits, subject
from assistant.answers.statements import Quote
from assistant.wording.display import bare, header_of, is_empty, tidy, without_question
from index.search import Hit, Index, Query
from ingest.model import Excerpt, Kind, TokenEncoder
from ingest.text.terms import analyze

PASSAGES = 10
_PARENTHESIS = re.compile(r"\s*\([^()]*\)")
SOFTNESS = 2.0
"""Relevance falls by a factor of e for this decrease of the score (a log odds)."""
_SHORTEST_BEGINNING = 4
_REACH = 4
"""The number of passages before one of a table in which its header is searched for."""
_SKIPPED = frozenset({Kind.CONTENTS, Kind.HEADING, Kind.TODO})
_ANSWERED = re.compile(r"\?[*_\s]+\S.*[^\s?*_][*_\s]*$", re.DOTALL)
"""Matches a question followed by its answer, the only units of a passage of questions that can answer."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that might be part of the answer.

    `relevance` is 1 for the best one, and near 0 for a unit that is far less likely to answer. It is computed from `score`. `features` are
    in the order of `features.FEATURES`.
    """

    hit: Hit
    position: int
    relevance: float
    score: float
    terms: frozenset[str]
    features: NDArray[np.float64] = field(compare=False)

    @property
    def cosine(self) -> float:
        return float(self.features[AT["cosine"]])

    @property
    def coverage(self) -> float:
        """The share of the question's terms in the unit or its heading."""
        return float(self.features[AT["covered_under_heading"]])

    @property
    def unit(self) -> Excerpt:
        return self.hit.chunk.units[self.position]

    def quote(self, excerpt: Excerpt) -> Quote:
        """The unit, or a part of it, as a quote."""
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
        """The sort key for document order. Line numbers would not separate two units on one line."""
        return self.hit.place, self.position


class Ranker:
    """Ranks the units of passages for a question. Used for a whole answer, it reads no passage twice."""

    def __init__(self, index: Index, encoder: TokenEncoder) -> None:
        self.index = index
        self._reader = PassageReader(encoder)
        self._known: dict[tuple[str, Intent, tuple[str, ...]], list[Candidate]] = {}

    def rank(self, query: Query, hits: Sequence[Hit], intent: Intent) -> list[Candidate]:
        """Every unit of the best passages, most relevant first."""
        key = query.text, intent, tuple(hit.chunk.id for hit in hits)
        if key not in self._known:
            self._known[key] = self._ranked(query, hits[:PASSAGES], intent)
        return self._known[key]

    def _ranked(self, query: Query, hits: Sequence[Hit], intent: Intent) -> list[Candidate]:
        asked = term_weights(query, self.index)
        question = Question.of(query, asked, self.index)
        units = {
            (at, position): unit for at, known in enumerate(self._units(query, hits, intent, asked)) for position, unit in known.items()
        }
        if not units:
            return []
        cheap = np.array([cheap_features(question, unit, _beside(units, *place)) for place, unit in units.items()])
        read = chosen_to_read(SCORER.first_scores(cheap), [at for at, _ in units])
        late = {
            at: late_features(question, passage)
            for at, passage in zip(read, self._reader.read([hits[at].chunk for at in read]), strict=True)
        }
        unread = np.full(len(LATE), np.nan)
        rows = np.hstack([cheap, [late[at][position] if at in late else unread for at, position in units]])
        rows = with_unread(rows)
        scores = SCORER.scores(rows)
        relevance = np.exp((scores - scores.max()) / SOFTNESS)
        found = [
            Candidate(hits[at], position, float(relevance[row]), float(scores[row]), unit.terms, rows[row])
            for row, ((at, position), unit) in enumerate(units.items())
        ]
        return sorted(found, key=lambda candidate: (-candidate.relevance, candidate.place))

    def _units(self, query: Query, hits: Sequence[Hit], intent: Intent, asked: Mapping[str, float]) -> list[dict[int, Unit]]:
        """The units with content of each passage, by their positions. A table row includes the terms of its header."""
        rare = self.index.rarity(list(asked)).items()
        loose = frozenset(term for term, rarity in rare if len(term) >= _SHORTEST_BEGINNING and rarity == 1.0)
        cosines = self.index.unit_cosines(query.vector, [hit.chunk.id for hit in hits])
        found: list[dict[int, Unit]] = []
        for hit, near in zip(hits, cosines, strict=True):
            chunk = hit.chunk
            found.append({})
            if chunk.kind in _SKIPPED:
                continue
            titles = {bare(title) for title in (chunk.title, *chunk.section)}
            header = frozenset(analyze(head)) if (head := _header(self.index, hit)) else frozenset[str]()
            heading = frozenset(analyze(" ".join((chunk.title, *chunk.section))))
            for position, (unit, cosine) in enumerate(zip(chunk.units, near, strict=True)):
                text = without_question(tidy(unit.text))
                if is_empty(unit.text) or bare(text) in titles or (chunk.kind is Kind.QUESTION and not _ANSWERED.search(unit.text)):
                    continue
                sequence = tuple(analyze(text))
                terms = frozenset(sequence)
                said = _with_beginnings(terms | header if header and text.startswith("|") else terms, loose)
                found[-1][position] = Unit(
                    unit.text,
                    sequence,
                    said,
                    heading | header,
                    float(cosine),
                    _standing(hit, hits[0]),
                    fits(intent, unit.text),
                    _answers_in_form(intent, text, query),
                    position == len(chunk.units) - 1,
                )
        return found


def _beside(units: Mapping[tuple[int, int], Unit], at: int, position: int) -> list[Unit]:
    """The units before and after one in its passage."""
    return [unit for place in ((at, position - 1), (at, position + 1)) if (unit := units.get(place))]


def _answers_in_form(intent: Intent, text: str, query: Query) -> bool:
    """True if a text has the form that the intent asks for. A definition has to define the concept in question."""
    if not fits(intent, text):
        return False
    return intent is not Intent.DEFINITION or _mostly(analyze(subject(_PARENTHESIS.sub("", text))), frozenset(query.terms))


def _mostly(terms: Collection[str], asked: Collection[str]) -> bool:
    """True if at least half of the terms are asked for."""
    return bool(terms) and 2 * sum(term in asked for term in terms) >= len(terms)


def _header(index: Index, hit: Hit) -> str:
    """The header of a passage's table, which may be in an earlier passage."""
    chunk = hit.chunk
    if chunk.kind is Kind.TABLE and "|" in chunk.text and not header_of(chunk):
        for before in index.engine.around(hit.ids[0], _REACH, 0)[-2::-1]:
            if before.section != chunk.section or before.kind is not Kind.TABLE:
                break
            if head := header_of(before):
                return head
    return header_of(chunk)


def _with_beginnings(terms: frozenset[str], loose: Collection[str]) -> frozenset[str]:
    """The terms, with those of the question's `loose` terms that are a beginning of one of them: `approximation` meets `approx`."""
    return terms | {asked for asked in loose if any(term.startswith(asked) for term in terms)} if loose else terms


def _standing(hit: Hit, first: Hit) -> float:
    """A passage's score relative to the first one's, in [0, 1]."""
    return min(1.0, max(0.0, hit.score / first.score)) if first.score > 0 else 1.0


def why(candidate: Candidate, intent: Intent) -> str:
    """The reasons for choosing a unit, on one line."""
    said = [
        f"relevance {candidate.relevance:.2f}",
        f"cosine {candidate.cosine:.2f}",
        f"{candidate.coverage:.0%} of the question's terms",
        f"passage {candidate.hit.rank}",
    ]
    if fits(intent, candidate.unit.text):
        said.append(f"has the form of a {intent.value} answer")
    return ", ".join(said)
