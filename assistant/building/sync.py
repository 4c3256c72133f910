"""Plan the synchronisation of a library: compare the files under its roots, by content, with its documents.

Planning reads the bytes of files, and parses only those that failed before. It changes nothing.
"""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from assistant.building.moved import follow, followed, moved_roots
from assistant.errors import RootGone
from assistant.storage.documents import Record
from assistant.storage.roots import FileFailure, Roots, under
from ingest import READING_VERSION
from ingest.errors import BadDocument, NothingToIngest
from ingest.model import Failure, LeftOut
from ingest.sources.slices import read_slices
from ingest.sources.sources import Fingerprint, Source, find_sources, fingerprint


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned document.

    If there is a `source`, the file is read; otherwise the content is copied from the document `copied`. `earlier` is the library's current
    document of the same file.
    """

    record: Record
    source: Source | None
    copied: Record | None
    earlier: Record | None


@dataclass(frozen=True, slots=True)
class Sync:
    """The changes of a library's documents, by name. For a renamed or moved document both names are given."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned contents of a library: documents in the order of their names, and roots. `sync` has the differences from now.

    `paths` are the paths of the ingest, absolute. `moves` are roots that were renamed or moved, each with its new path.
    """

    paths: tuple[str, ...]
    documents: tuple[Planned, ...]
    roots: Roots
    sync: Sync
    moves: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """The files under the paths of an ingest, by absolute path."""

    sources: Mapping[str, Source]
    failures: Mapping[str, Failure]
    left_out: tuple[LeftOut, ...]


def plan_sync(
    paths: Sequence[Path],
    roots: Roots,
    held: Sequence[Record],
    *,
    title_of: Callable[[Record], str],
    collection: str | None = None,
    leaving: Sequence[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Plan:
    """Compare what is under `paths` with the library, which keeps the documents that it has from elsewhere.

    `held` are the records of the library's documents, and `title_of` gives the title of one of them. `collection` groups the paths from now
    on; "" takes them out of their collection, and None changes nothing. Documents of the roots that are `leaving` are removed.

    Raises NothingToIngest if a path holds nothing that can be read, and RootGone for one that was read before and is no longer there.
    """
    # Not resolve(): a root that is a symbolic link keeps the name that the user gave.
    named = [_as_written(os.path.abspath(path.expanduser())) for path in paths]
    _refuse_gone(named, roots, held)
    found = _find(named, _outermost([*roots.paths, *named]))

    by_file = {record.file: record for record in held}
    prints, failures = _fingerprints(found, by_file, roots, progress)
    moves = moved_roots(roots, named, held, prints)
    roots, held = follow(roots, moves), [replace(record, file=followed(record.file, moves)) for record in held]
    by_file = {record.file: record for record in held}
    forgotten = {file: name for file, name in roots.forgotten.items() if file not in named}
    for file in forgotten:
        prints.pop(file, None)
        failures.pop(file, None)
    outermost = _outermost([*(path for path in roots.paths if path not in leaving), *named])
    elsewhere = {file for file in by_file if not under(file, [*named, *leaving])}
    stays = elsewhere | {file for file in by_file if file in failures}
    failures = {file: _kept(failure) if file in by_file else failure for file, failure in failures.items()}
    after = replace(
        _untouched(roots, [*named, *leaving]),
        paths=tuple(outermost),
        forgotten=forgotten,
        collections=_grouped(roots.collections, named, collection),
    )
    after = replace(
        after,
        failures=(*after.failures, *(FileFailure(file, failures[file]) for file in sorted(failures))),
        left_out=(*after.left_out, *found.left_out),
    )
    _refuse_empty(named, [*stays, *prints], after)

    names = _names([*stays, *prints], outermost)
    moved = _moved(prints, by_file, stays)
    documents = [_unchanged(by_file[file], names[file], after) for file in stays]
    for file, seen in prints.items():
        record = Record(names[file], file, seen.digest, seen.modified, after.collection_of(file), READING_VERSION)
        documents.append(_compared(record, found.sources[file], by_file.get(file), moved.get(file), title_of))
    documents.sort(key=lambda planned: planned.record.name)
    return Plan(tuple(named), tuple(documents), after, _difference(documents, held, prints, moved), moves)


def _untouched(roots: Roots, paths: Sequence[str]) -> Roots:
    """The roots without the records of files under some paths."""
    return replace(
        roots,
        failures=tuple(entry for entry in roots.failures if not under(entry.file, paths)),
        left_out=tuple(entry for entry in roots.left_out if not under(entry.folder, paths)),
    )


def plan_without(names: Sequence[str], roots: Roots, held: Sequence[Record]) -> Plan:
    """Plan the library without some documents, whose files are left out from now on.

    A root whose folder is gone is removed with its last document, since nothing can be read from it again.
    """
    gone = {record.file: record.name for record in held if record.name in set(names)}
    left = [record.file for record in held if record.file not in gone]
    emptied = [root for root in roots.gone if not any(under(file, [root]) for file in left)] if gone else []
    after = Roots(
        paths=tuple(root for root in roots.paths if root not in gone and root not in emptied),
        failures=tuple(entry for entry in roots.failures if entry.file not in gone),
        forgotten={file: name for file, name in {**roots.forgotten, **gone}.items() if not under(file, emptied)},
        collections=roots.collections,
        left_out=roots.left_out,
    )
    kept = [_unchanged(record, record.name, after) for record in held if record.file not in gone]
    sync = Sync(unchanged=tuple(planned.record.name for planned in kept), removed=tuple(sorted(gone.values())))
    return Plan((), tuple(kept), after, sync)


def refuse_empty(plan: Plan, files: Iterable[str], failures: Sequence[FileFailure]) -> None:
    """Raise NothingToIngest if a path of the ingest holds no document after its files have been read."""
    _refuse_empty(plan.paths, list(files), Roots(failures=tuple(failures), forgotten=plan.roots.forgotten))


def _as_written(path: str) -> str:
    """The path in the disk's own spelling: a letter with an accent can be one character or two, which users cannot see."""
    forms = (path, *(unicodedata.normalize(form, path) for form in ("NFC", "NFD")))
    return next((form for form in forms if os.path.lexists(form)), path)


