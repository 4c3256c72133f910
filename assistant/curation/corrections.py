"""The file of the user's corrections to the graph: read, added to and taken back from, with whatever else the user wrote in it kept."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from assistant.errors import BadCorrections, UnknownCorrection
from assistant.storage.snapshots import Layout, replace_file, writing
from graph.editing.corrections import Correction, Verb

_HEAD = """\
# Corrections to the concept graph: accept, reject, merge, split, rename, hide. You can edit this file by hand.
# Any name of a concept will do. The latest correction wins.
"""
_TABLE = re.compile(r"^\s*\[\[\s*correction\s*\]\]\s*(#.*)?$")
_LINE = re.compile(r"\(at line (\d+)")
_IDLE = re.compile(r"^\s*(#.*)?$")
_TOGETHER = "some correction is not under a line [[correction]] of its own"
_SECOND = {Verb.SPLIT: "into", Verb.RENAME: "to"}


def load_corrections(layout: Layout) -> tuple[Correction, ...]:
    """The corrections in their order; none where there is no file. Raises BadCorrections, which names the line."""
    if not layout.corrections.exists():
        return ()
    return _parse(layout, _read(layout))


def add_correction(layout: Layout, correction: Correction) -> None:
    """Write a correction below those that are there. Raises BadCorrections, LibraryReadOnly."""
    with _editing(layout):
        text = _read(layout) if layout.corrections.exists() else _HEAD
        held = _parse(layout, text)
        if len(_tables(text.split("\n"))) != len(held):
            raise BadCorrections(str(layout.corrections), 1, f"{_TOGETHER}, so none can be added")
        with writing(layout.root):
            replace_file(layout.corrections, f"{text.rstrip()}\n\n{write_correction(correction)}".lstrip())


def remove_correction(layout: Layout, number: int | None) -> tuple[int, Correction]:
    """Take back a correction, the last where no number is named; its number and what it was.

    Raises UnknownCorrection where there is no such correction, BadCorrections, LibraryReadOnly.
    """
    with _editing(layout):
        held = load_corrections(layout)
        if not held:
            raise UnknownCorrection("There are no corrections to take back.")
        number = len(held) if number is None else number
        if not 1 <= number <= len(held):
            raise UnknownCorrection(f"There is no correction {number}; they are numbered 1 to {len(held)}.")
        lines = _read(layout).split("\n")
        tables = _tables(lines)
        if len(tables) != len(held):
            raise BadCorrections(str(layout.corrections), 1, f"{_TOGETHER}, so none can be taken back")
        first = tables[number - 1]
        end = tables[number] if number < len(tables) else len(lines)
        while _IDLE.match(lines[end - 1]):
            end -= 1
        with writing(layout.root):
            replace_file(layout.corrections, "\n".join([*lines[:first], *lines[end:]]).rstrip() + "\n")
        return number, held[number - 1]


def write_correction(correction: Correction) -> str:
    """A correction as it stands in the file."""
    first, *others = correction.names
    match correction.verb:
        case Verb.ACCEPT | Verb.REJECT | Verb.MERGE:
            body = f"{correction.verb} = [{_quoted(first)}, {_quoted(others[0])}]"
        case Verb.SPLIT:
            body = f"split = {_quoted(first)}\ninto = [{', '.join(map(_quoted, others))}]"
        case Verb.RENAME:
            body = f"rename = {_quoted(first)}\nto = {_quoted(others[0])}"
        case Verb.HIDE:
            body = f"hide = {_quoted(first)}"
    return f"[[correction]]\n{body}\n"


def _quoted(name: str) -> str:
    """A TOML string: JSON's escapes are among TOML's."""
    return json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")


@contextmanager
def _editing(layout: Layout) -> Iterator[None]:
    """One at a time: what two people add at once is both there."""
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
    import tomllib  # only where there are corrections

    file = str(layout.corrections)
    lines = text.split("\n")
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        raise BadCorrections(file, int(found[1]) if found else len(lines), f"is not TOML: {_LINE.split(str(error))[0].strip()}") from error
    entries = value.pop("correction", [])
    if value:
        name = next(iter(value))
        at = next((number for number, line in enumerate(lines, start=1) if name in line), 1)
        raise BadCorrections(file, at, f"{name!r} is not a correction; each begins with [[correction]]")
    tables = _tables(lines)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadCorrections(file, tables[0] + 1 if tables else 1, "each correction begins with [[correction]]")
    starts = tables if len(tables) == len(entries) else [0] * len(entries)
    return tuple(_correction(file, lines, start, entry) for start, entry in zip(starts, entries, strict=True))


def _tables(lines: Sequence[str]) -> list[int]:
    """Where each [[correction]] stands, counted from 0."""
    return [number for number, line in enumerate(lines) if _TABLE.match(line)]


def _correction(file: str, lines: Sequence[str], start: int, entry: dict[str, Any]) -> Correction:
    """Raises BadCorrections."""
    verbs = [verb for verb in Verb if verb in entry]
    if len(verbs) != 1:
        raise BadCorrections(file, start + 1, f"a correction has exactly one of {', '.join(Verb)}")
    (verb,) = verbs
    at = next((number for number in range(start, len(lines)) if re.match(rf"\s*{verb}\s*=", lines[number])), start)
    second = _SECOND.get(verb)
    unknown = [name for name in entry if name not in {verb, second, "note"}]
    if unknown:
        raise BadCorrections(file, at + 1, f"{unknown[0]!r} has no meaning in a correction with '{verb}'")
    said = [entry[verb]] if second or verb is Verb.HIDE else entry[verb]
    also = entry.get(second, []) if second else []
    names = [*said, *(also if isinstance(also, list) else [also])] if isinstance(said, list) else []
    least, most = {Verb.HIDE: (1, 1), Verb.SPLIT: (2, 99)}.get(verb, (2, 2))
    if not least <= len(names) <= most or not all(isinstance(name, str) and name.strip() for name in names):
        raise BadCorrections(file, at + 1, f"{verb} is written like this: {_EXAMPLES[verb]}")
    return Correction(verb, tuple(names), at + 1, lines[at].strip())


_EXAMPLES = {
    Verb.ACCEPT: 'accept = ["Dot product", "Self-attention"]',
    Verb.REJECT: 'reject = ["Dot product", "Self-attention"]',
    Verb.MERGE: 'merge = ["Ridge regression", "L2 regularization"]',
    Verb.SPLIT: 'split = "Bias", and below it into = ["Bias of an estimator", "Bias term"]',
    Verb.RENAME: 'rename = "CE loss", and below it to = "Cross-entropy"',
    Verb.HIDE: 'hide = "Prompt"',
}
