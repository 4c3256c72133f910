"""The status of a library: its contents, what was left out, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.storage.documents import load_records
from assistant.storage.roots import FileFailure, roots_from_manifest
from assistant.storage.snapshots import Layout, open_snapshot
from ingest.model import LeftOut


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a library.

    `created` is when the live snapshot was made, in ISO 8601. `roots` are the paths that were ingested, `collections` the numbers of
    documents in each collection, `forgotten` the names of documents that were taken out, `left_out` what was passed over.
    `gone` are the roots that are no longer there. `remarks` are sentences about the whole library, `notices` pairs of a document and a
    sentence about it.
    """

    library: Path
    created: str
    documents: int
    chunks: int
    concepts: int
    roots: tuple[str, ...]
    gone: tuple[str, ...]
    encoder: str
    chunking: Mapping[str, Any]
    collections: Mapping[str, int]
    forgotten: tuple[str, ...]
    left_out: LeftOut
    remarks: tuple[str, ...]
    notices: tuple[tuple[str, str], ...]
    failures: tuple[FileFailure, ...]


def library_status(root: Path) -> Status:
    """The state of the library at `root`. Raises LibraryMissing, LibraryFormat or LibraryDamaged."""
    snapshot = open_snapshot(Layout(root))
    try:
        records = load_records(snapshot.folder)
    finally:
        snapshot.close()
    manifest = snapshot.manifest
    roots = roots_from_manifest(manifest)
    return Status(
        library=root,
        created=manifest["created"],
        **{name: manifest["counts"][name] for name in ("documents", "chunks", "concepts")},
        roots=roots.paths,
        gone=roots.gone,
        encoder=manifest["settings"]["encoder"]["name"],
        chunking=manifest["settings"]["chunking"],
        collections=dict(sorted(Counter(record.collection for record in records if record.collection).items())),
        forgotten=tuple(sorted(roots.forgotten.values())),
        left_out=roots.all_left_out,
        remarks=tuple(manifest["remarks"]),
        notices=tuple((record.name, notice) for record in records for notice in record.notices),
        failures=roots.failures,
    )
