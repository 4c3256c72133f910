"""The names in reStructuredText: glossaries, indexes, titled definitions, definition lists, roles that name a term."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.model import Naming
from ingest.names.found import Found, name_at

_DIRECTIVE = re.compile(r"(\s*)\.\.\s+(?:prf:|proof:|math:)?([\w-]+)::\s*(.*)$")
_ENVIRONMENTS = frozenset("definition theorem lemma proposition corollary axiom conjecture property algorithm".split())
_ADMONITION = re.compile(r"(definition|theorem|lemma|proposition|corollary)\b[\s\d.]*[(:]\s*([^()\n]{2,100})\)?", re.IGNORECASE)
_ROLE = re.compile(r":(index|term|dfn|doc|ref|keyword):`([^`<]{1,120}?)(?:\s*<([^`<>]{1,160})>)?`")
_NAMINGS = {"index": Naming.INDEX, "term": Naming.LINK, "dfn": Naming.TERM, "doc": Naming.LINK, "ref": Naming.LINK}
_ENTRY = re.compile(r"(?:(single|pair|triple|see|seealso|index):)?\s*!?\s*(.+)$")
_LABEL = re.compile(r":\w+:")


def rst_names(lines: Sequence[str]) -> Iterator[Found]:
    """The names in the lines of a reStructuredText file."""
    for at, line in enumerate(lines):
        if "::" in line and (found := _DIRECTIVE.match(line)):
            yield from _directive(lines, at, len(found[1]), found[2], found[3].strip())
            continue
        if ":`" in line:
            for match in _ROLE.finditer(line):
                named = match[2] if match[3] or match[1] not in ("doc", "ref") else ""
                yield from name_at(named, _NAMINGS.get(match[1], Naming.TERM), at, match[3] or "")
        if line[:1].isalpha() and at + 1 < len(lines):
            yield from _defined(lines, at)


def _directive(lines: Sequence[str], at: int, indent: int, name: str, argument: str) -> Iterator[Found]:
    end = _body_end(lines, at, indent)
    if name == "index":
        entries = argument.split(",") if ":" not in argument else argument.split(";;")
        for place, entry in [(at, entry) for entry in entries] + [(below, lines[below]) for below in range(at + 1, end + 1)]:
            yield from _entry(entry.strip(), place)
    elif name == "glossary":
        yield from _glossary(lines, at, end)
    elif name in _ENVIRONMENTS and argument:
        yield from name_at(argument, Naming.ENVIRONMENT, at, name, (at, end))
    elif name == "admonition" and (titled := _ADMONITION.match(argument)):
        yield from name_at(titled[2], Naming.ENVIRONMENT, at, titled[1].lower(), (at, end))


def _entry(entry: str, at: int) -> Iterator[Found]:
    """The names in an index entry: the last of `single: main; sub`, both of `pair: one; two`."""
    match = _ENTRY.match(entry)
    if not match or _LABEL.match(entry):
        return
    pieces = [piece.strip() for piece in match[2].split(";")]
    kept = pieces if match[1] in ("pair", "triple") else pieces[:1] if match[1] in ("see", "seealso") else pieces[-1:]
    for name in kept:
        yield from name_at(name, Naming.INDEX, at)


def _glossary(lines: Sequence[str], at: int, end: int) -> Iterator[Found]:
    """The terms of a glossary: the lines at its own indentation. Several terms in a row share an explanation."""
    inside = [below for below in range(at + 1, end + 1) if lines[below].strip() and not _LABEL.match(lines[below].strip())]
    indent = min((_indent(lines[below]) for below in inside), default=0)
    terms = [below for below in inside if _indent(lines[below]) == indent]
    for nth, below in enumerate(terms):
        following = next((other for other in terms[nth + 1 :] if other != below + 1), end + 1)
        yield from name_at(
            lines[below].partition(" : ")[0], Naming.GLOSSARY, below, body=(below + 1, max(below + 1, _filled(lines, following - 1)))
        )


def _defined(lines: Sequence[str], at: int) -> Iterator[Found]:
    """The term of an entry in a list of definitions: a short line above an indented one."""
    line, below = lines[at], lines[at + 1]
    alone = at == 0 or not lines[at - 1].strip()
    if alone and below.strip() and _indent(below) > 0 and len(line.split()) <= 8 and not line.rstrip().endswith((".", ":", ",", ";")):
        yield from name_at(line.partition(" : ")[0], Naming.TERM, at, body=(at + 1, _body_end(lines, at, 0)))


def _body_end(lines: Sequence[str], at: int, indent: int) -> int:
    """The index of the last line with content that is indented below a line."""
    end = last = at
    while end + 1 < len(lines) and (not lines[end + 1].strip() or _indent(lines[end + 1]) > indent):
        end += 1
        last = end if lines[end].strip() else last
    return last


def _filled(lines: Sequence[str], at: int) -> int:
    while at > 0 and not lines[at].strip():
        at -= 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
