"""Tell furniture from text: pictures, credits, navigation, link lists, sources, metadata lines, comments, templates, base64.

Furniture stays in the document, which is shown whole, but never becomes a passage: it is not embedded, quoted or used as evidence. A
picture with a caption in words is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import PurePosixPath

from ingest.language.language import Language, alternatives
from ingest.model import Block, Document, Kind, Span

_WORDS = Language.load("en").groups("furniture")
_LONGEST = 4_000
"""A longer line is not examined, in characters."""
_LONGEST_CREDIT = 30
"""The most words of a credit. A longer line is text."""
_READ = frozenset(".md .markdown .mdown .mkd .txt .text .tex .ltx .latex .rst .rest .org .html .htm .xhtml .epub .docx .ipynb".split())
"""Formats in which furniture is recognised line by line."""
_WITHOUT_LINES = frozenset({".pdf", ".pptx"})
"""Formats in which only lists of sources are recognised, by their title."""
_SPLIT = frozenset({Kind.PROSE, Kind.LIST, Kind.CALLOUT, Kind.DEFINITION, Kind.CONTENTS})
"""Kinds of block whose lines are examined one by one."""
_MARKS = re.compile(r"^(?:\s*(?:>|[-*+•](?=\s)|\d{1,3}[.)](?=\s)|\[[ xX]\](?=\s)))*\s*")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\[{1,2}[^\[\]\n]*[^\W\d_]{2}")
_ADDRESS_ALONE = re.compile(r"\[\s*\w+://")
_PICTURES = re.compile(
    r"!\[\[[^\[\]\n]*\]\]|!\[([^\[\]\n]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|<img\b[^<>]*>|!\[([^\[\]\n]*)\]\[[^\[\]]*\]"
)
_ALT = re.compile(r"\balt=\"([^\"]*)\"")
_LINKS = re.compile(
    r"\[\[[^\[\]\n]+\](?:\[[^\[\]\n]+\])?\]|\[[^\[\]\n]+\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]]*\])|<?\w+://[^\s<>]+>?|`[^`<]+<[^`<>]+>`_{1,2}"
)
_ADDRESS = re.compile(r"\w+://|www\.|\]\(|\[\[|href=")
_TAGS = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
_SAYS = re.compile(r"[^\W\d_]{2}")
_POINTS = re.compile(r"^\W*(?:see(?: also)?|cf|compare|also|embed|more|related)\b", re.IGNORECASE)
"""Text before a link without visible words."""
_FILE = re.compile(
    r"^[\w .,()&-]*\.\w{2,5}$|^(?:image|img|pasted image|screenshot|untitled|picture|figure|diagram|fig|alt text)?[\s\d._-]*$",
    re.IGNORECASE,
)
_CREDIT = re.compile(rf"[(\[*_\s]*{alternatives(_WORDS['credits'])}\s*(?::|\b)", re.IGNORECASE)
_CREDIT_COLON = re.compile(rf"[(\[*_\s]*{alternatives(_WORDS['credits'])}\s*:", re.IGNORECASE)
_FIELD = re.compile(rf"\(?\[?(?:\*\*)?{alternatives(_WORDS['fields'])}(?:\*\*)?\s?::(?:\s|$)", re.IGNORECASE)
_NAVIGATION = re.compile(rf"[\W_]*(?:{alternatives(_WORDS['navigation'])}[\W_]*){{1,4}}$", re.IGNORECASE)
_TEMPLATE = re.compile(r"(?:<%.*?%>|\{%.*?%\}|\{\{.*?\}\}|\{:[^{}]*\}|\(\([0-9a-f-]{20,}\)\)|\^[\w-]+)")
_REFERENCE = re.compile(r"\s{0,3}\[\^?[^\]\n]{1,80}\]:\s+<?(?:\w+://|www\.|[./#][\w./#-]*\.\w+)\S*>?(?:\s+[\"'(].*)?\s*$")
_ENCODED = re.compile(r"data:[\w/+.-]+;base64,|(?:^|[\s(\"'])[A-Za-z0-9+/=]{200,}")
_FENCE = re.compile(r"\s*(?:>\s*|[-*+]\s+)*(?:`{3,}|~{3,}|:{3,})[ \t]*\{?\.?([\w-]+)")
_FENCE_MARK = re.compile(r"\s*(?:>\s*|[-*+]\s+)*(`{3,}|~{3,}|:{3,})")
_DRAWN = frozenset(
    "mermaid dataview dataviewjs query tasks tikz plantuml graphviz dot excalidraw compressed-json button chart base leaflet timeline"
    " tableofcontents toctree contents image bibliography meta-bind kanban calendar toc handdrawn-ink math-graph functionplot".split()
)
"""Languages of fences that hold a drawing or a query to a program."""
_SOURCES = re.compile(
    rf"(?:\d[\d.]*\s+)?{alternatives(_WORDS['sources'])}(?:\s*(?:and|&|,|/|or)\s*{alternatives(_WORDS['sources'])})*", re.IGNORECASE
)
_CITED = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\w+://|www\.|\]\(|\bdoi\b|\bpp?\.|^\s*(?:[-*]\s+)?\[\w{1,12}\]|\\bibitem", re.IGNORECASE)


def with_furniture(document: Document) -> Document:
    """The document with its furniture in separate blocks. Source code has no furniture."""
    suffix = PurePosixPath(document.name).suffix.lower()
    if suffix not in _READ and suffix not in _WITHOUT_LINES:
        return document
    by_line = suffix in _READ
    comments = _commented(document) if by_line and suffix not in (".tex", ".ltx", ".latex") else frozenset()
    blocks: list[Block] = []
    before = ""
    for block in document.blocks:
        if is_sources(block) or (by_line and block.kind is Kind.CODE and _is_drawn(block)):
            blocks.append(replace(block, kind=Kind.FURNITURE))
        elif by_line and block.kind in _SPLIT and block.said is None and not (block.kind is Kind.CONTENTS and _LINKS.search(block.text)):
            blocks += _parted(block, comments, before)
        else:
            blocks.append(block)
        before = block.text
    return document if len(blocks) == len(document.blocks) and tuple(blocks) == document.blocks else replace(document, blocks=tuple(blocks))


def is_sources(block: Block) -> bool:
    """True for a block of a list of sources: it is below a title such as `References`, and most of its lines name a year, an address or a
    page."""
    if block.kind is Kind.HEADING or not any(_SOURCES.fullmatch(title.strip(" :*#")) for title in block.section):
        return False
    lines = [line for line in block.text.split("\n") if line.strip()]
    cited = sum(_CITED.search(line[:_LONGEST]) is not None for line in lines)
    return 3 * cited >= len(lines) and cited > 0


def is_furniture(line: str) -> bool:
    """True for a line without content of its own, such as a bare link.

    >>> [is_furniture(line) for line in ("![[valves.png|300]]", "![The four valves of a heart](v.png)", "- [[Heart]]", "See [[Heart]].")]
    [True, False, True, False]
    """
    if (encoded := _ENCODED.search(line)) and (encoded[0].startswith("data:") or _is_mixed(encoded[0])):
        return True
    text = _MARKS.sub("", line[:_LONGEST], count=1).strip()
    if not text or text[0] == "#":
        return False
    if _REFERENCE.match(line) or _FIELD.match(text):
        return True
    bare = _TAGS.sub(" ", _PICTURES.sub(_captions, text)).strip(" *_|")
    words = _plain(bare)
    if _is_credit(bare, words, has_address=_ADDRESS.search(text) is not None):
        return True
    left = _TEMPLATE.sub("", _LINKS.sub("", bare))
    if left != text and _SAYS.search(left if _LINKS.search(bare) else _POINTS.sub("", left)) is None:
        return _SAYS.search(text) is not None
    return left != text and _NAVIGATION.match(words) is not None


def _is_mixed(run: str) -> bool:
    """True if a run has digits, capitals and small letters, as encoded data has. A word or a line of dashes has not."""
    return all(any(map(kind, run)) for kind in (str.isdigit, str.isupper, str.islower))


def _is_credit(bare: str, words: str, *, has_address: bool) -> bool:
    if not _CREDIT.match(words) or len(words.split()) > _LONGEST_CREDIT:
        return False
    return has_address or _CREDIT_COLON.match(words) is not None


def _captions(match: re.Match[str]) -> str:
    """The caption of a picture, if it is one in words and not the name of a file."""
    alt = _ALT.search(match[0])
    caption = (match[1] or match[2] or (alt[1] if alt else "") or "").strip()
    return caption if len(caption.split()) >= 3 and not _FILE.match(caption) else " "


def _plain(text: str) -> str:
    """The visible words of a line, with links replaced by their texts."""
    return re.sub(r"\[\[?([^\[\]\n]+?)\]\]?(?:\([^()\n]*\))?", r"\1", text).strip(" *_()")


def _is_drawn(block: Block) -> bool:
    opened = _FENCE.match(block.text)
    if opened is None:
        return False
    return opened[1].lower() in _DRAWN or (opened[1].lower() == "json" and '"excalidraw"' in block.text[:_LONGEST])


def _parted(block: Block, comments: frozenset[tuple[object, int]], before: str) -> Iterator[Block]:
    """A block cut into blocks of text and blocks of furniture. `before` is the text before it."""
    lines = block.text.split("\n")
    if len(lines) != block.span.last - block.span.first + 1:
        yield block
        return
    drawn = _drawn(lines)
    marks = [at in drawn or (block.span.part, block.span.first + at) in comments or is_furniture(line) for at, line in enumerate(lines)]
    for at, line in enumerate(lines):
        leads = lines[at - 1] if at else before
        if marks[at] and _is_named(line) and (leads.rstrip(" *_").endswith(":") or (at > 0 and _is_named(leads) and not marks[at - 1])):
            marks[at] = False  # a list after "The valves are:" is text, even if it is a list of links
    if not any(marks):
        yield block
        return
    for furniture, run in groupby(range(len(lines)), marks.__getitem__):
        places = list(run)
        text = "\n".join(lines[places[0] : places[-1] + 1])
        if text.strip():
            span = Span(block.span.first + places[0], block.span.first + places[-1], block.span.part)
            yield replace(block, kind=Kind.FURNITURE if furniture else block.kind, text=text, span=span)


def _drawn(lines: Sequence[str]) -> frozenset[int]:
    """The lines of fenced drawings inside a list or a quote."""
    found: set[int] = set()
    fence = ""
    for at, line in enumerate(lines):
        opened = _FENCE_MARK.match(line)
        if fence:
            found.add(at)
            if opened and opened[1].startswith(fence) and not line[opened.end() :].strip():
                fence = ""
        elif opened and (named := _FENCE.match(line)) and named[1].lower() in _DRAWN:
            fence = opened[1]
            found.add(at)
    return frozenset(found)


def _is_named(line: str) -> bool:
    """True for a list item that is a link with a name in words."""
    return _ITEM.match(line) is not None and _PICTURES.search(line) is None and _ADDRESS_ALONE.search(line) is None and "::" not in line


def _commented(document: Document) -> frozenset[tuple[object, int]]:
    """The lines that are wholly comments of Obsidian (`%% … %%`), by part and number."""
    found: set[tuple[object, int]] = set()
    for text in document.texts:
        opened = -1
        for at, line in enumerate(text.lines):
            if "%%" not in line:
                continue
            said = line.strip()
            if opened >= 0:
                found.update((text.part, text.first + each) for each in range(opened, at + 1))
                opened = -1
            elif said.startswith("%%") and said.count("%%") == 1:
                opened = at
            elif said.startswith("%%") and said.endswith("%%") and said.count("%%") == 2:
                found.add((text.part, text.first + at))
    return frozenset(found)
