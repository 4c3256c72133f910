"""Whether documents have changed since they were read, and whether they belong to the course, for readers of a citation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from assistant.course import is_course
from assistant.storage.documents import Record, load_records
from assistant.storage.roots import Roots, roots_from_manifest, under
from assistant.storage.snapshots import Snapshot
from ingest.sources.digests import file_sha256

_NAMED = 3
ALL_OF_THE_COURSE = "This is from the starter course, not from notes of yours."


class Standing(StrEnum):
    """How the file of a document differs from what was read."""

    GONE = "gone"
    CHANGED = "changed"


def standing(record: Record) -> Standing | None:
    """How the file differs; None if it does not, or if that is unknown."""
    try:
        if Path(record.file).stat().st_mtime_ns == record.modified or file_sha256(Path(record.file)) == record.digest:
            return None
    except (FileNotFoundError, NotADirectoryError):
        return Standing.GONE
    except OSError:
        return None
    return Standing.CHANGED


def notes_on(snapshot: Snapshot, names: Iterable[str]) -> list[str]:
    """Sentences about the documents of these names that are cited: which belong to the course, have changed, or are gone."""
    wanted = set(names)
    records = [record for record in load_records(snapshot.folder) if record.name in wanted] if wanted else []
    roots = roots_from_manifest(snapshot.manifest)
    return [*_of_the_course(records, roots), *_out_of_date(records, roots)]


def _of_the_course(records: Sequence[Record], roots: Roots) -> list[str]:
    course = [root for root in roots.paths if is_course(root)]
    theirs = [record.name for record in records if under(record.file, course)]
    if len(theirs) == len(records):
        return [ALL_OF_THE_COURSE] if theirs else []
    return [f"{_listed(theirs, 'is', 'are')} from the starter course."] if theirs else []


def _out_of_date(records: Sequence[Record], roots: Roots) -> list[str]:
    said = []
    changed = [record.name for record in records if standing(record) is Standing.CHANGED]
    gone = [record for record in records if standing(record) is Standing.GONE]
    lost = [record for record in gone if under(record.file, roots.gone)]
    if changed:
        said.append(
            f"{_listed(changed, 'has changed since it was', 'have changed since they were')} read; ingest again to read what is there now."
        )
    for record in gone:
        if record not in lost:
            said.append(f"{record.name} is no longer at {record.file}.")
    for root in roots.gone:
        if theirs := [record.name for record in lost if under(record.file, [root])]:
            said.append(f"{_listed(theirs, 'was', 'were')} read from {root}, which is no longer there.")
    return said


def _listed(names: Sequence[str], one: str, several: str) -> str:
    """Some names with a verb: `a.md is`, `a.md and b.md are`, `a.md, b.md, c.md and 4 more are`."""
    if len(names) == 1:
        return f"{names[0]} {one}"
    last = f"{len(names) - _NAMED} more" if len(names) > _NAMED else names[-1]
    return f"{', '.join(names[: min(_NAMED, len(names) - 1)])} and {last} {several}"
