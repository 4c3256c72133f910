"""Read LaTeX, a file with lines of its own. Its commands give every line its kind. No macro is expanded, and no other file is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ingest.model import Document, Kind, SectionKind
from ingest.readers.marked.latex_names import CODE, KIND_OF, LEVELS, LISTS, NUMBERED_LISTS, PICTURES, TABLES
from ingest.readers.marked.maths import maths_end
from ingest.readers.marked.reader import MarkupReader
from ingest.structure.lines import LineKind, TypedLine
from ingest.structure.openings import Opening
from ingest.text.tex import plain_tex, without_comment

_HEADING = re.compile(rf"\\({'|'.join(LEVELS)})\*?\s*(?=[\[{{])")
_LECTURE = re.compile(r"\\(?:lecture|lesson)\{([^{}]{0,20})\}\s*\{([^{}]{0,80})\}\s*\{([^{}]{0,200})\}")
"""A macro of many lecture notes: number, date and title."""
_OWN_TITLE = re.compile(r"\\(?!title|subtitle|maketitle|set|new|re|the|use|insert|make|addto)[A-Za-z]{1,12}(?:title|heading)\*?\s*(?=\{)")
"""A command that an author defined for titles, alone on its line."""
_BEGIN = re.compile(r"\\begin\s*\{([A-Za-z@]+)\*?\}")
_END = re.compile(r"\\end\s*\{([A-Za-z@]+)\*?\}")
_ITEM = re.compile(r"\\(?:item|bibitem|question|part)\b(?:\s*\[([^\]]{0,200})\])?\s*")
_RULED = re.compile(
    r"(?:\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|addlinespace|cline|cmidrule)"
    r"(?:\([a-z]+\))?(?:\{[^}]*\}|\[[^\]]*\])*\s*)+$"
)
_NEW = re.compile(
    r"\\(?:newtheorem|newmdtheoremenv|newtcbtheorem)\*?(?:\[[^\]]{0,80}\])?\{([A-Za-z@]+)\}(?:\[[^\]]{0,80}\])?\{([^}]{1,80})\}"
)
_DECLARED = re.compile(r"\\declaretheorem(?:\[[^\]]{0,200}?\bname\s*=\s*\{?([^,\]}]{1,80})[^\]]{0,200}\])?\{([A-Za-z@]+)\}")
_TITLE = re.compile(r"\\title\s*(?:\[[^\]]{0,300}\])?\s*(?=\{)")
_TITLED = re.compile(r"\s*(?:\[([^\]]{1,200})\]|\{([^{}]{1,200})\})")
_ARGUMENT = re.compile(r"\s*(?:\[[^\]]{0,200}\]|\{(?:[^{}]|\{[^{}]*\}){0,200}\})")
_DEFINES = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def|(?:re)?newenvironment|NewDocumentCommand|DeclareRobustCommand|newtcolorbox|newtcbtheorem"
    r"|hypersetup|lstset|tikzset|sisetup|author|thanks)\b"
)
_REACH = 200
"""Lines over which the definition of a command may run. A longer one was never closed."""
_TITLE_REACH = 6
"""Lines over which a title may run."""
_LONGEST_LINE = 2_000
"""Characters of a line in which an argument is looked for, a bound on the work that a hostile line can cause."""
_DEEPEST = 200
"""Environments that are open at a time. More are not remembered."""
_MOST_ARGUMENTS = 3
"""Arguments that a table or a list may have behind its name: position, width, columns."""


class _Environment(NamedTuple):
    """An open environment: its name, the index of its first line, and how many numbered items it has so far."""

    name: str
    first: int
    items: int


def read_latex(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A LaTeX document, or a part of one that another file includes."""
    return LatexReader(lines).document(name, digest)


