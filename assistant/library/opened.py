"""The basis of all methods of a library: its live snapshot, its models, and its callbacks."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from assistant.course import is_course
from assistant.errors import BadSettings, NoModel
from assistant.progress import Notice, Progress, Remark, quiet, silent
from assistant.session import Session
from assistant.storage.known import known_libraries, may_tell_of
from assistant.storage.roots import under
from assistant.storage.snapshots import Layout
from assistant.storage.standing import ALL_OF_THE_COURSE
from assistant.wording.counts import counted
from graph.errors import UnknownConcept
from index.errors import ModelError
from ingest.errors import UsageError

if TYPE_CHECKING:
    from assistant.sources.sources import Source
    from assistant.writers.writer import LanguageModel
    from graph.model.values import Graph
    from index.rerank import Reranker, Reranking

RERANKED = 30
"""The default number of passages for a reranker: a cross-encoder takes about 20 ms each on a laptop, half a second in all."""


class OpenedLibrary:
    """A library that follows its live snapshot and opens each model once. Thread-safe."""

    def __init__(
        self, folder: Path, *, is_default: bool = False, fill: bool = True, progress: Progress = quiet, notice: Notice = silent
    ) -> None:
        """Name the folder; nothing is read yet. `is_default` is true if it was not named: then a first question fills it with the starter
        course, unless `fill` is false."""
        self.folder = folder
        self._is_default = is_default
        self._may_fill = fill
        self.progress, self.notice = progress, notice
        self._lock = threading.RLock()
        self._session: Session | None = None
        self._writers: dict[str, LanguageModel] = {}
        self._rerankers: dict[Path, Reranker] = {}
        self._told: set[str] = set()
        self._authored: dict[str, Source] = {}
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Release the snapshot and loaded models. Calls in progress in other threads finish first."""
        with self._lock:
            self._is_closed = True
            self._session = None
            self._writers.clear()
            self._rerankers.clear()

    @property
    def layout(self) -> Layout:
        return Layout(self.folder)

    @property
    def named(self) -> Path | None:
        """The folder if somebody named it, None for the default library."""
        return None if self._is_default else self.folder

    def session(self, *, fill: bool = True) -> Session:
        """The opened live snapshot; a new one as soon as another is published. For this package's rooms, not for faces.

        A session stays open as long as somebody holds it or its graph. With `fill`, an empty default library is first filled with the
        starter course. Raises LibraryMissing, LibraryFormat or LibraryDamaged.
        """
        with self._lock:
            if self._is_closed:
                raise UsageError("The library is closed.")
            if self._session is None or not self._session.is_live:
                if fill:
                    self._fill_default()
                self._session = Session(self.folder, notice=self.notice)
                if fill:
                    self._tell_empty(self._session)
                    if self._is_default:
                        self._tell_others(self._session)
            return self._session

    def _tell_empty(self, session: Session) -> None:
        """Say so if the library holds no document, since an answer then says nothing about the user's notes."""
        if not session.snapshot.manifest["counts"]["documents"]:
            self.notice(Remark("library-empty", "The library holds no document."))

    def _tell_others(self, session: Session) -> None:
        """Notify the user that the default library answers, if there are others that may have been meant.

        If it has only the course, every command says so, since every answer may mislead; else once is enough, until there is a new library.
        """
        others = [folder for folder in known_libraries() if folder != self.folder]
        if not others or "others" in self._told:
            return
        self._told.add("others")
        is_course_alone = all(map(is_course, session.snapshot.manifest["roots"]))
        if not is_course_alone and not may_tell_of(others):
            return
        holds = ", which holds only the starter course" if is_course_alone else ""
        more = f" and {counted(len(others) - 1, 'other')}" if others[1:] else ""
        self.notice(Remark("default-library", f"This is the default library{holds}. You also have {others[0]}{more}."))

    def holds_only_the_course(self) -> bool:
        """True if no note in the library is the user's own."""
        return all(map(is_course, self.session().snapshot.manifest["roots"]))

    def tell_course(self) -> None:
        """Notify the user if the library contains only the starter course."""
        if self.holds_only_the_course() and ALL_OF_THE_COURSE not in self._told:
            self._told.add(ALL_OF_THE_COURSE)
            self.notice(ALL_OF_THE_COURSE)

    def tell_written(self, file: Path | None) -> None:
        """Notify the user if a file was written where the next ingest would read it."""
        if file is None or not self.layout.live.exists():
            return
        from ingest.readers import SUFFIXES  # imports every reader

        if file.suffix.lower() not in SUFFIXES:
            return
        target = str(file.expanduser().absolute())
        for root in self.session(fill=False).snapshot.manifest["roots"]:
            if under(target, [root]):
                self.notice(f"{file} lies in {root}, which was ingested: the next ingest reads it as a document.")

    def tell_standing(self, documents: Iterable[str]) -> None:
        """Notify the reader of these documents if they have changed, are gone, or belong to the course."""
        for sentence in self.session().standing(documents):
            if sentence not in self._told:
                self._told.add(sentence)
                self.notice(sentence)

    def _fill_default(self) -> None:
        """Read the starter course into the default library if no library was named and it does not exist yet."""
        if not self._is_default or not self._may_fill or self.layout.live.exists():
            return
        # Building imports networkx and more, which a question does not need.
        from assistant.building.build import ingest
        from assistant.course import course_folder

        self.notice(
            Remark("starter-course", f"No library yet: reading the starter course into {self.folder}. Ingest your own notes to replace it.")
        )
        ingest(self.folder, [course_folder()], wait=True, progress=self.progress, notice=self.notice)

    def writer(self, model: str | Literal[False] | None) -> LanguageModel | None:
        """The model that words answers, opened once. None if none is wanted, or if it cannot be used; then `notice` is called with the
        reason."""
        from assistant.settings import load_settings, settings_file

        if model is False or (model is None and not settings_file().exists()):
            return None
        try:
            named = model or load_settings().model
            return self.open_model(named) if named else None
        except (ModelError, BadSettings) as error:
            self.notice(f"{error}\nThe answer is in the documents' own words.")
            return None

    def open_model(self, named: str | None) -> LanguageModel:
        """A model by name, file or address, else the chosen one. Raises UsageError without one, ModelError if it does not run."""
        from assistant.settings import load_settings
        from assistant.writers.models import open_writer

        named = named or load_settings().model
        if not named:
            raise NoModel()
        with self._lock:
            if named not in self._writers:
                self._writers[named] = open_writer(named)
            return self._writers[named]

    def reranking(self, folder: str | Path | None, depth: int) -> Reranking | None:
        """The cross-encoder in a folder, opened. Raises ModelMissing or ModelDamaged."""
        if folder is None:
            return None
        from index.models.reranker import open_reranker
        from index.rerank import Reranking

        named = Path(folder).expanduser().resolve()
        with self._lock:
            if named not in self._rerankers:
                self._rerankers[named] = open_reranker(named, self.notice)
            return Reranking(self._rerankers[named], named.name, depth)

    def with_course(self, wanted: bool | None) -> bool:
        """True if authored concepts belong in a graph: the caller's choice, else the user's setting. Raises BadSettings."""
        if wanted is not None:
            return wanted
        from assistant.settings import load_settings, settings_file

        return not settings_file().exists() or load_settings().course

    def known_in(self, graph: Graph, names: Iterable[str]) -> list[str]:
        """The known concepts that are in the graph. Others are not needed by anything in it."""
        from graph.queries.resolve import find_concept

        found = []
        for name in map(str.strip, names):
            try:
                found.append(find_concept(graph, name)[0])
            except UnknownConcept as error:
                if name not in self._told:
                    self._told.add(name)
                    self.notice(f"{error} So it does not count as known.")
        return found
