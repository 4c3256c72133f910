"""Read Org, a file with lines of its own. Stars, keywords, blocks and drawers give every line its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.model import Document, FrontMatter, Kind, Naming
from ingest.names.org import org_names
from ingest.readers.marked.maths import maths_end
from ingest.readers.marked.reader import MarkupReader
from ingest.structure.lines import LineKind, TypedLine, single

_HEADLINE = re.compile(r"(\*+)[ \t]+(?:(TODO|DONE|NEXT|WAITING|CANCELLED|COMMENT)\b[ \t]*)?(?:\[#[A-Z0-9]\][ \t]*)?(.*)$")
_TAGS = re.compile(r"[ \t]+:[\w@#%:]+:[ \t]*$")
_COOKIE = re.compile(r"\s*\[\d*(?:/\d*|%)\]")
_KEYWORD = re.compile(r"#\+(\w+(?:\[[^\]]*\])?):[ \t]*(.*)$", re.IGNORECASE)
_BEGIN = re.compile(r"#\+begin_(\w+)(?:[ \t]+(.*))?$", re.IGNORECASE)
_DRAWER = re.compile(r":[\w-]{1,40}:$")
_PLANNING = re.compile(r"(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_LINK = re.compile(r"\[\[([^\[\]]{1,500})\](?:\[([^\[\]]{1,500})\])?\]")
_STRONG = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]{0,200}\S)?)\*(?![\w*])")
_VERBATIM = re.compile(r"(?<![\w=~])([=~])(\S(?:[^=~\n]{0,200}\S)?)\1(?![\w=~])")
_ITALIC = re.compile(r"(?<![\w/:])/([^\s/](?:[^/\n]{0,200}[^\s/])?)/(?![\w/])")
_NOTE = re.compile(r"\[fn:[^\]]{0,200}\]")
_TERM = re.compile(r"(.{1,100}?)\s::(?:\s|$)")
_CALLOUTS = frozenset(
    "theorem lemma proposition corollary example remark note tip warning caution important info hint proof claim aside".split()
)
_KIND_OF = {**dict.fromkeys(_CALLOUTS, Kind.CALLOUT), "definition": Kind.DEFINITION}
"""The blocks whose text has a kind of its own."""
_QUESTIONS = frozenset({"question", "exercise", "problem"})
_ANSWERS = frozenset({"solution", "answer"})
_CODE = frozenset({"src", "example"})
"""Blocks whose lines are code."""
_LEFT_OUT = frozenset({"comment", "export"})
"""Blocks whose lines are not shown to a reader of the document, or only in one format of it."""
_LONGEST = 2_000
"""Characters of a line whose marks are read, a bound on the work that a hostile line can cause."""
_DECLARED_WITHIN = 60
"""Lines at the top of a file that may declare its aliases and tags."""
_TAB = 8
"""Columns of a tab, as Emacs counts them."""


def read_org(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """An Org file: its outline, lists, tables and blocks. Instructions for Emacs (drawers, keywords, comments) are not text."""
    return OrgReader(lines).document(name, digest)


def plain_org(text: str) -> str:
    """The words of a line: links as their visible text, bold as `**…**`, code in backquotes, no footnote marks."""
    text = text[:_LONGEST]
    if "[" in text:
        text = _NOTE.sub("", _LINK.sub(lambda m: m[2] or m[1], text))
    if "=" in text or "~" in text:
        text = _VERBATIM.sub(r"`\2`", text)
    if "*" in text:
        text = _STRONG.sub(r"**\1**", text)
    return (_ITALIC.sub(r"\1", text) if "/" in text else text).strip()


class OrgReader(MarkupReader):
    """One pass over the lines of a file.

    `block` is the open block with the index of its first line, `commented` the level of the headline that comments out its section.
    """

    def __init__(self, raw: Sequence[str]) -> None:
        super().__init__(raw)
        self.block: tuple[str, int] | None = None
        self.commented = 0

    def read(self) -> None:
        at = 0
        while at < len(self.lines):
            text = self.lines[at].strip()
            at = self._line(at, text) if text else at + 1
        self._declare()

    def _declare(self) -> None:
        """Keep the title, the aliases and the tags that the file declares."""
        declared = list(org_names(self.lines[:_DECLARED_WITHIN]))
        aliases = tuple(each.name for each in declared if each.naming is Naming.ALIAS)
        tags = tuple(each.name for each in declared if each.naming is Naming.TAG and self.lines[each.first].startswith("#"))
        self.front_matter = FrontMatter(title=self.title, aliases=aliases, tags=tags)

    def _line(self, at: int, text: str) -> int:
        """Read a line with what belongs to it."""
        headline = _HEADLINE.match(self.lines[at])
        if headline:
            return self._headline(at, headline)
        if self.commented:
            return self.markup(at)
        if text.startswith("#"):
            return self._hash(at, text)
        if text.startswith(":") and _DRAWER.match(text):
            last = self._end_of(":end:", at)
            return self.run(at, last + 1, LineKind.MARKUP) if last is not None else self._text(at, text)
        if text.startswith(": ") or text == ":":
            return self.put(at, TypedLine(LineKind.CODE, 0, text[1:].strip()))
        if _PLANNING.match(text):
            return self.markup(at)
        end = maths_end(self.lines, at)
        if end:
            return self.run(at, end, LineKind.FORMULA)
        if text[0] == "|":
            return self.put(at, TypedLine(LineKind.ROW, 0, text))
        return self._text(at, text)

    def _headline(self, at: int, match: re.Match[str]) -> int:
        level = len(match[1])
        if self.commented and level > self.commented:
            return self.markup(at)
        self.commented = level if match[2] == "COMMENT" else 0
        title = plain_org(_COOKIE.sub("", _TAGS.sub("", match[3]))).replace("**", "").replace("`", "").strip()
        if self.commented or not title:
            return self.markup(at)
        self.block = None
        return self.put(at, TypedLine(LineKind.HEADING, 0, title, "#" * min(level, 6)))

    def _hash(self, at: int, text: str) -> int:
        """Read a line that starts with `#`: a block, a keyword, a comment, or text."""
        begin = _BEGIN.match(text)
        if begin:
            return self._begin(at, begin[1].lower(), begin[2] or "")
        keyword = _KEYWORD.match(text)
        if keyword and keyword[1].lower() == "title":
            self.title = " ".join(filter(None, (self.title, plain_org(keyword[2])))) or None
        if keyword and keyword[1].lower() == "caption" and keyword[2]:
            return self.put(at, TypedLine(LineKind.TEXT, 0, plain_org(keyword[2])))
        if text.lower().startswith("#+end_"):
            self._end(at)
            return self.markup(at)
        if text.startswith(("#+", "# ")) or text == "#":
            return self.markup(at)
        return self._text(at, text)

    def _begin(self, at: int, name: str, argument: str) -> int:
        if name in _CODE or name in _LEFT_OUT:
            last = self._end_of(f"#+end_{name}", at)
            if last is None:
                return self.markup(at)
            self.markup(at)
            self.run(at + 1, last, LineKind.CODE if name in _CODE else LineKind.MARKUP)
            return self.markup(last)
        self.block = (name, at)
        if name in _QUESTIONS:
            self.keep_exercise()
        said = plain_org(argument)
        if name in _CALLOUTS and said and not said.startswith(":"):
            self.marks.kinds[at] = Kind.CALLOUT
            return self.put(at, TypedLine(LineKind.TEXT, 0, said))
        return self.markup(at)

    def _end(self, at: int) -> None:
        """Close the open block."""
        if self.block is None:
            return
        (name, first), self.block = self.block, None
        if name in _QUESTIONS:
            self.take_exercise(first, at)
        elif name in _ANSWERS:
            self.keep_exercise(at)

    def _text(self, at: int, text: str) -> int:
        raw = self.lines[at].expandtabs(_TAB)
        line = single(text, len(raw) - len(raw.lstrip()), False)
        if line.kind in (LineKind.UNDERLINE, LineKind.MARKUP):
            return self.markup(at)
        said = plain_org(line.text) or line.text
        if line.kind is LineKind.ITEM:
            term = _TERM.match(said)
            said = f"**{term[1].strip('*')}**: {said[term.end() :]}" if term else said
        kind = _KIND_OF.get(self.block[0]) if self.block else None
        if kind is not None:
            self.marks.kinds[at] = kind
        return self.put(at, line._replace(text=said))

    def _end_of(self, sign: str, at: int) -> int | None:
        """The index of the line that consists of `sign`, in any case, below the line at an index."""
        return self.closing(sign, at + 1, lambda line: line.strip().lower() == sign)
