"""Find and open the files to ingest.

A walk gives files in sorted order, and depends only on their names and kinds, so that two walks of an unchanged folder are equal. It leaves
out hidden files and folders, files named in a `.studyignore`, and folders of installed packages. It follows a symbolic link that stays
inside the root, and enters each folder once, so that loops cannot keep it from ending. It never opens pipes, sockets and devices, since
reading one could wait forever.

A document in a format that cannot be read yet is a failure with its reason. Other files (images, archives, programs) are not documents.
They are counted by their endings and passed over, because folders of notes are full of them. A file that the user named is never passed
over.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from ingest.errors import BadDocument, NothingToIngest
from ingest.model import Document, Failure, LeftOut
from ingest.readers import SUFFIXES, read_document
from ingest.sources.ignoring import IGNORE_FILE, Rules

NOT_READ = frozenset({".doc", ".odt", ".rtf", ".ppt", ".odp", ".adoc", ".xlsx", ".ods", ".mobi", ".djvu", ".pages", ".key"})
"""The extensions of documents in formats that cannot be read. The user is told about these files."""
_SAVE_AS = (
    dict.fromkeys((".doc", ".odt", ".rtf", ".pages"), ".docx")
    | dict.fromkeys((".ppt", ".odp", ".key"), ".pptx")
    | {".mobi": ".epub", ".djvu": ".pdf"}
)
"""For these formats, a readable format that their programs can save. For all others it is text."""
_INSTALLED = frozenset({"__pycache__", "node_modules", "site-packages"})
"""Folders of package managers and interpreters."""
_OF_A_LIBRARY = frozenset({"library.json", "lock", "snapshots"})
"""The entries by which a library is recognised."""
MAX_BYTES = 256 * 1024 * 1024
"""Bytes of a file. A bound on memory for formats that are read as a whole; text is read in slices (`slices.py`)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `name` is its path relative to `root`, with forward slashes. The root of a file that the user named is its folder."""

    root: Path
    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class FoundSources:
    """The files under the paths of an ingest: files to read, documents that cannot be read, and files that are left out. Each is sorted."""

    sources: tuple[Source, ...]
    failures: tuple[Failure, ...]
    left_out: tuple[LeftOut, ...]


def find_sources(paths: Sequence[Path | str], *, within: Path | None = None) -> FoundSources:
    """The files under `paths`, each once.

    `within` is a folder whose ignore files apply too, if a path lies inside it. Raises NothingToIngest if a path does not exist, or if
    nothing at all was found.
    """
    found: dict[Path, Source] = {}
    failures: dict[tuple[str, str], Failure] = {}
    left_out: dict[str, LeftOut] = {}
    for path in [Path(p) for p in paths]:
        if not path.exists():
            raise NothingToIngest(f"{path}: there is no such file or folder.", "Check the path.")
        walked = _walk(path, within) if path.is_dir() else _single(path)
        for item in walked:
            if isinstance(item, Source):
                found.setdefault(item.path, item)
            elif isinstance(item, LeftOut):
                left_out[item.folder] = item
            else:
                failures.setdefault((item.document, item.reason), item)
    if not found and not failures:
        raise NothingToIngest(f"{', '.join(map(str, paths))}: no document found.", f"Files that can be read: {' '.join(sorted(SUFFIXES))}")
    return FoundSources(
        tuple(sorted(found.values(), key=lambda s: (str(s.root), s.name))),
        tuple(sorted(failures.values(), key=lambda f: (f.document, f.reason))),
        tuple(left_out[folder] for folder in sorted(left_out)),
    )


@contextmanager
def opened(source: Source) -> Iterator[BufferedReader]:
    """A file, open for reading. Raises BadDocument if it has vanished, cannot be read or is no longer a regular file."""
    try:
        # O_NONBLOCK, because a file may have become a pipe in the meantime, and opening a pipe would wait for a writer.
        handle = os.open(source.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise BadDocument(source.name, "is not a regular file any more.", "Ingest again to read what is there now.")
            yield file
    except OSError as error:
        raise BadDocument(source.name, _explain(error)) from error


def read_file(file: Path) -> Document:
    """Read a single file. Raises NothingToIngest if it does not exist or its format cannot be read, and BadDocument if it is damaged."""
    found = find_sources([file])
    if not found.sources:
        raise NothingToIngest(f"{file}: {found.failures[0].reason}")
    return read_document(found.sources[0].name, read_source(found.sources[0]))


def read_source(source: Source) -> bytes:
    """The bytes of a file. Raises BadDocument if it has vanished, changes while it is read, cannot be read or is too large."""
    with opened(source) as file:
        before = os.fstat(file.fileno())
        if before.st_size > MAX_BYTES:
            raise BadDocument(source.name, f"is larger than {MAX_BYTES // 2**20} MiB.", "Split it into several files.")
        data = file.read(MAX_BYTES + 1)
        after = os.fstat(file.fileno())
    if len(data) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise BadDocument(source.name, "changed while it was being read.", "Ingest again once it is finished.")
    return data


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 of a file's bytes, which tells a changed file from an unchanged one, and its time of modification in ns since 1970."""

    digest: str
    modified: int


