"""LaTeX: a file with lines of its own. Its commands say what each line is; nothing is expanded, and no other file is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from ingest.model import Document, FrontMatter, Kind, SectionKind, Text
from ingest.readers.titles import choose_title
from ingest.structure.lines import BLANK, Line, LineKind
from ingest.structure.openings import Opening
from ingest.structure.questions import Asked, Strength
from ingest.structure.structure import Marks, structure_of
from ingest.text.tex import plain_tex, without_comment

_LEVELS = {"part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5, "paragraph": 6, "subparagraph": 6} | {
    "frametitle": 5,
    "framesubtitle": 6,
}
_HEADING = re.compile(r"\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph|frametitle|framesubtitle)\*?\s*(?=[\[{])")
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
_CODE = frozenset(
    "verbatim Verbatim lstlisting minted alltt algorithm algorithmic algorithmicx pseudocode python pycode bash Highlighting".split()
)
_MATHS = frozenset("equation align gather multline eqnarray displaymath flalign alignat math dmath split cases aligned".split())
_TABLES = frozenset("tabular tabularx longtable tabu tabulary supertabular array tblr".split())
_LISTS = frozenset(
    "itemize enumerate description compactitem compactenum inparaenum questions parts thebibliography tasks asparaenum".split()
)
_SKIPPED = frozenset("comment tikzpicture picture axis filecontents pspicture pgfpicture CCSXML".split())
_KINDS = {
    Kind.DEFINITION: ("definition", "defn", "defi", "def", "dfn", "notation"),
    Kind.QUESTION: ("exercise", "problem", "question", "exer", "prob", "quest", "xca"),
    Kind.ANSWER: ("solution", "answer", "sol", "soln", "ans"),
    Kind.CALLOUT: (
        "theorem lemma proposition corollary claim fact conjecture axiom assumption property hypothesis law rule example remark note"
        " observation intuition tip warning caution important hint pitfall summary takeaway keypoint block alertblock exampleblock"
        " thm lem prop cor clm exm exmp examp rem rmk obs principle result insight box tcolorbox mdframed framed infobox"
    ).split(),
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
_TITLE = re.compile(r"\\title\s*(?:\[[^\]]{0,300}\])?\s*(?=\{)")
_DEFINES = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|def|(?:re)?newenvironment|NewDocumentCommand|DeclareRobustCommand|newtcolorbox|newtcbtheorem"
    r"|hypersetup|lstset|tikzset|sisetup|author|thanks)\b"
)
_REACH = 200
"""Lines over which a formula, a title or a definition of a command may run; one that is longer was never closed."""


def read_latex(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A LaTeX document, or a part of one that another file includes."""
    reader = _Reader(lines)
    marks = reader.read()
    structure = structure_of(lines, marks, title=reader.title)
    return Document(
        name=name,
        title=reader.title or choose_title(name, reader.body, FrontMatter(), structure) or PurePosixPath(name).stem,
        digest=digest,
        texts=(Text(lines),),
        blocks=structure.blocks,
        sections=structure.sections,
        questions=structure.questions,
    )


def maths_end(lines: Sequence[str], at: int) -> int:
    """The end (exclusive) of the displayed formula that opens at a line, or 0 if none does or it is never closed."""
    text = lines[at].strip()
    opened = _BEGIN.match(text)
    if opened and opened[1] in _MATHS:
        closing = re.compile(rf"\\end\s*\{{{opened[1]}\*?\}}")
    elif text.startswith(r"\["):
        closing = re.compile(r"\\\]")
    elif text.startswith("$$"):
        closing = re.compile(r"\$\$")
    else:
        return 0
    skip = len(lines[at]) - len(lines[at].lstrip()) + 2
    for end in range(at, min(at + _REACH, len(lines))):
        if closing.search(lines[end], skip if end == at else 0):
            return end + 1
        if not lines[end].strip():
            return 0  # TeX ends a formula at an empty line, with an error
    return 0


