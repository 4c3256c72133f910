"""Remember the roots of a library: the paths that were ingested, and further records about the files under them.

The manifest of every snapshot has them, so that they are carried from snapshot to snapshot.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any

from ingest.model import Failure, LeftOut


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file that was not read, by its absolute path, with the message for the user."""

    file: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Roots:
    """The roots of a library. All paths are absolute.

    `paths` are the folders and files that were ingested. `forgotten` has the files that are left out because the user took their documents
    out, with the documents' names. `collections` groups paths: everything below such a path belongs to its collection. `left_out` says how
    much the last walk of each folder passed over.
    """

    paths: tuple[str, ...] = ()
    failures: tuple[FileFailure, ...] = ()
    forgotten: Mapping[str, str] = field(default_factory=dict)
    collections: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()

    def collection_of(self, file: str) -> str:
        """The collection of a file, or "" if it has none. The longest matching path decides."""
        holding = [path for path in self.collections if under(file, [path])]
        return self.collections[max(holding, key=len)] if holding else ""

    @property
    def gone(self) -> tuple[str, ...]:
        """The paths that are no longer there: renamed, deleted, or on a disk that is not mounted."""
        return tuple(path for path in self.paths if not os.path.lexists(path))

    @property
    def all_left_out(self) -> LeftOut:
        """What was left out of all folders together."""
        others: Counter[str] = Counter()
        for entry in self.left_out:
            others.update(dict(entry.others))
        return LeftOut(
            "",
            sum(entry.ignored for entry in self.left_out),
            sum(entry.hidden for entry in self.left_out),
            tuple(name for entry in self.left_out for name in entry.outside),
            tuple(name for entry in self.left_out for name in entry.dangling),
            tuple(sorted(others.items())),
        )


def under(file: str, paths: Iterable[str]) -> bool:
    """True if a path is one of `paths` or lies in one of them."""
    return any(file == path or file.startswith(f"{path.rstrip(os.sep)}{os.sep}") for path in paths)


def gone_remarks(roots: Roots) -> list[str]:
    """A sentence for each root that is no longer there."""
    return [f"{path} is no longer there. What was read from it is kept; ingest its new place, or forget {path}." for path in roots.gone]


def roots_to_manifest(roots: Roots) -> dict[str, Any]:
    """The members of a manifest for these roots."""
    return {
        "roots": list(roots.paths),
        "failures": [{"file": e.file, "document": e.failure.document, "reason": e.failure.reason} for e in roots.failures],
        "forgotten": dict(roots.forgotten),
        "collections": dict(roots.collections),
        "left_out": [list(astuple(entry)) for entry in roots.left_out],
    }


def roots_from_manifest(manifest: Mapping[str, Any]) -> Roots:
    """The roots in a manifest. Raises KeyError, TypeError or ValueError if a member is missing or is not what it should be."""
    return Roots(
        paths=tuple(manifest["roots"]),
        failures=tuple(FileFailure(e["file"], Failure(e["document"], e["reason"])) for e in manifest["failures"]),
        forgotten=dict(manifest["forgotten"]),
        collections=dict(manifest["collections"]),
        left_out=tuple(_left_out(*entry) for entry in manifest["left_out"]),
    )


def _left_out(
    folder: str,
    ignored: int,
    hidden: int,
    outside: Iterable[str] = (),
    dangling: Iterable[str] = (),
    others: Iterable[tuple[str, int]] = (),
) -> LeftOut:
    """The record of what was left out of a folder in a manifest. Older manifests have fewer members."""
    return LeftOut(folder, ignored, hidden, tuple(outside), tuple(dangling), tuple((ending, count) for ending, count in others))


def salvaged_roots(manifest: Mapping[str, Any]) -> Roots:
    """The user's settings for roots, as far as they can be read from a damaged manifest or one of another format."""
    paths = manifest.get("roots")
    forgotten, collections = (value if isinstance(value := manifest.get(name), dict) else {} for name in ("forgotten", "collections"))
    known = tuple(path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()
    return Roots(paths=known, forgotten=forgotten, collections=collections)
