"""Write a snapshot: documents are read or copied as a plan says, cut, embedded and indexed, one at a time, and the graph is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.authored import load_authored
from assistant.building.graph_input import characters, graph_documents
from assistant.building.laying import lay_authored
from assistant.building.sync import Plan, Planned, refuse_empty
from assistant.progress import Notice, Progress
from assistant.storage.documents import DocumentWriter, Record
from assistant.storage.roots import FileFailure
from assistant.workers.choice import Workforce
from assistant.workers.crew import Crew
from assistant.workers.jobs import ReadFile, Setup, Worker
from graph.build import build_graph
from graph.concepts.earlier import Earlier
from graph.errors import GraphDamaged
from graph.model.store import FILE as GRAPH_FILE
from graph.model.store import load_graph, save_graph
from graph.model.values import Graph
from index.indexed_text import embedded_parts
from index.local.writer import link_or_copy
from index.models.embeddings import EmbeddingCache, one_by_one
from index.models.encoder import Model, language_known
from index.opening import EngineChoice, engine_writer, open_engine
from ingest.chunking.settings import ChunkSettings
from ingest.errors import BadDocument
from ingest.language.guess import foreign_language
from ingest.model import Document, Encoder, Failure, TextPart
from ingest.sources.slices import read_slices


@dataclass(frozen=True, slots=True)
class Reuse:
    """The parts of the live snapshot that the new one can reuse.

    `folder` is the live snapshot's, `records` are its documents. `chunks`, `graph` and `atlas` tell whether its chunks, the graph of its
    documents and the atlas over the graph were made with the settings of the new snapshot; `concepts` is the number of concepts in the
    graph of the documents.
    """

    folder: Path
    records: tuple[Record, ...]
    chunks: bool
    graph: bool
    atlas: bool
    concepts: int


@dataclass(frozen=True, slots=True)
class WrittenSnapshot:
    """A snapshot that was written.

    `records` are its documents in the order of their names, `failures` the files that turned out to be unreadable, `counts` the numbers of
    documents, chunks, units and concepts, and `remarks` sentences for the user about the whole library.
    """

    records: tuple[Record, ...]
    failures: tuple[FileFailure, ...]
    counts: Mapping[str, int]
    remarks: tuple[str, ...]


def write_snapshot(
    plan: Plan,
    folder: Path,
    reuse: Reuse | None,
    *,
    embeddings: Path,
    model: Model,
    chunking: ChunkSettings,
    engine: EngineChoice,
    encoder: Encoder | None,
    workforce: Workforce,
    progress: Progress,
    notice: Notice,
    added: Sequence[tuple[str, ...]] = (),
) -> WrittenSnapshot:
    """Write the documents, the index and the graph of a snapshot into an empty folder. `added` are names of concepts that the user added.

    `embeddings` is the file of the cache of vectors. `encoder` embeds instead of the model and has its name. `workforce` reads and embeds.
    Raises NothingToIngest if a path of the ingest holds nothing that can be read, ModelError if the model fails, and UsageError if passages
    of the size asked for do not fit into the encoder.
    """
    (folder / "index").mkdir()
    (folder / "graph").mkdir()

    setup = Setup(model, chunking, encoder)
    worker = Worker(setup, notice)  # opens models only to cut documents: forgetting a document needs none
    if reuse is None or not reuse.chunks:
        _ = worker.window
    with ExitStack() as open_:

        @cache
        def crew() -> Crew | None:
            found = workforce.open(setup)
            if found is not None:
                open_.callback(found.close)
            return found

        known = language_known(model) if encoder is None else None
        writer = open_.enter_context(closing(_SnapshotWriter(plan, folder, reuse, worker, crew, known, engine, notice)))
        vectors = open_.enter_context(closing(EmbeddingCache(embeddings)))
        writer.read(progress)
        refuse_empty(plan, [record.file for record in writer.records], (*plan.roots.failures, *writer.failures))

        def opened() -> Encoder:
            return worker.encoder

        def encode(batches: Sequence[Sequence[TextPart]]) -> Iterator[tuple[int, NDArray[np.float32]]]:
            several = crew() if batches else None
            return several.encode(batches) if several else one_by_one(opened)(batches)

        def embed(parts: Iterable[TextPart], count: int) -> Iterator[NDArray[np.float32]]:
            return vectors.stream(parts, count, model.name, encode, lambda done, total: progress("Embedding", done, total))

        writer.index.finish(embed, compiling=lambda: progress("Indexing", 0, 2))
        counts = {"documents": len(writer.records), "chunks": writer.index.size, "units": writer.index.units}
        progress("Indexing", 1, 2)

        def laid_over(bare: Graph, documents: Sequence[Document]) -> Graph:
            return lay_authored(bare, load_authored(), documents, vectors, model.name, opened)

        concepts, remarks = _write_graph(folder, writer.records, reuse, added, laid_over)
    progress("Indexing", 2, 2)
    return WrittenSnapshot(tuple(writer.records), tuple(writer.failures), {**counts, "concepts": concepts}, remarks)


def prune_embeddings(embeddings: Path, index: Path, units: int, model: Model) -> None:
    """Remove vectors that the published index does not use from the cache, once there are many. The index has `units` units."""
    with closing(EmbeddingCache(embeddings)) as cache, closing(open_engine(index)) as engine:
        cache.prune((part for chunk in engine.chunks() for part in embedded_parts(chunk)), units, model.name)


class _SnapshotWriter:
    """Writes documents and their chunks in the order of their names.

    `worker` reads and cuts documents in this process, `crew` opens workers in other processes, if any. `language` is the only language that
    the encoder knows, or None if it knows several.
    """

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        reuse: Reuse | None,
        worker: Worker,
        crew: Callable[[], Crew | None],
        language: str | None,
        engine: EngineChoice,
        notice: Notice,
    ) -> None:
        self.plan = plan
        self._language = language
        self.reuse = reuse
        self.records: list[Record] = []
        self.failures: list[FileFailure] = []
        self._earlier = reuse.folder if reuse else None
        self._worker = worker
        self._crew = crew
        self._elsewhere: Iterator[ReadFile | Failure | None] = repeat(None)
        self._copies = reuse is not None and reuse.chunks
        self._documents = DocumentWriter(folder, self._earlier)
        index = self._earlier / "index" if self._earlier else None
        self.index = engine_writer(folder / "index", engine, index if self._copies else None, index, notice)

    def read(self, progress: Progress) -> None:
        """Read and copy all documents of the plan."""
        total = len(self.plan.documents)
        files = [(planned.source, planned.record.name) for planned in self.plan.documents if planned.source is not None]
        several = self._crew() if len(files) > 1 else None
        if several is not None:
            self._elsewhere = several.read(files)
        for number, planned in enumerate(self.plan.documents, start=1):
            self._write(planned)
            progress("Reading", number, total)
        self._documents.finish()

    def close(self) -> None:
        """Close all files."""
        self._documents.close()
        self.index.close()

    def _write(self, planned: Planned) -> None:
        """Read or copy a document. If its file cannot be read, the library's earlier version is kept."""
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
        """Read a file and cut it. A file of several slices is cut once it has been read, since it may turn out to be bad at its end."""
        record = planned.record
        assert planned.source is not None
        found = next(self._elsewhere)
        if isinstance(found, Failure):
            raise BadDocument(found.document, found.reason)
        first: Document | None = None
        notices: list[str] = []
        count = length = 0
        for count, part in enumerate([found.document] if found else read_slices(planned.source), start=1):
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
                "ingest with an encoder that knows the language."
            )
        if found:
            self.index.add(found.chunks, record.collection)
        else:
            self._cut(record, iter([first]) if count == 1 else self._documents.slices(record.name))
        return replace(record, digest=first.digest, notices=tuple(dict.fromkeys(notices)), characters=length)

    def _cut(self, record: Record, slices: Iterator[Document]) -> None:
        for part in slices:
            self.index.add(self._worker.cut(part), record.collection)


