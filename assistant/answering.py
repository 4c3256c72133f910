"""From a question to an answer: search, compose, judge, relate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answer import Answer, Citation, Sentence, cite
from assistant.confidence import ABSTAIN_BELOW, confidence
from assistant.extractive import compose, rank_candidates
from assistant.grounding import parse_written, supported
from assistant.intent import intent_of
from assistant.library import Library
from assistant.writer import Writer
from index.search import Hit, Index, Query

_PASSAGES = 10
_EVIDENCE = 12
_RELATED = 5


@dataclass(frozen=True, slots=True)
class Result:
    """An answer and the passages it was looked for in."""

    answer: Answer
    hits: tuple[Hit, ...]


def ask(library: Library, question: str, writer: Writer | None = None, *, silent_below: float = ABSTAIN_BELOW) -> Result:
    """Answer a question from a library; with a writer in its words where they hold, else in the documents' own.

    Where the confidence is below `silent_below`, nothing is said. Raises BadQuestion.
    """
    start = time.perf_counter()
    query = library.query(question)
    hits = library.index.search(query, _PASSAGES)
    sure = confidence(query, hits, library.index)
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    mode: Literal["extractive", "llm"] = "extractive"
    if sure >= silent_below:
        if writer:
            sentences, citations = _written(query, hits, library.index, writer)
            mode = "llm" if sentences else "extractive"
        if not sentences:
            sentences, citations = compose(query, hits, library.index)
    related = library.related([(citation.document, citation.span) for citation in citations], _RELATED) if citations else ()
    answer = Answer(
        question=question,
        sentences=sentences,
        citations=citations,
        confidence=sure,
        abstained=not sentences,
        mode=mode,
        related=tuple(related),
        seconds=time.perf_counter() - start,
    )
    return Result(answer, tuple(hits))


def _written(query: Query, hits: Sequence[Hit], index: Index, writer: Writer) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """What the writer says that its evidence supports, citing only what is used; both empty where nothing holds."""
    evidence = rank_candidates(query, hits, index, intent_of(query.text))[:_EVIDENCE]
    texts = [f"{' › '.join(candidate.hit.chunk.section)}: {candidate.unit.text}" for candidate in evidence]
    kept = [written for written in parse_written(writer.write(query.text, texts)) if supported(written, texts)]
    used = list(dict.fromkeys(number for written in kept for number in written.ids))
    citations = tuple(cite(new, evidence[old - 1].hit.chunk, evidence[old - 1].unit) for new, old in enumerate(used, start=1))
    return tuple(Sentence(written.text, tuple(used.index(number) + 1 for number in written.ids)) for written in kept), citations
