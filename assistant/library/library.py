"""`Library`: everything the product does, as methods of one object."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from assistant.library.concepts import ConceptVerbs
from assistant.library.opened import RERANKED
from assistant.library.sources import SourceVerbs
from assistant.opening import library_folder
from assistant.outputs import check_output
from assistant.progress import Notice, Progress, quiet, silent
from assistant.search.filters import EVERYWHERE, Within
from assistant.storage.known import known_libraries, remember_library
from assistant.storage.snapshots import Layout

if TYPE_CHECKING:
    from assistant.answers.events import Event
    from assistant.answers.model import Answer
    from assistant.backup.backup import Restored
    from assistant.building.build import IngestReport
    from assistant.conversation.conversations import Listed
    from assistant.doctor import Finding
    from assistant.library.conversation import Conversation
    from assistant.library.evaluations import Evaluations
    from assistant.library.models import Models
    from assistant.library.preferences import Preferences
    from assistant.library.walks import Walks
    from assistant.search.explain import Explained
    from assistant.storage.status import Status
    from assistant.tuning.tuning import Tuning
    from assistant.workers.choice import Workforce
    from index.opening import EngineChoice
    from index.search import Hit
    from ingest.chunking.settings import ChunkSettings


class Library(ConceptVerbs, SourceVerbs):
    """A library of documents to ask, search, correct, evaluate and learn from.

    >>> with Library.open("lib") as library:                                          # doctest: +SKIP
    ...     library.ingest("notes", collection="ml")
    ...     answer = library.ask("why divide by sqrt d", within=Within(collection="ml"))
    ...     answer.citations[0].place
    'notes/attention.md:37-38'

    A library may be used from several threads. When another process, or another call, publishes a new snapshot, the next call reads it;
    calls in progress finish on the old one. Nothing is printed: `progress` is called with the progress of long work, `notice` with messages
    for the user. Every method raises a `StudyError` for problems that the user can act on.
    """

    @classmethod
    def open(cls, folder: str | Path | None = None, *, fill: bool = True, progress: Progress = quiet, notice: Notice = silent) -> Self:
        """Open a library by its folder, which need not exist yet: `ingest` creates it, everything else raises LibraryMissing.

        The default is the folder in $STUDY_LIBRARY, else the user's own library; if that is empty, the first question reads the starter
        course into it, unless `fill` is false.
        """
        root, is_named = library_folder(Path(folder) if folder is not None else None)
        return cls(root, is_default=not is_named, fill=fill, progress=progress, notice=notice)

    @staticmethod
    def known() -> list[Path]:
        """The folders of this machine's non-empty libraries: the user's own first, then named ones, the latest first."""
        own = library_folder(None)[0]
        return list(dict.fromkeys([own, *known_libraries()] if Layout(own).live.exists() else known_libraries()))

    # Documents

    def ingest(
        self,
        *paths: str | Path,
        collection: str | None = None,
        encoder: str | None = None,
        chunking: ChunkSettings | None = None,
        engine: EngineChoice | None = None,
        workforce: Workforce | None = None,
        wait: bool = True,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Read files and folders into the library, or synchronise it with them. A missing library is created.

        A folder that was ingested before is synced: new and changed files are read, and documents whose files are gone are removed.

        `collection` groups the paths under a name ("" removes them from their collection), `encoder` is a sentence-transformers folder or
        hub name, `chunking` has the settings for cutting documents, `engine` the place of the index, `workforce` the processes that read
        and embed (default: this one). The starter course is removed from the default library with the first notes of the user. With `wait`,
        wait for another process that writes to the library instead of raising LibraryBusy. Raises NothingToIngest, LibraryError, ModelError
        and then leaves the library unchanged. Unreadable files do not raise: they are in the report's `failures`.
        """
        from assistant.building.build import ingest
        from assistant.workers.choice import ALONE

        start = time.perf_counter()
        report = ingest(
            self.folder,
            [Path(path) for path in paths],
            encoder=encoder,
            chunking=chunking,
            engine=engine,
            workforce=workforce or ALONE,
            collection=collection,
            course_leaves=self._is_default,
            wait=wait,
            progress=progress or self.progress,
            notice=self.notice,
        )
        if not self._is_default:
            remember_library(self.folder)
        missing = self._missing_requirements() if report.sync.added or report.sync.updated else []
        return replace(report, seconds=time.perf_counter() - start, remarks=(*report.remarks, *missing))

    def watch(
        self,
        *paths: str | Path,
        collection: str | None = None,
        encoder: str | None = None,
        chunking: ChunkSettings | None = None,
        wait: bool = True,
        notice: Notice | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[IngestReport]:
        """Ingest now and whenever something under the paths changes; each ingest that changed something is yielded.

        It ends when it is closed, or, from another thread, when `stop` is set.

        Errors go to `notice`, and the next change tries again. Raises NothingToIngest if a path does not exist.
        """
        from assistant.building.watching import ingest_on_change

        def run() -> IngestReport:
            return self.ingest(*paths, collection=collection, encoder=encoder, chunking=chunking, wait=wait)

        yield from ingest_on_change([Path(path) for path in paths], self.folder, run, notice or self.notice, stop)

    def forget(self, *names: str, wait: bool = True) -> IngestReport:
        """Remove documents from the library, by name, folder or glob (`old/*.md`).

        Their files stay, and are left out of later ingests of their folders. Raises UnknownDocument with the nearest names if a name fits
        no document; then nothing is removed.
        """
        from assistant.building.build import forget

        return forget(self.folder, names, wait=wait, progress=self.progress, notice=self.notice)

    def status(self) -> Status:
        """The contents of the library, what was left out, and every file that could not be read, with the reason."""
        from assistant.storage.status import library_status

        status = library_status(self.folder)
        return replace(status, remarks=(*status.remarks, *self._missing_requirements()))

    # Questions

    def search(
        self, query: str, k: int = 10, *, within: Within = EVERYWHERE, rerank: str | Path | None = None, rerank_depth: int = RERANKED
    ) -> list[Hit]:
        """The k best passages for a query, best first. `rerank` names the folder of a cross-encoder that reads the first ones again.

        Raises BadQuestion for an empty query, and UnknownDocument or UnknownCollection for a filter with an unknown name.
        """
        session = self.session()
        return session.search(query, k, allowed=session.allowed(within), reranking=self.reranking(rerank, rerank_depth))

    def note_on(self, documents: Iterable[str], query: str = "") -> str:
        """A note for readers of passages from these documents, often empty: that they have changed, are gone, or belong to the course; and
        that no word of the query is in any passage.
        """
        session = self.session()
        said = session.standing(documents)
        if query.strip() and not any(session.index.engine.frequencies(session.query(query).terms)):
            said = ["No passage has any of these words; these are the nearest in meaning.", *said]
        return " ".join(said)

    def has_passages(self, within: Within) -> bool:
        """Whether any passage matches the filters. Raises UnknownDocument or UnknownCollection."""
        session = self.session()
        return not session.index.leaves_nothing(session.allowed(within))

    def explain(
        self, query: str, k: int = 10, *, within: Within = EVERYWHERE, rerank: str | Path | None = None, rerank_depth: int = RERANKED
    ) -> Explained:
        """The same search with the reason for every rank: channels, terms, the nearest sentence."""
        from assistant.search.explain import explained

        session = self.session()
        return explained(
            session.index,
            session.encoder,
            session.query(query),
            k,
            within=session.allowed(within),
            reranking=self.reranking(rerank, rerank_depth),
        )

    def ask(
        self,
        question: str,
        *,
        within: Within = EVERYWHERE,
        model: str | Literal[False] | None = None,
        long: bool = False,
        rerank: str | Path | None = None,
        rerank_depth: int = RERANKED,
    ) -> Answer:
        """Answer a question from the documents, with a citation for every sentence. `answer.abstained` is true if they do not answer it.

        `model` words the answer: a name known to `models`, a GGUF file or the address of an OpenAI-compatible server. None means the one
        the user chose, if any; False means no model. If a model cannot be used, `notice` is called with the reason and the answer is in the
        documents' own words. `long` allows an answer three times as long.
        """
        from assistant.answers.events import last_result

        events = self.stream(question, within=within, model=model, long=long, rerank=rerank, rerank_depth=rerank_depth)
        return last_result(events).answer

    def stream(
        self,
        question: str,
        *,
        within: Within = EVERYWHERE,
        model: str | Literal[False] | None = None,
        long: bool = False,
        rerank: str | Path | None = None,
        rerank_depth: int = RERANKED,
        after: Sequence[tuple[str, str]] = (),
    ) -> Generator[Event, None, None]:
        """The same as events: each sentence as soon as it is checked, what was dropped, and `Done` with the result last.

        Closing the generator stops the model. `after` has earlier questions and answers, so that a follow-up is understood; they are not
        stored (see `chat`).
        """
        from assistant.answers.ask import answer_events
        from assistant.library.standing import with_standing

        session = self.session()
        if after:
            from assistant.conversation.followups import Said, concept_names, readings

            names = concept_names(session.graph.outline.names)
            question = readings(question, [Said(*turn) for turn in after], names)[0]
        allowed, reranking = session.allowed(within), self.reranking(rerank, rerank_depth)
        events = answer_events(session, question, self.writer(model), allowed=allowed, reranking=reranking, long=long)
        yield from with_standing(session, events)

    def chat(
        self,
        name: str = "default",
        *,
        within: Within = EVERYWHERE,
        model: str | Literal[False] | None = None,
        rerank: str | Path | None = None,
        rerank_depth: int = RERANKED,
    ) -> Conversation:
        """A new or continued conversation, which the library stores under its name.

        Follow-up questions are understood. Raises UsageError for an invalid name.
        """
        from assistant.library.conversation import Conversation

        return Conversation(self, name, within, model, self.reranking(rerank, rerank_depth))

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """The vectors of texts from the library's encoder, shape (len(texts), dimension), each of length 1."""
        return [[float(value) for value in row] for row in self.session().encoder.encode(list(texts))]

    @property
    def encoder_name(self) -> str:
        """The name of the encoder with which the library's passages are embedded."""
        return str(self.session().snapshot.manifest["settings"]["encoder"]["name"])

    def chats(self) -> list[Listed]:
        """The conversations of the library, the latest first."""
        from assistant.conversation.conversations import list_conversations

        return list_conversations(self.layout)

    @cached_property
    def walks(self) -> Walks:
        """Walks: paths gone step by step, and stored."""
        from assistant.library.walks import Walks

        return Walks(self)

    # Models, measuring and fitting

    @cached_property
    def models(self) -> Models:
        """The language models that the user has named, for all libraries."""
        from assistant.library.models import Models

        return Models(self.progress, self.notice)

    @cached_property
    def preferences(self) -> Preferences:
        """The user's settings, for all libraries."""
        from assistant.library.preferences import Preferences

        return Preferences()

    @cached_property
    def evaluate(self) -> Evaluations:
        """Evaluations of retrieval, answers and the graph on the user's questions and judgements, and saved runs."""
        from assistant.library.evaluations import Evaluations

        return Evaluations(self)

    def tune(self, minutes: float = 5.0, *, keep: bool = False) -> Tuning:
        """Fit the encoder to the documents in at most `minutes`.

        It is kept only if it is better on held-back questions, or with `keep`. Raises NothingToTune if the documents give too little to
        learn from.
        """
        from assistant.tuning.tuning import tune

        return tune(self.folder, minutes, keep=keep, progress=self.progress, notice=self.notice)

    def check_tuning(self) -> None:
        """Raise NothingToTune if the documents give too little to learn from. Nothing is trained."""
        from assistant.tuning.tuning import check_tuning

        check_tuning(self.folder)

    @property
    def is_tuned(self) -> bool:
        """True if the encoder was fitted to this library."""
        from assistant.tuning.tuning import is_tuned

        return is_tuned(self.folder)

    def undo_tuning(self) -> str:
        """Go back to the encoder before tuning. Returns its name. Raises NothingToTune."""
        from assistant.tuning.tuning import undo

        return undo(self.folder, progress=self.progress, notice=self.notice)

    # What the user made

    def back_up(self, file: str | Path, *, overwrite: bool = False) -> list[str]:
        """Write everything that the user made, such as conversations and corrections, to one file that only the user can read.

        Returns the names of its contents. Raises OutputExists for an existing file without `overwrite`, and BadBackup.
        """
        from assistant.backup.backup import back_up

        target = Path(file).expanduser().absolute()
        check_output(target, overwrite=overwrite)
        return back_up(self.layout, target)

    def restore(self, file: str | Path, *, replace: bool = False, merge: bool = False, settings: bool = False) -> Restored:
        """Restore a backup, completely or not at all.

        `merge` adds the backup's practice to the library's and leaves the library's other data unchanged. `settings` replaces the user's
        settings, which apply to all libraries; without it they are restored only if there are none. Raises BadBackup, also if the library
        has different data of the same kind and neither `replace` nor `merge` is given.
        """
        from assistant.backup.backup import restore

        return restore(self.layout, Path(file).expanduser().absolute(), replace=replace, merge=merge, settings=settings)

    def examine(self) -> list[Finding]:
        """Examine the installation, the models and the library's health, with advice on what to do next. Never raises."""
        from assistant.doctor import examine

        return examine(self.folder)
