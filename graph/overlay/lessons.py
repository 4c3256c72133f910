"""The notes of the starter course as lessons of the atlas: something to read if the user's notes have nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from graph.atlas.values import Atlas, Entry
from graph.concepts.lexicon import Lexicon
from graph.concepts.titles import question_place
from graph.model.values import COURSE, Place
from graph.prerequisites.judge import shorten
from graph.text.units import read_units
from ingest.model import Document, Kind

_NOTE = 0.7
"""How much a lesson is about its concept: as much as a section, but less than the best of the user's own sections."""
_TELLING = {Kind.PROSE, Kind.DEFINITION, Kind.LIST, Kind.ANSWER, Kind.CALLOUT}


@dataclass(frozen=True, slots=True)
class Lesson:
    """A course note about the concept with this id of the atlas. `place` has the lines to read, None for a note without text."""

    entry: str
    digest: str
    title: str
    place: Place | None
    questions: tuple[Place, ...]


def lessons_of(course: Iterable[Document], atlas: Atlas) -> dict[str, Lesson]:
    """The lessons by the ids of their concepts. The file name of a note is the id of its concept."""
    found = {}
    for document in course:
        entry = atlas.entries.get(document.name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        if entry is not None:
            cited = COURSE + document.name.rsplit("/", 1)[-1]
            questions = tuple(question_place(document, question, cited) for question in document.questions)
            title = document.front_matter.title or document.title
            found[entry.id] = Lesson(entry.id, document.digest, title, _place(document, entry, cited), questions)
    return found


def lessons_among(lessons: Mapping[str, Lesson], digests: Iterable[str]) -> dict[str, str]:
    """The ids of the concepts whose lesson is among the user's own documents, each with the title of the lesson there."""
    own = set(digests)
    return {lesson.title: entry for entry, lesson in lessons.items() if lesson.digest in own}


def _place(document: Document, entry: Entry, cited: str) -> Place | None:
    """The lines of a note from its definition to its end. The definition is the first sentence that names the concept, else the first
    sentence."""
    corpus = read_units([document])
    front = document.front_matter
    lexicon = Lexicon.build((name, 0) for name in (front.title or document.title, *front.aliases, *entry.names))
    told = [unit for unit in corpus.units if unit.position >= 0 and unit.kind in _TELLING]
    unit = next((unit for unit in told if lexicon.find(unit.text, unit.tokens)), told[0] if told else None)
    if unit is None:
        return None
    section = corpus.section(unit)
    place = Place(cited, unit.span, document.title, section.path if section else (), shorten(unit.text), _NOTE)
    last = document.blocks[-1].span
    if last.part != unit.span.part:
        return place
    return replace(place, span=replace(place.span, last=max(last.last, unit.span.last)))
