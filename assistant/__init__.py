"""study: answers from your own documents with exact citations, and learning paths with reasons.

    from assistant import Library

    with Library.open("lib") as library:
        library.ingest("notes")
        print(library.ask("why divide by sqrt d"))

Everything the product does is a method of `Library`; `Atlas` is the map of concepts that comes with it. Importing this package loads
nothing: each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answers.events import Done, Event, Searched, SentenceDropped, SentenceWritten, Understood, WordsCame
    from assistant.answers.model import Answer, Block, Citation, Code, Formula, ListBlock, Paragraph, Sentence, TableBlock
    from assistant.atlas import Atlas
    from assistant.building.build import IngestReport
    from assistant.errors import LibraryMissing
    from assistant.library.library import Library
    from assistant.search.filters import Within
    from graph.queries.concept import ConceptView
    from graph.queries.paths import LearningPath, Step
    from graph.queries.why import Why
    from index.search import Hit
    from ingest.errors import StudyError

_HOMES = {
    "Answer": "assistant.answers.model",
    "Atlas": "assistant.atlas",
    "Block": "assistant.answers.model",
    "Citation": "assistant.answers.model",
    "Code": "assistant.answers.model",
    "ConceptView": "graph.queries.concept",
    "Done": "assistant.answers.events",
    "Event": "assistant.answers.events",
    "Formula": "assistant.answers.model",
    "Hit": "index.search",
    "IngestReport": "assistant.building.build",
    "LearningPath": "graph.queries.paths",
    "Library": "assistant.library.library",
    "LibraryMissing": "assistant.errors",
    "ListBlock": "assistant.answers.model",
    "Paragraph": "assistant.answers.model",
    "Searched": "assistant.answers.events",
    "Sentence": "assistant.answers.model",
    "SentenceDropped": "assistant.answers.events",
    "SentenceWritten": "assistant.answers.events",
    "Step": "graph.queries.paths",
    "StudyError": "ingest.errors",
    "TableBlock": "assistant.answers.model",
    "Understood": "assistant.answers.events",
    "Why": "graph.queries.why",
    "WordsCame": "assistant.answers.events",
    "Within": "assistant.search.filters",
}

__all__ = [
    "Answer",
    "Atlas",
    "Block",
    "Citation",
    "Code",
    "ConceptView",
    "Done",
    "Event",
    "Formula",
    "Hit",
    "IngestReport",
    "LearningPath",
    "Library",
    "LibraryMissing",
    "ListBlock",
    "Paragraph",
    "Searched",
    "Sentence",
    "SentenceDropped",
    "SentenceWritten",
    "Step",
    "StudyError",
    "TableBlock",
    "Understood",
    "Why",
    "Within",
    "WordsCame",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value  # cached, so that this function is not called again
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
