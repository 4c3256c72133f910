"""Synchronise the items of a library with its documents: made once per snapshot, with stable ids."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.practice.items.finding import searching
from assistant.practice.items.making import VERSION, make_items
from assistant.practice.items.notes import Notes
from assistant.practice.keeping.identity import carried_over
from assistant.practice.keeping.model_items import gone_written
from assistant.practice.keeping.store import Kept, load_items, made_of, save_items
from assistant.progress import Progress, quiet
from assistant.session import Session
from assistant.storage.clock import Clock, now
from assistant.storage.documents import load_documents
from assistant.storage.snapshots import Layout


@dataclass(frozen=True, slots=True)
class Synced:
    """The current items, and the numbers of items made, added, and left without a source."""

    items: list[Kept]
    new: int = 0
    retired: int = 0


def synced_items(session: Session, clock: Clock = now, progress: Progress = quiet, *, again: bool = False) -> Synced:
    """The items of the library, made again if its documents, the corrections of its graph, or the makers have changed."""
    layout = Layout(session.root)
    source = source_of(session, layout)
    kept = load_items(layout)
    if not again and made_of(layout) == source:
        return Synced(kept)
    documents = [stored.document for stored in load_documents(session.snapshot.folder)]
    notes = Notes.of(documents, session.silent_graph.without_course())
    made = make_items(notes, searching(session.index, session.encoder, progress))
    carried = carried_over(made.items, [one.item for one in kept])
    there = {one.item.id for one in kept if one.retired is None}
    gone = (*carried.gone, *gone_written([one.item for one in kept if one.retired is None], documents))
    save_items(layout, carried.present, gone, source, clock())
    new = sum(item.id not in there for item in carried.present)
    return Synced(load_items(layout), new, len(there & set(gone)))


def source_of(session: Session, layout: Layout) -> str:
    """The source of the items as one string: the snapshot, the corrections, and the version of the makers."""
    corrections = layout.corrections.stat().st_mtime_ns if layout.corrections.exists() else 0
    return f"{session.snapshot.folder.name} {corrections} {VERSION}"
