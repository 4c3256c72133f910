"""The names in LaTeX: bracket titles of environments, terms set off in definitions, index and glossary entries, described items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.model import Naming
from ingest.names.found import Found, name_at
from ingest.text.tex import plain_tex, without_comment

_BEGIN = re.compile(
    r"\\begin\s*\{([A-Za-z]+)\*?\}\s*(?:\[((?:[^\[\]{}]|\{[^{}]*\}){2,160})\]|\{([^{}]{2,160})\}(?=\s*(?:\{[\w:.-]*\})?\s*$))?"
)
_NEW = re.compile(
    r"\\(?:newtheorem\*?|newmdtheoremenv|newtcbtheorem)(?:\[[^\]]*\])?\s*\{([A-Za-z]+)\*?\}(?:\[[^\]]*\])?\s*\{([^{}]{1,80})\}"
)
_DEFINING = frozenset("definition defn defi def dfn defin notation".split())
_STATING = frozenset("theorem lemma proposition corollary axiom law principle postulate conjecture property claim".split())
_SHORT = {"thm": "theorem", "lem": "lemma", "prop": "proposition", "cor": "corollary"}
_INDEX = re.compile(r"\\(?:index|sindex)(?:\[[^\]]*\])?\s*\{([^{}]{1,160})\}")
_ENTRY = re.compile(r"\\(?:long)?newglossaryentry\s*\{([^{}]{1,80})\}")
_ENTRY_NAME = re.compile(r"\bname\s*=\s*\{?([^{},=\n]{1,100})")
_ACRONYM = re.compile(
    r"\\(?:newacronym(?:\[[^\]]*\])?|acro|DeclareAcronym)\s*\{[^{}]{1,60}\}(?:\[[^\]]*\])?\s*\{([^{}]{1,60})\}\s*\{([^{}]{1,120})\}"
)
_DEFINED = re.compile(r"\\(?:defn|define|newterm|defterm|term|dfn|defemph|vocab|concept|deff?n?word)\s*\{([^{}]{2,100})\}")
_SET_OFF = re.compile(r"\\(?:emph|textbf|textit|textsl|alert)\s*\{([^{}$]{2,80})\}|\{\\(?:bf|it|em|sl)\s+([^{}$]{2,80})\}")
_ITEM = re.compile(r"\s*\\item\s*\[((?:[^\[\]{}]|\{[^{}]*\}){2,120})\]")
_TITLE = re.compile(r"\\title\s*(?:\[[^\]]*\])?\s*\{([^{}]{2,160})\}")
_REACH = 400
"""The most lines of an environment. A longer one was never closed."""
_REFERENCE = re.compile(r"\\(?:cite\w*|ref|cref|eqref)\b")


def latex_names(lines: Sequence[str]) -> Iterator[Found]:
    """The names in the lines of a LaTeX file."""
    declared = dict.fromkeys(_DEFINING, "definition") | {name: name for name in _STATING} | _SHORT
    for line in lines:
        if "theorem" in line:
            for match in _NEW.finditer(line):
                word = match[2].split()[-1].lower()
                declared[match[1]] = "definition" if word in _DEFINING else word
    described = 0
    for at, raw in enumerate(lines):
        line = without_comment(raw) if "%" in raw else raw
        if "\\" not in line:
            continue
        described += line.count(r"\begin{description}") - line.count(r"\end{description}")
        yield from _environments(lines, at, line, declared)
        yield from _commands(lines, at, line)
        item = _ITEM.match(line) if described > 0 else None
        if item:
            yield from name_at(_plain(item[1]), Naming.TERM, at, body=(at, at))


def _environments(lines: Sequence[str], at: int, line: str, declared: dict[str, str]) -> Iterator[Found]:
    """The title of an environment, and the terms that a definition without a title sets off."""
    for match in _BEGIN.finditer(line):
        kind = declared.get(match[1])
        if kind is None:
            continue
        end = _end(lines, at, match[1])
        title = match[2] or match[3] or ""
        if title and not _REFERENCE.search(title) and "=" not in title:
            yield from name_at(_plain(title), Naming.ENVIRONMENT, at, kind, (at, end))
        if kind == "definition":
            for below in range(at, end + 1):
                for term in _SET_OFF.finditer(without_comment(lines[below])):
                    yield from name_at(_plain(term[1] or term[2]), Naming.TERM, below, kind, (at, end))


def _commands(lines: Sequence[str], at: int, line: str) -> Iterator[Found]:
    if "\\title" in line:
        for match in _TITLE.finditer(line):
            yield from name_at(_plain(match[1]), Naming.TITLE, at)
    if "index" in line:
        for match in _INDEX.finditer(line):
            entry = match[1].partition("|")[0]
            # `sort@shown`, and the innermost of `main!sub`.
            yield from name_at(_plain(entry.rpartition("!")[2].rpartition("@")[2]), Naming.INDEX, at)
    if "newglossaryentry" in line and _ENTRY.search(line):
        for below in range(at, min(at + 6, len(lines))):
            named = _ENTRY_NAME.search(lines[below])
            if named:
                yield from name_at(_plain(named[1]), Naming.GLOSSARY, below, body=(at, min(at + 6, len(lines) - 1)))
                break
    for match in _ACRONYM.finditer(line):
        yield from name_at(_plain(match[2]), Naming.GLOSSARY, at, match[1])
        yield from name_at(_plain(match[1]), Naming.ALIAS, at, _plain(match[2]))
    if not re.match(r"\s*\\(?:re|provide)?newcommand|\s*\\def\b", line):
        for match in _DEFINED.finditer(line):
            yield from name_at(_plain(match[1]), Naming.TERM, at, body=(at, at))


def _end(lines: Sequence[str], at: int, name: str) -> int:
    """The index of the line that closes an environment, or of the line that opens it if nothing closes it."""
    pattern = re.compile(rf"\\end\s*\{{{re.escape(name)}\*?\}}")
    return next((end for end in range(at, min(at + _REACH, len(lines))) if pattern.search(lines[end])), at)


def _plain(text: str) -> str:
    return plain_tex(text).replace("**", "").replace("`", "")