class _Reader:
    """One pass over the lines of a file, which knows the environments that are open."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.marks = Marks()
        self.title: str | None = None
        self.body = 0
        self.kind_of: dict[str, Kind] = dict(_KIND_OF)
        self.names: dict[str, str] = {}
        self.open: list[tuple[str, int, int]] = []
        self.exercise: tuple[int, int] | None = None
        self.unclosed: set[str] = set()

    def read(self) -> Marks:
        self._look_ahead()
        ends = len(self.lines)
        for at, line in enumerate(self.lines):
            if r"\begin{document}" in line and not line.lstrip().startswith("%"):
                self.body = at + 1
            elif r"\end{document}" in line and not line.lstrip().startswith("%"):
                ends = at
                break
        at = 0
        while at < len(self.lines):
            if not self.lines[at].strip():
                self._put(at, BLANK)
                at += 1
            elif at < self.body or at >= ends:
                self._markup(at)
                at += 1
            else:
                at = self._line(at)
        self._close_exercise()
        return self.marks

    def _look_ahead(self) -> None:
        """The title, and the names that the file gives to environments of its own."""
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
        self.kind_of[environment] = _KIND_OF.get(word, _KIND_OF.get(environment, Kind.CALLOUT))

    def _line(self, at: int) -> int:
        """Say what the line at `at`, and those that belong to it, are; give the next one."""
        raw = self.lines[at]
        text = raw.strip()
        if text[0] == "%":
            self._markup(at)
            return at + 1
        if text.startswith(r"\iffalse") and r"\fi" not in self.unclosed:
            return self._left_out(at)
        end = maths_end(self.lines, at)
        if end:
            self._run(at, end, LineKind.FORMULA)
            return end
        opened = _BEGIN.search(text)
        if opened and (opened[1] in _CODE or opened[1] in _SKIPPED):
            return self._verbatim(at, opened[1])
        heading = _HEADING.match(text)
        if heading:
            return self._heading(at, heading)
        if _DEFINES.match(text):
            return self._definition(at)
        ended = _END.match(text)
        if ended:
            self._markup(at)
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

    def _text(self, at: int, text: str) -> None:
        if any(name in _TABLES for name, _, _ in self.open):
            ruled = _RULED.match(without_comment(text))
            first = not (self.marks.lines and self.marks.lines[-1].kind is LineKind.ROW)
            self._put(at, Line(LineKind.MARKUP if ruled and first else LineKind.ROW, 0, text))
            return
        depth = sum(name in _LISTS for name, _, _ in self.open)
        item = _ITEM.match(text) if depth or text.startswith((r"\item", r"\question")) else None
        said = plain_tex(text[item.end() :] if item else text)
        if item:
            named = plain_tex(item[1]) if item[1] else ""
            numbered = next((name for name, _, _ in reversed(self.open) if name in _LISTS), "") in ("enumerate", "questions", "parts")
            mark = f"{self._count()}." if numbered else "-"
            said = f"**{named}** {said}".strip() if named else said or text
            self._put(at, Line(LineKind.ITEM, max(2 * (depth - 1), 0), said, mark))
        elif not said or not any(sign.isalnum() for sign in said):
            self._markup(at)
        else:
            kind = LineKind.TODO if said.startswith(("TODO", "FIXME")) else LineKind.TEXT
            self._put(at, Line(kind, 2 * depth, said))
            self._typed(at)

    def _count(self) -> int:
        """The number of the next item of the list that is open."""
        for place in range(len(self.open) - 1, -1, -1):
            name, opened, count = self.open[place]
            if name in _LISTS:
                self.open[place] = (name, opened, count + 1)
                return count + 1
        return 1

    def _typed(self, at: int) -> None:
        kind = next((self.kind_of[name] for name, _, _ in reversed(self.open) if name in self.kind_of), None)
        if kind in (Kind.DEFINITION, Kind.CALLOUT):
            self.marks.kinds[at] = kind

    def _heading(self, at: int, match: re.Match[str]) -> int:
        indent = len(self.lines[at]) - len(self.lines[at].lstrip())
        argument, last, rest = self._argument(at, indent + match.end())
        title = plain_tex(argument).replace("**", "").strip()
        mark = "#" * _LEVELS[match[1]]
        said = plain_tex(rest)
        if not title:
            self._markup(at)
            return at + 1
        if any(sign.isalnum() for sign in said):
            self._put(at, Line(LineKind.TEXT, 0, said))
            self.marks.openings[at] = Opening(SectionKind.HEADING, title.rstrip("."), len(mark), at - 1)
        else:
            self._put(at, Line(LineKind.HEADING, 0, title.rstrip(".:") if len(mark) == 6 else title, mark))
        for rest_of in range(at + 1, last + 1):
            self._markup(rest_of)
        return last + 1

    def _begin(self, at: int, match: re.Match[str]) -> int:
        name = match[1]
        text = without_comment(self.lines[at]).strip()
        rest = text[match.end() :]
        self._push(at, name)
        if name == "thebibliography":
            self._put(at, Line(LineKind.HEADING, 0, "References", "###"))
            return at + 1
        said = plain_tex(_after_arguments(rest, 3 if name in _TABLES or name in _LISTS else 0))
        if name == "frame":
            titled = plain_tex(rest)
            self._put(at, Line(LineKind.HEADING, 0, titled, "#####") if titled else Line(LineKind.MARKUP, 0, text))
            return at + 1
        kind = self.kind_of.get(name)
        if kind is not None:
            named = re.match(r"\s*(?:\[([^\]]{1,200})\]|\{([^{}]{1,200})\})", rest)
            if named:
                title = plain_tex(named[1] or named[2])
                said = f"{self.names.get(name, name.capitalize())} ({title}). {plain_tex(rest[named.end() :])}".strip()
        if name in _TABLES and said:
            self._put(at, Line(LineKind.ROW, 0, text))
        elif any(sign.isalnum() for sign in said) and name not in _TABLES:
            self._put(at, Line(LineKind.TEXT, 0, said))
            self._typed(at)
        else:
            self._markup(at)
        for ended in _END.finditer(rest):
            self._end(at, ended[1])
        return at + 1

    def _push(self, at: int, name: str) -> None:
        if len(self.open) < 200:
            self.open.append((name, at, 0))
        if self.kind_of.get(name) is Kind.QUESTION:
            self._close_exercise()

    def _end(self, at: int, name: str) -> None:
        place = next((place for place in range(len(self.open) - 1, -1, -1) if self.open[place][0] == name), None)
        if place is None:
            return
        _, opened, _ = self.open[place]
        del self.open[place:]
        kind = self.kind_of.get(name)
        if kind is Kind.QUESTION:
            self.exercise = (opened, at)
        elif kind is Kind.ANSWER and self.exercise is not None:
            self._close_exercise(at)

    def _close_exercise(self, reach: int | None = None) -> None:
        """Note the exercise read last as a question; its answer reaches to `reach`, or there is none."""
        if self.exercise is None:
            return
        (opened, closed), self.exercise = self.exercise, None
        said = [at for at in range(opened, min(closed + 1, len(self.marks.lines))) if self.marks.lines[at].kind in _SAYS]
        if not said or any(at in self.marks.asked for at in said):
            return
        text = " ".join(self.marks.lines[at].text for at in said)
        self.marks.asked[said[0]] = Asked(said[0], said[-1], text[:400], 0, Strength.NAMED_AND_NUMBERED, reach or said[-1])

    def _verbatim(self, at: int, name: str) -> int:
        kind = LineKind.CODE if name in _CODE else LineKind.MARKUP
        closing = re.compile(rf"\\end\s*\{{{name}\*?\}}")
        end = None if name in self.unclosed else next((e for e in range(at, len(self.lines)) if closing.search(self.lines[e])), None)
        if end is None:
            self.unclosed.add(name)
            self._text(at, self.lines[at].strip())
            return at + 1
        if end == at:
            self._put(at, Line(kind, 0, self.lines[at].strip()))
            return at + 1
        before = plain_tex(self.lines[at][: self.lines[at].index("\\begin")])
        self._put(at, Line(LineKind.TEXT, 0, before) if before else Line(LineKind.MARKUP, 0, self.lines[at].strip()))
        self._run(at + 1, end, kind)
        self._markup(end)
        return end + 1

    def _definition(self, at: int) -> int:
        """A definition of a command, which may run over lines until its braces are closed."""
        depth = 0
        for end in range(at, min(at + _REACH, len(self.lines))):
            line = without_comment(self.lines[end])
            depth += line.count("{") - line.count("}") - line.count(r"\{") + line.count(r"\}")
            if depth <= 0:
                self._run(at, end + 1, LineKind.MARKUP)
                return end + 1
        self._markup(at)
        return at + 1

    def _left_out(self, at: int) -> int:
        """What `\\iffalse` keeps out of the document, up to its `\\fi`."""
        end = next((e for e in range(at, len(self.lines)) if r"\fi" in self.lines[e].replace(r"\iffalse", "")), None)
        if end is None:
            self.unclosed.add(r"\fi")
        self._run(at, (at if end is None else end) + 1, LineKind.MARKUP)
        return (at if end is None else end) + 1

    def _run(self, first: int, end: int, kind: LineKind) -> None:
        for at in range(first, end):
            raw = self.lines[at]
            text = raw.strip()
            blank = BLANK if kind is LineKind.MARKUP else Line(kind, 0, "")
            self._put(at, Line(kind, len(raw) - len(raw.lstrip()), text) if text else blank)

    def _markup(self, at: int) -> None:
        text = self.lines[at].strip()
        self._put(at, Line(LineKind.MARKUP, 0, text) if text else BLANK)

    def _put(self, at: int, line: Line) -> None:
        assert at == len(self.marks.lines)
        self.marks.lines.append(line)

    def _argument(self, at: int, column: int) -> tuple[str, int, str]:
        """The last of the arguments that open at a place (`[short]{title}`), the line it ends on, and the rest of that line."""
        depth = 0
        found: list[str] = []
        bracket = False
        for end in range(at, min(at + _TITLE_REACH, len(self.lines))):
            line = without_comment(self.lines[end])
            start = column if end == at else 0
            skip = False
            for place in range(start, min(len(line), start + 2_000)):
                sign = line[place]
                if skip:
                    skip = False
                elif sign == "\\":
                    skip = True
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


_TITLE_REACH = 6
_SAYS = (LineKind.TEXT, LineKind.ITEM, LineKind.FORMULA)


def _after_arguments(text: str, most: int) -> str:
    """A text without the arguments it begins with."""
    for _ in range(most):
        match = re.match(r"\s*(?:\[[^\]]{0,200}\]|\{(?:[^{}]|\{[^{}]*\}){0,200}\})", text)
        if match is None:
            break
        text = text[match.end() :]
    return text
