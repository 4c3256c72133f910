"""A turn of a conversation: understand the question in context, answer it, remember both."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from typing import Protocol, runtime_checkable

from assistant.answers.ask import answer_events
from assistant.answers.certainty import SURE_FROM
from assistant.answers.events import Done, Event, Result, Searched, Understood, result_so_far
from assistant.answers.model import Answer, Paragraph
from assistant.conversation.conversations import Turn, add_turn, load_turns
from assistant.conversation.followups import Said, concept_names, readings, subject_terms
from assistant.session import Session
from assistant.storage.clock import Clock, now
from assistant.storage.snapshots import Layout
from assistant.writers.prompt import Exchange, FollowUp, as_data
from assistant.writers.writer import Writer
from index.errors import ModelError
from index.filters import EVERYTHING, Filter
from index.rerank import Reranking
from ingest.text.terms import analyze

RECENT = 12
_OLDER = 3
_LONGEST_ANSWER = 300
_LONGEST_QUESTION = 400
_MOST_TOKENS = 60
_INSTRUCTION = (
    "Rewrite the last question of a conversation so that it can be understood without the conversation. Keep its meaning and its words; "
    "replace what points back by what it points to. Do not answer it. If it can be understood alone, repeat it."
)
# Matches one line that is a question or a request.
_GRAMMAR = r"""root ::= [^\x00-\x1F\x7F?]+ "?"
"""


_CLEAR_FROM = 0.5
"""A reading with this confidence is taken at once if a passage has everything that it names."""
_LOOKED_AT = 3
_FEW_WORDS = 40


@runtime_checkable
class Rewriter(Protocol):
    """A model that can be asked for one line."""

    def complete(self, system: str, user: str, grammar: str, most_tokens: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a question as typed, and the question as it was understood."""

    result: Result
    understood: str


class Chat:
    """A new or continued conversation of a library."""

    def __init__(
        self,
        library: Session,
        name: str,
        writer: Writer | None = None,
        clock: Clock = now,
        allowed: Filter = EVERYTHING,
        reranking: Reranking | None = None,
    ) -> None:
        """Only `allowed` passages are searched (`Session.allowed`)."""
        self._library, self._name, self._writer, self._clock, self._allowed = library, name, writer, clock, allowed
        self._reranking = reranking
        self._layout = Layout(library.root)
        self.turns = load_turns(self._layout, name)

    def ask(self, question: str) -> Reply:
        """Answer a question in this conversation and remember it. Raises StudyError."""
        meant = question
        for event in self.answer_events(question):
            if isinstance(event, Understood):
                meant = event.meant
            elif isinstance(event, Done):
                return Reply(event.result, meant)
        raise AssertionError("a stream of events ends with Done")

    def answer_events(self, question: str) -> Generator[Event, None, None]:
        """The events of answering a question in this conversation: `Understood`, then those of `assistant.answers.ask.answer_events`.

        The answer is remembered; if the generator is closed early, the part written until then is. Raises StudyError.
        """
        meant, searched, events = self._read(question)
        yield Understood(question, meant)
        seen: list[Event] = []
        try:
            with closing(events):
                for event in chain([searched], events):
                    seen.append(_as_asked(event, question))
                    if isinstance(event, Done):
                        self._remember(question, meant, event.result.answer)
                    yield seen[-1]
        finally:
            is_stopped = not any(isinstance(event, Done) for event in seen)
            if is_stopped and (result := result_so_far(seen)) is not None:
                self._remember(question, meant, result.answer)

    def _remember(self, question: str, meant: str, answer: Answer) -> None:
        sources = tuple(citation.place for citation in answer.citations)
        asked = self._clock().isoformat(timespec="seconds")
        turn = Turn(question, meant, str(answer), sources, answer.mode, asked, answer.blocks, answer.note, answer.confidence)
        add_turn(self._layout, self._name, turn)
        self.turns.append(turn)

    def _read(self, question: str) -> tuple[str, Event, Generator[Event, None, None]]:
        """The reading of a question that the documents answer, its first event, and the remaining events.

        This is the first reading with a sure answer, else the one with the highest confidence.
        """
        best: tuple[str, Searched, Generator[Event, None, None]] | None = None
        for meant in self._meanings(question):
            follows = FollowUp(question, _exchange(self.turns[-1])) if self.turns and meant != question else None
            events = answer_events(self._library, meant, self._writer, allowed=self._allowed, reranking=self._reranking, follows=follows)
            searched = next(event for event in events if isinstance(event, Searched))
            if best is not None and best[1].confidence >= searched.confidence:
                events.close()
                continue
            if best is not None:
                best[2].close()
            best = meant, searched, events
            if searched.confidence >= SURE_FROM or (searched.confidence >= _CLEAR_FROM and _is_held(meant, searched)):
                break
        assert best is not None
        return best

    def _meanings(self, question: str) -> Sequence[str]:
        if not self.turns:
            return [question]
        context = in_context(self.turns, question)
        names = concept_names(self._library.graph.outline.names)
        first, *others = readings(question, [Said(turn.understood, turn.answer) for turn in context], names)
        # A model is asked only if the question refers back, since it would embellish others.
        if first != question and isinstance(self._writer, Rewriter):
            first = _rewritten(question, context, self._writer) or first
        return [first, *others]


