"""What a library is to hold: the documents under its roots, compared by content with those it has."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.documents import StoredDocument
from ingest.errors import BadDocument, NothingToIngest
from ingest.model import Failure
from ingest.readers import read_document
from ingest.sources import Source, digest_of, find_sources, read_source


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file, by its absolute path, that was not read, and what is said of it."""

    file: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Sync:
    """What the library is to hold, and how that differs from what it held. The four tuples are names of documents."""

    roots: tuple[str, ...]
    documents: tuple[StoredDocument, ...]
    failures: tuple[FileFailure, ...]
    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def sync(
    paths: Sequence[Path],
    roots: Sequence[str],
    held: Sequence[StoredDocument],
    failed: Sequence[FileFailure],
    *,
    keep_unchanged: bool,
    progress: Callable[[int, int], None],
) -> Sync:
    """Read what is new or changed under `paths`, keep what the library holds elsewhere.

    `roots`, `held` and `failed` are the library's now. With `keep_unchanged` a file of the same content is not read as a document
    again. A file that cannot be read keeps its earlier version. Raises NothingToIngest where a path holds nothing that can be read.
    """
    # Not resolve(): a root that is a symbolic link keeps the name it was given.
    absolute = [Path(os.path.abspath(path.expanduser())) for path in paths]
    sources: dict[str, Source] = {}
    failures: dict[str, Failure] = {}
    for path in absolute:
        found, not_read = find_sources([path])
        sources.update((str(source.path), source) for source in found)
        failures.update((str(path / failure.document if path.is_dir() else path), failure) for failure in not_read)

    by_file = {stored.file: stored for stored in held}
    documents = {stored.file: stored for stored in held if not _under(stored.file, absolute)}
    state: dict[str, str] = {}
    for number, (file, source) in enumerate(sources.items(), start=1):
        try:
            data = read_source(source)
            known = by_file.get(file)
            same = known is not None and known.document.digest == digest_of(data)
            documents[file] = known if known and same and keep_unchanged else StoredDocument(file, read_document(source.name, data))
            state[file] = "unchanged" if same else "updated" if known else "added"
        except BadDocument as error:
            failures[file] = Failure(error.document, error.reason)
        progress(number, len(sources))
    for file, failure in failures.items():
        if file in by_file:
            documents[file] = by_file[file]
            failures[file] = Failure(failure.document, f"{failure.reason} Its earlier version is kept.")
    _refuse_empty(absolute, documents, failures)

    all_roots = _outermost([*roots, *map(str, absolute)])
    names = _names(documents, all_roots)
    return Sync(
        roots=tuple(all_roots),
        documents=tuple(
            StoredDocument(file, replace(documents[file].document, name=names[file])) for file in sorted(documents, key=names.__getitem__)
        ),
        failures=tuple(
            [failure for failure in failed if not _under(failure.file, absolute)]
            + [FileFailure(file, failures[file]) for file in sorted(failures)]
        ),
        added=_of_state("added", state, names),
        updated=_of_state("updated", state, names),
        unchanged=_of_state("unchanged", state, names),
        removed=tuple(sorted(stored.document.name for file, stored in by_file.items() if file not in documents)),
    )


def _of_state(wanted: str, state: Mapping[str, str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(names[file] for file, found in state.items() if found == wanted))


def _refuse_empty(paths: Iterable[Path], documents: Iterable[str], failures: Mapping[str, Failure]) -> None:
    for path in paths:
        if not any(_under(file, [path]) for file in documents):
            reasons = "".join(f"\n  {failure.document}: {failure.reason}" for file, failure in failures.items() if _under(file, [path]))
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
    root = next(root for root in roots if _under(file, [Path(root)]))
    return str(Path(root).parent) if file == root else root


def _outermost(roots: Sequence[str]) -> list[str]:
    """The roots that lie in no other, in order."""
    return sorted({root for root in roots if not any(_under(root, [Path(other)]) for other in roots if other != root)})


def _under(file: str, roots: Iterable[Path]) -> bool:
    return any(file == str(root) or file.startswith(f"{str(root).rstrip(os.sep)}{os.sep}") for root in roots)
