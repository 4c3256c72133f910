"""Ingestion: paths become a new live snapshot of a library. Nothing is published before everything is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.course import course_documents
from assistant.documents import StoredDocument, load_documents, save_documents
from assistant.progress import Notice, Progress, quiet, silent
from assistant.snapshots import (
    Layout,
    Snapshot,
    building,
    collect,
    create_library,
    exclusive,
    open_snapshot,
    publish,
    remembered_roots,
    writing,
)
from assistant.sync import FileFailure, Sync, sync
from graph.build import build_graph
from graph.store import FORMAT as GRAPH_FORMAT
from graph.store import save_graph
from index.dense import embedded_texts
from index.embeddings import EmbeddingCache
from index.encoder import Model, default_model, encoder_window, identify_model, open_encoder
from index.search import Index
from ingest import READING_VERSION
from ingest.chunk_settings import ChunkSettings
from ingest.chunking import chunk_document
from ingest.errors import LibraryDamaged, LibraryFormat, LibraryMissing
from ingest.model import Document, Failure


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did."""

    sync: Sync
    chunks: int
    concepts: int


def ingest(
    root: Path,
    paths: Sequence[Path],
    *,
    encoder: str | None = None,
    progress: Progress = quiet,
    notice: Notice = silent,
) -> IngestReport:
    """Bring the library at `root` in step with `paths`, making it where there is none.

    A path that was ingested before is synced: what is gone from it leaves the library. What lies elsewhere stays as it is. `encoder` names
    the model that embeds; without it the library keeps its own. Raises NothingToIngest, LibraryError and ModelError; on any of them, and
    when interrupted, the live snapshot stays what it was.
    """
    layout = Layout(root)
    with exclusive(layout):
        create_library(layout)
        before: Snapshot | None = None
        held: Sequence[StoredDocument] = ()
        try:
            before = open_snapshot(layout)
            held = load_documents(before.folder)
        except LibraryMissing:
            pass  # nothing was published yet
        except (LibraryDamaged, LibraryFormat) as error:
            # What is derived can be made again, from wherever it was made.
            paths = [*paths, *(Path(known) for known in remembered_roots(layout) if Path(known).exists())]
            notice(f"{error}\nRebuilding it from {', '.join(map(str, paths))}.")
            before = None
        with closing(before) if before else nullcontext():
            report = _ingest(layout, paths, before, held, encoder, progress, notice)
        collect(layout)
        return report


def _ingest(
    layout: Layout,
    paths: Sequence[Path],
    before: Snapshot | None,
    held: Sequence[StoredDocument],
    encoder: str | None,
    progress: Progress,
    notice: Notice,
) -> IngestReport:
    model = identify_model(encoder) if encoder else Model(**before.manifest["settings"]["encoder"]) if before else default_model()
    course, course_digest = course_documents()
    settings = {
        "encoder": asdict(model),
        "chunking": ChunkSettings().identity,
        "reading": READING_VERSION,
        "course": course_digest,
        "graph": GRAPH_FORMAT,
    }
    synced = sync(
        paths,
        before.manifest["roots"] if before else (),
        held,
        [FileFailure(entry["file"], Failure(entry["document"], entry["reason"])) for entry in before.manifest["failures"]]
        if before
        else (),
        keep_unchanged=before is not None and before.manifest["settings"].get("reading") == READING_VERSION,
        progress=lambda done, total: progress("Reading", done, total),
    )
    failures = [{"file": entry.file, "document": entry.failure.document, "reason": entry.failure.reason} for entry in synced.failures]
    stays = {"settings": settings, "roots": list(synced.roots), "failures": failures}
    if before and not (synced.added or synced.updated or synced.removed) and stays == {name: before.manifest[name] for name in stays}:
        return IngestReport(synced, before.manifest["counts"]["chunks"], before.manifest["counts"]["concepts"])
    with building(layout) as folder, writing(layout.root):
        try:
            counts = _build(folder, layout, synced.documents, course, model, progress, notice)
            publish(layout, {"created": datetime.now(UTC).isoformat(timespec="seconds"), "counts": counts, **stays})
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
    return IngestReport(synced, counts["chunks"], counts["concepts"])


def _build(
    folder: Path,
    layout: Layout,
    stored: Sequence[StoredDocument],
    course: Sequence[Document],
    model: Model,
    progress: Progress,
    notice: Notice,
) -> dict[str, int]:
    """Write documents, index and graph into the folder; what they count."""
    (folder / "index").mkdir()
    (folder / "graph").mkdir()
    save_documents(stored, folder)
    documents = [entry.document for entry in stored]
    window = encoder_window(model, notice)
    chunks = [chunk for document in documents for chunk in chunk_document(document, window=window)]
    cache = EmbeddingCache(layout.embeddings)
    try:
        vectors = cache.embed(
            [text for chunk in chunks for text in embedded_texts(chunk)],
            model.name,
            lambda: open_encoder(model, threads=0, verify=True, notice=notice),
            lambda done, total: progress("Embedding", done, total),
        )
    finally:
        cache.close()
    progress("Indexing", 0, 2)
    Index.build(chunks, vectors, folder / "index")
    progress("Indexing", 1, 2)
    graph = build_graph(documents, course)
    save_graph(graph, folder / "graph")
    progress("Indexing", 2, 2)
    return {"documents": len(documents), "chunks": len(chunks), "concepts": len(graph.without_course().concepts)}
