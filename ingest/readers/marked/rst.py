"""Read reStructuredText, a file with lines of its own. Adornments, directives and indentation give every line its kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.model import Document, Kind
from ingest.readers.marked.reader import MarkupReader
from ingest.structure.lines import LineKind, TypedLine, single

_ADORNMENT = re.compile(r"""([!-/:-@\[-`{-~])\1{2,}$""")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]{1,80}\|\s+)?([A-Za-z][\w:.+-]*?)\s?::(?:\s+(.*))?$")
_NOTE = re.compile(r"\.\.\s+\[([^\]]{1,80})\](?:\s+(.*))?$")
_EXPLICIT = re.compile(r"(?:\.\.|__)(?:\s|$)")
_FIELD = re.compile(r":[A-Za-z][^:\n]{0,60}:(?:\s|$)")
_SIMPLE_TABLE = re.compile(r"=+(?:\s+=+)+$")
_GRID = re.compile(r"\+(?:[-=]+\+)+$")
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
"""Directives whose body is code."""
_CALLOUTS = frozenset(
    "note tip hint important warning caution danger attention error admonition topic sidebar seealso theorem lemma proposition corollary"
    " example remark observation axiom conjecture property pull-quote epigraph versionadded versionchanged deprecated".split()
)
"""Directives whose body is a callout."""
_SILENT = frozenset(
    "include raw image index meta role default-role module currentmodule py:module py:currentmodule highlight sectnum unicode date"
    " automodule autoclass autofunction autosummary graphviz mermaid plot tabularcolumns bibliography literalinclude header footer"
    " default-domain target-notes replace youtube".split()
)
"""Directives without text for a reader: settings, pictures, and contents of other files."""
_NAVIGATION = frozenset({"toctree", "contents"})
_QUESTIONS = frozenset({"exercise", "question", "problem"})
_ANSWERS = frozenset({"solution", "answer"})
_DEFINITIONS = frozenset({"definition", "glossary"})
_LONGEST = 2_000
"""Characters of a line whose marks are read, a bound on the work that a hostile line can cause."""
_DEEPEST = 60
"""Directives inside one another that are read. Deeper ones are markup."""
_TABLE_REACH = 400
"""Lines that a table without a frame may have."""
_DOCINFO_REACH = 60
"""Lines at the top of a file among which fields say who wrote it."""
_LONGEST_TERM = 12
"""Words of a term in a list of definitions. A longer line is a paragraph above an indented one."""
_TAB = 8
"""Columns of a tab, as docutils counts them."""


def read_rst(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A reStructuredText file, of docutils or Sphinx. Nothing is included and no role is resolved."""
    return RstReader(lines).document(name, digest)


def plain_rst(text: str) -> str:
    """The words of a line: roles, links and substitutions as their visible text, code in backquotes."""
    text = text[:_LONGEST]
    if "`" in text:
        text = _ROLE.sub(lambda m: _TARGET.sub("", m[1]), _LITERAL.sub("\ufdd0\\1\ufdd0", text))
        text = _LINK.sub(r"\1", text).replace("\ufdd0", "`")
    if "_" in text:
        text = _WORD_LINK.sub(r"\1", _FOOTNOTE.sub("", text))
    return (_SUBSTITUTION.sub(r"\1", text) if "|" in text else text).replace("\\ ", "").strip() or text.strip()


class RstReader(MarkupReader):
    """One pass over the lines. The body of a directive is read by the same rules, one level deeper.

    `indents` has the width of each line's indentation, or -1 for a blank line. `styles` has the adornments in the order of their levels.
    """

    def __init__(self, raw: Sequence[str]) -> None:
        super().__init__(raw)
        self.lines = [line.expandtabs(_TAB) if "\t" in line[:80] else line for line in raw]
        self.indents = [len(line) - len(line.lstrip()) if line.strip() else -1 for line in self.lines]
        self.styles: list[str] = []
        self.searched = 0

    def read(self) -> None:
        self._body(0, len(self.lines), None, 0)

    def _body(self, first: int, end: int, kind: Kind | None, depth: int) -> None:
        """Read the lines from `first` up to `end` (exclusive). `kind` is the kind that a directive gives to their text."""
        at = first
        while at < end:
            at = at + 1 if self.indents[at] < 0 else self._element(at, end, kind, depth)

    def _element(self, at: int, end: int, kind: Kind | None, depth: int) -> int:
        """Read a line with what belongs to it."""
        text = self.lines[at].strip()
        title = self._title(at, end, text)
        if title:
            return title
        if text.startswith(("..", "__")) and _EXPLICIT.match(text):
            return self._explicit(at, end, text, kind, depth)
        if text.startswith(">>> "):
            return self.run(at, next((e for e in range(at, end) if self.indents[e] < 0), end), LineKind.CODE)
        if _GRID.match(text) or (text[0] == "|" and text[-1] == "|" and at and self.marks.lines[at - 1].kind is LineKind.ROW):
            return self._rows(at, end)
        if _SIMPLE_TABLE.match(text):
            return self._simple_table(at, end)
        if (_FIELD.match(text) and self._is_docinfo(at)) or (_ADORNMENT.match(text) and text[0] not in ".:"):
            return self.markup(at)
        return self._text(at, end, text, kind)

    def _title(self, at: int, end: int, text: str) -> int:
        """The index of the line after a section title with its adornment, or 0 if no title stands at a line."""
        over = _ADORNMENT.match(text)
        if over and at + 2 < end and self.indents[at] == 0 and self.indents[at + 1] >= 0:
            below = self.lines[at + 2].strip()
            if below == text and not _ADORNMENT.match(self.lines[at + 1].strip()) and len(text) + 2 >= len(self.lines[at + 1].strip()):
                self.markup(at)
                self._head(at + 1, text[0] * 2)
                return self.markup(at + 2)
        if over or at + 1 >= end or self.indents[at] != 0 or self.indents[at + 1] != 0 or self._continues_text(at):
            return 0
        below = self.lines[at + 1].strip()
        under = _ADORNMENT.match(below)
        if under is None or len(below) < min(len(text), 4):
            return 0
        self._head(at, below[0])
        return self.markup(at + 1)

    def _continues_text(self, at: int) -> bool:
        """True if the line before is text, so that this line is not a title."""
        return at > 0 and self.marks.lines[at - 1].kind in (LineKind.TEXT, LineKind.ITEM)

    def _head(self, at: int, style: str) -> None:
        """Set a line as a heading. A style that is new to the file is one level below the styles before."""
        if style not in self.styles:
            self.styles.append(style)
        level = min(self.styles.index(style) + 1, 6)
        title = plain_rst(self.lines[at].strip()).replace("`", "").strip("* ") or self.lines[at].strip()
        self.put(at, TypedLine(LineKind.HEADING, 0, title, "#" * level))

    def _explicit(self, at: int, end: int, text: str, kind: Kind | None, depth: int) -> int:
        """Read explicit markup: a directive, a footnote or a citation, or a comment."""
        stop = self._block_end(at, end)
        directive = _DIRECTIVE.match(text)
        if directive:
            return self._directive(at, stop, directive[1].lower(), directive[2] or "", depth)
        note = _NOTE.match(text)
        if note:
            said = plain_rst(note[2] or "")
            self.put(at, TypedLine(LineKind.TEXT, 0, f"[{note[1]}] {said}".strip()))
            self._body(at + 1, stop, kind, depth + 1)
            return stop
        return self.run(at, stop, LineKind.MARKUP)

    def _directive(self, at: int, stop: int, name: str, argument: str, depth: int) -> int:
        """Read the directive that goes from a line up to `stop` (exclusive)."""
        if name in _SILENT or depth > _DEEPEST:
            return self.run(at, stop, LineKind.MARKUP)
        inner = at + 1
        while inner < stop and self.indents[inner] >= 0 and _FIELD.match(self.lines[inner].strip()):
            inner = self.markup(inner)
        verbatim = self._verbatim_kind(name)
        if verbatim is not None:
            if name == "csv-table":
                self._say(at, argument, None)
            elif name == "math" and argument:
                self.run(at, at + 1, LineKind.FORMULA)
            else:
                self.markup(at)
            self.run(inner, stop, verbatim)
        elif name in _QUESTIONS:
            self._say(at, argument, None)
            self._body(inner, stop, None, depth + 1)
            self.keep_exercise()
            self.take_exercise(at, stop)
        elif name in _ANSWERS:
            self.markup(at)
            self._body(inner, stop, None, depth + 1)
            self.keep_exercise(stop - 1)
        else:
            kind = Kind.CALLOUT if name in _CALLOUTS else Kind.DEFINITION if name in _DEFINITIONS else None
            self._say(at, argument, kind)
            self._body(inner, stop, kind, depth + 1)
        return stop

    @staticmethod
    def _verbatim_kind(name: str) -> LineKind | None:
        """The kind of the lines in a directive whose body is not text, or None for all others."""
        if name == "math":
            return LineKind.FORMULA
        if name in _CODE or name.endswith(":code"):
            return LineKind.CODE
        if name == "csv-table":
            return LineKind.ROW
        return LineKind.MARKUP if name in _NAVIGATION else None

    def _say(self, at: int, argument: str, kind: Kind | None) -> None:
        """Set the own line of a directive as text, if its argument has any words."""
        said = plain_rst(argument) if argument else ""
        if not any(sign.isalnum() for sign in said):
            self.markup(at)
            return
        self.put(at, TypedLine(LineKind.TEXT, self.indents[at], said))
        if kind is not None:
            self.marks.kinds[at] = kind

    def _text(self, at: int, end: int, text: str, kind: Kind | None) -> int:
        """Read a line that is text or an item. A line that ends in `::` announces code."""
        indent = self.indents[at]
        line = single(text, indent, False)
        if line.kind in (LineKind.UNDERLINE, LineKind.ROW, LineKind.MARKUP):
            line = TypedLine(LineKind.TEXT, indent, text)
        elif line.mark == "#.":
            line = line._replace(mark="1.")
        said = plain_rst(line.text) or line.text
        self.put(at, line._replace(text=said[:-1] if said.endswith("::") else said))
        if text == "::":
            self.markup(at)
        elif kind is not None:
            self.marks.kinds[at] = kind
        elif line.kind is LineKind.TEXT and self._is_term(at, end):
            self.marks.kinds[at] = Kind.DEFINITION
        if text.endswith("::") and not text.startswith(".."):
            body = next((e for e in range(at + 1, end) if self.indents[e] >= 0), end)
            if body < end and self.indents[body] > indent and body > at + 1:
                return self.run(body, self._block_end(at, end), LineKind.CODE)
        return at + 1

    def _is_term(self, at: int, end: int) -> bool:
        """True for a short line right above one that is indented further: a term with its definition."""
        indent = self.indents[at]
        alone = at == 0 or self.indents[at - 1] != indent
        below = self.indents[at + 1] if at + 1 < end else -1
        return alone and below > indent and len(self.lines[at].split()) <= _LONGEST_TERM and self.lines[at].rstrip()[-1] not in ".:,;"

    def _is_docinfo(self, at: int) -> bool:
        """True at the top of a file, where fields say who wrote it. Elsewhere fields are text."""
        above = (LineKind.BLANK, LineKind.MARKUP, LineKind.HEADING)
        return at < _DOCINFO_REACH and all(line.kind in above for line in self.marks.lines[:at])

    def _rows(self, at: int, end: int) -> int:
        """Read a table with a frame. The first line of the frame is markup."""
        stop = at
        while stop < end and self.indents[stop] >= 0 and self.lines[stop].lstrip()[:1] in ("+", "|"):
            stop += 1
        self.run(at, stop, LineKind.ROW)
        if _GRID.match(self.lines[at].strip()):
            self.markup(at)
        return stop

    def _simple_table(self, at: int, end: int) -> int:
        """Read a table without a frame, from its first border to its last: the second border, or the third if a header is between."""
        reach = range(at + 1, min(end, at + _TABLE_REACH)) if at >= self.searched else range(0)
        borders = (e for e in reach if _SIMPLE_TABLE.match(self.lines[e].strip()))
        last = next((e for e in borders if e + 1 >= end or self.indents[e + 1] < 0), None)
        self.searched = self.searched if last is not None else max(self.searched, at + _TABLE_REACH)
        stop = at + 1 if last is None else last + 1
        self.run(at + 1, stop, LineKind.ROW)
        self.markup(at)
        return stop

    def _block_end(self, at: int, end: int) -> int:
        """The end (exclusive) of the lines that are indented further than the line at an index, including blank lines between them."""
        last = at
        for here in range(at + 1, end):
            if self.indents[here] < 0:
                continue
            if self.indents[here] <= self.indents[at]:
                break
            last = here
        return last + 1

    def markup(self, at: int) -> int:
        """As in every format, but with the indentation, which decides what belongs to an answer."""
        return super().markup(at) if self.indents[at] < 0 else self.run(at, at + 1, LineKind.MARKUP)

    def run(self, first: int, end: int, kind: LineKind) -> int:
        """As in every format, but blank lines at both ends of a run stay blank: they separate a directive from its text."""
        stop = end
        while first < stop and self.indents[first] < 0:
            first += 1
        while first < stop and self.indents[stop - 1] < 0:
            stop -= 1
        super().run(first, stop, kind)
        return end
