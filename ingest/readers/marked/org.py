"""Org: a file with lines of its own. Stars, keywords, blocks and drawers say what each line is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.model import Document, FrontMatter, Kind, Text
from ingest.readers.marked.latex import maths_end
from ingest.readers.titles import choose_title
from ingest.structure.lines import BLANK, Line, LineKind, single
from ingest.structure.questions import Asked, Strength
from ingest.structure.structure import Marks, structure_of

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
_CODE = frozenset({"src", "example"})
_LEFT_OUT = frozenset({"comment", "export"})
_LONGEST = 2_000


def read_org(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """An Org file: its outline, lists, tables, blocks. What it keeps for Emacs (drawers, keywords, comments) is no text."""
    reader = _Reader(lines)
    marks = reader.read()
    structure = structure_of(lines, marks, title=reader.title)
    return Document(
        name=name,
        title=reader.title or choose_title(name, 0, FrontMatter(), structure),
        digest=digest,
        texts=(Text(lines),),
        blocks=structure.blocks,
        sections=structure.sections,
        questions=structure.questions,
    )


def plain_org(text: str) -> str:
    """The words of a line: what links show, bold as `**…**`, code in backquotes, no footnote marks."""
    text = text[:_LONGEST]
    if "[" in text:
        text = _NOTE.sub("", _LINK.sub(lambda m: m[2] or m[1], text))
    if "=" in text or "~" in text:
        text = _VERBATIM.sub(r"`\2`", text)
    if "*" in text:
        text = _STRONG.sub(r"**\1**", text)
    return (_ITALIC.sub(r"\1", text) if "/" in text else text).strip()


class _Reader:
    """One pass over the lines of a file."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.marks = Marks()
        self.title: str | None = None
        self.block: tuple[str, int] | None = None
        self.commented = 0
        self.exercise: Asked | None = None
        self.unclosed: set[str] = set()

    def read(self) -> Marks:
        at = 0
        while at < len(self.lines):
            text = self.lines[at].strip()
            at = self._line(at, text) if text else self._put(at, BLANK)
        if self.exercise is not None:
            self.marks.asked[self.exercise.first] = self.exercise
        return self.marks

    def _line(self, at: int, text: str) -> int:
        """Say what the line at `at`, and those that belong to it, are; give the next one."""
        headline = _HEADLINE.match(self.lines[at])
        if headline:
            return self._headline(at, headline)
        if self.commented:
            return self._markup(at)
        if text.startswith("#"):
            return self._hash(at, text)
        if text.startswith(":") and _DRAWER.match(text):
            end = self._closing(at, ":end:")
            return self._run(at, end, LineKind.MARKUP) if end else self._text(at, text)
        if text.startswith(": ") or text == ":":
            return self._put(at, Line(LineKind.CODE, 0, text[1:].strip()))
        if _PLANNING.match(text):
            return self._markup(at)
        end = maths_end(self.lines, at)
        if end:
            return self._run(at, end, LineKind.FORMULA)
        if text[0] == "|":
            return self._put(at, Line(LineKind.ROW, 0, text))
        return self._text(at, text)

    def _headline(self, at: int, match: re.Match[str]) -> int:
        level = len(match[1])
        if self.commented and level > self.commented:
            return self._markup(at)
        self.commented = level if match[2] == "COMMENT" else 0
        title = plain_org(_COOKIE.sub("", _TAGS.sub("", match[3]))).replace("**", "").replace("`", "").strip()
        if self.commented or not title:
            return self._markup(at)
        self.block = None
        return self._put(at, Line(LineKind.HEADING, 0, title, "#" * min(level, 6)))

    def _hash(self, at: int, text: str) -> int:
        begin = _BEGIN.match(text)
        if begin:
            return self._begin(at, begin[1].lower(), begin[2] or "")
        keyword = _KEYWORD.match(text)
        if keyword and keyword[1].lower() == "title":
            self.title = " ".join(filter(None, (self.title, plain_org(keyword[2])))) or None
        if keyword and keyword[1].lower() == "caption" and keyword[2]:
            return self._put(at, Line(LineKind.TEXT, 0, plain_org(keyword[2])))
        if text.lower().startswith("#+end_"):
            self._end(at)
            return self._markup(at)
        if text.startswith(("#+", "# ")) or text == "#":
            return self._markup(at)
        return self._text(at, text)

    def _begin(self, at: int, name: str, argument: str) -> int:
        if name in _CODE or name in _LEFT_OUT:
            end = self._closing(at, f"#+end_{name}")
            if not end:
                return self._markup(at)
            self._markup(at)
            self._run(at + 1, end - 1, LineKind.CODE if name in _CODE else LineKind.MARKUP)
            return self._markup(end - 1)
        self.block = (name, at)
        if name in ("question", "exercise", "problem") and self.exercise is not None:
            self.marks.asked[self.exercise.first] = self.exercise
            self.exercise = None
        said = plain_org(argument)
        if name in _CALLOUTS and said and not said.startswith(":"):
            self.marks.kinds[at] = Kind.CALLOUT
            return self._put(at, Line(LineKind.TEXT, 0, said))
        return self._markup(at)

    def _end(self, at: int) -> None:
        if self.block is None:
            return
        (name, opened), self.block = self.block, None
        if name in ("question", "exercise", "problem"):
            said = [e for e in range(opened, at) if self.marks.lines[e].kind in (LineKind.TEXT, LineKind.ITEM, LineKind.FORMULA)]
            if said:
                text = " ".join(self.marks.lines[e].text for e in said)[:400]
                self.exercise = Asked(said[0], said[-1], text, 0, Strength.NAMED_AND_NUMBERED, said[-1])
        elif name in ("solution", "answer") and self.exercise is not None:
            self.marks.asked[self.exercise.first] = self.exercise._replace(reach=at)
            self.exercise = None

    def _text(self, at: int, text: str) -> int:
        raw = self.lines[at]
        indent = len(raw.expandtabs(8)) - len(raw.expandtabs(8).lstrip())
        line = single(text, indent, False)
        if line.kind in (LineKind.UNDERLINE, LineKind.MARKUP):
            return self._markup(at)
        said = plain_org(line.text) or line.text
        if line.kind is LineKind.ITEM:
            term = _TERM.match(said)
            said = f"**{term[1].strip('*')}**: {said[term.end() :]}" if term else said
        kind = {**dict.fromkeys(_CALLOUTS, Kind.CALLOUT), "definition": Kind.DEFINITION}.get(self.block[0]) if self.block else None
        if kind is not None:
            self.marks.kinds[at] = kind
        return self._put(at, line._replace(text=said))

    def _closing(self, at: int, sign: str) -> int:
        """The end (exclusive) of what opens at a line, or 0 where it is never closed."""
        if sign in self.unclosed:
            return 0
        for end in range(at + 1, len(self.lines)):
            if self.lines[end].strip().lower() == sign:
                return end + 1
        self.unclosed.add(sign)
        return 0

    def _run(self, first: int, end: int, kind: LineKind) -> int:
        for at in range(first, end):
            raw = self.lines[at]
            text = raw.strip()
            blank = BLANK if kind is LineKind.MARKUP else Line(kind, 0, "")
            self._put(at, Line(kind, len(raw) - len(raw.lstrip()), text) if text else blank)
        return end

    def _markup(self, at: int) -> int:
        return self._put(at, Line(LineKind.MARKUP, 0, self.lines[at].strip()) if self.lines[at].strip() else BLANK)

    def _put(self, at: int, line: Line) -> int:
        assert at == len(self.marks.lines)
        self.marks.lines.append(line)
        return at + 1
