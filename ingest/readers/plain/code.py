"""Read source code, a file with lines of its own. Definitions become sections, comments become prose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.model import Block, Document, Kind, Section, SectionKind, Span, Text

CODE_SUFFIXES = frozenset(
    ".py .pyi .js .mjs .jsx .ts .tsx .java .kt .scala .c .h .cc .cpp .cxx .hpp .hh .cu .cs .go .rs .swift .rb .php .pl .lua .r .jl .m .hs"
    " .ml .sh .bash .zsh .sql".split()
)
"""Languages whose definitions `_DEFINITION` recognises. Files in other languages are not read, since their comments could not be told from
code."""
_HASHED = frozenset(".py .pyi .sh .bash .zsh .rb .pl .r .jl".split())
"""Files whose comments start with `#`."""
_DASHED = frozenset({".sql", ".lua", ".hs"})
"""Files whose comments start with `--`. In all others they start with `//`."""
_DEFINITION = re.compile(
    r"""(?P<indent>[ \t]*)
    (?:(?:export|default|declare|public|private|protected|internal|static|final|abstract|sealed|override|async|pub(?:\([a-z]+\))?|unsafe|const|
        inline|extern|virtual|open|data|partial|local|suspend|template\s?<[^<>]{0,60}>)\s+)*
    (?:
        (?P<group>class|interface|struct|enum|trait|impl|module|namespace|object|protocol|extension|union|record)\s+(?P<of>[^\s({:;<][^({:;]{0,80})
        |(?:def|fn|func|function\*?|fun|sub|macro)\s+(?:\([^)]{0,80}\)\s*)?(?P<function>[\w.$:]+[?!]?)
        |(?:const|let|var)\s+(?P<bound>[\w$]+)\s*=\s*(?:async\s*)?(?:\([^)]{0,200}\)|[\w$]+)\s*=>
        |create\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+)?(?:table|view|function|procedure|trigger|index)\s+(?:if\s+not\s+exists\s+)?
            (?P<made>[\w."`\[\]]+)
        |(?P<called>[A-Za-z_][\w-]*)\s*\(\)\s*\{
        |(?P<assigned>[\w.]+)\s*(?:<-|=)\s*function\b
        |(?!(?:return|else|if|for|while|switch|throw|new|using|case|goto|delete|typedef)\b)[A-Za-z_][\w:<>,*&\[\] ]{0,60}?[ *&]
            (?P<typed>[A-Za-z_~][\w:~<>]{0,60})\s?\([^;]{0,300}$
    )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Matches a line that opens a class, a function, an SQL table and the like. The last alternative is a function with a type, as in C."""
_LEADS = re.compile(r"\s*(?:@|#\[|//|/\*|\*|--|#(?!include|define|if|endif|pragma))")
"""Matches a line that belongs to the definition below it: a comment, a decorator."""
_LONGEST = 200
"""The most characters of a line that opens a definition. Longer lines are generated."""
_LONG = 25
"""Lines above which a class is cut into its methods. A shorter class is one passage."""
_FEWEST_WORDS = 3
"""The fewest words of a comment that counts as prose. Shorter comments are rulers and names of sections."""
_DOCSTRING = re.compile(r"""\s*[rbuRBU]?(?P<quotes>\"{3}|'{3})""")


@dataclass(frozen=True, slots=True)
class _Definition:
    """A definition. `first` is the index of its first line, including comments and decorators above it, `line` the index of its own line.

    `indent` is the width of its indentation in columns. `holds` is true if it may hold other definitions, as a class does.
    """

    first: int
    line: int
    indent: int
    name: str
    holds: bool


def read_code(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A source file. Comments on lines of their own and docstrings are prose, everything else is code."""
    suffix = PurePosixPath(name).suffix.lower()
    prose = _comments(lines, suffix)
    definitions = _with_levels(_definitions(lines, suffix, prose))
    sections = tuple(_sections(definitions, lines))
    blocks = tuple(_blocks(sections, lines, prose))
    return Document(name, PurePosixPath(name).name, digest, (Text(lines),), blocks, sections, ())


def _definitions(lines: Sequence[str], suffix: str, prose: Sequence[bool]) -> list[_Definition]:
    """All definitions of a file. `prose` says which lines are comments."""
    found: list[_Definition] = []
    above = 0
    for at, line in enumerate(lines):
        if prose[at] or not line.strip() or len(line) > _LONGEST:
            continue
        match = _DEFINITION.match(line)
        if match is None:
            continue
        name = next((match[key] for key in ("of", "function", "bound", "made", "called", "assigned", "typed") if match[key]), None)
        if name is None or (match["typed"] and (suffix in _HASHED | _DASHED or line.rstrip().endswith(","))):
            continue
        first = at
        while first > above and lines[first - 1].strip() and (prose[first - 1] or _LEADS.match(lines[first - 1])):
            first -= 1
        indent = len(match["indent"].expandtabs(4))
        found.append(_Definition(first, at, indent, f"{match['group'] or ''} {name.strip()}".strip(), bool(match["group"])))
        above = at + 1
    return found


def _with_levels(found: Sequence[_Definition]) -> list[tuple[_Definition, int]]:
    """The definitions at the top, with level 1, and those directly inside a class, with level 2. A function in a function is part of it."""
    kept: list[tuple[_Definition, int]] = []
    holder: _Definition | None = None
    inner: int | None = None
    for each in found:
        if each.indent == 0 or holder is None:
            if each.indent == 0 or each.holds:
                kept.append((each, 1))
                holder, inner = each, None
        elif holder.holds and each.indent > holder.indent and (inner is None or each.indent == inner):
            inner = each.indent
            kept.append((each, 2))
        elif each.indent <= holder.indent:
            kept.append((each, 1))
            holder, inner = each, None
    return kept


def _sections(found: Sequence[tuple[_Definition, int]], lines: Sequence[str]) -> list[Section]:
    """A section for each definition at the top, and one for each method of a long class."""
    sections: list[Section] = []
    outer: Section | None = None
    for at, (each, level) in enumerate(found):
        after = next((other.first for other, its in found[at + 1 :] if its <= level), len(lines))
        last = after
        while last > each.line + 1 and not lines[last - 1].strip():
            last -= 1
        span = Span(each.first + 1, last)
        if level == 1:
            outer = Section(each.name, (each.name,), 1, SectionKind.HEADING, span)
            sections.append(outer)
        elif outer is not None and outer.span.last - outer.span.first >= _LONG:
            last = min(last, outer.span.last)
            sections.append(Section(each.name, (outer.title, each.name), 2, SectionKind.HEADING, Span(each.first + 1, last)))
    return sections


def _blocks(sections: Sequence[Section], lines: Sequence[str], prose: Sequence[bool]) -> list[Block]:
    """The blocks of a file: runs of lines of one kind in one section. A blank line ends a block of prose, but not one of code."""
    opens = {section.span.first - 1 for section in sections}
    owner: list[tuple[str, ...]] = [()] * len(lines)
    for section in sections:
        for at in range(section.span.first - 1, section.span.last):
            owner[at] = section.path
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        end = last = at
        while end < len(lines) and (end == at or end not in opens) and owner[end] == owner[at]:
            if lines[end].strip():
                if prose[end] != prose[at]:
                    break
                last = end
            elif prose[at]:
                break
            end += 1
        kind = Kind.PROSE if prose[at] else Kind.CODE
        blocks.append(Block(kind, "\n".join(lines[at : last + 1]), Span(at + 1, last + 1), owner[at]))
        at = last + 1
    return blocks


def _comments(lines: Sequence[str], suffix: str) -> list[bool]:
    """For each line, whether it belongs to a comment or a docstring with words."""
    marks = ("#",) if suffix in _HASHED else ("--",) if suffix in _DASHED else ("//",)
    found = [False] * len(lines)
    at = 0
    while at < len(lines):
        text = lines[at].strip()
        end = at
        if text.startswith(marks) and not text.startswith("#!"):
            while end < len(lines) and lines[end].strip().startswith(marks):
                end += 1
        elif text.startswith("/*"):
            end = _closing(lines, at, "*/", 2)
        elif suffix in (".py", ".pyi") and (quotes := _DOCSTRING.match(lines[at])):
            end = _closing(lines, at, quotes["quotes"], quotes.end() - (len(lines[at]) - len(lines[at].lstrip())))
        if end > at and _says(lines[at:end], documents=lines[at].lstrip()[:1] not in "#/-"):
            found[at:end] = [True] * (end - at)
        at = max(end, at + 1)
    return found


def _closing(lines: Sequence[str], at: int, sign: str, skip: int) -> int:
    """The end (exclusive) of a comment that `sign` closes at the end of a line, or `at` if it is not closed there.

    `skip` is the length of the sign that opens it.
    """
    for end in range(at, len(lines)):
        text = lines[end].strip()[skip if end == at else 0 :]
        if sign in text:
            return end + 1 if text.endswith(sign) else at
    return at


def _says(lines: Sequence[str], *, documents: bool) -> bool:
    """True if a comment has at least three words and is not commented-out code. One that `documents` a definition may show code."""
    text = " ".join(lines)
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) >= _FEWEST_WORDS and (documents or sum(text.count(sign) for sign in "{};=") <= len(words) // 6)
