"""Parse the rows of tables in LaTeX, Org and reStructuredText."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.as_markdown import cell
from ingest.readers.marked.org import plain_org
from ingest.readers.marked.rst import plain_rst
from ingest.text.tex import plain_tex, without_comment

_RULE = re.compile(r"^[\s|+=:-]*$")
_FRAME = re.compile(r"^\s*\+[-=+]+\+\s*$")
_SIMPLE = re.compile(r"^\s*=+(?:\s+=+)+\s*$")
_AMPERSAND = re.compile(r"(?<!\\)&")
_TEX_RULE = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|addlinespace|cline|cmidrule|caption)"
    r"(?:\([a-z]+\))?(?:\{[^}]*\}|\[[^\]]*\])*"
)
_TEX_FRAME = re.compile(r"\\(?:begin|end)\s*\{[A-Za-z*]+\}(?:\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\})*")
_SPANNED = re.compile(r"\\multi(?:column|row)\s*\{[^{}]*\}\s*\{[^{}]*\}\s*\{((?:[^{}]|\{[^{}]*\})*)\}")


class Row(NamedTuple):
    """The cells of a row, and the numbers of its lines."""

    cells: list[str]
    lines: range


def rows_of(lines: Sequence[str], first: int) -> list[Row]:
    """The rows of a table whose first line has the number `first`. The format is recognised by its signs."""
    if any(_FRAME.match(line) for line in lines[:2]) or (lines and lines[0].lstrip().startswith("|") and _is_framed(lines)):
        return _framed(lines, first)
    if any("\\\\" in line or _AMPERSAND.search(line) for line in lines):
        return _tex(lines, first)
    if any(_SIMPLE.match(line) for line in lines):
        return _simple(lines, first)
    if lines and all(line.lstrip().startswith("|") for line in lines):
        return [
            Row([cell(plain_org(each)) for each in line.strip().strip("|").split("|")], range(number, number + 1))
            for number, line in enumerate(lines, start=first)
            if not _RULE.match(line)
        ]
    return [Row([cell(plain_rst(each)) for each in line.split(",")], range(n, n + 1)) for n, line in enumerate(lines, start=first)]


def _is_framed(lines: Sequence[str]) -> bool:
    return any(_FRAME.match(line) for line in lines)


def _framed(lines: Sequence[str], first: int) -> list[Row]:
    """The rows of a grid table: the text between two rules, cut into columns at the crosses of the rule."""
    frame = next(line for line in lines if _FRAME.match(line))
    cuts = [at for at, sign in enumerate(frame) if sign == "+"]
    rows: list[Row] = []
    held: list[str] = []
    began = first
    for number, line in enumerate([*lines, frame], start=first):
        if line.lstrip().startswith("+"):
            if held:
                rows.append(Row(_columns(held, cuts), range(began, number)))
            held, began = [], number + 1
        else:
            held.append(line)
    return rows


def _columns(lines: Sequence[str], cuts: Sequence[int]) -> list[str]:
    spans = list(pairwise(cuts))
    return [cell(plain_rst(" ".join(line[start + 1 : end].strip(" |") for line in lines))) for start, end in spans]


def _simple(lines: Sequence[str], first: int) -> list[Row]:
    """The rows of a table under rules of `=`. A line without a first cell continues the row above."""
    rule = next(line for line in lines if _SIMPLE.match(line))
    spans = [match.span() for match in re.finditer(r"=+", rule)]
    ends = [start for start, _ in spans[1:]] + [10_000]
    rows: list[Row] = []
    for number, line in enumerate(lines, start=first):
        if _RULE.match(line):
            continue
        cells = [cell(plain_rst(line[start:end])) for (start, _), end in zip(spans, ends, strict=True)]
        if not cells[0] and rows:
            above = rows.pop()
            joined = [" ".join(filter(None, pair)) for pair in zip(above.cells, cells, strict=True)]
            rows.append(Row(joined, range(above.lines.start, number + 1)))
        else:
            rows.append(Row(cells, range(number, number + 1)))
    return rows


def _tex(lines: Sequence[str], first: int) -> list[Row]:
    """The rows of a tabular: cells between `&`, rows up to `\\\\`."""
    rows: list[Row] = []
    held, began = "", first
    for number, line in enumerate(lines, start=first):
        said = _SPANNED.sub(r"\1", _TEX_FRAME.sub("", _TEX_RULE.sub("", without_comment(line))))
        pieces = re.split(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline", said)
        for piece in pieces[:-1]:
            rows.append(Row(_tex_cells(f"{held} {piece}"), range(began, number + 1)))
            held, began = "", number
        held = f"{held} {pieces[-1]}".strip()
        began = began if held else number + 1
    if _AMPERSAND.search(held):
        rows.append(Row(_tex_cells(held), range(began, first + len(lines))))
    return [row for row in rows if any(row.cells)]


def _tex_cells(text: str) -> list[str]:
    return [cell(plain_tex(each.strip())) for each in _AMPERSAND.split(text)]
