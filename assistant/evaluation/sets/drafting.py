"""Draft an evaluation set from documents: their questions with answers, and their headings with the text below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.outputs import write_output
from ingest.chunking.chunking import chunk_document
from ingest.model import Document, Excerpt, Kind, Section, SectionKind, Span
from ingest.text.terms import analyze

_NUMBER = re.compile(r"^(?:\d+\.)*\d+[.)]?\s+(?=\S)")
_SNIPPETS = 3
_SHORTEST = 5
_CONTENT = frozenset(Kind) - {Kind.CONTENTS, Kind.HEADING, Kind.QUESTION, Kind.TODO, Kind.METADATA, Kind.FURNITURE}


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with the snippets of one evidence set, each of which answers it; `asked` is the location of the question itself."""

    id: str
    question: str
    kind: str
    document: str
    snippets: tuple[str, ...]
    asked: Span

    def as_line(self, hold_out: bool) -> dict[str, object]:
        """The line of an evaluation file (docs/guide/evaluating.md)."""
        line: dict[str, object] = {
            "id": self.id,
            "question": self.question,
            "kind": self.kind,
            "gold": [[{"document": self.document, "snippet": snippet} for snippet in self.snippets]],
        }
        if hold_out:
            line["without"] = [{"document": self.document, "lines": [self.asked.first, self.asked.last]}]
        return line


def draft_questions(documents: Sequence[Document]) -> list[Draft]:
    """A draft for every question with an answer and every heading with text of its own, in the order of the documents.

    A question or heading whose words occur twice is left out: nobody could tell which of the places is meant.
    """
    found = [candidate for document in documents for candidate in _candidates(document)]
    times = Counter(_words(asked) for _, asked, _, _, _ in found)
    once = (candidate for candidate in found if times[_words(candidate[1])] == 1)
    return [
        Draft(f"{kind[0]}{number:04}", asked, kind, document, snippets, place)
        for number, (kind, asked, document, snippets, place) in enumerate(once, start=1)
    ]


def _candidates(document: Document) -> Iterator[tuple[str, str, str, tuple[str, ...], Span]]:
    units = [unit for chunk in chunk_document(document) if chunk.kind in _CONTENT for unit in chunk.units]
    places: list[tuple[str, str, Span, Span]] = []
    for question in document.questions:
        if question.answer is not None and not question.answer.overlaps(question.span):
            places.append(("question", question.text, question.span, question.answer))
    for section in document.sections:
        body = _body(section, document.sections)
        if section.kind is SectionKind.HEADING and body is not None:
            places.append(
                ("heading", _NUMBER.sub("", section.title), Span(section.span.first, section.span.first, section.span.part), body)
            )
    for kind, asked, place, body in sorted(places, key=lambda place: (place[2].part.number if place[2].part else 0, place[2].first)):
        snippets = _snippets(units, body, place)
        # Lines alone cannot name a location inside a page or a slide.
        if snippets and len(_words(asked)) > 1 and place.part is None:
            yield kind, asked, document.name, snippets, place


def _body(section: Section, sections: Sequence[Section]) -> Span | None:
    """The lines of a section before its first subsection; None if there are none."""
    inner = [other.span.first for other in sections if other is not section and section.span.covers(other.span)]
    last = min([section.span.last, *(first - 1 for first in inner if first > section.span.first)])
    return Span(section.span.first + 1, last, section.span.part) if last > section.span.first else None


def _snippets(units: Sequence[Excerpt], body: Span, asked: Span) -> tuple[str, ...]:
    """The first units of the body that are long enough to be recognised."""
    inside = [unit.text for unit in units if body.covers(unit.span) and not unit.span.overlaps(asked)]
    return tuple(text for text in inside if len(text.split()) >= _SHORTEST)[:_SNIPPETS]


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(analyze(text))))


def write_lines(out: Path, lines: Iterable[str], *, overwrite: bool) -> None:
    """Write lines into a file. Raises OutputExists without `overwrite`, since somebody may have corrected it, and BadOutput."""
    text = "".join(f"{line}\n" for line in lines)
    write_output(out, text.encode("utf-8", "backslashreplace"), overwrite=overwrite)
