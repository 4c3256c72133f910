"""Recognise a folder that was renamed or moved: its old path is gone, and its files are found under a path of the ingest."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from assistant.storage.documents import Record
from assistant.storage.roots import Roots, under
from ingest.sources.sources import Fingerprint

_SHARE = 0.5
"""At least this share of a root's documents has to be found again: copies of a few files do not make a folder a moved one."""


def moved_roots(roots: Roots, named: Sequence[str], held: Iterable[Record], prints: Mapping[str, Fingerprint]) -> dict[str, str]:
    """The roots that were moved, each with its new path. Their old paths are gone, and not below a path of the ingest."""
    gone = [root for root in roots.gone if not under(root, named)]
    if not gone:
        return {}
    by_digest: dict[str, list[str]] = {}
    for file, seen in sorted(prints.items()):
        by_digest.setdefault(seen.digest, []).append(file)
    moves: dict[str, str] = {}
    for root in gone:
        files = {record.file: record.digest for record in held if under(record.file, [root])}
        places = Counter(
            place
            for file, digest in files.items()
            if digest in by_digest
            for place in {_moved(root, file, new) for new in by_digest[digest]}
        )
        new, count = max(places.items(), key=lambda item: (item[1], item[0]), default=("", 0))
        if (new and count >= _SHARE * len(files)) or (new := _place_of_forgotten(root, list(files), roots, prints)):
            moves[root] = new
    return moves


def _place_of_forgotten(root: str, files: Sequence[str], roots: Roots, prints: Iterable[str]) -> str:
    """The folder with all files of a root in the same places, including those that the user forgot; empty if there is none.

    The content of forgotten files is not stored, so it cannot be compared. Mistaking another folder with the same files for this one is
    better than bringing forgotten documents back.
    """
    forgotten = [file for file in roots.forgotten if under(file, [root])]
    if not forgotten:
        return ""
    places = Counter(place for file in (*files, *forgotten) for at in prints if (place := _moved(root, file, at)))
    new, count = max(places.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return new if count == len(files) + len(forgotten) else ""


def follow(roots: Roots, moves: Mapping[str, str]) -> Roots:
    """The roots after moves: settings of the user for a path now apply to its new path. The new paths are not separate roots."""
    if not moves:
        return roots
    return replace(
        roots,
        paths=tuple(path for path in roots.paths if path not in moves),
        failures=tuple(entry for entry in roots.failures if not under(entry.file, moves)),
        forgotten={followed(file, moves): name for file, name in roots.forgotten.items()},
        collections={followed(path, moves): name for path, name in roots.collections.items()},
        left_out=tuple(entry for entry in roots.left_out if not under(entry.folder, moves)),
    )


def followed(path: str, moves: Mapping[str, str]) -> str:
    """The path after moves."""
    root = next((root for root in moves if under(path, [root])), None)
    return path if root is None else moves[root] + path.removeprefix(root).rstrip(os.sep)


def _moved(root: str, old: str, new: str) -> str:
    """The path that a root has now if the file `old` in it is the file `new`; empty if they differ below the root."""
    below = old.removeprefix(root)
    if not below:
        return new  # the root is a file
    return new.removesuffix(below) if new.endswith(below) else ""
