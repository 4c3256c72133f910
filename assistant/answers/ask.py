"""Answer a question: search, judge, write or compose, find related concepts."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from assistant.answers.certainty import NONE_BELOW
from assistant.answers.compose.asked import USUAL_WORDS
from assistant.answers.compose.compose import compose_parts
from assistant.answers.compose.contradictions import contradiction_note
from assistant.answers.confidence.doubts import doubt
from assistant.answers.confidence.judging import judge
from assistant.answers.events import Done, Draft, Event, Result, Searched, last_result
from assistant.answers.model import Answer, sentences_of
from assistant.answers.passages.candidates import Candidate, Ranker
from assistant.answers.question.intent import intent_of
from assistant.answers.question.parts import split_question
from assistant.answers.statements import Numbering
from assistant.search.filters import NOTHING_LEFT
from assistant.writers.prompt import FollowUp
from assistant.writers.writer import Writer
from index.filters import EVERYTHING, Filter
from index.rerank import Reranking, search_reranked
from index.search import Hit, Index, Query
from ingest.model import Span, TokenEncoder

_PASSAGES = 10
_RELATED = 5
_LONG_WORDS = 3 * USUAL_WORDS
_WITH_MODEL = 105
"""The most words of a model's answer with the lines below it; labels and headers come on top."""
_LEAST_BELOW = 45
_READ = 12
"""The number of best units of an earlier question whose passages the model was shown."""
_FIRST = 2
"""The number of best units of a follow-up that have to be in these passages."""


class Source(Protocol):
    """The source of answers: an index with its encoder, and the names of concepts. A `Session` is one."""

    @property
    def index(self) -> Index: ...
    @property
    def encoder(self) -> TokenEncoder: ...
    def query(self, question: str) -> Query: ...
    def related(self, places: Sequence[tuple[str, Span]], limit: int = 5) -> list[str]: ...
    def learn_first(self, question: str, related: Sequence[str], answer: str) -> tuple[str, ...]: ...
    def labels(self, concepts: Sequence[str]) -> Mapping[str, str]: ...


def ask(
    source: Source,
    question: str,
    writer: Writer | None = None,
    *,
    allowed: Filter = EVERYTHING,
    reranking: Reranking | None = None,
    long: bool = False,
    silent_below: float = NONE_BELOW,
) -> Result:
    """The result of `answer_events`, for callers that need no events. Raises BadQuestion."""
    events = answer_events(source, question, writer, allowed=allowed, reranking=reranking, long=long, silent_below=silent_below)
    return last_result(events)


def answer_events(
    source: Source,
    question: str,
    writer: Writer | None = None,
    *,
    allowed: Filter = EVERYTHING,
    reranking: Reranking | None = None,
    long: bool = False,
    silent_below: float = NONE_BELOW,
    follows: FollowUp | None = None,
) -> Generator[Event, None, None]:
    """Answer a question: in the writer's words if there is a writer and enough of its text is supported, else in the documents' own words.

    Yields `Searched`, then the writer's words as they come and each of its sentences as soon as it is checked, then `Done`. The lines that
    support the writer's text follow below it. Closing the generator stops the writer.

    Only `allowed` passages are searched (`Session.allowed`). With `reranking` the answer is composed from the reranked passages; the
    confidence still comes from the scores of the fusion, on which it is calibrated. Nothing is answered if the confidence is below
    `silent_below`; `long` allows three times as many words of the documents. If the question `follows` another one, the writer is told so,
    and gets the same passages if they fit both questions. Raises BadQuestion.
    """
    start = time.perf_counter()

    @cache
    def find(text: str) -> tuple[Query, Sequence[Hit]]:
        query = source.query(text)
        return query, source.index.search(query, _PASSAGES, within=allowed)

    @cache
    def find_reranked(text: str) -> tuple[Query, Sequence[Hit]]:
        query = source.query(text)
        return query, search_reranked(source.index, query, _PASSAGES, within=allowed, reranking=reranking)

    ranker = Ranker(source.index, source.encoder)
    query, hits = find(question)
    judged = judge(query, hits, ranker, find)
    doubtful = doubt(judged.sure, query, source.index, judged.amiss, judged.unanswered, judged.asked_at)
    if source.index.leaves_nothing(allowed):
        doubtful = NOTHING_LEFT
    if reranking is not None:
        find = find_reranked
        query, hits = find(question)
    yield Searched(question, tuple(hits), judged.sure, doubtful, start)

    draft = Draft()
    if judged.sure >= silent_below and writer is not None:
        from assistant.answers.written import write_answer  # imported late: the check of sentences is not needed without a model

        number = Numbering()
        candidates = ranker.rank(query, hits, intent_of(question))
        if follows is not None:
            earlier = ranker.rank(*find(follows.before.question), intent_of(follows.before.question))
            candidates = earlier if _serves(earlier, candidates) else candidates
        draft = yield from write_answer(question, candidates, source.encoder, writer, number, follows)
        if draft.blocks:
            left = max(_LEAST_BELOW, _WITH_MODEL - sum(len(sentence.text.split()) for sentence in sentences_of(draft.blocks)))
            below, citations = compose_parts([find(part) for part in split_question(question)], ranker, left, number)
            draft = replace(draft, blocks=(*draft.blocks, *below), citations=citations)
    if judged.sure >= silent_below and not draft.blocks:
        blocks, citations = compose_parts([find(part) for part in split_question(question)], ranker, _LONG_WORDS if long else USUAL_WORDS)
        note = _joined(draft.note, contradiction_note(question, sentences_of(blocks), citations))
        draft = Draft(blocks, citations, note=note, dropped=draft.dropped)

    related = (
        tuple(source.related([(citation.document, citation.span) for citation in draft.citations], _RELATED)) if draft.citations else ()
    )
    answer = Answer(
        question=question,
        blocks=draft.blocks,
        citations=draft.citations,
        confidence=judged.sure,
        abstained=not draft.blocks,
        mode=draft.mode,
        related=related,
        seconds=time.perf_counter() - start,
        note=_joined(doubtful, draft.note),
        learn_first=source.learn_first(question, related, _joined(*(s.text for s in sentences_of(draft.blocks)))) if draft.blocks else (),
    )
    yield Done(Result(answer, tuple(hits), draft.dropped, source.labels([*answer.related, *answer.learn_first])))


def _serves(earlier: Sequence[Candidate], now: Sequence[Candidate]) -> bool:
    """True if the passages of an earlier question include the best ones of this question: the model has read them already, which is
    slow."""
    read = {candidate.hit.place for candidate in earlier[:_READ]}
    return all(candidate.hit.place in read for candidate in now[:_FIRST])


def _joined(*texts: str) -> str:
    return " ".join(filter(None, texts))
