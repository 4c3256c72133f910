"""The names in Markdown, with the extensions of Obsidian, Logseq, MyST and kramdown, and in documents that a reader converted to
Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.model import Naming
from ingest.names.found import PICTURE, Found, listed, name_at

_FENCE = re.compile(r"\s*(?:>\s*)*(`{3,}|~{3,})")
_WIKI = re.compile(r"(?<!!)\[\[(?!\s*[\d\[])([^\[\]\n|#^]{1,120})(?:[#^][^\[\]\n|]{0,120})?\\?(?:\|([^\[\]\n]{1,120}))?\]\]")
_NOTE_LINK = re.compile(
    r"(?<![!\w\]])\[([^\[\]\n]{1,120})\]\(<?([^()\s:<>]{1,200}\.(?:md|markdown|org|rst|html?))(?:#[^()\s<>]{0,120})?>?\)"
)
_TAG = re.compile(r"(?:^|(?<=\s))#([^\W\d_][\w/-]{1,60})(?![\w#])")
_PROPERTY = re.compile(r"\s*(?:[-*]\s+)?(alias|aliases|title|tags)::\s*(\S.*)$", re.IGNORECASE)
_FIELD = re.compile(r"\s*(?:[-*]\s+)?(?:\*\*)?([^\W\d_][^:*\[\]{}|`$\n]{1,60}?)(?:\*\*)?\s?::\s+\S")
_KEYS = frozenset(
    "author authors date created updated source url link links tag topic topics status type up parent related id collapsed deck cssclass"
    " publish year journal publisher isbn rating progress file file-path category next prev previous template icon card-last-interval"
    " card-repeats card-ease-factor card-next-schedule card-last-reviewed card-last-score public filters query-table heading see"
    " background-color ls-type hl-page hl-color exclude-from-graph-view".split()
)
"""Names of fields that describe the note, not its subject."""
_DECKS = frozenset({"card", "cards", "flashcard", "flashcards", "todo"})
"""Tags that tell a program what to do with a note."""
_DIRECTIVE = re.compile(r"\s*(?:`{3,}|:{3,}|~{3,})\s*\{(?:prf:|proof:)?([a-z-]+)\}\s*(\S.*)?$")
_ENVIRONMENTS = frozenset(
    "definition theorem lemma proposition corollary axiom conjecture property algorithm law principle postulate observation".split()
)
_TITLED = re.compile(
    r"\s*(?:>\s*)?(?:\*\*|__)?\[?!?(definition|theorem|lemma|proposition|corollary|axiom|law|principle|postulate)\]?(?:[-+](?=\s))?"
    r"\s*[\d.]{0,9}\s*\(([^()\n]{2,100})\)\s*[.:]?(?:\*\*|__)?",
    re.IGNORECASE,
)
_CALLOUT = re.compile(r"\s*>\s*\[!(\w{2,20})\][-+]?\s+(\S.*)$")
_DFN = re.compile(r"<dfn\b[^<>]{0,200}>(.{1,120}?)</dfn>", re.IGNORECASE)
_TERM_BODY = re.compile(r"\s{0,3}:\s+\S")
_INDEX = re.compile(r"\{index\}`([^`<]{1,120}?)(?:\s*<([^`<>]{1,120})>)?`")
_ROLE = re.compile(r"\{term\}`([^`<]{1,120}?)(?:\s*<([^`<>]{1,120})>)?`")
_DESCRIBED = re.compile(r"^\*\*([^*\n]{1,100})\*\*: \S|(?<![\w*])\*([^\s*][^*\n]{0,100})\*(?![\w*])")


def markdown_names(lines: Sequence[str], skip: int = 0, *, made: bool = False) -> Iterator[Found]:
    """The names in lines of Markdown below the front matter, which takes `skip` lines. `made` is true if a reader converted the document:
    readers write an entry of a list of definitions as `**term**: …`, and a term marked by `<dfn>` as `*term*`.
    """
    at = skip
    while at < len(lines):
        line = lines[at]
        opened = _DIRECTIVE.match(line)
        if opened:
            yield from _directive(lines, at, opened)
            at += 1
            continue
        fence = _FENCE.match(line)
        if fence:
            at = _end(lines, at, fence[1]) + 1
            continue
        if line.strip():
            yield from _line(lines, at)
            if made:
                for term in _DESCRIBED.finditer(line):
                    yield from name_at(term[1] or term[2], Naming.TERM, at, body=(at, at))
        at += 1


def _line(lines: Sequence[str], at: int) -> Iterator[Found]:
    line = lines[at]
    if "[" in line:
        yield from _links(line, at)
    if "#" in line:
        for match in _TAG.finditer(line):
            if match[1].lower() not in _DECKS:
                yield from name_at(match[1].rpartition("/")[2].replace("-", " ").replace("_", " "), Naming.TAG, at, match[1])
    if "::" in line:
        yield from _field(line, at)
    yield from _titles(lines, at)
    if "<dfn" in line or "<DFN" in line:
        for match in _DFN.finditer(line):
            yield from name_at(re.sub(r"<[^<>]*>", "", match[1]), Naming.TERM, at, body=(at, at))
    if "{index}" in line or "{term}" in line:
        for role, naming in ((_INDEX, Naming.INDEX), (_ROLE, Naming.LINK)):
            for match in role.finditer(line):
                yield from name_at(match[1], naming, at, match[2] or "")
    if at + 1 < len(lines) and _TERM_BODY.match(lines[at + 1]) and len(line.split()) <= 8 and line[0] not in ":#>|-*+ ":
        yield from name_at(line, Naming.TERM, at, body=(at + 1, _paragraph_end(lines, at)))


def _titles(lines: Sequence[str], at: int) -> Iterator[Found]:
    """The title of a definition or a theorem that a line opens."""
    line = lines[at]
    titled = _TITLED.match(line)
    if titled:
        yield from name_at(titled[2], Naming.ENVIRONMENT, at, titled[1].lower(), (at, _paragraph_end(lines, at)))
    called = _CALLOUT.match(line)
    if called and called[1].lower() in _ENVIRONMENTS and not _TITLED.match(line):
        yield from name_at(called[2], Naming.ENVIRONMENT, at, called[1].lower(), (at, _quote_end(lines, at)))


def _links(line: str, at: int) -> Iterator[Found]:
    """The pages that links lead to, and the words in which they are named."""
    for match in _WIKI.finditer(line):
        page = match[1].strip()
        if not page or PICTURE.search(page):
            continue
        yield from name_at(page.rpartition("/")[2], Naming.LINK, at, page)
        if match[2] and match[2].strip() != page:
            yield from name_at(match[2], Naming.LINK, at, page)
    for match in _NOTE_LINK.finditer(line):
        yield from name_at(match[1], Naming.LINK, at, match[2])


def _field(line: str, at: int) -> Iterator[Found]:
    """The names of a property line of Logseq, or the term of a line `term:: what it means`."""
    known = _PROPERTY.match(line)
    if known:
        key = known[1].lower()
        naming = Naming.TITLE if key == "title" else Naming.TAG if key == "tags" else Naming.ALIAS
        for name in [known[2]] if naming is Naming.TITLE else listed(known[2]):
            yield from name_at(name, naming, at)
        return
    field = _FIELD.match(line)
    if field and field[1][-1] != "?" and field[1].strip().lower() not in _KEYS and len(field[1].split()) <= 6:
        yield from name_at(field[1], Naming.TERM, at, body=(at, at))


def _directive(lines: Sequence[str], at: int, opened: re.Match[str]) -> Iterator[Found]:
    """The names of a directive of MyST: the title of a definition, the terms of a glossary, the entries of an index."""
    name = opened[1]
    fence = re.match(r"\s*([`:~]{3,})", lines[at])
    end = _end(lines, at, fence[1] if fence else "```")
    if name in _ENVIRONMENTS and opened[2]:
        yield from name_at(opened[2], Naming.ENVIRONMENT, at, name, (at, end))
    elif name == "index":
        for entry in (opened[2] or "").split(";"):
            yield from name_at(entry.rpartition(":")[2], Naming.INDEX, at)
    elif name == "glossary":
        for below in range(at + 1, end):
            line = lines[below]
            following = lines[below + 1].strip() if below + 1 < end else ""
            if line.strip() and not line[0].isspace() and not line.startswith(":") and following:
                yield from name_at(line, Naming.GLOSSARY, below, body=(below + 1, min(_paragraph_end(lines, below), end - 1)))


def _end(lines: Sequence[str], at: int, fence: str) -> int:
    """The index of the line that closes a fence, or of the last line."""
    for end in range(at + 1, len(lines)):
        text = lines[end].lstrip("> \t").rstrip()
        if text.startswith(fence) and not text.strip(fence[0]):
            return end
    return len(lines) - 1


def _paragraph_end(lines: Sequence[str], at: int) -> int:
    """The index of the last line before the next blank one. A paragraph that ends in a colon goes on over the list or formula below it."""
    end = at
    while end + 1 < len(lines) and (lines[end + 1].strip() or (end > at and lines[end].rstrip().endswith(":") and end + 2 < len(lines))):
        end += 1
    return end


def _quote_end(lines: Sequence[str], at: int) -> int:
    end = at
    while end + 1 < len(lines) and lines[end + 1].lstrip().startswith(">"):
        end += 1
    return end
