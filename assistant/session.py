"""An opened snapshot of a library: its index, encoder and graph, each loaded when first used. It writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import BadCorrections
from assistant.progress import Notice, silent
from assistant.storage.snapshots import Layout, Snapshot, open_snapshot
from graph.model.store import load_graph, related_concepts
from graph.model.values import Graph
from index.filters import EVERYTHING, Filter
from ingest.model import Span

if TYPE_CHECKING:
    from assistant.curation.curated import Curated
    from assistant.search.filters import Within
    from index.models.encoder import OnnxEncoder
    from index.rerank import Reranking
    from index.search import Hit, Index, Query, SearchSettings

_Part = TypeVar("_Part")


class Session:
    """An opened snapshot.

    Paths and concepts need neither faiss nor onnxruntime: each part is imported and loaded when it is first used. It may be used from
    several threads, and releases the snapshot when nothing refers to it, or to a graph of it, any more.
    """

    def __init__(self, root: Path, *, notice: Notice = silent) -> None:
        """Open the live snapshot. Raises LibraryMissing, LibraryFormat or LibraryDamaged."""
        self.root = root
        self._notice = notice
        self._lock = threading.RLock()
        self._parts: dict[str, Any] = {}
        self._curated: tuple[object, Curated] | None = None
        self._told: Curated | None = None
        self._parts_of_graph: tuple[Graph, dict[Hashable, Graph]] | None = None
        self.snapshot: Snapshot = open_snapshot(Layout(root))

    def close(self) -> None:
        """Release the snapshot now."""
        if "index" in self._parts:
            self.index.close()
        self.snapshot.close()

    @property
    def is_live(self) -> bool:
        """True if this is still the live snapshot; False if there is none any more."""
        try:
            return Layout(self.root).live_name == self.snapshot.folder.name
        except OSError:
            return False

    @property
    def index(self) -> Index:
        from index.opening import open_engine
        from index.search import Index

        return self._once("index", lambda: Index(open_engine(self.snapshot.index, self._notice)))

    @property
    def encoder(self) -> OnnxEncoder:
        from index.models.encoder import Model, open_encoder

        model = Model(**self.snapshot.manifest["settings"]["encoder"])
        return self._once("encoder", lambda: open_encoder(model, notice=self._notice))

    @property
    def _mined(self) -> Graph:
        return self._once("graph", lambda: load_graph(self.snapshot.graph, keep=self.snapshot))

    @property
    def _own(self) -> Graph:
        """The corrected concepts of the documents alone: answers use no others. Raises BadCorrections."""
        if self._is_curated:
            return self.curated.corrected.graph.without_course()
        return self._once("own graph", lambda: load_graph(self.snapshot.graph, keep=self.snapshot, authored=False))

    def _once(self, name: str, load: Callable[[], _Part]) -> _Part:
        """A part of the session, loaded by the first thread that needs it."""
        with self._lock:
            if name not in self._parts:
                self._parts[name] = load()
            part: _Part = self._parts[name]
            return part

    @property
    def curated(self) -> Curated:
        """The graph with the user's current corrections, and their outcomes. Raises BadCorrections."""
        from assistant.curation.curated import load_curated

        layout = Layout(self.root)
        with self._lock:
            state = [_state(file) for file in (layout.corrections, layout.judgements)]
            if self._curated is None or self._curated[0] != state:
                self._curated = state, load_curated(layout, self.snapshot)
            return self._curated[1]

    @property
    def silent_graph(self) -> Graph:
        """The corrected graph. Raises BadCorrections."""
        # Most libraries have no corrections, and most questions need only the graph's names.
        return self.curated.corrected.graph if self._is_curated else self._mined

    @property
    def graph(self) -> Graph:
        """The corrected graph; corrections without effect are reported to `notice`, once. Raises BadCorrections."""
        if not self._is_curated:
            return self._mined
        curated = self.curated
        with self._lock:
            is_new, self._told = curated is not self._told, curated
        for remark in curated.remarks if is_new else ():
            self._notice(remark)
        return curated.corrected.graph

    def part_of_graph(self, key: Hashable, make: Callable[[Graph], Graph]) -> Graph:
        """A part of the graph, made once for each key and kept as long as the graph stays the same."""
        graph = self.graph
        with self._lock:
            if self._parts_of_graph is None or self._parts_of_graph[0] is not graph:
                self._parts_of_graph = graph, {}
            kept = self._parts_of_graph[1]
            if key not in kept:
                kept[key] = make(graph)
            return kept[key]

    @property
    def _is_curated(self) -> bool:
        return Layout(self.root).is_curated

    def query(self, question: str) -> Query:
        """A question prepared for search. Raises BadQuestion."""
        return self.index.query(question, self.encoder)

    def search(
        self,
        question: str,
        k: int = 10,
        settings: SearchSettings | None = None,
        allowed: Filter = EVERYTHING,
        reranking: Reranking | None = None,
    ) -> list[Hit]:
        """The k best passages for a question, with neighbours joined unless the settings differ, among those `allowed`. Raises
        BadQuestion."""
        from assistant.search.scored import search_scored
        from index.search import READING

        return search_scored(self.index, self.encoder, self.query(question), k, settings or READING, allowed, reranking)

    def allowed(self, within: Within) -> Filter:
        """The filter for `search`.

        Raises UnknownDocument, UnknownCollection or UsageError.
        """
        if within.is_all:
            return EVERYTHING
        from assistant.search.filters import filter_of
        from assistant.storage.documents import load_records

        return filter_of(within, load_records(self.snapshot.folder), datetime.now().astimezone())

    def standing(self, documents: Iterable[str]) -> list[str]:
        """Notes for readers of these documents: that they have changed, are gone, or belong to the course."""
        from assistant.storage.standing import notes_on

        return notes_on(self.snapshot, documents)

    def learn_first(self, question: str, related: Sequence[str], answer: str) -> tuple[str, ...]:
        """The documents' concepts to learn before the one in question; see graph/queries/learn_first.py."""
        from graph.queries.learn_first import learn_first

        try:
            return learn_first(self._own, question, related, answer)
        except BadCorrections:
            return ()  # reported when the related concepts are looked up

    def related(self, places: Sequence[tuple[str, Span]], limit: int = 5) -> list[str]:
        """The concepts that the given lines of documents are about."""
        found = related_concepts(self.snapshot.graph, places, limit)
        if not self._is_curated:
            return found
        try:
            current = self.curated.corrected.current
        except BadCorrections as error:
            self._notice(str(error))
            return found
        return list(dict.fromkeys(id_ for id_ in map(current, found) if id_ is not None))

    def labels(self, concepts: Sequence[str]) -> dict[str, str]:
        """The names of concepts by their ids; the ids themselves if the corrections cannot be read."""
        if not concepts:
            return {}  # a refused answer has no concepts, and needs no graph
        try:
            graph = self._own
        except BadCorrections:
            return {id_: id_ for id_ in concepts}
        return {id_: graph.outline.labels[graph.outline.number(id_)] if id_ in graph.concepts else id_ for id_ in concepts}


def _state(file: Path) -> tuple[int, int] | None:
    """A fingerprint of a small file: it is replaced as a whole, so a new one has another inode or time."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino
