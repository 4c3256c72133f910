"""Ingestion: paths become a new live snapshot of a library. Nothing is published before everything is written.

What decides whether there is anything to do imports nothing heavy: an ingest of an unchanged folder loads no model and no index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.building.sync import Plan, Sync, plan_sync, plan_without
from assistant.course import course_digest
from assistant.errors import LibraryDamaged, LibraryFormat, LibraryMissing
from assistant.progress import Notice, Progress, quiet, silent
from assistant.storage.documents import Record, load_records, load_slices
from assistant.storage.naming import documents_named
from assistant.storage.roots import FileFailure, Memory, memory_from, memory_to, salvaged
from assistant.storage.snapshots import (
    Layout,
    Snapshot,
    building,
    collect,
    create_library,
    exclusive,
    open_snapshot,
    publish,
    salvaged_manifest,
    writing,
)
from graph import MINING_VERSION
from graph.model.store import FORMAT as GRAPH_FORMAT
from index.models.context import METHOD
from ingest.chunking.settings import ChunkSettings
from ingest.model import Encoder

if TYPE_CHECKING:
    from assistant.building.snapshot_writer import Made


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, and what the library holds now.

    `notices` are a document and a sentence each, of the documents that were read; `remarks` concern all of the library.
    """

    sync: Sync
    memory: Memory
    documents: int
    chunks: int
    concepts: int
    notices: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[FileFailure, ...]:
        return self.memory.failures


@dataclass(frozen=True, slots=True)
class _State:
    """A library before the change: its live snapshot, if any that can be read, and what it remembers."""

    layout: Layout
    before: Snapshot | None
    records: tuple[Record, ...]
    memory: Memory


def ingest(
    root: Path,
    paths: Sequence[Path],
    *,
    encoder: str | Encoder | None = None,
    chunking: ChunkSettings | None = None,
    collection: str | None = None,
    wait: bool = False,
    progress: Progress = quiet,
    notice: Notice = silent,
) -> IngestReport:
    """Bring the library at `root` in step with `paths`, making it where there is none.

    A path that was ingested before is synced: what is gone from it leaves the library. What lies elsewhere stays as it is. `encoder` names
    the model that embeds, or is one, and `chunking` says how documents are cut; without them the library keeps its own. `collection` groups
    the paths ("" ends that). With `wait` another process that writes to the library is waited for. Raises NothingToIngest, LibraryError,
    ModelError, and UsageError for passages that the encoder does not take in; on any of them, and when interrupted, the live snapshot stays
    what it was.
    """
    with _held(root, wait, notice) as state:

        def synced(state: _State, remake_graph: bool = False) -> IngestReport:
            named = list(paths)
            if state.before is None and state.memory.roots:
                # What is derived can be made again, from wherever it was made.
                given = {path.resolve() for path in paths}
                named += [Path(known) for known in state.memory.roots if Path(known).exists() and Path(known).resolve() not in given]
                notice(f"Rebuilding the library from {', '.join(map(str, named))}.")
            plan = plan_sync(
                named,
                state.memory,
                state.records,
                title_of=_titles(state),
                collection=collection,
                progress=lambda done, total: progress("Checking", done, total),
            )
            return _carry_out(state, plan, encoder, chunking, progress, notice, remake_graph)

        report = synced(state)
        # Where nothing changed, somebody may have come because a file is damaged.
        damage = state.before.damage() if state.before is not None and state.before.folder.name == state.layout.live_name else []
        if state.before is None or not damage:
            return report
        notice(f"{state.before.folder} is damaged ({', '.join(damage)}).")
        if all(name.startswith("graph/") for name in damage):
            return synced(state, remake_graph=True)
        return synced(_State(state.layout, None, (), salvaged(state.before.manifest)))


def forget(root: Path, names: Sequence[str], *, wait: bool = False, progress: Progress = quiet, notice: Notice = silent) -> IngestReport:
    """Take documents out of a library, by name, folder or glob; their files are left out until one is named itself in an ingest.

    Raises UnknownDocument with the nearest names where one fits no document; then nothing is taken out.
    """
    with _held(root, wait, notice, make=False) as state:
        if state.before is None:
            open_snapshot(state.layout)  # raises what is wrong
        known = [record.name for record in state.records]
        meant = list(dict.fromkeys(found for name in names for found in documents_named(name, known)))
        return _carry_out(state, plan_without(meant, state.memory, state.records), None, None, progress, notice)


def embed_again(root: Path, encoder: str, *, wait: bool = False, progress: Progress = quiet, notice: Notice = silent) -> IngestReport:
    """The same documents, embedded by another encoder; no file is read. Raises what `ingest` does."""
    with _held(root, wait, notice, make=False) as state:
        if state.before is None:
            open_snapshot(state.layout)  # raises what is wrong
        return _carry_out(state, plan_without((), state.memory, state.records), encoder, None, progress, notice)


