"""What a library knows beside its documents, kept in its manifest and carried from snapshot to snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.model import Failure
from ingest.sources.sources import LeftOut


@dataclass(frozen=True, slots=True)
class FileFailure:
    """A file, by its absolute path, that was not read, and what is said of it."""

    file: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Memory:
    """All paths are absolute.

    `forgotten`: files that are left out because a person said so, each with the document's name. `collections`: what a path is grouped
    under, for the path and all below it. `left_out`: what the last walk of a folder passed over.
    """

    roots: tuple[str, ...] = ()
    failures: tuple[FileFailure, ...] = ()
    forgotten: Mapping[str, str] = field(default_factory=dict)
    collections: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()

    def collection_of(self, file: str) -> str:
        """The collection that a file belongs to, "" for none: what is said of the longest path counts."""
        holding = [path for path in self.collections if under(file, [path])]
        return self.collections[max(holding, key=len)] if holding else ""

    @property
    def counts_left_out(self) -> dict[str, int]:
        """How many files and folders are left out by `.studyignore`, and how many for being hidden."""
        return {"ignored": sum(entry.ignored for entry in self.left_out), "hidden": sum(entry.hidden for entry in self.left_out)}


def under(file: str, roots: Iterable[str]) -> bool:
    """Whether a path is one of the roots or lies in one."""
    return any(file == root or file.startswith(f"{root.rstrip(os.sep)}{os.sep}") for root in roots)


def memory_to(memory: Memory) -> dict[str, Any]:
    """The members of a manifest."""
    return {
        "roots": list(memory.roots),
        "failures": [{"file": e.file, "document": e.failure.document, "reason": e.failure.reason} for e in memory.failures],
        "forgotten": dict(memory.forgotten),
        "collections": dict(memory.collections),
        "left_out": [[entry.folder, entry.ignored, entry.hidden] for entry in memory.left_out],
    }


def memory_from(manifest: Mapping[str, Any]) -> Memory:
    """What `memory_to` wrote. Raises KeyError, TypeError or ValueError where a member is not what it should be."""
    return Memory(
        roots=tuple(manifest["roots"]),
        failures=tuple(FileFailure(e["file"], Failure(e["document"], e["reason"])) for e in manifest["failures"]),
        forgotten=dict(manifest["forgotten"]),
        collections=dict(manifest["collections"]),
        left_out=tuple(LeftOut(*entry) for entry in manifest["left_out"]),
    )


def salvaged(manifest: Mapping[str, Any]) -> Memory:
    """What a manifest of another format, or a damaged one, still tells that a person once said."""
    roots = manifest.get("roots")
    forgotten, collections = (value if isinstance(value := manifest.get(name), dict) else {} for name in ("forgotten", "collections"))
    known = tuple(root for root in roots if isinstance(root, str)) if isinstance(roots, list) else ()
    return Memory(roots=known, forgotten=forgotten, collections=collections)
