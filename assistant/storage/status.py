"""What a library holds, what was left out of it, and what could not be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from assistant.storage.documents import load_records
from assistant.storage.roots import roots_from_manifest
from assistant.storage.snapshots import Layout, open_snapshot


def library_status(root: Path) -> dict[str, Any]:
    """The members of `study status --json`. Raises LibraryMissing, LibraryFormat or LibraryDamaged."""
    snapshot = open_snapshot(Layout(root))
    try:
        records = load_records(snapshot.folder)
    finally:
        snapshot.close()
    manifest = snapshot.manifest
    roots = roots_from_manifest(manifest)
    return {
        "library": str(root),
        "created": manifest["created"],
        **{name: manifest["counts"][name] for name in ("documents", "chunks", "concepts")},
        "roots": list(roots.paths),
        "encoder": manifest["settings"]["encoder"]["name"],
        "chunking": manifest["settings"]["chunking"],
        "collections": dict(sorted(Counter(record.collection for record in records if record.collection).items())),
        "forgotten": sorted(roots.forgotten.values()),
        "left_out": roots.counts_left_out,
        "remarks": manifest["remarks"],
        "notices": [{"document": record.name, "notice": said} for record in records for said in record.notices],
        "failures": [{"document": entry.failure.document, "reason": entry.failure.reason} for entry in roots.failures],
    }
