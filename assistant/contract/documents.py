"""The JSON of documents: how a file is understood, and the source at a place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assistant.sources.sources import source_id

if TYPE_CHECKING:
    from assistant.search.show import Shown
    from assistant.storage.documents import Record
    from assistant.storage.standing import Standing
    from ingest.model import Document, Question


def inspect_to_json(document: Document) -> dict[str, Any]:
    """`study inspect`: the sections in order, how many blocks there are of each kind, and the questions."""
    return {
        "document": document.name,
        "title": document.title,
        "notices": list(document.notices),
        "sections": [
            {"title": section.title, "level": section.level, "kind": section.kind.value, **section.span.to_json()}
            for section in document.sections
        ],
        "kinds": kinds_of(document),
        "questions": [_question(question) for question in document.questions],
    }


def kinds_of(document: Document) -> dict[str, int]:
    """How many blocks there are of each kind, the most frequent kind first."""
    return dict(Counter(block.kind.value for block in document.blocks).most_common())


def _question(question: Question) -> dict[str, Any]:
    answer = question.answer
    return {
        "text": question.text,
        **question.span.to_json(),
        "answered": answer is not None,
        "answer_lines": [answer.first, answer.last] if answer else None,
        "answer_part": answer.to_json()["part"] if answer else None,
    }


def documents_to_json(listed: Iterable[tuple[Record, Standing | None]]) -> dict[str, Any]:
    """`study documents`: each with its source id, its file, and how the file differs from what was read, or null."""
    return {
        "documents": [
            {
                "id": source_id(record.name),
                "document": record.name,
                "file": record.file,
                "collection": record.collection,
                "modified": datetime.fromtimestamp(record.modified / 10**9, UTC).isoformat(timespec="seconds"),
                "characters": record.characters,
                "standing": standing.value if standing else None,
                "notices": list(record.notices),
            }
            for record, standing in listed
        ]
    }


def shown_to_json(shown: Shown) -> dict[str, Any]:
    """`study show`: the text of the requested lines, and these lines with their context, numbered."""
    span = shown.span
    context = [{"number": number, "text": text} for number, text in enumerate(shown.lines, start=shown.first)]
    begins = span.first - shown.first
    return {
        "document": shown.document,
        "title": shown.title,
        **span.to_json(),
        "text": "\n".join(shown.lines[begins : begins + span.last - span.first + 1]),
        "context": context,
    }
