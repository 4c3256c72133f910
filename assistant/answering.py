"""From a question to an answer: search, compose, judge, relate."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answer import Answer, Citation, Sentence, cite
from assistant.confidence import ABSTAIN_BELOW, confidence
from assistant.extractive import Candidate, compose, rank_candidates
from assistant.grounding import supported
from assistant.intent import intent_of
from assistant.library import Library
from assistant.wording import bare
from assistant.writer import Writer
from assistant.writing import SentenceReader, Written
from index.search import Hit, Index, Query
from ingest.errors import ModelError

_PASSAGES = 10
_EVIDENCE = 12
_RELATED = 5
# Two units that share this much of their words say the same; a model is shown one of them.
_SAME = 0.8
_NEGATIONS = frozenset({"no", "not", "never", "without", "cannot", "nor", "none", "t"})

Heard = Callable[[Sentence, Sequence[Citation]], None]
"""Told every sentence of a model that held, as soon as it did, with the citations up to it."""


def unheard(sentence: Sentence, citations: Sequence[Citation]) -> None:
    """Sentences that nobody waits for."""


@dataclass(frozen=True, slots=True)
class Result:
    """An answer and the passages it was looked for in."""

    answer: Answer
    hits: tuple[Hit, ...]


def ask(
    library: Library, question: str, writer: Writer | None = None, *, silent_below: float = ABSTAIN_BELOW, heard: Heard = unheard
) -> Result:
    """Answer a question from a library; with a writer in its words where they hold, else in the documents' own.

    Where the confidence is below `silent_below`, nothing is said. Interrupted while a model writes, the answer is what held until then;
    KeyboardInterrupt goes on where nothing did. Raises BadQuestion.
    """
    start = time.perf_counter()
    query = library.query(question)
    hits = library.index.search(query, _PASSAGES)
    sure = confidence(query, hits, library.index)
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    note = ""
    mode: Literal["extractive", "llm"] = "extractive"
    if sure >= silent_below:
        if writer:
            sentences, citations, note = _written(query, hits, library.index, writer, heard)
            mode = "llm" if sentences else "extractive"
        if not sentences:
            sentences, citations = compose(query, hits, library.index)
    related = library.related([(citation.document, citation.span) for citation in citations], _RELATED) if citations else ()
    said = " ".join(sentence.text for sentence in sentences)
    answer = Answer(
        question=question,
        sentences=sentences,
        citations=citations,
        confidence=sure,
        abstained=not sentences,
        mode=mode,
        related=tuple(related),
        seconds=time.perf_counter() - start,
        note=note,
        learn_first=library.learn_first(question, related, said) if sentences else (),
    )
    return Result(answer, tuple(hits))


class _Kept:
    """The sentences of a model that held, and their citations, numbered in the order of their first use."""

    def __init__(self, evidence: Sequence[Candidate], texts: Sequence[str], heard: Heard) -> None:
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self._evidence, self._texts, self._heard = evidence, texts, heard
        self._numbers: dict[int, int] = {}

    def hear(self, written: Written) -> None:
        """Keep a sentence if its evidence supports it."""
        if not supported(written, self._texts):
            return
        for id_ in written.ids:
            if id_ not in self._numbers:
                self._numbers[id_] = len(self._numbers) + 1
                candidate = self._evidence[id_ - 1]
                self.citations.append(cite(self._numbers[id_], candidate.hit.chunk, candidate.unit))
        self.sentences.append(Sentence(written.text, tuple(self._numbers[id_] for id_ in written.ids)))
        self._heard(self.sentences[-1], self.citations)


def _written(
    query: Query, hits: Sequence[Hit], index: Index, writer: Writer, heard: Heard
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...], str]:
    """What the writer says that its evidence supports, citing only what is used, and what there is to say of it.

    No sentence where nothing holds or the writer fails, be it midway: what an answer lacks then is not known.
    """
    evidence = _distinct(rank_candidates(query, hits, index, intent_of(query.text)))
    texts = [f"{' › '.join(candidate.hit.chunk.section)}: {candidate.unit.text}" for candidate in evidence]
    kept, reader = _Kept(evidence, texts, heard), SentenceReader()
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
        return (), (), f"{error} This is the answer in the documents' own words."
    if not kept.sentences:
        note = "Nothing that the model wrote was supported by the documents; this is the answer in their own words."
    return tuple(kept.sentences), tuple(kept.citations), note


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
