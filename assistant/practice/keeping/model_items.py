"""Questions written by a language model, for concepts with few questions from the notes, stored beside the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from assistant.practice.items.drafts import source
from assistant.practice.items.finding import searching
from assistant.practice.items.values import Item, ItemKind
from assistant.practice.items.written import Model, Passage, written
from assistant.practice.keeping.identity import stayed
from assistant.practice.keeping.store import save_items
from assistant.progress import Progress
from assistant.session import Session
from assistant.storage.documents import load_documents
from assistant.storage.snapshots import Layout
from graph.model.columns import SECTION
from graph.model.values import Graph
from graph.text.normal import words
from ingest.model import Document, Span

_ENOUGH = 3
"""A concept with this many questions gets none from a model."""
_LONGEST = 14
"""The most lines of a passage, so that a small model can use all of it."""
_STAYED = 0.5


def write_items(session: Session, items: Sequence[Item], model: Model, most: int, at: datetime, progress: Progress) -> list[Item]:
    """Let a model write questions about at most `most` concepts, and store those that pass the gates. Raises ModelError."""
    documents = {stored.document.name: stored.document for stored in load_documents(session.snapshot.folder)}
    count = Counter(item.concept for item in items)
    graph = session.silent_graph.without_course()
    wanted = [id_ for id_ in graph.concepts if count[id_] < _ENOUGH]  # in the order of importance
    passages = list(_passages(graph, wanted, documents))[:most]
    found = written(passages, model, session.encoder, searching(session.index, session.encoder, progress), items)
    named = [item.called(item.key) for item in found]
    save_items(Layout(session.root), named, (), "", at)
    return named


def _passages(graph: Graph, wanted: Sequence[str], documents: Mapping[str, Document]) -> Iterator[Passage]:
    """The best section of the notes about each concept that has one."""
    for id_ in wanted:
        concept = graph.concepts[id_]
        place = next((one for one in concept.about if one.weight >= SECTION and one.document in documents), None)
        if place is not None:
            span = Span(place.span.first, min(place.span.last, place.span.first + _LONGEST - 1), place.span.part)
            yield Passage(id_, concept.name, place.document, span, source(documents[place.document], span))


def gone_written(items: Sequence[Item], documents: Sequence[Document]) -> list[str]:
    """The ids of a model's items whose passage the documents no longer have: with less than half of its words left."""
    texts = {document.name: words("\n".join(line for text in document.texts for line in text.lines)) for document in documents}
    return [
        item.id for item in items if item.kind is ItemKind.WRITTEN and stayed(words(item.quote), texts.get(item.document, [])) < _STAYED
    ]
