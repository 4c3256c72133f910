"""Join answers that continue in the next part: the answer to a question at the foot of a page may begin, or end, on the page after it.

A passage never spans two parts. The rest of the answer gets a section of its own in its part, under the question, so that its passages
carry the question too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.model import Block, Kind, Part, Question, Section, SectionKind, Span, Text
from ingest.structure.questions import is_answer_mark

_SILENT = frozenset({Kind.METADATA, Kind.TODO})
"""Kinds of block that cannot answer a question."""


@dataclass(frozen=True, slots=True)
class _OpenQuestion:
    """A question that is open at the end of a part.

    `number` is its index among the questions, or None if it already has an answer, which continues. `path` is the section it stands under.
    `sure` is true if the text that follows certainly belongs to it, because it is a heading or its answer has begun.
    """

    number: int | None
    text: str
    path: tuple[str, ...]
    sure: bool


def join_answers(
    texts: Sequence[Text], blocks: list[Block], sections: list[Section], questions: list[Question], *, continues: bool
) -> None:
    """Put a text that answers a question of the previous part under that question. The lists are changed in place.

    `continues` says that parts are cut at random, as pages are. If they are not, or if most questions of the document have no answer, only
    a text with an answer mark is an answer.
    """
    if not questions:
        return
    of: dict[Part | None, list[int]] = {text.part: [] for text in texts}
    for at, block in enumerate(blocks):
        if block.kind is not Kind.METADATA:
            of[block.span.part].append(at)
    answered = sum(question.answer is not None for question in questions)
    # The answered questions and one more, which the next page answers.
    paired = continues and 2 * answered >= len(questions) - 1 and answered > 0
    open_question: _OpenQuestion | None = None
    for text in texts:
        here = of[text.part]
        if not here:
            continue
        if open_question is not None:
            run = _opening_run(here, blocks, sections, text.part)
            marked = bool(run) and is_answer_mark(blocks[run[0]].text.strip())
            if run and (marked or (continues and open_question.sure) or paired):
                _put_under(open_question, run, blocks, sections, questions)
        open_question = _open_at_end([blocks[at] for at in here], sections, questions)


def _opening_run(here: Sequence[int], blocks: Sequence[Block], sections: Sequence[Section], part: Part | None) -> list[int]:
    """The blocks at the top of a part, before anything opens a section or asks. `here` has the indices of the part's blocks."""
    first = min((section.span.first for section in sections if section.span.part == part), default=None)
    run: list[int] = []
    for at in here:
        block = blocks[at]
        if block.kind in (Kind.HEADING, Kind.QUESTION, Kind.CONTENTS) or (first is not None and block.span.first >= first):
            break
        run.append(at)
    return run if any(blocks[at].kind not in _SILENT for at in run) else []


def _open_at_end(here: Sequence[Block], sections: Sequence[Section], questions: Sequence[Question]) -> _OpenQuestion | None:
    """The question that the last block of a part asks or answers. Reminders after it do not count."""
    last = next((block for block in reversed(here) if block.kind is not Kind.TODO), None)
    if last is None:
        return None
    for number in range(len(questions) - 1, -1, -1):
        question = questions[number]
        if question.span.part == last.span.part and question.answer is None and last.span.overlaps(question.span):
            heading = last.kind is Kind.HEADING
            title = next((s.title for s in reversed(sections) if s.span.part == last.span.part and s.span.first == last.span.first), "")
            return _OpenQuestion(number, title if heading and title else question.text, last.section, sure=heading)
    in_part = (s for s in reversed(sections) if s.kind is SectionKind.QUESTION and s.span.part == last.span.part)
    section = next((s for s in in_part if s.span.covers(last.span)), None)
    return _OpenQuestion(None, section.title, section.path[:-1], sure=True) if section is not None else None


def _put_under(
    question: _OpenQuestion, run: Sequence[int], blocks: list[Block], sections: list[Section], questions: list[Question]
) -> None:
    """Give a run of blocks a section under the question, at its place in the order, and the question its answer if it has none."""
    path = (*question.path, question.text)
    first, last = blocks[run[0]].span, blocks[run[-1]].span
    span = Span(first.first, last.last, first.part)
    for at in run:
        below = blocks[at].section[len(path) :] if blocks[at].section[: len(path)] == path else ()
        blocks[at] = replace(blocks[at], section=(*path, *below))
    place = next((at for at, section in enumerate(sections) if section.span.part == first.part), None)
    if place is None:
        number = first.part.number if first.part else 0
        place = next((at for at, s in enumerate(sections) if s.span.part is not None and s.span.part.number > number), len(sections))
    sections.insert(place, Section(question.text, path, len(path), SectionKind.QUESTION, span))
    if question.number is not None:
        said = [blocks[at].span for at in run if blocks[at].kind not in _SILENT]
        answer = Span(said[0].first, said[-1].last, first.part)
        questions[question.number] = replace(questions[question.number], answer=answer)
