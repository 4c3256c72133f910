"""reStructuredText: a file with lines of its own. Adornments, directives and indentation say what each line is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.model import Document, FrontMatter, Kind, Text
from ingest.readers.titles import choose_title
from ingest.structure.lines import BLANK, Line, LineKind, single
from ingest.structure.questions import Asked, Strength
from ingest.structure.structure import Marks, structure_of

_ADORNMENT = re.compile(r"""([!-/:-@\[-`{-~])\1{2,}$""")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]{1,80}\|\s+)?([A-Za-z][\w:.+-]*?)\s?::(?:\s+(.*))?$")
_NOTE = re.compile(r"\.\.\s+\[([^\]]{1,80})\](?:\s+(.*))?$")
_EXPLICIT = re.compile(r"(?:\.\.|__)(?:\s|$)")
_FIELD = re.compile(r":[A-Za-z][^:\n]{0,60}:(?:\s|$)")
_SIMPLE_TABLE = re.compile(r"=+(?:\s+=+)+$")
_GRID = re.compile(r"\+(?:[-=]+\+)+$")
_ITEM = re.compile(r"(#\.|\((?:\d{1,3}|[a-z#])\))\s+(\S.*)$")
_ROLE = re.compile(r":[\w:.+-]{1,60}:`([^`]{1,400})`")
_LINK = re.compile(r"`([^`<]{1,400}?)\s*(?:<[^`<>]{1,400}>)?`__?")
_LITERAL = re.compile(r"``([^`]{1,400})``")
_TARGET = re.compile(r"\s*<[^<>]{1,300}>$")
_FOOTNOTE = re.compile(r"\s?\[(?:#[\w-]*|\*|\d{1,4})\]_")
_SUBSTITUTION = re.compile(r"\|([^|\s][^|]{0,80})\|_{0,2}")
_WORD_LINK = re.compile(r"(?<![\w-])([\w-]{1,60})__?(?!\w)")
_CODE = frozenset(
    "code code-block sourcecode parsed-literal doctest testcode testoutput prompt highlight-block ipython productionlist".split()
)
_CALLOUTS = frozenset(
    "note tip hint important warning caution danger attention error admonition topic sidebar seealso theorem lemma proposition corollary"
    " example remark observation axiom conjecture property pull-quote epigraph versionadded versionchanged deprecated".split()
)
_SILENT = frozenset(
    "include raw image index meta role default-role module currentmodule py:module py:currentmodule highlight sectnum unicode date"
    " automodule autoclass autofunction autosummary graphviz mermaid plot tabularcolumns bibliography literalinclude header footer"
    " default-domain target-notes replace youtube".split()
)
_LONGEST = 2_000
_DEEPEST = 60
_TABLE_REACH = 400
"""Lines that a table without a frame may have."""


def read_rst(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A reStructuredText file, docutils' or Sphinx'. Nothing is included and no role is resolved."""
    marks = _Reader(lines).read()
    structure = structure_of(lines, marks)
    return Document(
        name=name,
        title=choose_title(name, 0, FrontMatter(), structure),
        digest=digest,
        texts=(Text(lines),),
        blocks=structure.blocks,
        sections=structure.sections,
        questions=structure.questions,
    )


def plain_rst(text: str) -> str:
    """The words of a line: what roles, links and substitutions show, code in backquotes."""
    text = text[:_LONGEST]
    if "`" in text:
        text = _ROLE.sub(lambda m: _TARGET.sub("", m[1]), _LITERAL.sub("\ufdd0\\1\ufdd0", text))
        text = _LINK.sub(r"\1", text).replace("\ufdd0", "`")
    if "_" in text:
        text = _WORD_LINK.sub(r"\1", _FOOTNOTE.sub("", text))
    return (_SUBSTITUTION.sub(r"\1", text) if "|" in text else text).replace("\\ ", "").strip() or text.strip()


class _Reader:
    """One pass over the lines; the body of a directive is read by the same rules, one level deeper."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [line.expandtabs(8) if "\t" in line[:80] else line for line in lines]
        self.indents = [len(line) - len(line.lstrip()) if line.strip() else -1 for line in self.lines]
        self.marks = Marks([BLANK] * len(lines))
        self.styles: list[str] = []
        self.exercise: Asked | None = None
        self.searched = 0

    def read(self) -> Marks:
        self._body(0, len(self.lines), None, 0)
        if self.exercise is not None:
            self.marks.asked[self.exercise.first] = self.exercise
        return self.marks

    def _body(self, first: int, end: int, kind: Kind | None, depth: int) -> None:
        """The lines from `first` up to `end` (exclusive), whose text is of a kind that a directive gave it."""
        at = first
        while at < end:
            at = at + 1 if self.indents[at] < 0 else self._element(at, end, kind, depth)

    def _element(self, at: int, end: int, kind: Kind | None, depth: int) -> int:
        text = self.lines[at].strip()
        title = self._title(at, end, text)
        if title:
            return title
        if text.startswith(("..", "__")) and _EXPLICIT.match(text):
            return self._explicit(at, end, text, kind, depth)
        if text.startswith(">>> "):
            stop = next((e for e in range(at, end) if self.indents[e] < 0), end)
            self._run(at, stop, LineKind.CODE)
            return stop
        if _GRID.match(text) or (text[0] == "|" and text[-1] == "|" and at and self.marks.lines[at - 1].kind is LineKind.ROW):
            return self._rows(at, end)
        if _SIMPLE_TABLE.match(text):
            return self._simple_table(at, end)
        if _FIELD.match(text) and self._is_docinfo(at):
            self._put(at, LineKind.MARKUP, text)
            return at + 1
        if _ADORNMENT.match(text) and text[0] not in ".:":
            self._put(at, LineKind.MARKUP, text)
            return at + 1
        return self._text(at, end, text, kind)

    def _title(self, at: int, end: int, text: str) -> int:
        """The line behind a section title with its adornment, or 0 where none stands."""
        over = _ADORNMENT.match(text)
        if over and at + 2 < end and self.indents[at] == 0 and self.indents[at + 1] >= 0:
            below = self.lines[at + 2].strip()
            if below == text and not _ADORNMENT.match(self.lines[at + 1].strip()) and len(text) + 2 >= len(self.lines[at + 1].strip()):
                self._head(at + 1, text[0] * 2)
                self._put(at, LineKind.MARKUP, text)
                self._put(at + 2, LineKind.MARKUP, below)
                return at + 3
        if over or at + 1 >= end or self.indents[at] != 0 or self.indents[at + 1] != 0 or self._goes_on(at):
            return 0
        below = self.lines[at + 1].strip()
        under = _ADORNMENT.match(below)
        if under is None or len(below) < min(len(text), 4):
            return 0
        self._head(at, below[0])
        self._put(at + 1, LineKind.MARKUP, below)
        return at + 2

    def _goes_on(self, at: int) -> bool:
        """Whether the line before is text, so that this one is no title."""
        return at > 0 and self.marks.lines[at - 1].kind in (LineKind.TEXT, LineKind.ITEM)

    def _head(self, at: int, style: str) -> None:
        if style not in self.styles:
            self.styles.append(style)
        level = min(self.styles.index(style) + 1, 6)
        title = plain_rst(self.lines[at].strip()).replace("`", "").strip("* ") or self.lines[at].strip()
        self.marks.lines[at] = Line(LineKind.HEADING, 0, title, "#" * level)

    def _explicit(self, at: int, end: int, text: str, kind: Kind | None, depth: int) -> int:
        stop = self._block_end(at, end)
        directive = _DIRECTIVE.match(text)
        if directive:
            return self._directive(at, stop, directive[1].lower(), directive[2] or "", depth)
        note = _NOTE.match(text)
        if note:
            said = plain_rst(note[2] or "")
            self.marks.lines[at] = Line(LineKind.TEXT, 0, f"[{note[1]}] {said}".strip())
            self._body(at + 1, stop, kind, depth + 1)
            return stop
        self._run(at, stop, LineKind.MARKUP)
        return stop

    def _directive(self, at: int, stop: int, name: str, argument: str, depth: int) -> int:
        inner = at + 1
        while inner < stop and self.indents[inner] >= 0 and _FIELD.match(self.lines[inner].strip()):
            self._put(inner, LineKind.MARKUP, self.lines[inner].strip())
            inner += 1
        text = self.lines[at].strip()
        if name in _SILENT or depth > _DEEPEST:
            self._run(at, stop, LineKind.MARKUP)
        elif name == "math":
            self._put(at, LineKind.FORMULA if argument else LineKind.MARKUP, text)
            self._run(inner, stop, LineKind.FORMULA)
        elif name in _CODE or name.endswith(":code"):
            self._put(at, LineKind.MARKUP, text)
            self._run(inner, stop, LineKind.CODE)
        elif name == "csv-table":
            self._say(at, argument, None, text)
            self._run(inner, stop, LineKind.ROW)
        elif name in ("toctree", "contents"):
            self._put(at, LineKind.MARKUP, text)
            self._run(inner, stop, LineKind.MARKUP)
        elif name in ("exercise", "question", "problem"):
            self._say(at, argument, None, text)
            self._body(inner, stop, None, depth + 1)
            self._ask(at, stop)
        elif name in ("solution", "answer"):
            self._put(at, LineKind.MARKUP, text)
            self._body(inner, stop, None, depth + 1)
            if self.exercise is not None:
                self.marks.asked[self.exercise.first] = self.exercise._replace(reach=stop - 1)
                self.exercise = None
        else:
            of = Kind.CALLOUT if name in _CALLOUTS else Kind.DEFINITION if name in ("definition", "glossary") else None
            self._say(at, argument, of, text)
            self._body(inner, stop, of, depth + 1)
        return stop

    def _say(self, at: int, argument: str, kind: Kind | None, text: str) -> None:
        """A directive's own line: what it says in words, if anything."""
        said = plain_rst(argument) if argument else ""
        if not any(sign.isalnum() for sign in said):
            self._put(at, LineKind.MARKUP, text)
            return
        self.marks.lines[at] = Line(LineKind.TEXT, self.indents[at], said)
        if kind is not None:
            self.marks.kinds[at] = kind

    def _ask(self, at: int, stop: int) -> None:
        if self.exercise is not None:
            self.marks.asked[self.exercise.first] = self.exercise
        said = [here for here in range(at, stop) if self.marks.lines[here].kind in (LineKind.TEXT, LineKind.ITEM, LineKind.FORMULA)]
        self.exercise = None
        if said:
            text = " ".join(self.marks.lines[here].text for here in said)[:400]
            self.exercise = Asked(said[0], said[-1], text, 0, Strength.NAMED_AND_NUMBERED, said[-1])

    def _text(self, at: int, end: int, text: str, kind: Kind | None) -> int:
        indent = self.indents[at]
        listed = _ITEM.match(text)
        line = Line(LineKind.ITEM, indent, listed[2], "1." if listed[1][0] == "#" else listed[1]) if listed else single(text, indent, False)
        if line.kind in (LineKind.UNDERLINE, LineKind.ROW):
            line = Line(LineKind.TEXT, indent, text)
        if line.kind is LineKind.MARKUP:
            line = Line(LineKind.TEXT, indent, text)
        said = plain_rst(line.text)
        self.marks.lines[at] = line._replace(text=said[:-1] if said.endswith("::") else said)
        if text == "::":
            self._put(at, LineKind.MARKUP, text)
        elif kind is not None:
            self.marks.kinds[at] = kind
        elif line.kind is LineKind.TEXT and self._is_term(at, end):
            self.marks.kinds[at] = Kind.DEFINITION
        if text.endswith("::") and not text.startswith(".."):
            body = next((e for e in range(at + 1, end) if self.indents[e] >= 0), end)
            if body < end and self.indents[body] > indent and body > at + 1:
                stop = self._block_end(at, end)
                self._run(body, stop, LineKind.CODE)
                return stop
        return at + 1

    def _is_term(self, at: int, end: int) -> bool:
        """A short line right above one that is indented further: a term with its definition."""
        indent = self.indents[at]
        alone = at == 0 or self.indents[at - 1] != indent
        below = self.indents[at + 1] if at + 1 < end else -1
        return alone and below > indent and len(self.lines[at].split()) <= 12 and self.lines[at].rstrip()[-1] not in ".:,;"

    def _is_docinfo(self, at: int) -> bool:
        """Fields at the top say who wrote the file; elsewhere they are text."""
        return at < 60 and all(line.kind in (LineKind.BLANK, LineKind.MARKUP, LineKind.HEADING) for line in self.marks.lines[:at])

    def _rows(self, at: int, end: int) -> int:
        stop = at
        while stop < end and self.indents[stop] >= 0 and self.lines[stop].lstrip()[:1] in ("+", "|"):
            stop += 1
        self._run(at, stop, LineKind.ROW)
        if _GRID.match(self.lines[at].strip()):
            self._put(at, LineKind.MARKUP, self.lines[at].strip())
        return stop

    def _simple_table(self, at: int, end: int) -> int:
        """From the first border to the last: the second of two, or the third where a header stands between."""
        reach = range(at + 1, min(end, at + _TABLE_REACH)) if at >= self.searched else range(0)
        borders = (e for e in reach if _SIMPLE_TABLE.match(self.lines[e].strip()))
        last = next((e for e in borders if e + 1 >= end or self.indents[e + 1] < 0), None)
        self.searched = self.searched if last is not None else max(self.searched, at + _TABLE_REACH)
        stop = at + 1 if last is None else last + 1
        self._run(at + 1, stop, LineKind.ROW)
        self._put(at, LineKind.MARKUP, self.lines[at].strip())
        return stop

    def _block_end(self, at: int, end: int) -> int:
        """The end (exclusive) of the lines that are indented further than one, blank lines between them included."""
        last = at
        for here in range(at + 1, end):
            if self.indents[here] < 0:
                continue
            if self.indents[here] <= self.indents[at]:
                break
            last = here
        return last + 1

    def _run(self, first: int, end: int, kind: LineKind) -> None:
        """Lines of one kind, from the first to the last that says something."""
        while first < end and self.indents[first] < 0:
            first += 1
        while first < end and self.indents[end - 1] < 0:
            end -= 1
        for at in range(first, end):
            text = self.lines[at].strip()
            if text or kind in (LineKind.CODE, LineKind.FORMULA):
                self.marks.lines[at] = Line(kind, max(self.indents[at], 0), text)

    def _put(self, at: int, kind: LineKind, text: str) -> None:
        self.marks.lines[at] = Line(kind, self.indents[at], text)