@contextmanager
def _held(root: Path, wait: bool, notice: Notice, *, make: bool = True) -> Iterator[_State]:
    """The library, held for writing; afterwards snapshots that nobody reads are removed."""
    layout = Layout(root)
    if not make and not layout.mark.exists():
        open_snapshot(layout)  # raises what is wrong, before a folder is made
    with exclusive(layout, wait=wait, notice=notice):
        create_library(layout)
        before: Snapshot | None = None
        records: Sequence[Record] = ()
        memory = Memory()
        try:
            before = open_snapshot(layout)
            records = load_records(before.folder)
            memory = memory_from(before.manifest)
        except LibraryMissing:
            pass  # nothing was published yet
        except (LibraryDamaged, LibraryFormat, KeyError, TypeError, ValueError) as error:
            notice(str(error))
            memory = salvaged(salvaged_manifest(layout))
            if before is not None:
                before.close()
                before = None
        try:
            yield _State(layout, before, tuple(records), memory)
        finally:
            if before is not None:
                before.close()
        collect(layout)


def _titles(state: _State) -> Callable[[Record], str]:
    def title(record: Record) -> str:
        assert state.before is not None
        return next(load_slices(state.before.folder, record.name)).title

    return title


def _carry_out(
    state: _State,
    plan: Plan,
    encoder: str | Encoder | None,
    chunking: ChunkSettings | None,
    progress: Progress,
    notice: Notice,
    remake_graph: bool = False,
) -> IngestReport:
    """Publish what the plan says, unless that is what is there and the graph need not be made again."""
    known = state.before.manifest["settings"] if state.before is not None else {}
    chunking = chunking or ChunkSettings.recorded(known.get("chunking"))
    settings: dict[str, Any] = {
        "encoder": _encoder_settings(state.before, encoder),
        "chunking": chunking.identity,
        "embedding": METHOD,
        "course": course_digest(),
        "graph": [GRAPH_FORMAT, MINING_VERSION],
    }
    before = state.before
    is_there = before is not None and settings == before.manifest["settings"] and _same(plan, state.records) and plan.memory == state.memory
    if before is not None and is_there and not remake_graph:
        counts = before.manifest["counts"]
        return IngestReport(plan.sync, plan.memory, counts["documents"], counts["chunks"], counts["concepts"])
    # From here on models, indexes and graphs are worked on, whose packages take seconds to import.
    from assistant.building.snapshot_writer import Reuse, make_snapshot, prune_embeddings
    from index.models.encoder import Model

    model = Model(**settings["encoder"])
    reuse = None
    if before is not None:
        same = {name: known.get(name) == settings[name] for name in settings}
        reuse = Reuse(
            before.folder,
            state.records,
            same["encoder"] and same["chunking"] and same["embedding"],
            same["course"] and same["graph"] and not remake_graph,
            before.manifest["counts"]["concepts"],
        )
    with building(state.layout) as folder, writing(state.layout.root):
        try:
            made = make_snapshot(
                plan,
                folder,
                reuse,
                embeddings=state.layout.embeddings,
                model=model,
                chunking=chunking,
                encoder=None if isinstance(encoder, str) else encoder,
                progress=progress,
                notice=notice,
            )
            memory = replace(plan.memory, failures=_listed([*plan.memory.failures, *made.failures]))
            manifest = {"counts": made.counts, "settings": settings, "remarks": made.remarks, **memory_to(memory)}
            name = publish(state.layout, {"created": datetime.now(UTC).isoformat(timespec="seconds"), **manifest})
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
    with suppress(sqlite3.OperationalError):  # no room to tidy up: the next ingest tries again
        prune_embeddings(state.layout.embeddings, state.layout.snapshots / name / "index", made.counts["units"], model)
    return _report(plan, memory, made)


def _report(plan: Plan, memory: Memory, made: Made) -> IngestReport:
    """What was done: what turned out to be unreadable was neither added nor updated."""
    held = {record.name: record for record in made.records}
    failed = {entry.file for entry in made.failures}
    read = {planned.record.name for planned in plan.documents if planned.source and planned.record.file not in failed}
    kept = {planned.record.name for planned in plan.documents if planned.record.file in failed}
    sync = replace(
        plan.sync,
        added=tuple(name for name in plan.sync.added if name not in kept),
        updated=tuple(name for name in plan.sync.updated if name not in kept),
    )
    notices = tuple((name, said) for name in sorted(read & held.keys()) for said in held[name].notices)
    counts = made.counts
    return IngestReport(sync, memory, counts["documents"], counts["chunks"], counts["concepts"], notices, made.remarks)


def _listed(failures: Sequence[FileFailure]) -> tuple[FileFailure, ...]:
    return tuple({entry.file: entry for entry in sorted(failures, key=lambda entry: entry.file)}.values())


def _same(plan: Plan, records: Sequence[Record]) -> bool:
    """Whether the plan is to hold what there is, and to read nothing."""
    return all(planned.source is None for planned in plan.documents) and [planned.record for planned in plan.documents] == list(records)


def _encoder_settings(before: Snapshot | None, encoder: str | Encoder | None) -> dict[str, str]:
    if encoder is None and before is not None:
        return dict(before.manifest["settings"]["encoder"])
    if encoder is not None and not isinstance(encoder, str):
        return {"source": encoder.name, "name": encoder.name}
    from index.models.encoder import default_model, identify_model

    return asdict(identify_model(encoder) if encoder else default_model())
