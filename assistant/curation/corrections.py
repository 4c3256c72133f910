"""The file of the user's corrections to the graph. The user's comments and layout are preserved."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.errors import BadCorrections, UnknownCorrection
from assistant.storage.snapshots import Layout, replace_file, writing
from assistant.storage.toml import BadToml, read_toml
from graph.editing.corrections import Correction, Verb

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEAD = """\
# Corrections to the concept graph: accept, reject, merge, split, rename, hide, add. You can edit this file by hand.
# Any name of a concept will do. The latest correction wins.
"""
_KEY = "correction"
_TABLE = re.compile(r"^\s*\[\[\s*correction\s*\]\]\s*(#.*)?$")
_SECOND = {Verb.SPLIT: "into", Verb.RENAME: "to", Verb.ADD: "aliases"}
_DEFINITION = ("definition", "says")


def load_corrections(layout: Layout) -> tuple[Correction, ...]:
    """The corrections in the order of the file; empty without a file. Raises BadCorrections with the line."""
    return _parse(layout, _read(layout)) if layout.corrections.exists() else ()


def add_correction(layout: Layout, correction: Correction) -> None:
    """Write a correction after the others. Raises BadCorrections, LibraryReadOnly."""
    with _editing(layout):
        text = _read(layout) if layout.corrections.exists() else _HEAD
        _parse(layout, text)
        _write(layout, _with(text, correction))


def remove_correction(layout: Layout, number: int | None) -> tuple[int, Correction]:
    """Take back a correction by its number, or the last one. Returns the number and the correction.

    Raises UnknownCorrection if there is no such correction, BadCorrections, LibraryReadOnly.
    """
    with _editing(layout):
        held = load_corrections(layout)
        if not held:
            raise UnknownCorrection("There are no corrections to take back.")
        number = len(held) if number is None else number
        if not 1 <= number <= len(held):
            raise UnknownCorrection(f"There is no correction {number}; they are numbered 1 to {len(held)}.")
        _write(layout, _without(_read(layout), number - 1))
        return number, held[number - 1]


def _with(text: str, correction: Correction) -> TOMLDocument:
    """The file with one more correction at its end."""
    import tomlkit
    from tomlkit.items import AoT

    document = tomlkit.parse(text)
    if _KEY not in document:
        document.add(tomlkit.nl())
        document.append(_KEY, tomlkit.aot())
    corrections: Any = document[_KEY]
    if isinstance(corrections, AoT) and corrections:
        for _ in range(1 if text.endswith("\n") else 2):
            corrections[-1].add(tomlkit.nl())
    corrections.append(_entry(correction))
    return document


def _without(text: str, place: int) -> TOMLDocument:
    """The file without the correction at a place, counted from 0. Comments after it belong to the next one and stay."""
    import tomlkit
    from tomlkit.items import AoT, Comment, Whitespace

    document = tomlkit.parse(text)
    corrections: Any = document[_KEY]
    gone = corrections.pop(place)
    if not isinstance(corrections, AoT):
        return document
    comments: list[Comment | Whitespace] = []
    for _, item in reversed(gone.value.body):
        if not isinstance(item, Comment | Whitespace):
            break
        comments.insert(0, item)
    if place:
        for item in comments:
            corrections[place - 1].add(item)
        return document
    kept = tomlkit.document()
    for key, item in document.body:
        if key is not None and key.key == _KEY:
            for comment in comments:
                kept.add(comment)
        if key is None or key.key != _KEY or corrections:
            kept.append(key, item)
    return kept


def _entry(correction: Correction) -> dict[str, str | list[str]]:
    """The keys and values of a correction in the file."""
    first, *others = correction.names
    match correction.verb:
        case Verb.ACCEPT | Verb.REJECT | Verb.MERGE:
            return {correction.verb: [first, *others]}
        case Verb.SPLIT:
            return {"split": first, "into": others}
        case Verb.RENAME:
            return {"rename": first, "to": others[0]}
        case Verb.HIDE:
            return {"hide": first}
        case Verb.ADD:
            defined = {name: text for name, text in zip(_DEFINITION, (correction.definition, correction.says), strict=True) if text}
            return {"add": first, **({"aliases": others} if others else {}), **defined}


def _write(layout: Layout, document: TOMLDocument) -> None:
    with writing(layout.root):
        replace_file(layout.corrections, document.as_string())


@contextmanager
def _editing(layout: Layout) -> Iterator[None]:
    """Lock the file, so that two corrections made at the same time are both kept."""
    with writing(layout.root):
        descriptor = os.open(layout.root / ".corrections.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(layout: Layout) -> str:
    try:
        data = layout.corrections.read_bytes()
    except OSError as error:
        raise BadCorrections(str(layout.corrections), 1, f"cannot be read ({error.strerror})") from error
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadCorrections(str(layout.corrections), data[: error.start].count(b"\n") + 1, "is not UTF-8") from error


def _parse(layout: Layout, text: str) -> tuple[Correction, ...]:
    file = str(layout.corrections)
    lines = text.split("\n")
    try:
        value = read_toml(text)
    except BadToml as error:
        raise BadCorrections(file, error.line, f"is not TOML: {error.reason}") from error
    entries = value.pop(_KEY, [])
    if value:
        name = next(iter(value))
        at = next((number for number, line in enumerate(lines, start=1) if name in line), 1)
        raise BadCorrections(file, at, f"{name!r} is not a correction; each begins with [[correction]]")
    tables = [number for number, line in enumerate(lines) if _TABLE.match(line)]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadCorrections(file, tables[0] + 1 if tables else 1, "each correction begins with [[correction]]")
    starts = tables if len(tables) == len(entries) else [0] * len(entries)  # inline tables, perhaps all on one line
    return tuple(_correction(file, lines, start, entry) for start, entry in zip(starts, entries, strict=True))


def _correction(file: str, lines: Sequence[str], start: int, entry: dict[str, Any]) -> Correction:
    """The correction of an entry whose heading is line `start`, counted from 0. Raises BadCorrections."""
    verbs = [verb for verb in Verb if verb in entry]
    if len(verbs) != 1:
        raise BadCorrections(file, start + 1, f"a correction has exactly one of {', '.join(Verb)}")
    (verb,) = verbs
    at = next((number for number in range(start, len(lines)) if re.match(rf"\s*{verb}\s*=", lines[number])), start)
    second = _SECOND.get(verb)
    known = {verb, second, "note", *(_DEFINITION if verb is Verb.ADD else ())}
    unknown = [name for name in entry if name not in known]
    if unknown:
        raise BadCorrections(file, at + 1, f"{unknown[0]!r} has no meaning in a correction with '{verb}'")
    first = [entry[verb]] if second or verb is Verb.HIDE else entry[verb]
    others = entry.get(second, []) if second else []
    names = [*first, *(others if isinstance(others, list) else [others])] if isinstance(first, list) else []
    least, most = {Verb.HIDE: (1, 1), Verb.SPLIT: (2, 99), Verb.ADD: (1, 99)}.get(verb, (2, 2))
    if not least <= len(names) <= most or not all(isinstance(name, str) and name.strip() for name in names):
        raise BadCorrections(file, at + 1, f"{verb} is written like this: {_EXAMPLES[verb]}")
    return Correction(verb, tuple(names), at + 1, lines[at].strip(), *_defined(file, entry, at))


def _defined(file: str, entry: dict[str, Any], at: int) -> tuple[str, str]:
    """The lines that define an added concept, and their beginning; empty if not given. Raises BadCorrections."""
    definition, says = (entry.get(name, "") for name in _DEFINITION)
    if not isinstance(definition, str) or not isinstance(says, str):
        raise BadCorrections(file, at + 1, f"{Verb.ADD} is written like this: {_EXAMPLES[Verb.ADD]}")
    return definition, says


_EXAMPLES = {
    Verb.ACCEPT: 'accept = ["Dot product", "Self-attention"]',
    Verb.REJECT: 'reject = ["Dot product", "Self-attention"]',
    Verb.MERGE: 'merge = ["Ridge regression", "L2 regularization"]',
    Verb.SPLIT: 'split = "Bias", and below it into = ["Bias of an estimator", "Bias term"]',
    Verb.RENAME: 'rename = "CE loss", and below it to = "Cross-entropy"',
    Verb.HIDE: 'hide = "Prompt"',
    Verb.ADD: 'add = "Attention sink", and below it aliases = ["Sink token"] and definition = "notes.md:12-14"',
}
