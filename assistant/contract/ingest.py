"""The JSON of the result of an ingest, and of forgetting documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.building.build import IngestReport
    from assistant.storage.roots import FileFailure
    from ingest.model import LeftOut

_COUNTED = ("added", "updated", "renamed", "unchanged", "removed")


def ingest_to_json(report: IngestReport) -> dict[str, Any]:
    """`study ingest`: what changed, what the library holds now, and what could not be read."""
    counts = {name: len(getattr(report.sync, name)) for name in _COUNTED}
    return {
        "documents": {**counts, "failed": len(report.failures)},
        "chunks": report.chunks,
        "concepts": report.concepts,
        "failures": failures_to_json(report.failures),
        "notices": notices_to_json(report.notices),
        "left_out": left_out_to_json(report.left_out),
        "seconds": round(report.seconds, 3),
    }


def forget_to_json(report: IngestReport) -> dict[str, Any]:
    """`study forget`: the names of what was taken out, and what the library still holds."""
    held = {"documents": report.documents, "chunks": report.chunks, "concepts": report.concepts}
    return {"forgotten": list(report.sync.removed), **held}


def left_out_to_json(left_out: LeftOut) -> dict[str, Any]:
    """What was left out: the numbers of files and folders, the links, and the endings of files that are not documents."""
    return {
        "ignored": left_out.ignored,
        "hidden": left_out.hidden,
        "links_outside": list(left_out.outside),
        "dangling_links": list(left_out.dangling),
        "other_files": dict(left_out.others),
    }


def failures_to_json(failures: Iterable[FileFailure]) -> list[dict[str, str]]:
    """The files that could not be read, each with the reason."""
    return [{"document": entry.failure.document, "reason": entry.failure.reason} for entry in failures]


def notices_to_json(notices: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Notices about documents that were read, a sentence each."""
    return [{"document": name, "notice": notice} for name, notice in notices]
