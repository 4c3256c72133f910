"""From a question to an answer: search, compose, judge, relate."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from assistant.answers.compose.asked import Bounds
from assistant.answers.compose.compose import compose_parts
from assistant.answers.compose.contradictions import contradiction_note
from assistant.answers.confidence.confidence import ABSTAIN_BELOW
from assistant.answers.confidence.doubts import doubt
from assistant.answers.confidence.judging import Find, judge
from assistant.answers.model import Answer, Citation, Sentence, cite
from assistant.answers.passages.candidates import Candidate, rank_candidates
from assistant.answers.passages.same_subject import speaks_of
from assistant.answers.question.intent import intent_of
from assistant.answers.question.parts import split_question
from assistant.search.filters import NOTHING_LEFT
from assistant.session import Session
from assistant.wording.display import bare
from assistant.writers.writer import Writer
from assistant.writers.writing import SentenceReader, Written
from index.errors import ModelError
from index.rerank import Reranking, search_reranked
from index.search import Hit, Index, Query
from ingest.model import Encoder

if TYPE_CHECKING:
    from assistant.verification.verify import Verdict

_PASSAGES = 10
_EVIDENCE = 12
_RELATED = 5
LONG = Bounds(12, 320)
# Two units that share this much of their words say the same; a model is shown one of them.
_SAME = 0.8
# Of a model's sentences one in so many has to hold, else the answer is the documents' own.
_LEAST_KEPT = 3
_NEGATIONS = frozenset({"no", "not", "never", "without", "cannot", "nor", "none", "t"})

Heard = Callable[[Sentence, Sequence[Citation]], None]
"""Told every sentence of a model that held, as soon as it did, with the citations up to it."""


def unheard(sentence: Sentence, citations: Sequence[Citation]) -> None:
    """Sentences that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A sentence that a model wrote and nothing supports, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """An answer, the passages it was looked for in, what a model wrote that did not hold, and what the answer's concepts are called."""

    answer: Answer
    hits: tuple[Hit, ...]
    dropped: tuple[Dropped, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def ask(
    library: Session,
    question: str,
    writer: Writer | None = None,
    *,
    allowed: NDArray[np.bool_] | None = None,
    reranking: Reranking | None = None,
    long: bool = False,
    silent_below: float = ABSTAIN_BELOW,
    heard: Heard = unheard,
) -> Result:
    """Answer a question from a library; with a writer in its words where they hold, else in the documents' own.

    Only the passages that are `allowed` are looked at (`Session.allowed`). With `reranking` the answer is composed of the passages that
    come first by it; the confidence, which is calibrated on the fusion's scores, stays that of the fusion.

    Where the confidence is below `silent_below`, nothing is said; `long` allows twice as many of the documents' own words. Interrupted
    while a model writes, the answer is what held until then; KeyboardInterrupt goes on where nothing did. Raises BadQuestion.
    """
    start = time.perf_counter()

    @cache
    def find(text: str) -> tuple[Query, Sequence[Hit]]:
        asked = library.query(text)
        return asked, library.index.search(asked, _PASSAGES, allowed=allowed)

    query, hits = find(question)
    judged = judge(query, hits, library.index, library.encoder, find)
    if reranking is not None:
        hits = search_reranked(library.index, query, _PASSAGES, allowed=allowed, reranking=reranking)
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    doubtful = (
        NOTHING_LEFT if allowed is not None and not allowed.any() else doubt(judged.sure, query, library.index, judged.amiss, silent_below)
    )
    note = ""
    mode: Literal["extractive", "llm"] = "extractive"
    if judged.sure >= silent_below:
        if writer:
            kept, note = _written(query, hits, library.index, library.encoder, writer, heard)
            sentences, citations, dropped = tuple(kept.sentences), tuple(kept.citations), tuple(kept.dropped)
            mode = "llm" if sentences else "extractive"
        if not sentences:
            sentences, citations = compose_parts(
                _parts(library, query, hits, find, allowed, reranking), library.index, LONG if long else Bounds()
            )
            note = " ".join(filter(None, (note, contradiction_note(question, sentences, citations))))
    related = library.related([(citation.document, citation.span) for citation in citations], _RELATED) if citations else ()
    said = " ".join(sentence.text for sentence in sentences)
    answer = Answer(
        question=question,
        sentences=sentences,
        citations=citations,
        confidence=judged.sure,
        abstained=not sentences,
        mode=mode,
        related=tuple(related),
        seconds=time.perf_counter() - start,
        note=" ".join(filter(None, (doubtful, note))),
        learn_first=library.learn_first(question, related, said) if sentences else (),
    )
    return Result(answer, tuple(hits), dropped, library.labels([*answer.related, *answer.learn_first]))


def _parts(
    library: Session, query: Query, hits: Sequence[Hit], find: Find, allowed: NDArray[np.bool_] | None, reranking: Reranking | None
) -> list[tuple[Query, Sequence[Hit]]]:
    """The parts of a question, each with the passages found for it."""
    parts = split_question(query.text)
    if len(parts) == 1:
        return [(query, hits)]

    def found(part: str) -> tuple[Query, Sequence[Hit]]:
        if reranking is None:
            return find(part)
        asked = library.query(part)
        return asked, search_reranked(library.index, asked, _PASSAGES, allowed=allowed, reranking=reranking)

    first, *others = [found(part) for part in parts]
    joint = [
        found(f"{parts[0]} {part.text}") if speaks_of(parts[0], first[1], part, hits, library.index) else (part, hits)
        for part, hits in others
    ]
    return [first, *joint]


class _Kept:
    """The sentences of a model that held, and their citations, numbered in the order of their first use; and those that did not."""

    def __init__(self, shown: Sequence[Candidate], check: Callable[[Written], Verdict], heard: Heard) -> None:
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self.dropped: list[Dropped] = []
        self._shown, self._check, self._heard = shown, check, heard
        self._numbers: dict[int, int] = {}

    @property
    def is_too_little(self) -> bool:
        """Whether so much was dropped that what is left is no answer."""
        return len(self.sentences) * _LEAST_KEPT < len(self.sentences) + len(self.dropped)

    def forget(self) -> None:
        """Keep nothing, where what held is no answer."""
        self.sentences.clear()
        self.citations.clear()

    def hear(self, written: Written) -> None:
        """Keep a sentence if the evidence that it cites supports it, or other evidence does, which it is then given."""
        verdict = self._check(written)
        if not verdict.supported:
            self.dropped.append(Dropped(written.text, verdict.reason))
            return
        for id_ in verdict.ids:
            if id_ not in self._numbers:
                self._numbers[id_] = len(self._numbers) + 1
                candidate = self._shown[id_ - 1]
                self.citations.append(cite(self._numbers[id_], candidate.hit.chunk, candidate.unit, candidate.hit.copies))
        self.sentences.append(Sentence(written.text, tuple(self._numbers[id_] for id_ in verdict.ids), why=verdict.summary))
        self._heard(self.sentences[-1], self.citations)


def _written(query: Query, hits: Sequence[Hit], index: Index, encoder: Encoder, writer: Writer, heard: Heard) -> tuple[_Kept, str]:
    """What the writer says that its evidence supports, citing only what is used, and what there is to say of it.

    No sentence where too little holds or the writer fails, be it midway: what an answer lacks then is not known.
    """
    from assistant.verification.verify import Evidence, verify

    evidence = _distinct(rank_candidates(query, hits, index, intent_of(query.text)))
    texts = [f"{' › '.join(candidate.hit.chunk.section)}: {candidate.unit.text}" for candidate in evidence]
    lines = Evidence.of(texts, encoder)
    kept = _Kept(evidence, lambda written: verify(written.text, written.ids, lines, encoder, query.text), heard)
    reader = SentenceReader()
    note = ""
    try:
        for piece in writer.write(query.text, texts):
            for written in reader.feed(piece):
                kept.hear(written)
        for written in reader.finish():
            kept.hear(written)
    except KeyboardInterrupt:
        if not kept.sentences:
            raise
        note = "Stopped; this is what was written and checked until then."
    except ModelError as error:
        kept.forget()
        return kept, f"{error} This is the answer in the documents' own words."
    if not kept.sentences:
        note = "Nothing that the model wrote was supported by the documents; this is the answer in their own words."
    elif kept.is_too_little:
        held, total = len(kept.sentences), len(kept.sentences) + len(kept.dropped)
        note = f"Only {held} of the model's {total} sentences held ({kept.dropped[0].reason}); this is the answer in the documents' words."
        kept.forget()
    return kept, note


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The first candidates, without those that say what one before them says."""
    found: list[Candidate] = []
    for candidate in candidates:
        if len(found) == _EVIDENCE:
            break
        if not any(_says_the_same(candidate, other) for other in found):
            found.append(candidate)
    return found


def _says_the_same(one: Candidate, other: Candidate) -> bool:
    """Whether two units share nearly all their words, and differ in no number and no negation."""
    words, others = set(bare(one.unit.text).split()), set(bare(other.unit.text).split())
    differing = words ^ others
    is_telling = any(word in _NEGATIONS or not word.isalpha() for word in differing)
    return not is_telling and len(words & others) >= _SAME * len(words | others)