class LatexReader(MarkupReader):
    """One pass over the lines of a file, with the environments that are open.

    `kind_of` and `names` have the kinds and titles of environments, those that the file declares included.
    """

    def __init__(self, raw: Sequence[str]) -> None:
        super().__init__(raw)
        self.kind_of: dict[str, Kind] = dict(KIND_OF)
        self.names: dict[str, str] = {}
        self.open: list[_Environment] = []

    def read(self) -> None:
        self._read_declarations()
        ends = len(self.lines)
        for at, line in enumerate(self.lines):
            if r"\begin{document}" in line and not line.lstrip().startswith("%"):
                self.body = at + 1
            elif r"\end{document}" in line and not line.lstrip().startswith("%"):
                ends = at
                break
        at = 0
        while at < len(self.lines):
            outside = at < self.body or at >= ends or not self.lines[at].strip()
            at = self.markup(at) if outside else self._line(at)

    def _read_declarations(self) -> None:
        """Find the title, and the names that the file gives to environments of its own."""
        for at, line in enumerate(self.lines):
            if "\\title" in line and self.title is None:
                found = _TITLE.search(without_comment(line))
                if found:
                    self.title = plain_tex(self._argument(at, found.end())[0]).strip("* ") or None
            if "theorem" in line:
                for match in _NEW.finditer(line):
                    self._name(match[1], match[2])
                for match in _DECLARED.finditer(line):
                    self._name(match[2], match[1] or match[2].capitalize())

    def _name(self, environment: str, title: str) -> None:
        self.names[environment] = title
        word = title.lower().split()[-1] if title.split() else environment
        self.kind_of[environment] = KIND_OF.get(word, KIND_OF.get(environment, Kind.CALLOUT))

    def _line(self, at: int) -> int:
        """Read a line with what belongs to it."""
        text = self.lines[at].strip()
        if text[0] == "%":
            return self.markup(at)
        if text.startswith(r"\iffalse"):
            end = self.closing(r"\fi", at, lambda line: r"\fi" in line.replace(r"\iffalse", ""))
            return self.run(at, (at if end is None else end) + 1, LineKind.MARKUP)
        end = maths_end(self.lines, at)
        if end:
            return self.run(at, end, LineKind.FORMULA)
        opened = _BEGIN.search(text)
        if opened and (opened[1] in CODE or opened[1] in PICTURES):
            return self._verbatim(at, opened[1])
        heading = _HEADING.match(text)
        if heading:
            return self._heading(at, heading)
        title = self._own_title(at, text) if text[0] == "\\" else None
        if title is not None:
            return self.put(at, title)
        if _DEFINES.match(text):
            return self._command_definition(at)
        ended = _END.match(text)
        if ended:
            self.markup(at)
            self._end(at, ended[1])
            return at + 1
        if opened and opened.start() == 0:
            return self._begin(at, opened)
        self._text(at, text)
        for match in _END.finditer(text):
            self._end(at, match[1])
        if opened:
            self._push(at, opened[1])
        return at + 1

    def _own_title(self, at: int, text: str) -> TypedLine | None:
        """A title given by a command that the author defined, or by one common in lecture notes; None for any other line."""
        lecture = _LECTURE.match(text)
        if lecture:
            title = plain_tex(lecture[3]) or f"Lecture {lecture[1]}"
            return TypedLine(LineKind.HEADING, 0, title.replace("**", ""), "#" * LEVELS["chapter"])
        own = _OWN_TITLE.match(text)
        if own:
            title, last, rest = self._argument(at, self.lines[at].index("\\") + own.end())
            if last == at and _has_letters(plain_tex(title)) and not without_comment(rest).strip():
                return TypedLine(LineKind.HEADING, 0, plain_tex(title).replace("**", ""), "#" * LEVELS["section"])
        return None

    def _text(self, at: int, text: str) -> None:
        """Read a line that is text, an item or a row of a table."""
        if any(environment.name in TABLES for environment in self.open):
            self._row(at, text)
            return
        depth = sum(environment.name in LISTS for environment in self.open)
        item = _ITEM.match(text) if depth or text.startswith((r"\item", r"\question")) else None
        if item:
            self._item(at, text, item, depth)
            return
        said = plain_tex(text)
        if not _has_letters(said):
            self.markup(at)
            return
        kind = LineKind.TODO if said.startswith(("TODO", "FIXME")) else LineKind.TEXT
        self.put(at, TypedLine(kind, 2 * depth, said))
        self._set_kind(at)

    def _row(self, at: int, text: str) -> None:
        """A row of a table. A rule above the first row is ignored; a rule below a row separates the header from the rest."""
        ruled = _RULED.match(without_comment(text))
        first = at == 0 or self.marks.lines[at - 1].kind is not LineKind.ROW
        self.put(at, TypedLine(LineKind.MARKUP if ruled and first else LineKind.ROW, 0, text))

    def _item(self, at: int, text: str, item: re.Match[str], depth: int) -> None:
        said = plain_tex(text[item.end() :])
        term = plain_tex(item[1]) if item[1] else ""
        innermost = next((environment.name for environment in reversed(self.open) if environment.name in LISTS), "")
        mark = f"{self._next_number()}." if innermost in NUMBERED_LISTS else "-"
        said = f"**{term}** {said}".strip() if term else said or text
        self.put(at, TypedLine(LineKind.ITEM, max(2 * (depth - 1), 0), said, mark))

    def _next_number(self) -> int:
        """The number of the next item of the innermost list."""
        for place in range(len(self.open) - 1, -1, -1):
            environment = self.open[place]
            if environment.name in LISTS:
                self.open[place] = environment._replace(items=environment.items + 1)
                return environment.items + 1
        return 1

    def _set_kind(self, at: int) -> None:
        """Give a line of text the kind of the innermost environment that has one."""
        kind = next((self.kind_of[environment.name] for environment in reversed(self.open) if environment.name in self.kind_of), None)
        if kind in (Kind.DEFINITION, Kind.CALLOUT):
            self.marks.kinds[at] = kind

    def _heading(self, at: int, match: re.Match[str]) -> int:
        indent = len(self.lines[at]) - len(self.lines[at].lstrip())
        argument, last, rest = self._argument(at, indent + match.end())
        title = plain_tex(argument).replace("**", "").strip()
        level = LEVELS[match[1]]
        said = plain_tex(rest)
        if not title:
            return self.markup(at)
        if _has_letters(said):
            self.put(at, TypedLine(LineKind.TEXT, 0, said))
            self.marks.openings[at] = Opening(SectionKind.HEADING, title.rstrip("."), level, at - 1)
        else:
            self.put(at, TypedLine(LineKind.HEADING, 0, title.rstrip(".:") if level == 6 else title, "#" * level))
        for below in range(at + 1, last + 1):
            self.markup(below)
        return last + 1

    def _begin(self, at: int, match: re.Match[str]) -> int:
        """Read a line that begins with the opening of an environment."""
        name = match[1]
        text = without_comment(self.lines[at]).strip()
        rest = text[match.end() :]
        self._push(at, name)
        if name == "thebibliography":
            return self.put(at, TypedLine(LineKind.HEADING, 0, "References", "#" * LEVELS["section"]))
        if name == "frame":
            title = plain_tex(rest)
            heading = TypedLine(LineKind.HEADING, 0, title, "#" * LEVELS["frametitle"])
            return self.put(at, heading if title else TypedLine(LineKind.MARKUP, 0, text))
        said = self._said(name, rest)
        if name in self.kind_of:
            self.marks.starts.add(at)
        if name in TABLES and said:
            self.put(at, TypedLine(LineKind.ROW, 0, text))
        elif _has_letters(said) and name not in TABLES:
            self.put(at, TypedLine(LineKind.TEXT, 0, said))
            self._set_kind(at)
        else:
            self.markup(at)
        for ended in _END.finditer(rest):
            self._end(at, ended[1])
        return at + 1

    def _said(self, name: str, rest: str) -> str:
        """The words behind the opening of an environment: `[Euler] For every` in a theorem becomes `Theorem (Euler). For every`."""
        titled = _TITLED.match(rest) if name in self.kind_of else None
        if titled:
            title = plain_tex(titled[1] or titled[2])
            return f"{self.names.get(name, name.capitalize())} ({title}). {plain_tex(rest[titled.end() :])}".strip()
        return plain_tex(_without_arguments(rest) if name in TABLES or name in LISTS else rest)

    def _push(self, at: int, name: str) -> None:
        if len(self.open) < _DEEPEST:
            self.open.append(_Environment(name, at, 0))
        if self.kind_of.get(name) is Kind.QUESTION:
            self.keep_exercise()

    def _end(self, at: int, name: str) -> None:
        """Close the innermost environment with this name, and everything that is open inside it."""
        place = next((place for place in range(len(self.open) - 1, -1, -1) if self.open[place].name == name), None)
        if place is None:
            return
        first = self.open[place].first
        del self.open[place:]
        kind = self.kind_of.get(name)
        if kind is Kind.QUESTION:
            self.take_exercise(first, at + 1)
        elif kind is Kind.ANSWER:
            self.keep_exercise(at)

    def _verbatim(self, at: int, name: str) -> int:
        """Read an environment whose lines are code, or no text at all."""
        kind = LineKind.CODE if name in CODE else LineKind.MARKUP
        text = self.lines[at].strip()
        end = self.closing(name, at, re.compile(rf"\\end\s*\{{{name}\*?\}}").search)
        if end is None:
            self._text(at, text)
            return at + 1
        if end == at:
            return self.put(at, TypedLine(kind, 0, text))
        before = plain_tex(self.lines[at][: self.lines[at].index("\\begin")])
        self.put(at, TypedLine(LineKind.TEXT, 0, before) if before else TypedLine(LineKind.MARKUP, 0, text))
        self.run(at + 1, end, kind)
        return self.markup(end)

    def _command_definition(self, at: int) -> int:
        """Pass over the definition of a command, which may run over several lines until its braces are closed."""
        depth = 0
        for end in range(at, min(at + _REACH, len(self.lines))):
            line = without_comment(self.lines[end])
            depth += line.count("{") - line.count("}") - line.count(r"\{") + line.count(r"\}")
            if depth <= 0:
                return self.run(at, end + 1, LineKind.MARKUP)
        return self.markup(at)

    def _argument(self, at: int, column: int) -> tuple[str, int, str]:
        """The last of the arguments that start at a column of a line (`[short]{title}`), the line where it ends, and the rest of that
        line."""
        depth = 0
        found: list[str] = []
        bracket = False
        for end in range(at, min(at + _TITLE_REACH, len(self.lines))):
            line = without_comment(self.lines[end])
            start = column if end == at else 0
            escaped = False
            for place in range(start, min(len(line), start + _LONGEST_LINE)):
                sign = line[place]
                if escaped:
                    escaped = False
                elif sign == "\\":
                    escaped = True
                elif sign == "{":
                    depth += 1
                    if depth == 1 and not bracket:
                        found = []
                        continue
                elif sign == "}":
                    depth -= 1
                    if depth == 0 and not bracket:
                        return "".join(found), end, line[place + 1 :]
                elif depth == 0 and sign in "[]":
                    bracket = sign == "["
                    continue
                if depth and not bracket:
                    found.append(sign)
            found.append(" ")
        return "", at, ""


def _has_letters(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _without_arguments(text: str) -> str:
    """A text without the arguments at its start."""
    for _ in range(_MOST_ARGUMENTS):
        match = _ARGUMENT.match(text)
        if match is None:
            break
        text = text[match.end() :]
    return text
