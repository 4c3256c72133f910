"""The features by which a unit is judged as an answer. They have the same meaning in every subject."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.answers.passages.coverage import covered
from assistant.answers.passages.late_interaction import Word, near_words, soft_least, typed_words
from assistant.answers.passages.reading import ReadPassage
from assistant.answers.question.answer_type import AnswerType, answer_type, holds_type
from assistant.wording.labels import is_asked, labels_in
from index.search import Index, Query
from ingest.text.terms import analyze

CHEAP = (
    "cosine",  # of the unit with the question
    "neighbour_cosine",  # the mean of the units before and after it
    "standing",  # its passage's score relative to the first one's
    "covered",  # the share of the question's terms in it, rare ones counting more; half of it for those only in the heading
    "covered_under_heading",  # the same, its heading's terms counting as its own
    "covered_with_neighbours",  # the same with the units before and after it
    "focus",  # the share of its own terms that are in the question
    "pairs",  # the share of the question's pairs of neighbouring terms
    "labelled",  # the share of the question in its label, if the label has nothing else
    "form",  # it has the form that the intent asks for
    "form_of_it",  # the same, with definitions only of the concept in question
    "type",  # it contains the kind of thing that is asked for (a number, a date, a person); 0.5 if no kind is
    "formula",  # it contains an equation
    "last",  # it ends its passage
    "length",  # the logarithm of its words
)
LATE = (
    "words",  # its similarity to the question's words, rare ones counting more
    "least_word",  # its similarity to the word that it matches worst
    "all_words",  # a soft minimum over the words
    "passage_words",  # the mean over the words of its passage's similarity, heading included
    "passage_all_words",  # the same, a soft minimum
    "heading_words",  # the mean of the heading alone
    "back",  # the mean similarity of its own tokens to the question
    "neighbour_words",  # the mean over the words of the units before and after it
)
"""Features for which the encoder has to read the passage."""
FEATURES = (*CHEAP, *LATE)
AT = {name: at for at, name in enumerate(FEATURES)}
_LEAST_RARITY = 0.1

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    """The properties of a unit before the encoder reads its passage.

    `terms` are its own, `said` also includes those from a table's header or a beginning of a word.
    """

    text: str
    sequence: tuple[str, ...]
    said: frozenset[str]
    heading: frozenset[str]
    cosine: float
    standing: float
    form: bool
    form_of_it: bool
    is_last: bool

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(self.sequence)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question prepared for features: its terms with their weights, its intent, its words and their rarity (sum 1)."""

    text: str
    asked: Mapping[str, float]
    pairs: frozenset[tuple[str, str]]
    kind: AnswerType | None
    words: Sequence[Word]
    rarity: Row

    @staticmethod
    def of(query: Query, asked: Mapping[str, float], index: Index) -> Question:
        typed = typed_words(query.text, query.tokens)
        rarity = np.array([_LEAST_RARITY + max(index.rarity(analyze(word)).values(), default=0.0) for word, _ in typed])
        return Question(
            query.text,
            asked,
            frozenset(pairwise(query.terms)),
            answer_type(query.text),
            [states for _, states in typed],
            rarity / max(rarity.sum(), 1e-9),
        )


def cheap_features(question: Question, unit: Unit, neighbours: Sequence[Unit]) -> list[float]:
    """The features of `CHEAP`, in its order."""
    asked, terms = question.asked, unit.terms
    around = terms.union(*(other.terms for other in neighbours))
    labels = labels_in(unit.text)
    return [
        unit.cosine,
        float(np.mean([other.cosine for other in neighbours])) if neighbours else unit.cosine,
        unit.standing,
        covered(asked, unit.said, unit.heading),
        covered(asked, unit.said | unit.heading),
        covered(asked, around),
        len(terms & asked.keys()) / max(1, len(terms)),
        len(question.pairs & set(pairwise(unit.sequence))) / max(1, len(question.pairs)),
        max((covered(asked, label) for label in labels if is_asked(label, asked)), default=0.0),
        float(unit.form),
        float(unit.form_of_it),
        float(holds_type(question.kind, unit.text, question.text)) if question.kind else 0.5,
        float("$$" in unit.text or "=" in unit.text),
        float(unit.is_last),
        math.log1p(len(unit.text.split())),
    ]


def late_features(question: Question, passage: ReadPassage) -> NDArray[np.float64]:
    """The features of `LATE` for every unit of a passage, shape (units, features)."""
    words = question.words
    if not words or not passage.units:
        return np.zeros((len(passage.units), len(LATE)))
    tokens = np.concatenate(list(words)).T
    near = [near_words(words, unit) for unit in passage.units]
    whole, heading = near_words(words, passage.whole), near_words(words, passage.heading)
    rows = []
    for at, (own, states) in enumerate(zip(near, passage.units, strict=True)):
        beside = [float(near[other].mean()) for other in (at - 1, at + 1) if 0 <= other < len(near)]
        rows.append(
            [
                float(own @ question.rarity),
                float(own.min()),
                soft_least(own),
                float(whole.mean()),
                soft_least(whole),
                float(heading.mean()),
                float((states @ tokens).max(axis=1).mean()) if len(states) else 0.0,
                float(np.mean(beside)) if beside else 0.0,
            ]
        )
    return np.array(rows)
