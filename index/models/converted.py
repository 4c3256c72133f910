"""The files of a converted model, as they were recorded when it was made."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.sources.digests import file_sha256

MANIFEST = "manifest.json"


def is_intact(folder: Path, verify: bool = False) -> bool:
    """Whether every file of a converted model is there in its recorded size; with `verify` also with its recorded sha256."""
    try:
        recorded = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(recorded) and all(
            (folder / name).stat().st_size == entry["size"] and (not verify or file_sha256(folder / name) == entry["sha256"])
            for name, entry in recorded.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
