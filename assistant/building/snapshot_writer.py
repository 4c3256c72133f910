"""Making a snapshot: what the plan says is read, copied, cut, embedded and indexed, one document at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.building.graph_input import characters, graph_documents
from assistant.building.sync import Plan, Planned, refuse_empty
from assistant.course import course_documents
from assistant.progress import Notice, Progress
from assistant.storage.documents import DocumentWriter, Record
from assistant.storage.roots import FileFailure
from graph.build import build_graph
from graph.model.store import FILE as GRAPH_FILE
from graph.model.store import save_graph
from index.local.chunks import ChunkStore
from index.local.dense import embedded_texts
from index.local.writer import IndexWriter, link_or_copy
from index.models.embeddings import EmbeddingCache
from index.models.encoder import Model, encoder_window, language_known, open_encoder
from ingest.chunking.chunking import chunk_document
from ingest.chunking.settings import ChunkSettings, Strategy
from ingest.chunking.tokens import Window
from ingest.errors import BadDocument
from ingest.language.guess import foreign_language
from ingest.model import Chunk, Document, Encoder, Failure
from ingest.sources.slices import read_slices


@dataclass(frozen=True, slots=True)
class Reuse:
    """The snapshot that is live: its folder, its documents, whether its chunks and its graph are made as those of the new one, and how many
    concepts that has."""

    folder: Path
    records: tuple[Record, ...]
    chunks: bool
    graph: bool
    concepts: int


@dataclass(frozen=True, slots=True)
class Made:
    """What was made. `failures` are the files that turned out to be unreadable; `records` what the snapshot holds, by name."""

    records: tuple[Record, ...]
    failures: tuple[FileFailure, ...]
    counts: Mapping[str, int]
    remarks: tuple[str, ...]


def make_snapshot(
    plan: Plan,
    folder: Path,
    reuse: Reuse | None,
    *,
    embeddings: Path,
    model: Model,
    chunking: ChunkSettings,
    encoder: Encoder | None,
    progress: Progress,
    notice: Notice,
) -> Made:
    """Write documents, index and graph into an empty folder. `encoder` embeds in place of the model, whose name it bears.

    Raises NothingToIngest where a path that was named holds nothing that can be read, ModelError, and UsageError where passages of the size
    asked for don't fit into the encoder.
    """
    (folder / "index").mkdir()
    (folder / "graph").mkdir()

    @cache
    def cutter() -> tuple[Window, Encoder | None]:
        window = Window() if encoder is not None else encoder_window(model, notice)
        chunking.check(window)
        by_meaning = chunking.strategy is Strategy.SEMANTIC
        return window, (encoder or open_encoder(model, threads=0, verify=True, notice=notice)) if by_meaning else None

    def cut(document: Document) -> list[Chunk]:
        window, meaning = cutter()  # opened only where something is cut: to forget a document takes no model
        return chunk_document(document, chunking, window, meaning)

    known = language_known(model) if encoder is None else None
    if reuse is None or not reuse.chunks:
        cutter()
    with closing(_Maker(plan, folder, reuse, cut, known)) as maker, closing(EmbeddingCache(embeddings)) as vectors:
        maker.read(progress)
        refuse_empty(plan, [record.file for record in maker.records], (*plan.memory.failures, *maker.failures))

        def embed(texts: Iterable[str], count: int) -> Iterator[NDArray[np.float32]]:
            def opened() -> Encoder:
                return encoder or open_encoder(model, threads=0, verify=True, notice=notice)

            return vectors.stream(texts, count, model.name, opened, lambda done, total: progress("Embedding", done, total))

        maker.index.finish(embed, compiling=lambda: progress("Indexing", 0, 2))
        counts = {"documents": len(maker.records), "chunks": maker.index.size, "units": maker.index.units}
    progress("Indexing", 1, 2)
    concepts, remarks = _make_graph(folder, maker.records, reuse)
    progress("Indexing", 2, 2)
    return Made(tuple(maker.records), tuple(maker.failures), {**counts, "concepts": concepts}, remarks)


def prune_embeddings(embeddings: Path, index: Path, units: int, model: Model) -> None:
    """Drop vectors from the cache that the published index does not use, once they are many."""
    with closing(EmbeddingCache(embeddings)) as cache, closing(ChunkStore(index)) as chunks:
        cache.prune((text for chunk in chunks.iterate(0, chunks.size) for text in embedded_texts(chunk)), units, model.name)


class _Maker:
    """Writes documents and their chunks, in order of their names. `language`: the only one that the encoder knows, if that is known."""

    def __init__(self, plan: Plan, folder: Path, reuse: Reuse | None, cut: Callable[[Document], list[Chunk]], language: str | None) -> None:
        self.plan = plan
        self._language = language
        self.reuse = reuse
        self.records: list[Record] = []
        self.failures: list[FileFailure] = []
        self._earlier = reuse.folder if reuse else None
        self._chunks = cut
        self._copies = reuse is not None and reuse.chunks
        self._documents = DocumentWriter(folder, self._earlier)
        self.index = IndexWriter(folder / "index", self._earlier / "index" if self._earlier and self._copies else None)

    def read(self, progress: Progress) -> None:
        """Read and copy everything."""
        total = len(self.plan.documents)
        for number, planned in enumerate(self.plan.documents, start=1):
            self._one(planned)
            progress("Reading", number, total)
        self._documents.finish()

    def close(self) -> None:
        """Let go of all files."""
        self._documents.close()
        self.index.close()

    def _one(self, planned: Planned) -> None:
        record, copied = planned.record, planned.copied
        if planned.source is not None:
            try:
                record = self._read(planned)
            except BadDocument as error:
                self._documents.drop_slices(record.name)
                kept = " Its earlier version is kept." if planned.earlier else ""
                self.failures.append(FileFailure(record.file, Failure(error.document, f"{error.reason}{kept}")))
                if planned.earlier is None:
                    return
                copied = planned.earlier
                record = replace(copied, name=record.name, collection=record.collection)
        if copied is not None:
            self._documents.copy_slices(copied.name, record.name)
            if self._copies and copied.name == record.name:
                self.index.copy(record.name, record.collection)
            else:
                self._cut(record, self._documents.slices(record.name))
        self._documents.add(record)
        self.records.append(record)

    def _read(self, planned: Planned) -> Record:
        """Read a file and cut it. A file of several slices is cut once all of it was read, for it may change or prove bad meanwhile."""
        record = planned.record
        assert planned.source is not None
        first: Document | None = None
        notices: list[str] = []
        count = length = 0
        for count, part in enumerate(read_slices(planned.source), start=1):
            part = replace(part, name=record.name)
            self._documents.add_slice(record.name, count, part)
            notices += part.notices
            length += characters(part)
            first = first or part
        assert first is not None
        foreign = foreign_language(first) if self._language else None
        if foreign:
            notices.append(
                f"seems to be in {foreign}; the encoder knows {self._language}. Search by words still works; for search by meaning, "
                "ingest with --encoder and a model that knows the language."
            )
        self._cut(record, iter([first]) if count == 1 else self._documents.slices(record.name))
        return replace(record, digest=first.digest, notices=tuple(dict.fromkeys(notices)), characters=length)

    def _cut(self, record: Record, slices: Iterator[Document]) -> None:
        for part in slices:
            self.index.add(self._chunks(part), record.collection)


def _make_graph(folder: Path, records: list[Record], reuse: Reuse | None) -> tuple[int, tuple[str, ...]]:
    """Write the graph; how many concepts of the documents it has, and what is to be said of it."""
    course, _ = course_documents()
    documents, notices = graph_documents(folder, records)
    if (
        reuse is not None
        and reuse.graph
        and [(r.name, r.digest, r.reading) for r in reuse.records] == [(r.name, r.digest, r.reading) for r in records]
    ):
        link_or_copy(reuse.folder / "graph" / GRAPH_FILE, folder / "graph" / GRAPH_FILE)
        return reuse.concepts, notices
    graph = build_graph(list(documents), course)
    save_graph(graph, folder / "graph")
    return len(graph.without_course().concepts), notices
