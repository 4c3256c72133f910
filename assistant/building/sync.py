"""What a library is to hold: the files under its roots, compared by content with the documents it has. Nothing is read but bytes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from assistant.storage.documents import Record
from assistant.storage.roots import FileFailure, Memory, under
from ingest import READING_VERSION
from ingest.errors import BadDocument, NothingToIngest
from ingest.model import Failure
from ingest.sources.slices import read_slices
from ingest.sources.sources import Fingerprint, LeftOut, Source, find_sources, fingerprint


@dataclass(frozen=True, slots=True)
class Planned:
    """A document to hold. `source` is read; without one the content is that of `copied`. `earlier` is what the library has of the file."""

    record: Record
    source: Source | None
    copied: Record | None
    earlier: Record | None


@dataclass(frozen=True, slots=True)
class Sync:
    """How the documents of a library change: names, those before and after where a file was renamed or moved."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a library is to hold, by name, what it is to remember, and how that differs from now."""

    paths: tuple[str, ...]
    documents: tuple[Planned, ...]
    memory: Memory
    sync: Sync


def plan_sync(
    paths: Sequence[Path],
    memory: Memory,
    held: Sequence[Record],
    *,
    title_of: Callable[[Record], str],
    collection: str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Plan:
    """Compare what is under `paths` with the library, which keeps what it holds elsewhere.

    `title_of` tells the title of a held document. `collection` groups the paths from now on; "" ends that; None leaves it as it is.
    Raises NothingToIngest where a path holds nothing that can be read.
    """
    # Not resolve(): a root that is a symbolic link keeps the name it was given.
    named = [os.path.abspath(path.expanduser()) for path in paths]
    roots = _outermost([*memory.roots, *named])
    forgotten = {file: name for file, name in memory.forgotten.items() if file not in named}
    sources, failures, left_out = _find(named, roots, forgotten)

    by_file = {record.file: record for record in held}
    failed_before = {entry.file for entry in memory.failures}
    prints: dict[str, Fingerprint] = {}
    for number, (file, source) in enumerate(sources.items(), start=1):
        try:
            prints[file] = fingerprint(source)
            known = by_file.get(file)
            if file in failed_before and not (known and known.digest == prints[file].digest):
                for _ in read_slices(source):  # what failed is tried here, so that one bad file does not rebuild an index
                    pass
        except BadDocument as error:
            failures[file] = Failure(error.document, error.reason)
            prints.pop(file, None)
        progress(number, len(sources))
    stays = {file for file in by_file if not under(file, named) or file in failures}
    failures = {file: _kept(failure) if file in by_file else failure for file, failure in failures.items()}
    remembered = Memory(
        roots=tuple(roots),
        failures=tuple(
            [entry for entry in memory.failures if not under(entry.file, named)]
            + [FileFailure(file, failures[file]) for file in sorted(failures)]
        ),
        forgotten=forgotten,
        collections=_grouped(memory.collections, named, collection),
        left_out=tuple(entry for entry in memory.left_out if not under(entry.folder, named)) + left_out,
    )
    _refuse_empty(named, [*stays, *prints], remembered)
    names = _names([*stays, *prints], roots)
    moved = _moved(prints, by_file, stays)
    documents = [_planned(by_file[file], names[file], remembered) for file in stays]
    for file, found in prints.items():
        record = Record(names[file], file, found.digest, found.modified, remembered.collection_of(file), READING_VERSION)
        documents.append(_compared(record, sources[file], by_file.get(file), moved.get(file), title_of))
    documents.sort(key=lambda planned: planned.record.name)
    return Plan(tuple(named), tuple(documents), remembered, _difference(documents, held, prints, moved))


def plan_without(names: Sequence[str], memory: Memory, held: Sequence[Record]) -> Plan:
    """The library without some of its documents, whose files are left out from now on."""
    gone = {record.file: record.name for record in held if record.name in set(names)}
    remembered = Memory(
        roots=tuple(root for root in memory.roots if root not in gone),
        failures=tuple(entry for entry in memory.failures if entry.file not in gone),
        forgotten={**memory.forgotten, **gone},
        collections=memory.collections,
        left_out=memory.left_out,
    )
    kept = [_planned(record, record.name, remembered) for record in held if record.file not in gone]
    sync = Sync(unchanged=tuple(planned.record.name for planned in kept), removed=tuple(sorted(gone.values())))
    return Plan((), tuple(kept), remembered, sync)


def refuse_empty(plan: Plan, files: Iterable[str], failures: Sequence[FileFailure]) -> None:
    """Raises NothingToIngest where a path that was named holds no document after all."""
    _refuse_empty(plan.paths, list(files), Memory(failures=tuple(failures), forgotten=plan.memory.forgotten))


def _find(
    named: Sequence[str], roots: Sequence[str], forgotten: Mapping[str, str]
) -> tuple[dict[str, Source], dict[str, Failure], tuple[LeftOut, ...]]:
    sources: dict[str, Source] = {}
    failures: dict[str, Failure] = {}
    left_out: dict[str, LeftOut] = {}
    for name in named:
        path = Path(name)
        within = Path(next(root for root in roots if under(name, [root])))
        found = find_sources([path], within=within)
        sources.update((str(source.path), source) for source in found.sources if str(source.path) not in forgotten)
        failures.update((str(path / failure.document if path.is_dir() else path), failure) for failure in found.failures)
        left_out.update((entry.folder, entry) for entry in found.left_out)
    return sources, {file: failure for file, failure in failures.items() if file not in forgotten}, tuple(left_out.values())


def _planned(record: Record, name: str, memory: Memory) -> Planned:
    """A document that stays as it is, but for its name and its collection."""
    return Planned(replace(record, name=name, collection=memory.collection_of(record.file)), None, record, record)


def _compared(record: Record, source: Source, earlier: Record | None, moved: Record | None, title_of: Callable[[Record], str]) -> Planned:
    """A file that was found: the same as before, the same as another one, or to be read."""
    if earlier is not None and earlier.digest == record.digest and earlier.reading == READING_VERSION:
        # The time stays that of the content: a file that was only touched is not newer.
        return Planned(replace(earlier, name=record.name, collection=record.collection), None, earlier, earlier)
    if moved is not None and moved.reading == READING_VERSION and _reads_the_same(record, moved, title_of):
        same = replace(moved, name=record.name, file=record.file, modified=record.modified, collection=record.collection)
        return Planned(same, None, moved, earlier)
    return Planned(record, source, None, earlier)


def _reads_the_same(record: Record, other: Record, title_of: Callable[[Record], str]) -> bool:
    """Whether a file of the same content under another name is the same document: not where its title is taken from its name."""
    old, new = PurePosixPath(other.file), PurePosixPath(record.file)
    return old.suffix == new.suffix and (old.name == new.name or title_of(other) not in (old.stem, old.name))


def _moved(prints: Mapping[str, Fingerprint], by_file: Mapping[str, Record], stays: Iterable[str]) -> dict[str, Record]:
    """For every new file a document of the same content: first one whose file is gone, each once; else one that stays."""
    gone: dict[str, list[Record]] = {}
    for file in sorted(by_file.keys() - prints.keys() - set(stays), reverse=True):
        gone.setdefault(by_file[file].digest, []).append(by_file[file])
    others = {record.digest: record for record in by_file.values()}
    found: dict[str, Record] = {}
    for file in sorted(prints.keys() - by_file.keys()):
        same = gone.get(prints[file].digest)
        other = same.pop() if same else others.get(prints[file].digest)
        if other is not None:
            found[file] = other
    return found


def _difference(
    documents: Sequence[Planned], held: Sequence[Record], prints: Mapping[str, Fingerprint], moved: Mapping[str, Record]
) -> Sync:
    files = {planned.record.file for planned in documents}
    gone = {record.file: record.name for record in held if record.file not in files}
    renamed = {file: other.name for file, other in moved.items() if other.file in gone}
    left = gone.keys() - {moved[file].file for file in renamed}
    states: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
    for planned in documents:
        file = planned.record.file
        if file in prints and file not in renamed:
            same = planned.earlier is not None and planned.earlier.digest == planned.record.digest
            states["unchanged" if same else "updated" if planned.earlier else "added"].append(planned.record.name)
    return Sync(
        **{state: tuple(names) for state, names in states.items()},
        renamed=tuple(sorted((renamed[p.record.file], p.record.name) for p in documents if p.record.file in renamed)),
        removed=tuple(sorted(gone[file] for file in left)),
    )


def _kept(failure: Failure) -> Failure:
    return Failure(failure.document, f"{failure.reason} Its earlier version is kept.")


def _grouped(collections: Mapping[str, str], named: Sequence[str], collection: str | None) -> dict[str, str]:
    if collection is None:
        return dict(collections)
    others = {path: name for path, name in collections.items() if not under(path, named)}
    return dict(sorted((others | dict.fromkeys(named, collection)).items())) if collection or others else {}


def _refuse_empty(paths: Sequence[str], files: Sequence[str], memory: Memory) -> None:
    for path in paths:
        if not any(under(file, [path]) for file in [*files, *memory.forgotten]):
            reasons = "".join(
                f"\n  {entry.failure.document}: {entry.failure.reason}" for entry in memory.failures if under(entry.file, [path])
            )
            raise NothingToIngest(f"{path}: no document that can be read; the library stays as it is.{reasons}")


def _names(files: Iterable[str], roots: Sequence[str]) -> dict[str, str]:
    """A name for every file: its path below its root; with the root's name in front where two would be the same, or all of it."""
    below = {file: _below(file, _root_of(file, roots)) for file in files}
    below |= {file: f"{Path(_root_of(file, roots)).name}/{below[file]}" for file in _sharing(below)}
    below |= {file: Path(file).as_posix().lstrip("/") for file in _sharing(below)}
    return {file: os.fsencode(name).decode("utf-8", "backslashreplace") for file, name in below.items()}


def _sharing(names: Mapping[str, str]) -> list[str]:
    """The files whose name another file has too."""
    counts = Counter(names.values())
    return [file for file, name in names.items() if counts[name] > 1]


def _below(file: str, root: str) -> str:
    return Path(file).name if file == root else Path(file).relative_to(root).as_posix()


def _root_of(file: str, roots: Sequence[str]) -> str:
    root = next(root for root in roots if under(file, [root]))
    return str(Path(root).parent) if file == root else root


def _outermost(roots: Sequence[str]) -> list[str]:
    """The roots that lie in no other, in order."""
    return sorted({root for root in roots if not any(under(root, [other]) for other in roots if other != root)})
