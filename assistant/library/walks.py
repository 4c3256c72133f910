"""Walks through a library: a path gone step by step, with explanations from the notes, questions, and a stored position."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from assistant.practice.errors import NoStep, NoWalk
from assistant.practice.keeping.events import Act
from assistant.practice.schedule.memory import Rating
from assistant.practice.walks.choosing import asked_at, lacking, questions, reasons, standings
from assistant.practice.walks.progress import walks_of
from assistant.practice.walks.values import Did, From, Standing
from assistant.search.filters import Within
from graph.model.values import ATLAS, COURSE

if TYPE_CHECKING:
    from datetime import datetime

    from assistant.answers.events import Event
    from assistant.library.library import Library
    from assistant.practice.items.values import Item
    from assistant.practice.sessions.asking import Session
    from assistant.practice.walks.values import Explanation, Lacking, Lesson, Progress, WalkStep
    from graph.model.values import Concept, Graph, Place


class Walks:
    """The walks of a library. Their position is in the log of practice: they can be continued on another day, after an ingest, on another
    machine.

    >>> walk = library.walks.begin("attention")                                       # doctest: +SKIP
    >>> while (lesson := walk.lesson()) is not None:
    ...     print(lesson.concept.name, lesson.explanation.text)
    ...     walk.go_on()
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def all(self) -> list[Walk]:
        """The walks in progress, the most recent first. Walks to a target that the notes no longer have are left out."""
        graph = self._library.graph(everything=True)
        found = sorted(walks_of(self._library.practice.state().events).values(), key=lambda walk: walk.last, reverse=True)
        return [Walk(self._library, walk.target) for walk in found if walk.target in graph.concepts]

    def begin(self, to: str, *, again: bool = False) -> Walk:
        """The walk to a concept: the one in progress, or a new one; `again` always begins a new one. Raises UnknownConcept."""
        practice = self._library.practice
        target = practice.concept_named(to)
        if again or target not in walks_of(practice.state().events):
            path = self._library.path(target)
            practice.note(Act.WALK, target, did=Did.BEGIN.value, steps=[step.concept.id for step in path.steps])
        return Walk(self._library, target)

    def walk(self, to: str) -> Walk:
        """A walk in progress. Raises NoWalk, UnknownConcept."""
        target = self._library.practice.concept_named(to)
        if target not in walks_of(self._library.practice.state().events):
            raise NoWalk(to)
        return Walk(self._library, target)