def fingerprint(source: Source) -> Fingerprint:
    """The fingerprint of a file of any size. Raises BadDocument if it cannot be read."""
    with opened(source) as file:
        return Fingerprint(hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_mtime_ns)


def _single(path: Path) -> Iterator[Source | Failure]:
    """The source for a file that the user named."""
    absolute = Path(os.path.abspath(path))
    suffix = absolute.suffix.lower()
    if not stat.S_ISREG(absolute.stat().st_mode):
        yield Failure(absolute.name, "is not a regular file. Name a file or a folder.")
    elif suffix in SUFFIXES:
        yield Source(absolute.parent, absolute.name, absolute)
    else:
        yield Failure(absolute.name, _not_read(suffix))


def _walk(root: Path, within: Path | None) -> Iterator[Source | Failure | LeftOut]:
    """What lies in a folder and in the folders below it."""
    base = Path(os.path.abspath(root))
    real_base = base.resolve()
    entered: set[tuple[int, int]] = set()
    pending = [(base, Rules.above(base, within or base))]
    while pending:
        folder, outer = pending.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as listing:
                entries = sorted((e for e in listing if e.name not in _INSTALLED and e.name != IGNORE_FILE), key=lambda e: e.name)
            if _is_library({entry.name for entry in entries}):
                continue
            rules = outer.inside(folder)
        except OSError as error:
            yield Failure(_name(folder, base), _explain(error))
            continue
        passed: list[_Passed] = []
        for entry in entries:
            match _look(entry, base, real_base, rules):
                case _Passed() as one:
                    passed.append(one)
                case Path() as below:
                    pending.append((below, rules))
                case Source() | Failure() as found:
                    yield found
        if passed:
            yield _left_out(folder, passed)


def _is_library(names: Collection[str]) -> bool:
    """True if a folder with these names is a library of study, whose files are not notes."""
    return _OF_A_LIBRARY.issubset(names)


@dataclass(frozen=True, slots=True)
class _Passed:
    """An entry that is passed over: the reason (a field of `LeftOut`), and its name, or its ending if it is not a document."""

    why: str
    what: str = ""


def _left_out(folder: Path, passed: Sequence[_Passed]) -> LeftOut:
    counts = Counter(one.why for one in passed)
    outside, dangling = (tuple(one.what for one in passed if one.why == why) for why in ("outside", "dangling"))
    others = Counter(one.what for one in passed if one.why == "others")
    return LeftOut(str(folder), counts["ignored"], counts["hidden"], outside, dangling, tuple(sorted(others.items())))


def _look(entry: os.DirEntry[str], base: Path, real_base: Path, rules: Rules) -> Source | Failure | Path | _Passed | None:
    """An entry of a folder: the path of a folder, a file, or something that is passed over; None for pipes, sockets and devices."""
    path = Path(entry.path)
    name = _name(path, base)
    if entry.name.startswith("."):
        return _Passed("hidden")
    if rules.files and rules.leave_out(entry.path, folder=entry.is_dir()):
        return _Passed("ignored")
    if entry.is_symlink() and (leads := _leads(path, real_base)):
        return _Passed(leads, name)
    try:
        mode = entry.stat().st_mode
    except OSError as error:
        return Failure(name, _explain(error)) if path.suffix.lower() in SUFFIXES else None
    if stat.S_ISDIR(mode):
        return path
    return _file(path, name, base) or _Passed("others", path.suffix.lower()) if stat.S_ISREG(mode) else None


def _leads(link: Path, base: Path) -> str:
    """Where a symbolic link leads: "outside", "dangling" if nowhere, or "" if it stays inside the base or leads in a circle."""
    try:
        link.stat()
    except OSError as error:
        return "dangling" if error.errno == errno.ENOENT else ""
    # realpath(), because resolve() raises at a link to itself.
    return "" if Path(os.path.realpath(link)).is_relative_to(base) else "outside"


def _file(path: Path, name: str, base: Path) -> Source | Failure | None:
    """The source of a file, or the failure if its format cannot be read; None if it is not a document."""
    suffix = path.suffix.lower()
    if suffix in NOT_READ:
        return Failure(name, _not_read(suffix))
    return Source(base, name, path) if suffix in SUFFIXES else None


def _name(path: Path, base: Path) -> str:
    # A name that is not valid UTF-8 reaches Python with surrogates, which JSON and terminals do not accept.
    relative = path.relative_to(base).as_posix()
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def _not_read(suffix: str) -> str:
    return f"format not read yet: {suffix or 'no extension'}. Save it as {_SAVE_AS.get(suffix, '.txt or .md')} and ingest again."


def _explain(error: OSError) -> str:
    reasons = {
        errno.ENOENT: "has vanished. Ingest again to bring the library up to date.",
        errno.EACCES: "permission denied. Make it readable (chmod +r) and ingest again.",
        errno.ELOOP: "is a symbolic link to itself. Remove or repair it.",
    }
    return reasons.get(error.errno or 0, f"cannot be read: {error.strerror or error}. Repair that and ingest again.")
