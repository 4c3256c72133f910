"""The events while a question is answered, as a stream of values that every face can show in its own way.

    Understood                            only in a conversation: how a follow-up was understood
    Searched                              what was found and how likely it is that it answers
    WordsCame …                           what a model is writing, before it is checked; none without a model
    SentenceWritten | SentenceDropped …   its sentences, each as soon as it is checked
    Done                                  the answer, always the last event

Closing the stream early stops the model. The text written until then is not lost: `result_so_far` builds an answer from the events seen.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.answers.model import Answer, Block, Citation, Paragraph, Sentence
from index.search import Hit

STOPPED = "Stopped; this is what was written and checked until then."


@dataclass(frozen=True, slots=True)
class Understood:
    """The question of a conversation as it is answered: a follow-up is reworded so that it is complete."""

    asked: str
    meant: str


@dataclass(frozen=True, slots=True)
class Searched:
    """The passages found for the question, best first, and the probability in [0, 1] that they answer it.

    `note` says why the answer is doubtful; empty if it is not. `at` is the time the question was asked (`time.perf_counter`).
    """

    question: str
    hits: tuple[Hit, ...]
    confidence: float
    note: str
    at: float


@dataclass(frozen=True, slots=True)
class WordsCame:
    """Everything that a model has written and that is not checked yet. It may still be dropped."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceWritten:
    """A sentence of a model that the evidence supports, with its citations."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SentenceDropped:
    """A sentence of a model without support, and the reason."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """An answer, the passages that were searched for it, the model's dropped sentences, and the display names of its concepts."""

    answer: Answer
    hits: tuple[Hit, ...]
    dropped: tuple[SentenceDropped, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """The contents of an answer, before its concepts are looked up. No blocks means no answer. `note` is for the reader."""

    blocks: tuple[Block, ...] = ()
    citations: tuple[Citation, ...] = ()
    mode: Literal["extractive", "llm"] = "extractive"
    note: str = ""
    dropped: tuple[SentenceDropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """The end of the stream."""

    result: Result


Event = Understood | Searched | WordsCame | SentenceWritten | SentenceDropped | Done


def last_result(events: Iterable[Event]) -> Result:
    """The result of a stream, which is read to its end."""
    return next(event.result for event in events if isinstance(event, Done))


def result_so_far(events: Iterable[Event]) -> Result | None:
    """The result of a stream that was read to its end; of one closed early, the sentences written until then, or None if there are none."""
    searched: Searched | None = None
    sentences: list[Sentence] = []
    dropped: list[SentenceDropped] = []
    citations: dict[int, Citation] = {}
    for event in events:
        match event:
            case Done(result):
                return result
            case Searched():
                searched = event
            case SentenceWritten(sentence, cited):
                sentences.append(sentence)
                citations |= {citation.id: citation for citation in cited}
            case SentenceDropped():
                dropped.append(event)
    if searched is None or not sentences:
        return None
    answer = Answer(
        question=searched.question,
        blocks=(Paragraph(tuple(sentences), written=True),),
        citations=tuple(citations.values()),
        confidence=searched.confidence,
        abstained=False,
        mode="llm",
        related=(),
        seconds=time.perf_counter() - searched.at,
        note=" ".join(filter(None, (searched.note, STOPPED))),
    )
    return Result(answer, searched.hits, tuple(dropped))
