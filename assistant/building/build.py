"""Build a library from paths: ingest, forget documents, embed again. Each ends in a new live snapshot, published once it is complete.

The check for changes imports nothing heavy, so that an ingest of an unchanged folder loads no model and no index.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.authored import authored_digest
from assistant.building.sync import Plan, Sync, plan_sync, plan_without
from assistant.course import is_course
from assistant.curation.corrections import load_corrections
from assistant.errors import BadCorrections, LibraryDamaged, LibraryFormat, LibraryMissing
from assistant.progress import Notice, Progress, quiet, silent
from assistant.storage.documents import Record, load_records, load_slices
from assistant.storage.naming import documents_meant
from assistant.storage.roots import FileFailure, Roots, gone_remarks, roots_from_manifest, roots_to_manifest, salvaged_roots, under
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
from assistant.workers.choice import ALONE, Workforce
from graph import MINING_VERSION
from graph.editing.corrections import Verb
from graph.model.store import FORMAT as GRAPH_FORMAT
from index.indexed_text import METHOD
from index.opening import LOCAL, EngineChoice
from ingest.chunking.settings import ChunkSettings
from ingest.model import Encoder, LeftOut

if TYPE_CHECKING:
    from assistant.building.snapshot_writer import WrittenSnapshot


_FEW = 5
"""The most forgotten files that are named."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """The result of an ingest, and the contents of the library after it.

    `notices` are pairs of a document that was read and a sentence about it. `remarks` are sentences about the whole library. `seconds` is
    its duration, if it was measured. `paths` are the absolute paths of the ingest.
    """

    sync: Sync
    roots: Roots
    documents: int
    chunks: int
    concepts: int
    notices: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    seconds: float = 0.0
    paths: tuple[str, ...] = ()

    @property
    def left_out(self) -> LeftOut:
        """The files and folders that were left out under the paths of this ingest."""
        return replace(self.roots, left_out=tuple(entry for entry in self.roots.left_out if under(entry.folder, self.paths))).all_left_out

    @property
    def failures(self) -> tuple[FileFailure, ...]:
        """The files under the roots that could not be read."""
        return self.roots.failures


@dataclass(frozen=True, slots=True)
class _State:
    """A library before a change: its live snapshot, or None if it has none that can be read, with its documents and its roots."""

    layout: Layout
    before: Snapshot | None
    records: tuple[Record, ...]
    roots: Roots


def ingest(
    root: Path,
    paths: Sequence[Path],
    *,
    encoder: str | Encoder | None = None,
    chunking: ChunkSettings | None = None,
    engine: EngineChoice | None = None,
    workforce: Workforce = ALONE,
    collection: str | None = None,
    course_leaves: bool = False,
    wait: bool = False,
    progress: Progress = quiet,
    notice: Notice = silent,
) -> IngestReport:
    """Synchronise the library at `root` with `paths`. A missing library is created.

    A path that was ingested before is synced: a document whose file is gone leaves the library. Documents from elsewhere stay. `encoder` is
    the embedding model or its name, `chunking` the settings for cutting documents, `engine` the place of the index; by default the library
    keeps its own. `workforce` reads and embeds. `collection` groups the paths, and "" takes them out of their collection. With
    `course_leaves`, a library that contains only the starter course drops it at the first documents of the user. `wait` waits until other
    processes have stopped writing to the library.

    Raises NothingToIngest, LibraryError, ModelError, and UsageError for passages that do not fit into the encoder. After an error or an
    interruption the live snapshot is unchanged.
    """
    with _held(root, wait, notice) as state:

        def synced(state: _State, remake_graph: bool = False) -> IngestReport:
            named = list(paths)
            leaving = _leaving(state.roots, paths) if course_leaves else ()
            if state.before is None and state.roots.paths:
                # If a library is damaged, its documents are read again from all its roots.
                given = {path.resolve() for path in paths}
                known = [Path(path) for path in state.roots.paths if path not in leaving]
                named += [path for path in known if path.exists() and path.resolve() not in given]
                notice(f"Rebuilding the library from {', '.join(map(str, named))}.")
            plan = plan_sync(
                named,
                state.roots,
                state.records,
                title_of=_titles(state),
                collection=collection,
                leaving=leaving,
                progress=lambda done, total: progress("Checking", done, total),
            )
            report = _carry_out(state, plan, encoder, chunking, progress, notice, remake_graph, engine, workforce)
            return replace(report, remarks=(*_remarks(plan, leaving), *report.remarks), paths=plan.paths)

        report = synced(state)
        # If nothing changed, the user may have come because a file is damaged.
        damage = state.before.damage() if state.before is not None and state.before.folder.name == state.layout.live_name else []
        if state.before is None or not damage:
            return report
        notice(f"{state.before.folder} is damaged ({', '.join(damage)}).")
        if all(name.startswith("graph/") for name in damage):
            return synced(state, remake_graph=True)
        return synced(_State(state.layout, None, (), salvaged_roots(state.before.manifest)))


def forget(root: Path, names: Sequence[str], *, wait: bool = False, progress: Progress = quiet, notice: Notice = silent) -> IngestReport:
    """Take documents out of a library, by name, folder or glob, or all below an absolute path.

    Their files are left out until an ingest names one of them itself.

    Raises UnknownDocument with the nearest names if one fits no document. Then nothing is taken out.
    """
    with _held(root, wait, notice, make=False) as state:
        if state.before is None:
            open_snapshot(state.layout)  # raises errors early
        meant = list(dict.fromkeys(found for name in names for found in documents_meant(name, state.records)))
        return _carry_out(state, plan_without(meant, state.roots, state.records), None, None, progress, notice)


def embed_again(root: Path, encoder: str, *, wait: bool = False, progress: Progress = quiet, notice: Notice = silent) -> IngestReport:
    """Embed the documents of a library with another encoder, by its name. No file is read. Raises what `ingest` raises."""
    with _held(root, wait, notice, make=False) as state:
        if state.before is None:
            open_snapshot(state.layout)  # raises errors early
        return _carry_out(state, plan_without((), state.roots, state.records), encoder, None, progress, notice)


def _leaving(roots: Roots, paths: Sequence[Path]) -> tuple[str, ...]:
    """The roots that leave the library when these paths are added: the starter course, if there is nothing else."""
    comes = all(is_course(str(path.expanduser().absolute())) for path in paths)
    return roots.paths if roots.paths and not comes and all(map(is_course, roots.paths)) else ()


def _remarks(plan: Plan, leaving: Sequence[str]) -> tuple[str, ...]:
    """Remarks for the user about the roots of a library after an ingest."""
    return (
        *(f"The starter course has left the library, now that it holds notes of yours. It is in {root}." for root in leaving),
        *(f"Moved: {old} is {new} now." for old, new in plan.moves.items()),
        *gone_remarks(plan.roots),
        *_forgotten_remark(_forgotten(plan)),
    )


def _forgotten_remark(left: Sequence[tuple[str, str]]) -> Iterator[str]:
    if len(left) == 1:
        ((file, name),) = left
        yield f"Left out, as you forgot it: {name}. Ingest {file} itself to have it back."
    elif left:
        more = f" and {len(left) - _FEW:,} more" if len(left) > _FEW else ""
        names = ", ".join(name for _, name in left[:_FEW])
        yield f"Left out, as you forgot them: {names}{more}. Ingest one by its own path to have it back."


def _forgotten(plan: Plan) -> list[tuple[str, str]]:
    """The files under the paths of an ingest that are left out because the user forgot their documents."""
    return [(file, name) for file, name in plan.roots.forgotten.items() if under(file, plan.paths) and Path(file).exists()]


@contextmanager
def _held(root: Path, wait: bool, notice: Notice, *, make: bool = True) -> Iterator[_State]:
    """Lock a library for writing. Afterwards, snapshots without readers are removed. With `make`, a missing library is created."""
    layout = Layout(root)
    if not make and not layout.mark.exists():
        open_snapshot(layout)  # raises errors before a folder is created
    with exclusive(layout, wait=wait, notice=notice):
        create_library(layout)
        before: Snapshot | None = None
        records: Sequence[Record] = ()
        roots = Roots()
        try:
            before = open_snapshot(layout)
            records = load_records(before.folder)
            roots = roots_from_manifest(before.manifest)
        except LibraryMissing:
            pass  # nothing was published yet
        except (LibraryDamaged, LibraryFormat, KeyError, TypeError, ValueError) as error:
            notice(str(error))
            roots = salvaged_roots(salvaged_manifest(layout))
            if before is not None:
                before.close()
                before = None
        try:
            yield _State(layout, before, tuple(records), roots)
        finally:
            if before is not None:
                before.close()
        collect(layout)


def _titles(state: _State) -> Callable[[Record], str]:
    """The function that gives the title of a document in the live snapshot."""

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
    engine: EngineChoice | None = None,
    workforce: Workforce = ALONE,
) -> IngestReport:
    """Write and publish the snapshot that a plan describes, unless it equals the live one. `remake_graph` writes it in any case."""
    added = _added(state.layout)
    known = state.before.manifest["settings"] if state.before is not None else {}
    chunking = chunking or ChunkSettings.recorded(known.get("chunking"))
    engine = engine or EngineChoice.recorded(known)
    settings: dict[str, Any] = {
        "encoder": _encoder_settings(state.before, encoder),
        "chunking": chunking.identity,
        "embedding": METHOD,
        "atlas": authored_digest(),
        "graph": [GRAPH_FORMAT, MINING_VERSION, *map(list, added)],
        **({"engine": asdict(engine)} if engine != LOCAL else {}),
    }
    before = state.before
    is_there = before is not None and settings == before.manifest["settings"] and _same(plan, state.records) and plan.roots == state.roots
    if before is not None and is_there and not remake_graph:
        counts = before.manifest["counts"]
        return IngestReport(plan.sync, plan.roots, counts["documents"], counts["chunks"], counts["concepts"])
    # The packages for models, indexes and graphs take seconds to import.
    from assistant.building.snapshot_writer import Reuse, prune_embeddings, write_snapshot
    from index.models.encoder import Model

    model = Model(**settings["encoder"])
    reuse = None
    if before is not None:
        same = {name: known.get(name) == settings[name] for name in settings}
        reuse = Reuse(
            before.folder,
            state.records,
            same["encoder"] and same["chunking"] and same["embedding"] and engine == EngineChoice.recorded(known),
            same["graph"] and not remake_graph,
            same["atlas"] and same["encoder"],
            before.manifest["counts"]["concepts"],
        )
    with building(state.layout) as folder, writing(state.layout.root):
        try:
            written = write_snapshot(
                plan,
                folder,
                reuse,
                embeddings=state.layout.embeddings,
                model=model,
                chunking=chunking,
                engine=engine,
                encoder=None if isinstance(encoder, str) else encoder,
                workforce=workforce,
                progress=progress,
                notice=notice,
                added=added,
            )
            roots = replace(plan.roots, failures=_listed([*plan.roots.failures, *written.failures]))
            manifest = {"counts": written.counts, "settings": settings, "remarks": written.remarks, **roots_to_manifest(roots)}
            name = publish(state.layout, {"created": datetime.now(UTC).isoformat(timespec="seconds"), **manifest})
        except sqlite3.OperationalError as error:
            raise OSError(str(error)) from error
    with suppress(sqlite3.OperationalError):  # the disk may be too full to tidy up; the next ingest tries again
        prune_embeddings(state.layout.embeddings, state.layout.snapshots / name / "index", written.counts["units"], model)
    return _report(plan, roots, written)


def _added(layout: Layout) -> list[tuple[str, ...]]:
    """The names of the concepts that the user added, which are searched for in the documents. An unreadable file adds none."""
    try:
        return [one.names for one in load_corrections(layout) if one.verb is Verb.ADD]
    except BadCorrections:
        return []


def _report(plan: Plan, roots: Roots, written: WrittenSnapshot) -> IngestReport:
    """The report of an ingest. A file that turned out to be unreadable was neither added nor updated."""
    held = {record.name: record for record in written.records}
    failed = {entry.file for entry in written.failures}
    read = {planned.record.name for planned in plan.documents if planned.source and planned.record.file not in failed}
    kept = {planned.record.name for planned in plan.documents if planned.record.file in failed}
    sync = replace(
        plan.sync,
        added=tuple(name for name in plan.sync.added if name not in kept),
        updated=tuple(name for name in plan.sync.updated if name not in kept),
    )
    notices = tuple((name, said) for name in sorted(read & held.keys()) for said in held[name].notices)
    counts = written.counts
    return IngestReport(sync, roots, counts["documents"], counts["chunks"], counts["concepts"], notices, written.remarks)


def _listed(failures: Sequence[FileFailure]) -> tuple[FileFailure, ...]:
    """Failures in the order of their files, one for each: the last."""
    return tuple({entry.file: entry for entry in sorted(failures, key=lambda entry: entry.file)}.values())


def _same(plan: Plan, records: Sequence[Record]) -> bool:
    """True if a plan has exactly the documents of these records, and reads nothing."""
    return all(planned.source is None for planned in plan.documents) and [planned.record for planned in plan.documents] == list(records)


def _encoder_settings(before: Snapshot | None, encoder: str | Encoder | None) -> dict[str, str]:
    if encoder is None and before is not None:
        return dict(before.manifest["settings"]["encoder"])
    if encoder is not None and not isinstance(encoder, str):
        return {"source": encoder.name, "name": encoder.name}
    from index.models.encoder import default_model, identify_model

    return asdict(identify_model(encoder) if encoder else default_model())
