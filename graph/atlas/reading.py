"""Read the atlas from its TOML files, with the exact line of every concept, definition and requirement.

A folder of the atlas holds `atlas.toml` (the format, the fields in their order, the concepts that may require nothing), one TOML file a
field with one table a concept, and `ambiguous.toml` (names that several concepts share). `tomllib` reads the values; the lines come from
a scan of the text, which is why a table or a requirement has to begin a line.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.atlas.values import WHOLE, Ambiguous, Atlas, Entry, Requirement
from graph.errors import AtlasFormat, BadAtlas

FORMAT = 1
"""The version of the TOML files that this module reads."""
ABOUT = "atlas.toml"
AMBIGUOUS = "ambiguous.toml"
_KEYS = {"name", "aliases", "says", "minutes", "goals", "requires", "helps", "any"}
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TABLE = re.compile(r"\[{1,2}([A-Za-z0-9_.-]+)\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([A-Za-z0-9_-]+))\s*[=.]""")
_AT_LINE = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Finding:
    """An error in the atlas: the file and line, the concept ("" if it is about none), and a description."""

    file: str
    line: int
    concept: str
    problem: str


@dataclass(frozen=True, slots=True)
class Source:
    """The contents of a folder: the atlas, the lists in its `atlas.toml`, and what could not be read.

    `roots` are the ids that may require nothing, `verbs` those that a goal may begin with, `shown` the concepts whose paths are kept in a
    file for reviewers. `unread` are the files that cannot be read at all.
    """

    atlas: Atlas
    roots: tuple[str, ...] = ()
    verbs: frozenset[str] = frozenset()
    shown: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    unread: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Lines:
    """The line numbers in a file: the first and last line of each table, the line of each key in it, and the line of every table."""

    first: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    keys: dict[tuple[str, str], int] = field(default_factory=dict)
    tables: list[int] = field(default_factory=list)


