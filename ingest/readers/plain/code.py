"""Source code: a file with lines of its own, cut where a definition begins. What its comments say stands as prose."""

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
_HASHED = frozenset(".py .pyi .sh .bash .zsh .rb .pl .r .jl".split())
_DASHED = frozenset({".sql", ".lua", ".hs"})
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
_LEADS = re.compile(r"\s*(?:@|#\[|//|/\*|\*|--|#(?!include|define|if|endif|pragma))")
_LONGEST = 200
"""A line longer than this opens no definition that a person wrote."""
_LONG = 25
"""Lines from which a class is cut into its methods."""
_DOCSTRING = re.compile(r"""\s*[rbuRBU]?(?P<quotes>\"{3}|'{3})""")


@dataclass(frozen=True, slots=True)
class _Definition:
    """A definition: where it begins, comments and decorators above it included, how deep it is indented and its name."""

    first: int
    line: int
    indent: int
    name: str
    holds: bool


def read_code(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A source file. Its definitions are sections; a comment of whole lines and a docstring are prose."""
    suffix = PurePosixPath(name).suffix.lower()
    prose = _comments(lines, suffix)
    found = _nested(_definitions(lines, suffix, prose))
    sections = tuple(_sections(found, lines))
    blocks = tuple(_blocks(sections, lines, prose))
    return Document(name, PurePosixPath(name).name, digest, (Text(lines),), blocks, sections, ())


def _definitions(lines: Sequence[str], suffix: str, prose: Sequence[bool]) -> list[_Definition]:
    found: list[_Definition] = []
    above = 0
    for at, line in enumerate(lines):
        if prose[at] or not line.strip() or len(line) > _LONGEST:
            continue
        match = _DEFINITION.match(line)
        if match is None:
            continue
        called = next((match[key] for key in ("of", "function", "bound", "made", "called", "assigned", "typed") if match[key]), None)
        if called is None or (match["typed"] and suffix in _HASHED | _DASHED) or (match["typed"] and line.rstrip().endswith(",")):
            continue
        first = at
        while first > above and lines[first - 1].strip() and (prose[first - 1] or _LEADS.match(lines[first - 1])):
            first -= 1
        indent = len(match["indent"].expandtabs(4))
        found.append(_Definition(first, at, indent, f"{match['group'] or ''} {called.strip()}".strip(), bool(match["group"])))
        above = at + 1
    return found


def _nested(found: Sequence[_Definition]) -> list[tuple[_Definition, int]]:
    """Definitions at the top, and those right inside a class, with their level. A function inside a function is part of it."""
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
    """Runs of lines of one kind; a section opens a new one. A blank line stands between blocks of prose, not in code."""
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
    """Which lines are comments, or a docstring, that say something: three words or more, and no code that was commented out."""
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
    """The end (exclusive) of a comment that opens a line and closes at the end of one; `at` where it does not."""
    for end in range(at, len(lines)):
        text = lines[end].strip()[skip if end == at else 0 :]
        if sign in text:
            return end + 1 if text.endswith(sign) else at
    return at


def _says(lines: Sequence[str], *, documents: bool) -> bool:
    """Whether lines are words, not code that was commented out. What `documents` may well show code."""
    text = " ".join(lines)
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) >= 3 and (documents or sum(text.count(sign) for sign in "{};=") <= len(words) // 6)
