"""The documents that a path, a concept, a reason or an answer cites, and whether they have changed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.answers.events import Event
    from assistant.session import Session
    from graph.model.values import Concept, Evidence, Place
    from graph.queries.concept import ConceptView
    from graph.queries.paths import LearningPath
    from graph.queries.why import Why


def with_standing(session: Session, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
    """The same events, with a note on cited documents that belong to the starter course, have changed, or are gone."""
    from assistant.answers.events import Done

    with closing(events):
        for event in events:
            if isinstance(event, Done):
                answer = event.result.answer
                said = session.standing(citation.document for citation in answer.citations)
                answer = replace(answer, note=" ".join(filter(None, (answer.note, *said))))
                event = Done(replace(event.result, answer=answer))
            yield event


def cited_by_path(path: LearningPath) -> frozenset[str]:
    """The documents of the definitions, the reasons and the passages to read."""
    places: list[Place | Evidence] = []
    for step in path.steps:
        places += [*_of(step.concept), *step.reading]
        places += [seen for reason in step.because for seen in reason.edge.evidence]
    return _documents(places)


def cited_by_concept(view: ConceptView) -> frozenset[str]:
    """The documents of the definition, of the reasons and of the passages about the concept."""
    edges = (*view.before, *view.after)
    return _documents((*_of(view.concept), *view.concept.about, *(seen for edge in edges for seen in edge.evidence)))


def cited_by_why(found: Why) -> frozenset[str]:
    """The documents of the evidence."""
    related = found.related.evidence if found.related else ()
    return _documents((*(seen for edge in found.chain for seen in edge.evidence), *related))


def _of(concept: Concept) -> Iterator[Place]:
    yield from (concept.definition,) if concept.definition else ()
    yield from concept.questions


def _documents(places: Iterable[Place | Evidence]) -> frozenset[str]:
    return frozenset(place.document for place in places)
