"""The atlas in one file, made from the TOML files: the product loads this one.

The file is JSON, an array with one element on each line, so that it can be read in parts: the first line holds the format, the digest and
the names, each further line one concept, which is parsed when somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from graph.atlas.values import WHOLE, Ambiguous, Atlas, Entry, Requirement
from graph.errors import AtlasFormat, BadAtlas
from ingest.data import data_folder

COMPILED = "atlas.json"
FORMAT = 1
"""The version of the compiled file that this module reads and writes."""


class _Entries(Mapping[str, Entry]):
    """The concepts of a compiled atlas; each is made when it is first asked for."""

    def __init__(self, lines: Mapping[str, bytes], fields: list[str], file: str) -> None:
        self._lines = lines
        self._fields = fields
        self._file = file
        self._made: dict[str, Entry] = {}

    def __getitem__(self, id_: str) -> Entry:
        made = self._made.get(id_)
        if made is None:
            line = self._lines[id_]
            try:
                made = self._made[id_] = _entry(id_, json.loads(line), self._fields)
            except (ValueError, LookupError, TypeError) as error:
                raise BadAtlas(self._file, 0, f"the concept {id_!r} is damaged") from error
        return made

    def __contains__(self, id_: object) -> bool:
        return id_ in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def atlas_folder() -> Path:
    """The folder of the atlas that is installed with study. Raises DataMissing."""
    return data_folder("atlas")


def load_atlas() -> Atlas:
    """The atlas that is installed with study. Raises DataMissing, BadAtlas, AtlasFormat."""
    return load_compiled(atlas_folder() / COMPILED)


def compile_atlas(atlas: Atlas) -> bytes:
    """The compiled file of an atlas. The same atlas always gives the same bytes."""
    fields = list(atlas.fields)
    head = {
        "format": FORMAT,
        "digest": atlas.digest,
        "fields": atlas.fields,
        "ambiguous": [[term.name, term.means, term.ask, term.line] for term in atlas.ambiguous],
        "ids": list(atlas.entries),
        "keys": atlas.keys,
    }
    lines = [_compact(head), *(_compact(_row(entry, fields.index(entry.field))) for entry in atlas.entries.values())]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


@lru_cache(maxsize=4)
def load_compiled(file: Path) -> Atlas:
    """The atlas of a compiled file. Raises BadAtlas for a missing or damaged file, AtlasFormat for a newer version's."""
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise BadAtlas(str(file), 0, f"the compiled atlas cannot be read ({error.strerror or error})") from error
    try:
        head = json.loads(lines[1].removesuffix(b","))
        version = head["format"]
    except (ValueError, LookupError, TypeError) as error:
        raise BadAtlas(str(file), 2, "this is not a compiled atlas, or a damaged one") from error
    if version != FORMAT:
        raise AtlasFormat(str(file), version, FORMAT)
    try:
        return _opened(head, lines[2:], str(file))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise BadAtlas(str(file), 2, "this is not a compiled atlas, or a damaged one") from error


def _opened(head: Mapping[str, Any], lines: list[bytes], file: str) -> Atlas:
    ids = head["ids"]
    rows = lines[:-2]
    if len(rows) != len(ids) or lines[-2:] != [b"]", b""]:
        raise BadAtlas(file, len(lines), f"the file is cut short: it has {len(rows)} of {len(ids)} concepts")
    found = {id_: row.removesuffix(b",") for id_, row in zip(ids, rows, strict=True)}
    if not found.keys() >= set(head["keys"].values()):
        raise ValueError("a name without a concept")
    ambiguous = tuple(Ambiguous(name, tuple(means), ask, line) for name, means, ask, line in head["ambiguous"])
    return Atlas(_Entries(found, list(head["fields"]), file), ambiguous, head["digest"], head["fields"], head["keys"])


def _row(entry: Entry, field: int) -> list[Any]:
    requires, helps = ([_requirement_row(one) for one in listed] for listed in (entry.requires, entry.helps))
    lines = [field, entry.first, entry.last, entry.said]
    return [entry.name, entry.aliases, entry.says, entry.minutes, entry.goals, requires, helps, entry.choices, lines]


def _requirement_row(one: Requirement) -> list[Any]:
    row: list[Any] = [one.concept, one.why, one.line]
    return row if one.part == WHOLE else [*row, one.part]


def _entry(id_: str, row: list[Any], fields: list[str]) -> Entry:
    name, aliases, says, minutes, goals, requires, helps, choices, (field, first, last, said) = row
    return Entry(
        id=id_,
        name=name,
        aliases=tuple(aliases),
        says=says,
        minutes=minutes,
        goals=tuple(goals),
        requires=tuple(map(_requirement, requires)),
        helps=tuple(map(_requirement, helps)),
        choices=tuple(map(tuple, choices)),
        field=fields[field],
        first=first,
        last=last,
        said=said,
    )


def _requirement(row: list[Any]) -> Requirement:
    concept, why, line, *part = row
    return Requirement(concept, why, part[0] if part else WHOLE, line)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
