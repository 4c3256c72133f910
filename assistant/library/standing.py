"""Answers that say whether the files they cite are still what was read."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answers.events import Done, Event

if TYPE_CHECKING:
    from assistant.session import Session


def with_standing(session: Session, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
    """The same events; the note of the answer also says what is the starter course's, has changed since, or is gone."""
    with closing(events):
        for event in events:
            if isinstance(event, Done):
                answer = event.result.answer
                said = session.standing(citation.document for citation in answer.citations)
                answer = replace(answer, note=" ".join(filter(None, (answer.note, *said))))
                event = Done(replace(event.result, answer=answer))
            yield event