def _write_graph(
    folder: Path,
    records: list[Record],
    reuse: Reuse | None,
    added: Sequence[tuple[str, ...]],
    laid_over: Callable[[Graph, Sequence[Document]], Graph],
) -> tuple[int, tuple[str, ...]]:
    """Write the graph, or reuse the live one: completely, or its graph of the documents alone, which takes the longest.

    Returns the number of concepts in the documents, and remarks for the user.
    """
    documents, notices = graph_documents(folder, records)
    bare: Graph | None = None
    if reuse is not None and reuse.graph and _contents(reuse.records) == _contents(records):
        if reuse.atlas:
            link_or_copy(reuse.folder / "graph" / GRAPH_FILE, folder / "graph" / GRAPH_FILE)
            return reuse.concepts, notices
        bare = load_graph(reuse.folder / "graph").without_course()
    read = list(documents)
    bare = bare or build_graph(read, _earlier(reuse, added))
    save_graph(laid_over(bare, read), folder / "graph")
    return len(bare.concepts), notices


def _earlier(reuse: Reuse | None, added: Sequence[tuple[str, ...]]) -> Earlier:
    """The ids of the live graph by name, which stay stable."""
    if reuse is not None:
        with suppress(GraphDamaged):
            outline = load_graph(reuse.folder / "graph", authored=False).outline
            return Earlier.of(outline.ids, outline.names, added)
    return Earlier.of((), (), added)


def _contents(records: Sequence[Record]) -> list[tuple[str, str, int]]:
    """What the graph of documents depends on."""
    return [(record.name, record.digest, record.reading) for record in records]