class Walk:
    """A walk to a concept. Every action is in the log before its method returns."""

    def __init__(self, library: Library, target: str) -> None:
        self._library, self.target = library, target

    @property
    def name(self) -> str:
        """The name of the target."""
        return self._graph.concepts[self.target].name

    @property
    def began(self) -> datetime:
        """When the walk was begun."""
        return self._progress.began

    @property
    def last(self) -> datetime:
        """The time of its last step."""
        return self._progress.last

    def steps(self) -> list[WalkStep]:
        """The steps and their states. A concept that the notes no longer have is left out."""
        known = {id_ for id_, mastery in self._library.mastery().items() if mastery.is_known}
        return standings(self._progress, self._graph, known)

    @property
    def now(self) -> WalkStep | None:
        """The present step; None at the end."""
        return next((step for step in self.steps() if step.standing is Standing.NOW), None)

    def lesson(self, *, model: str | Literal[False] | None = None) -> Lesson | None:
        """The content of the present step; None at the end. `model` words the explanation, as for `Library.ask`."""
        from assistant.practice.walks.values import Lesson

        steps = self.steps()
        at = next((at for at, step in enumerate(steps) if step.standing is Standing.NOW), None)
        if at is None:
            return None
        concept, graph = self._graph.concepts[steps[at].concept], self._graph
        reading = self._reading(concept)
        chosen, answered = self._asked(concept, reading, [step.concept for step in steps[:at]])
        return Lesson(
            number=at + 1,
            concept=concept,
            because=reasons(concept.id, steps, graph),
            explanation=self._explained(concept, reading, model),
            reading=reading,
            questions=tuple(item for item in chosen if item.id not in answered),
            answered=len(answered),
            missed=sum(rating is Rating.AGAIN for rating in answered.values()),
            is_target=concept.id == self.target,
            graph=graph,
        )

    def ask(
        self, question: str, *, model: str | Literal[False] | None = None, after: Sequence[tuple[str, str]] = ()
    ) -> Generator[Event, None, None]:
        """Answer a question about the present step from the notes on it and on its prerequisites, else from all notes.

        `after` has the earlier questions and answers at this step. Raises BadQuestion.
        """
        from assistant.answers.certainty import Certainty
        from assistant.answers.events import Done, last_result

        step = self.now
        if step is None:
            yield from self._library.stream(question, model=model, after=after)
            return
        concept = self._graph.concepts[step.concept]
        said = ((f"What is {concept.name}?", self._explained(concept, self._reading(concept), False).text), *after)
        within = Within(documents=self._near(concept))
        near = [] if within.is_all else list(self._library.stream(question, within=within, model=model, after=said))
        if near and last_result(iter(near)).answer.certainty is Certainty.SURE:
            yield from near
            return
        for event in self._library.stream(question, model=model, after=said):
            if isinstance(event, Done) and near:
                answer = event.result.answer
                if answer.abstained or answer.confidence <= last_result(iter(near)).answer.confidence:
                    yield near[-1]
                    return
                note = f"What you have on {concept.name} and what it builds on does not say; this is from your other notes. {answer.note}"
                event = Done(replace(event.result, answer=replace(answer, note=note.strip())))
            yield event

    def session(self, lesson: Lesson) -> Session:
        """The questions of a step as a session, which writes each answer to the log and repeats misses."""
        return self._library.practice.session_of(lesson.questions)

    def go_on(self) -> WalkStep | None:
        """Finish the present step. Returns the next one. Raises NoStep at the end."""
        return self._did(Did.LEARNED, self._present().concept)

    def know(self) -> WalkStep | None:
        """Mark the present step as known, so that it gives no new questions. Returns the next one. Raises NoStep at the end."""
        step = self._present()
        self._library.practice.know(step.concept)
        return self._did(Did.KNOWN, step.concept)

    def lacking(self) -> list[Lacking]:
        """The concepts that may be missing if the present step comes too fast, the likeliest first; empty without further prerequisites."""
        step = self._present()
        practice = self._library.practice
        known = {id_ for id_, mastery in self._library.mastery().items() if mastery.is_known}
        items: dict[str, list[str]] = {}
        for entry in practice.items():
            items.setdefault(entry.item.concept, []).append(entry.item.id)
        return lacking(step.concept, self.steps(), self._graph, known, items, practice.state())

    def insert(self, concept: str) -> WalkStep | None:
        """Insert a concept, also a finished one, before the present step. Returns the new present step. Raises UnknownConcept."""
        step = self._present()
        id_ = self._library.practice.concept_named(concept)
        if id_ in (step.concept, self.target):
            raise NoStep("A step cannot come before itself.", "Name a concept that it builds on.")
        self._library.practice.note(Act.WALK, self.target, did=Did.INSERT.value, step=id_, before=step.concept)
        return self.now

    def back(self) -> WalkStep | None:
        """Go back to the last finished step. Raises NoStep if there is none."""
        steps = [step.concept for step in self.steps()]
        behind = [concept for concept in self._progress.done if concept in steps]
        if not behind:
            raise NoStep("There is no step behind.", "Go on with this one.")
        last = behind[-1]
        if self._progress.done[last] is Did.KNOWN:
            self._library.practice.know(last, known=False)
        self._library.practice.note(Act.WALK, self.target, did=Did.BACK.value, step=last)
        return self.now

    def give_up(self) -> None:
        """Forget the walk. Its answers stay."""
        self._library.practice.note(Act.WALK, self.target, did=Did.END.value)

    # Inside

    @property
    def _graph(self) -> Graph:
        return self._library.graph(everything=True)

    @property
    def _progress(self) -> Progress:
        found = walks_of(self._library.practice.state().events).get(self.target)
        if found is None:
            raise NoWalk(self.target)
        return found

    def _present(self) -> WalkStep:
        step = self.now
        if step is None:
            raise NoStep("The walk is at its end.", "Begin it again, or practise what it taught.")
        return step

    def _did(self, did: Did, concept: str) -> WalkStep | None:
        self._library.practice.note(Act.WALK, self.target, did=did.value, step=concept)
        return self.now

    def _reading(self, concept: Concept) -> tuple[Place, ...]:
        return self._library.concept(concept.id).reading

    def _asked(self, concept: Concept, reading: Sequence[Place], behind: Sequence[str]) -> tuple[list[Item], dict[str, Rating]]:
        """The items of a step, and the ratings that were given at it."""
        practice = self._library.practice
        state, since = practice.state(), self._progress.step_began
        items = [entry.item for entry in practice.items()]
        chosen = questions(concept, reading, behind, items, state, practice.day, since)
        return chosen, asked_at(state.events, {item.id for item in chosen}, since)

    def _explained(self, concept: Concept, reading: Sequence[Place], model: str | Literal[False] | None) -> Explanation:
        """The explanation in the documents' own words, or in a model's words if there is one and enough of its text is supported."""
        from assistant.practice.walks.explaining import explain
        from assistant.search.show import find_document

        found = explain(concept, reading, lambda name: find_document(self._library.folder, name))
        if found.words_of is not From.NOTES or model is False or self._library.writer(model) is None:
            return found
        documents = tuple(dict.fromkeys(place.document for place in reading if not place.document.startswith((ATLAS, COURSE))))
        answer = self._library.ask(f"What is {concept.name}, and how does it work?", within=Within(documents=documents), model=model)
        return replace(found, blocks=answer.blocks, citations=answer.citations, mode="llm") if answer.mode == "llm" else found

    def _near(self, concept: Concept) -> tuple[str, ...]:
        """The documents about a step and its direct prerequisites."""
        graph = self._graph
        concepts = [concept, *(graph.concepts[edge.before] for edge in graph.before(concept.id))]
        places = (place for one in concepts for place in (*one.about, *((one.definition,) if one.definition else ())))
        return tuple(dict.fromkeys(place.document for place in places if not place.document.startswith((ATLAS, COURSE))))