def _refuse_gone(named: Sequence[str], roots: Roots, held: Sequence[Record]) -> None:
    """Raise RootGone for a path that is a root and no longer exists."""
    for path in named:
        count = sum(under(record.file, [path]) for record in held)
        if path in roots.gone and count:
            raise RootGone(path, count)


def _find(named: Sequence[str], outermost: Sequence[str]) -> _Found:
    sources: dict[str, Source] = {}
    failures: dict[str, Failure] = {}
    left_out: dict[str, LeftOut] = {}
    for name in named:
        path = Path(name)
        found = find_sources([path], within=Path(next(root for root in outermost if under(name, [root]))))
        sources.update((str(source.path), source) for source in found.sources)
        failures.update((str(path / failure.document if path.is_dir() else path), failure) for failure in found.failures)
        left_out.update((entry.folder, entry) for entry in found.left_out)
    return _Found(sources, failures, tuple(left_out.values()))


def _fingerprints(
    found: _Found, by_file: Mapping[str, Record], roots: Roots, progress: Callable[[int, int], None]
) -> tuple[dict[str, Fingerprint], dict[str, Failure]]:
    """The fingerprints of the files that can be read, and the failures of the others.

    A file that failed before is read here, so that a bad file does not make every ingest build a snapshot.
    """
    prints: dict[str, Fingerprint] = {}
    failures = dict(found.failures)
    failed_before = {entry.file for entry in roots.failures}
    for number, (file, source) in enumerate(found.sources.items(), start=1):
        try:
            seen = fingerprint(source)
            known = by_file.get(file)
            if file in failed_before and not (known and known.digest == seen.digest):
                for _ in read_slices(source):
                    pass
            prints[file] = seen
        except BadDocument as error:
            failures[file] = Failure(error.document, error.reason)
        progress(number, len(found.sources))
    return prints, failures


