"""From a question to an answer: search, compose, judge, relate."""

from __future__ import annotations

import time
from dataclasses import dataclass

from assistant.answer import Answer
from assistant.confidence import ABSTAIN_BELOW, confidence
from assistant.extractive import compose
from assistant.library import Library
from index.search import Hit

_PASSAGES = 10
_RELATED = 5


@dataclass(frozen=True, slots=True)
class Result:
    """An answer and the passages it was looked for in."""

    answer: Answer
    hits: tuple[Hit, ...]


def ask(library: Library, question: str) -> Result:
    """Answer a question from a library without a model. Raises BadQuestion."""
    start = time.perf_counter()
    query = library.query(question)
    hits = library.index.search(query, _PASSAGES)
    sure = confidence(query, hits, library.index)
    sentences, citations = compose(query, hits, library.index) if sure >= ABSTAIN_BELOW else ((), ())
    related = library.related([(citation.document, citation.span) for citation in citations], _RELATED) if citations else ()
    answer = Answer(
        question=question,
        sentences=sentences,
        citations=citations,
        confidence=sure,
        abstained=not sentences,
        mode="extractive",
        related=tuple(related),
        seconds=time.perf_counter() - start,
    )
    return Result(answer, tuple(hits))