def _exchange(turn: Turn) -> Exchange:
    """A turn in the form given to a model: the question, and the model's own words or the first words of the documents."""
    written = [sentence.text for block in turn.blocks if isinstance(block, Paragraph) and block.written for sentence in block.sentences]
    return Exchange(turn.understood, " ".join(written) or " ".join(turn.answer.split()[:_FEW_WORDS]))


def _is_held(meant: str, searched: Searched) -> bool:
    """True if one of the first passages has everything that a question names: "what closes xylem" needs one about closing too."""
    named = set(subject_terms(meant))
    chunks = [hit.chunk for hit in searched.hits[:_LOOKED_AT]]
    return any(named <= set(analyze(" ".join((chunk.title, *chunk.section, chunk.text)))) for chunk in chunks)


def _as_asked(event: Event, question: str) -> Event:
    """The event of a reworded question, with the question as it was typed."""
    match event:
        case Searched():
            return replace(event, question=question)
        case Done(result):
            return Done(replace(result, answer=replace(result.answer, question=question)))
    return event


def in_context(turns: Sequence[Turn], question: str) -> list[Turn]:
    """The turns that a question may refer to, in order: the last twelve, and of the earlier ones the three most similar to it."""
    older, recent = turns[:-RECENT], turns[-RECENT:]
    if not older:
        return list(recent)
    # BM25 over the conversation's own turns; it needs numpy alone.
    from rank_bm25 import BM25Okapi

    asked = analyze(question)
    scores = BM25Okapi([analyze(f"{turn.understood} {turn.answer}") or [""] for turn in older]).get_scores(asked)
    best = sorted(range(len(older)), key=lambda at: (-scores[at], -at))[:_OLDER]
    return [older[at] for at in sorted(best) if scores[at] > 0] + list(recent)


def _rewritten(question: str, context: Sequence[Turn], writer: Rewriter) -> str:
    """The model's wording; empty if it fails, adds too much, or loses part of the question."""
    shown = list(context)
    while shown:
        said = "\n".join(f"Question: {as_data(turn.understood)}\nAnswer: {as_data(turn.answer[:_LONGEST_ANSWER])}" for turn in shown)
        try:
            line = writer.complete(_INSTRUCTION, f"{said}\n\nLast question: {as_data(question)}", _GRAMMAR, _MOST_TOKENS).strip()
        except ModelError:
            return ""
        if line:
            known = set(analyze(" ".join([question, *(f"{turn.understood} {turn.answer}" for turn in context)])))
            is_own = len(line) <= _LONGEST_QUESTION and line.endswith("?") and set(analyze(line)) <= known
            return line if is_own else ""
        shown = shown[len(shown) // 2 + 1 :]  # the context is too small for all of them
    return ""