def _unchanged(record: Record, name: str, roots: Roots) -> Planned:
    """A document with unchanged content. Its name and its collection may change."""
    return Planned(replace(record, name=name, collection=roots.collection_of(record.file)), None, record, record)


def _compared(record: Record, source: Source, earlier: Record | None, moved: Record | None, title_of: Callable[[Record], str]) -> Planned:
    """The plan for a file that was found: it is unchanged, it has the content of another document, or it has to be read."""
    if earlier is not None and earlier.digest == record.digest and earlier.reading == READING_VERSION:
        # The time of modification stays that of the content: a file that was merely touched is not newer.
        return Planned(replace(earlier, name=record.name, collection=record.collection), None, earlier, earlier)
    if moved is not None and moved.reading == READING_VERSION and _reads_the_same(record, moved, title_of):
        same = replace(moved, name=record.name, file=record.file, modified=record.modified, collection=record.collection)
        return Planned(same, None, moved, earlier)
    return Planned(record, source, None, earlier)


def _reads_the_same(record: Record, other: Record, title_of: Callable[[Record], str]) -> bool:
    """True if a file with the content of another is the same document. It is not if the other's title was taken from its file name."""
    old, new = PurePosixPath(other.file), PurePosixPath(record.file)
    return old.suffix == new.suffix and (old.name == new.name or title_of(other) not in (old.stem, old.name))


def _moved(prints: Mapping[str, Fingerprint], by_file: Mapping[str, Record], stays: Iterable[str]) -> dict[str, Record]:
    """For each new file, a document with the same content if there is one.

    A document whose file is gone is preferred and used once: it was moved. Otherwise the document stays and was copied.
    """
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
    """How the documents of a plan differ from those that the library holds."""
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
    """The collections after an ingest of the paths `named` into `collection`."""
    if collection is None:
        return dict(collections)
    others = {path: name for path, name in collections.items() if not under(path, named)}
    return dict(sorted((others | dict.fromkeys(named, collection)).items())) if collection or others else {}


def _refuse_empty(paths: Sequence[str], files: Sequence[str], roots: Roots) -> None:
    """Raise NothingToIngest if a path holds none of the files, and none that the user took out of the library. A file that cannot be read
    is only reported if it was named together with others that can."""
    empty = [path for path in paths if not any(under(file, [path]) for file in [*files, *roots.forgotten])]
    if len(empty) < len(paths):
        failed = {entry.file for entry in roots.failures}
        empty = [path for path in empty if path not in failed]
    for path in empty:
        reasons = "".join(f"\n  {entry.failure.document}: {entry.failure.reason}" for entry in roots.failures if under(entry.file, [path]))
        raise NothingToIngest(f"{path} holds no document that can be read. The library was not changed.{reasons}")


def _names(files: Iterable[str], outermost: Sequence[str]) -> dict[str, str]:
    """A name for every file: its path below its root, with the root's name or its whole path in front if two would be the same."""
    below = {file: _below(file, _root_of(file, outermost)) for file in files}
    below |= {file: f"{Path(_root_of(file, outermost)).name}/{below[file]}" for file in _sharing(below)}
    below |= {file: Path(file).as_posix().lstrip("/") for file in _sharing(below)}
    return {file: os.fsencode(name).decode("utf-8", "backslashreplace") for file, name in below.items()}


def _sharing(names: Mapping[str, str]) -> list[str]:
    """The files whose name another file has too."""
    counts = Counter(names.values())
    return [file for file, name in names.items() if counts[name] > 1]


def _below(file: str, root: str) -> str:
    return Path(file).name if file == root else Path(file).relative_to(root).as_posix()


def _root_of(file: str, outermost: Sequence[str]) -> str:
    root = next(root for root in outermost if under(file, [root]))
    return str(Path(root).parent) if file == root else root


def _outermost(paths: Sequence[str]) -> list[str]:
    """The paths that are not inside another, in order."""
    return sorted({path for path in paths if not any(under(path, [other]) for other in paths if other != path)})
