"""Pairs that an encoder can learn from: questions with answers, headings with sections, terms with definitions."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.errors import NothingToTune
from assistant.evaluation.sets.drafting import Draft, draft_questions
from assistant.evaluation.sets.held_out import without_lines
from assistant.evaluation.sets.sets import EvaluationQuestion, HeldOut
from graph.model.values import Graph, Origin
from index.copies import is_copy
from index.indexed_text import lexical_text
from index.local.lexical import LexicalIndex
from index.metrics.ranking import Gold, gold_words, holds
from ingest.chunking.headings import heading_of
from ingest.model import Chunk, Document, Section
from ingest.text.terms import analyze

TERM = "term"
_HELD = 0.25
_GROUPS = 12
"""The least number of sections for a split; if titles of the first level give fewer, it goes a level down."""
_DEEPEST = 3
_FEWEST_LEARNED, _FEWEST_HELD = 32, 12
_LOOKED_AT = 10
_SKIPPED = 2
"""The number of first BM25 hits that are never negatives, since they may answer the question too."""

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the passage that answers it. `group` is the passage's section."""

    question: EvaluationQuestion
    passage: Chunk
    group: Group


@dataclass(frozen=True, slots=True)
class Lessons:
    """Pairs to learn from and pairs held back, from different sections; `triples` are a question, its passage and a wrong passage."""

    learned: tuple[Pair, ...]
    held: tuple[Pair, ...]
    triples: tuple[tuple[str, str, str], ...]

    @property
    def kinds(self) -> Mapping[str, int]:
        """The number of pairs of each kind."""
        return dict(Counter(str(pair.question.kind) for pair in (*self.learned, *self.held)))


def make_lessons(documents: Sequence[Document], graph: Graph, chunks: Sequence[Chunk]) -> Lessons:
    """Pairs from the documents and their concepts. Raises NothingToTune if they are too few to learn from and to measure a difference."""
    found = _pairs(documents, graph, chunks)
    held_groups = _held_groups(Counter(pair.group for pair in found))
    held = tuple(pair for pair in found if pair.group in held_groups)
    learned = tuple(pair for pair in found if pair.group not in held_groups)
    if len(learned) < _FEWEST_LEARNED or len(held) < _FEWEST_HELD:
        raise NothingToTune(
            f"The documents give {len(found)} pairs to learn from (questions with answers, headings with sections, terms with "
            f"definitions); at least {_FEWEST_LEARNED + _FEWEST_HELD} in several sections are needed.",
            "Ingest more notes and tune again.",
        )
    left = [chunk for chunk, group in zip(chunks, _groups(chunks), strict=True) if group not in held_groups]
    sections = {document.name: document.sections for document in documents}
    return Lessons(learned, held, tuple(_triples(learned, left, sections)))


def _pairs(documents: Sequence[Document], graph: Graph, chunks: Sequence[Chunk]) -> list[Pair]:
    """Every question whose passage is found by its first snippet, in the order of the documents."""
    by_document: dict[str, list[tuple[Chunk, Group, list[str]]]] = {}
    for chunk, group in zip(chunks, _groups(chunks), strict=True):
        by_document.setdefault(chunk.document, []).append((chunk, group, gold_words(chunk.text)))
    pairs: list[Pair] = []
    for question in [*map(_drafted, draft_questions(documents)), *_terms(graph)]:
        ((gold, *_),) = question.evidence
        snippet = gold_words(gold.snippet)
        found = next(((chunk, group) for chunk, group, words in by_document.get(gold.document, ()) if holds(words, snippet)), None)
        if found is not None:
            pairs.append(Pair(question, *found))
    return pairs


def _drafted(draft: Draft) -> EvaluationQuestion:
    evidence = (tuple(Gold(draft.document, snippet) for snippet in draft.snippets),)
    without = (HeldOut(draft.document, draft.asked.first, draft.asked.last),)
    return EvaluationQuestion(draft.id, draft.question, evidence, kind=draft.kind, without=without)


def _terms(graph: Graph) -> list[EvaluationQuestion]:
    """A question for each term that the documents define: the term itself."""
    return [
        EvaluationQuestion(f"t-{concept.id}", concept.name, ((Gold(concept.definition.document, concept.definition.quote),),), kind=TERM)
        for concept in graph.concepts.values()
        if concept.definition is not None and concept.origin is not Origin.COURSE
    ]


def _groups(chunks: Sequence[Chunk]) -> list[Group]:
    """The section of each chunk, at the coarsest level that gives enough sections."""
    found: list[Group] = []
    for depth in range(1, _DEEPEST + 1):
        found = [(chunk.document, *chunk.section[:depth]) for chunk in chunks]
        if len(set(found)) >= _GROUPS:
            break
    return found


def _held_groups(sizes: Mapping[Group, int]) -> frozenset[Group]:
    """Groups with about a quarter of the pairs, chosen by a hash of their names, so that the split is always the same."""
    room = _HELD * sum(sizes.values())
    held: set[Group] = set()
    for group in sorted(sizes, key=lambda group: hashlib.sha256("\0".join(group).encode("utf-8", "surrogatepass")).digest()):
        if sizes[group] <= room:
            held.add(group)
            room -= sizes[group]
    return frozenset(held)


def _triples(pairs: Sequence[Pair], chunks: Sequence[Chunk], sections: Mapping[str, Sequence[Section]]) -> list[tuple[str, str, str]]:
    """The pairs with a hard negative each, from these chunks. Passages exclude the lines of the question."""
    asked = {place for pair in pairs for place in pair.question.without}
    plain = {chunk.id: chunk for chunk in without_lines(chunks, sections, asked)}
    kept = [chunk for chunk in chunks if chunk.id in plain]
    index = LexicalIndex.build([analyze(lexical_text(plain[chunk.id])) for chunk in kept])
    triples = []
    for pair in pairs:
        if pair.passage.id not in plain:
            continue
        scores = index.scores(analyze(pair.question.question))
        ranked = [kept[at] for at in np.argsort(-scores, kind="stable")[: _LOOKED_AT + 1].tolist()]
        others = [chunk for chunk in ranked if not _answers(chunk, pair.passage, pair.question)]
        if others:
            other = others[min(_SKIPPED, len(others) - 1)]
            triples.append((pair.question.question, _read(plain[pair.passage.id]), _read(plain[other.id])))
    return triples


def _answers(chunk: Chunk, wanted: Chunk, question: EvaluationQuestion) -> bool:
    if chunk.id == wanted.id or is_copy(chunk, wanted):
        return True
    words = gold_words(chunk.text)
    return any(holds(words, gold_words(gold.snippet)) for alternatives in question.evidence for gold in alternatives)


def _read(chunk: Chunk) -> str:
    """The text of a passage as it is embedded, under its heading."""
    heading = heading_of(chunk.title, chunk.section, chunk.context)
    return f"{heading}: {chunk.text}" if heading else chunk.text


def asked_places(pairs: Sequence[Pair]) -> Collection[HeldOut]:
    """The locations of the questions of the pairs."""
    return {place for pair in pairs for place in pair.question.without}