class _Reader:
    """Reads one file. Errors in a concept are recorded, and reading continues with the next one."""

    def __init__(self, file: Path) -> None:
        self.name = file.name
        self.findings: list[Finding] = []
        self.lines = _Lines()
        self.table: dict[str, Any] = {}
        self.digest = ""
        try:
            data = file.read_bytes()
            text = data.decode("utf-8")
            self.table = tomllib.loads(text)
        except OSError as error:
            self.note(1, "", f"the file cannot be read ({error.strerror or error})")
        except UnicodeDecodeError as error:
            self.note(data.count(b"\n", 0, error.start) + 1, "", "the file is not UTF-8")
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.match(str(error))
            line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
            self.note(line, "", f"this is not TOML: {found['what'] if found else error}")
        else:
            self.digest = hashlib.sha256(text.encode()).hexdigest()
            self._scan(text.split("\n"))

    def note(self, line: int, concept: str, problem: str) -> None:
        self.findings.append(Finding(self.name, line, concept, problem))

    def _scan(self, lines: Sequence[str]) -> None:
        """Record the lines of tables and keys. A sub-table belongs to the concept whose table is the last before it."""
        table = owner = ""
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if '"""' in line or "'''" in line:
                self.note(number, owner, "a text has to stand on one line")
            if head := _TABLE.match(line):
                table = head[1]
                above, owner = owner, table.partition(".")[0]
                if table != owner != above:
                    self.note(number, owner, f"[{table}] has to stand below [{owner}]")
                self.lines.first.setdefault(table, number)
                self.lines.tables.append(number)
            elif found := _KEY.match(line):
                self.lines.keys.setdefault((table, found[1] or found[2] or found[3]), number)
            self.lines.last[owner] = number

    def entries(self) -> Iterator[Entry]:
        """The concepts of a field, in the order of the file."""
        for id_, table in self.table.items():
            if not isinstance(table, dict) or id_ not in self.lines.first:
                self.note(self.lines.keys.get(("", id_), 1), id_, f"a concept is a table that begins with the line [{id_}]")
            else:
                yield self._entry(id_, table)

    def _entry(self, id_: str, table: Mapping[str, Any]) -> Entry:
        first = self.lines.first[id_]
        if not _ID.fullmatch(id_):
            self.note(first, id_, "an id is lower-case words of ASCII letters and digits with hyphens between them")
        for wrong in table.keys() - _KEYS:
            self.note(self.line_of(id_, wrong), id_, f"{wrong!r} is not a part of a concept")
        return Entry(
            id=id_,
            name=self._text(id_, table, "name"),
            aliases=self.texts(id_, table, "aliases"),
            says=self._text(id_, table, "says"),
            minutes=self._minutes(id_, table),
            goals=self.texts(id_, table, "goals"),
            requires=self._requirements(id_, table, "requires"),
            helps=self._requirements(id_, table, "helps"),
            choices=self._choices(id_, table),
            field=self.name.removesuffix(".toml"),
            first=first,
            last=self.lines.last[id_],
            said=self.line_of(id_, "says"),
        )

    def line_of(self, table: str, key: str) -> int:
        """The line of a key in a table, or else the line of the table."""
        own = self.lines.keys.get((table, key)) or self.lines.first.get(f"{table}.{key}".lstrip("."))
        return own or self.lines.first.get(table, 1)

    def _text(self, id_: str, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.note(self.line_of(id_, key), id_, f"there is no {key!r}" if value is None else f"{key!r} is a text in quotes")
        return ""

    def texts(self, id_: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(one.strip() for one in value)
        self.note(self.line_of(id_, key), id_, f"{key!r} is a list of texts")
        return ()

    def _minutes(self, id_: str, table: Mapping[str, Any]) -> float:
        value = table.get("minutes")
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1000:
            return float(value)
        self.note(self.line_of(id_, "minutes"), id_, "there is no 'minutes'" if value is None else "'minutes' is a number above 0")
        return 0.0

    def _requirements(self, id_: str, table: Mapping[str, Any], kind: str) -> tuple[Requirement, ...]:
        values = table.get(kind, {})
        if not isinstance(values, dict) or (values and f"{id_}.{kind}" not in self.lines.first):
            self.note(self.line_of(id_, kind), id_, f"{kind!r} is a table: a line [{id_}.{kind}], then a line for each concept")
            return ()
        return tuple(self._requirement(id_, kind, before, value) for before, value in values.items())

    def _requirement(self, id_: str, kind: str, before: str, value: Any) -> Requirement:
        line = self.line_of(f"{id_}.{kind}", before)
        why: Any = value
        part: Any = WHOLE
        if isinstance(value, dict):
            why, part = value.get("why"), value.get("part", WHOLE)
            for wrong in value.keys() - {"why", "part"}:
                self.note(line, id_, f"{before}: {wrong!r} is not a part of a reason, which has 'why' and 'part'")
        if not isinstance(why, str) or not why.strip():
            self.note(line, id_, f"{before} has no reason")
            why = ""
        if isinstance(part, bool) or not isinstance(part, int | float) or not 0 < part <= 1:
            self.note(line, id_, f"{before}: 'part' is a number above 0 and at most 1")
            part = WHOLE
        return Requirement(before, why.strip(), float(part), line)

    def _choices(self, id_: str, table: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        value = table.get("any", [])
        groups = value if isinstance(value, list) else [value]
        if all(isinstance(group, list) and len(group) > 1 and all(isinstance(one, str) for one in group) for group in groups):
            return tuple(tuple(group) for group in groups)
        self.note(self.line_of(id_, "any"), id_, '\'any\' is a list of groups of two or more ids, as in any = [["a", "b"]]')
        return ()


def read_atlas(folder: Path) -> Atlas:
    """The atlas of a folder. Raises BadAtlas with the first thing that cannot be read, AtlasFormat for a newer version's files."""
    source = read_source(folder)
    raise_first(source.findings)
    return source.atlas


def raise_first(findings: Sequence[Finding]) -> None:
    """Raise BadAtlas for the first finding, if there is one."""
    for one in findings:
        raise BadAtlas(one.file, one.line, f"{one.concept}: {one.problem}" if one.concept else one.problem)


def read_source(folder: Path) -> Source:
    """The contents of a folder, with findings about what cannot be read. Raises BadAtlas if it holds no atlas at all, and AtlasFormat."""
    about = _about(folder)
    fields = _fields(about)
    roots, verbs, shown = (about.texts("", about.table, name) for name in ("roots", "verbs", "paths"))
    for file in sorted(folder.glob("*.toml")):
        if file.stem not in fields and file.name not in {ABOUT, AMBIGUOUS}:
            about.note(about.line_of("", "fields"), "", f"{file.name} is not among the fields")
    of_fields = [_Reader(folder / f"{name}.toml") for name in fields]
    entries = _all_entries(of_fields)
    terms = [_Reader(folder / AMBIGUOUS)] if (folder / AMBIGUOUS).exists() else []
    ambiguous = tuple(one for reader in terms for one in _ambiguous(reader))
    readers = [about, *of_fields, *terms]
    digest = hashlib.sha256("\n".join(f"{reader.name} {reader.digest}" for reader in readers).encode()).hexdigest()[:16]
    findings = tuple(finding for reader in readers for finding in reader.findings)
    unread = frozenset(reader.name for reader in readers if not reader.digest)
    return Source(Atlas(entries, ambiguous, digest, fields), roots, frozenset(verbs), shown, findings, unread)


def _about(folder: Path) -> _Reader:
    """The parsed `atlas.toml` of a folder, in the format that this module reads."""
    if not folder.is_dir():
        raise BadAtlas(str(folder), 0, "there is no such folder")
    if not (folder / ABOUT).is_file():
        raise BadAtlas(str(folder / ABOUT), 0, "there is no such file, so this folder holds no atlas")
    about = _Reader(folder / ABOUT)
    version = about.table.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise AtlasFormat(str(folder / ABOUT), version, FORMAT)
    if not about.findings and version != FORMAT:
        about.note(about.line_of("", "format"), "", f"the format is {FORMAT}, as in: format = {FORMAT}")
    return about


def _all_entries(readers: Sequence[_Reader]) -> dict[str, Entry]:
    """The concepts of all fields. Of two with the same id the first is kept."""
    entries: dict[str, Entry] = {}
    for reader in readers:
        for entry in reader.entries():
            other = entries.setdefault(entry.id, entry)
            if other is not entry:
                reader.note(entry.first, entry.id, f"this id is taken at {other.field}.toml:{other.first}")
    return entries


def _fields(about: _Reader) -> dict[str, str]:
    value = about.table.get("fields")
    if isinstance(value, dict) and all(isinstance(title, str) for title in value.values()):
        return value
    if about.table:
        about.note(about.line_of("", "fields"), "", "'fields' is a table: the name of each field's file and its title")
    return {}


def _ambiguous(terms: _Reader) -> Iterator[Ambiguous]:
    """The names that several concepts share."""
    listed = terms.table.get("term", [])
    if terms.table.keys() - {"term"} or not isinstance(listed, list) or len(listed) != len(terms.lines.tables):
        terms.note(1, "", "this file holds nothing but tables that begin with the line [[term]]")
        return
    for term, line in zip(listed, terms.lines.tables, strict=True):
        match term:
            case {"name": str(name), "means": [_, _, *_] as means, "ask": str(ask)} if all(isinstance(one, str) for one in means):
                yield Ambiguous(name, tuple(means), ask, line)
            case _:
                terms.note(line, "", "a [[term]] has a name, two or more ids that it means, and what to ask")
