"""Convert LaTeX, Org and reStructuredText to Markdown for display, with the source lines of each line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from textwrap import dedent

from assistant.web.rendering.markdown import Written
from assistant.web.rendering.tables import rows_of
from ingest.model import Kind
from ingest.readers.as_markdown import table_lines
from ingest.readers.marked.typed import TypedLines
from ingest.structure.lines import LineKind, TypedLine

_FENCE = "`" * 12
_SILENT = re.compile(r"%|\\(?:label|index|vspace|hspace|noindent|centering|bigskip|medskip|smallskip)\b")
"""Lines without text that do not end a paragraph."""
_OPENS = re.compile(r"(?:\\begin\s*\{|#\+begin_|\.\.\s+)(?P<name>[A-Za-z-]{4,30})(?:\}|::|\b)", re.IGNORECASE)
_FLOAT = re.compile(r"\[[htbpH!]{1,6}\]$|\.\.\s+(?:figure|image)::")
"""Matches commands for the position or the file of a picture."""
_NO_REFERENCE = re.compile(r"\s?\(\s*\)")
"""Matches the rest of `(\\ref{…})`, whose number is not in the file."""
_ALONE = re.compile(r"[=-]+\s*$|[#>]")
_COMMENT = re.compile(r"(?<!\\)%.*$")
_NO_FORMULA = re.compile(
    r"^\s*(?:\.\.\s+math::|:[a-z]+:.*$)|\\(?:label|tag)\s*\{[^{}]*\}|\\(?:nonumber|notag|displaystyle)\b"
    r"|\\(?:begin|end)\s*\{(?:equation|displaymath|math|dmath)\*?\}|\$\$|\\[\[\]](?![0-9])"
)
_ENVIRONMENTS = {"eqnarray": "align", "multline": "gather", "flalign": "align", "alignat": "align"}
_CALLS = (Kind.CALLOUT, Kind.DEFINITION)
_PREAMBLE, _LONGEST, _MOST_MACROS = 3_000, 400, 300
_DEFINES = re.compile(
    r"\\(?:(?:re|provide)?(?:new)?command\*?\s*\{?\s*\\(?P<name>[A-Za-z]{1,30})\s*\}?\s*(?:\[\d\])?"
    r"|def\s*\\(?P<plain>[A-Za-z]{1,30})|DeclareMathOperator\*?\s*\{?\s*\\(?P<operator>[A-Za-z]{1,30})\s*\}?)"
    r"\s*\{(?P<body>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\}){1,200})\}"
)
_NUMBERED = re.compile(r"\d+")


def written(found: TypedLines, first: int, count: int) -> list[Written]:
    """Lines of Markdown for `count` lines of a file from number `first` on; each knows its numbers."""
    return list(_Writer(found).lines(first - 1, min(first - 1 + count, len(found.lines))))


def macros_of(lines: Sequence[str]) -> dict[str, str]:
    """The commands without conditions that a LaTeX file defines on one line each, for its formulas: `\\R` is `\\mathbb{R}`."""
    found: dict[str, str] = {}
    for line in lines[:_PREAMBLE]:
        for match in _DEFINES.finditer(line[:_LONGEST]) if "\\" in line else ():
            name, body = match["name"] or match["plain"] or match["operator"], match["body"]
            if len(found) < _MOST_MACROS and body.count("{") == body.count("}") and f"\\{name}" not in body:
                found[f"\\{name}"] = f"\\operatorname{{{body}}}" if match["operator"] else body
    return found


class _Writer:
    """One pass over the lines. `indents` has the indentation of the open items, the outermost first."""

    def __init__(self, found: TypedLines) -> None:
        self._raw, self._lines, self._kinds = found.raw, found.lines, found.kinds
        self._indents: list[int] = []
        levels = sorted({len(line.mark) for line in found.lines if line.kind is LineKind.HEADING})
        self._levels = {level: number for number, level in enumerate(levels, start=1)}

    def lines(self, at: int, end: int) -> Iterator[Written]:
        """The lines from index `at` up to `end` (exclusive)."""
        runs: dict[LineKind, Callable[[int, int], Iterator[Written]]] = {
            LineKind.CODE: self._code,
            LineKind.FORMULA: self._formula,
            LineKind.ROW: self._table,
        }
        while at < end:
            line = self._lines[at]
            run = runs.get(line.kind)
            if run is not None:
                last = self._end_of_run(at, end)
                yield Written("")
                yield from run(at, last)
                yield Written("")
                at = last
                continue
            yield from self._single(at, line)
            at += 1

    def _single(self, at: int, line: TypedLine) -> Iterator[Written]:
        """A line that is not part of a paragraph or a block."""
        number = range(at + 1, at + 2)
        match line.kind:
            case LineKind.HEADING:
                self._indents = []
                yield Written("")
                yield Written(f"{'#' * self._levels[len(line.mark)]} {line.text}", number)
                yield Written("")
            case LineKind.ITEM:
                yield Written(f"{'    ' * self._depth(line.indent)}{_mark(line.mark)} {line.text}", number)
            case LineKind.TEXT | LineKind.TODO:
                yield from self._text(at, line, number)
            case LineKind.MARKUP if _SILENT.match(line.text):
                return
            case LineKind.MARKUP:
                yield Written("")
                yield from self._label(at, line)
            case _:
                is_labelled = at > 0 and self._opens_callout(at - 1)
                yield Written(">" if is_labelled else "")

    def _text(self, at: int, line: TypedLine, number: range) -> Iterator[Written]:
        """A line of a paragraph, quoted in a callout, indented below an item that it goes on with."""
        if _FLOAT.match(line.text) or _FLOAT.match(self._raw[at].strip()):
            yield Written("")
            return
        if "ref{" in self._raw[at]:
            line = line._replace(text=_NO_REFERENCE.sub("", line.text))
        said = f"\\{line.text}" if _ALONE.match(line.text) else line.text
        if self._kinds.get(at) in _CALLS:
            yield Written(f"> **{said}**  " if self._is_term(at, line) else f"> {said}", number)
            return
        while self._indents and line.indent <= self._indents[-1]:
            self._indents.pop()
        is_fresh = at == 0 or self._lines[at - 1].kind not in (LineKind.TEXT, LineKind.ITEM, LineKind.TODO)
        if not self._indents and at and self._lines[at - 1].kind is LineKind.ITEM:
            yield Written("")  # otherwise the paragraph would continue the item
        yield Written(f"{'    ' * len(self._indents) if is_fresh else ''}{said}", number)

    def _is_term(self, at: int, line: TypedLine) -> bool:
        """True for the term of a definition that is indented below it."""
        below = self._lines[at + 1] if at + 1 < len(self._lines) else None
        return (
            below is not None and below.kind is LineKind.TEXT and below.indent > line.indent and not self._raw[at].lstrip().startswith("..")
        )

    def _label(self, at: int, line: TypedLine) -> Iterator[Written]:
        """The name of a callout that has no words of its own on the line that opens it."""
        opened = _OPENS.match(line.text)
        if opened and self._opens_callout(at):
            yield Written(f"> **{opened['name'].capitalize()}.**", range(at + 1, at + 2))
            yield Written(">")

    def _opens_callout(self, at: int) -> bool:
        """True for a line of markup that opens a callout whose text follows."""
        line = self._lines[at]
        if line.kind is not LineKind.MARKUP or not _OPENS.match(line.text):
            return False
        following = next((one for one in range(at + 1, min(at + 4, len(self._lines))) if self._lines[one].kind is LineKind.TEXT), None)
        return following is not None and self._kinds.get(following) in _CALLS

    def _depth(self, indent: int) -> int:
        """The nesting depth of an item with this indentation."""
        while self._indents and indent <= self._indents[-1]:
            self._indents.pop()
        self._indents.append(indent)
        return len(self._indents) - 1

    def _end_of_run(self, at: int, end: int) -> int:
        """The end (exclusive) of the lines of one kind that begin at an index; rules inside a table belong to it."""
        kind = self._lines[at].kind
        last = at
        for here in range(at, end):
            if self._lines[here].kind is kind:
                last = here
            elif kind is not LineKind.ROW or self._lines[here].kind is not LineKind.MARKUP:
                break
        return last + 1

    def _code(self, at: int, end: int) -> Iterator[Written]:
        lines = [line.removeprefix(": ") if line.lstrip().startswith(": ") else line for line in map(str.expandtabs, self._raw[at:end])]
        yield Written(_FENCE, range(at + 1, at + 2))
        for number, line in enumerate(dedent("\n".join(lines)).split("\n"), start=at + 1):
            yield Written(line, range(number, number + 1))
        yield Written(_FENCE)

    def _formula(self, at: int, end: int) -> Iterator[Written]:
        """A formula on one line, since a line of it could be read as markup. Those of one run that are closed stand apart."""
        first = at
        for here in range(at, end):
            is_closed = re.search(r"\$\$\s*$|\\\]\s*$|\\end\s*\{", self._raw[here]) and here > first
            if is_closed or here == end - 1 or re.match(r"\s*\$\$.+\$\$\s*$", self._raw[here]):
                yield from self._one_formula(first, here + 1)
                first = here + 1

    def _one_formula(self, at: int, end: int) -> Iterator[Written]:
        said = " ".join(_NO_FORMULA.sub(" ", _COMMENT.sub("", line)).strip() for line in self._raw[at:end])
        for name, other in _ENVIRONMENTS.items():
            said = re.sub(rf"\\(begin|end)\s*\{{{name}(\*?)\}}(?:\{{\d+\}})?", rf"\\\1{{{other}\2}}", said)
        said = " ".join(said.split())
        if said:
            yield Written(f"$${said}$$", range(at + 1, end + 1))
            yield Written("")

    def _table(self, at: int, end: int) -> Iterator[Written]:
        rows = rows_of(self._raw[at:end], at + 1)
        texts = table_lines([row.cells for row in rows])
        numbers = [row.lines for row in rows if any(row.cells)]
        if texts:
            yield Written(texts[0], numbers[0])
            yield Written(texts[1])
            yield from (Written(text, lines) for text, lines in zip(texts[2:], numbers[1:], strict=True))


def _mark(mark: str) -> str:
    number = _NUMBERED.match(mark)
    return f"{number[0][:9]}." if number else "-"
