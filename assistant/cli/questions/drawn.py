"""Lists and tables of an answer, drawn as wide as the terminal is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.cli.shared.terminal import hanging

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from assistant.answers.model import Sentence

_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^\|(?:\s*:?-{2,}:?\s*\|)+$")
_MARK = re.compile(r"^\s*(?:-|\d{1,2}\.|[a-z]\)) ")


def is_table(text: str) -> bool:
    """Whether a sentence is rows of a table."""
    return text.startswith("|") and text.endswith("|")


def is_list(text: str) -> bool:
    """Whether a sentence is a list, its lines the items."""
    return any(_MARK.match(line) and not line[0].isspace() for line in text.split("\n"))


def draw_tables(out: Console, sentences: Sequence[Sentence]) -> None:
    """Rows that follow one another, those of one table together: a sentence with a header begins another."""
    run: list[Sentence] = []
    for sentence in sentences:
        if run and _is_headed(sentence):
            _draw_table(out, run)
            run = []
        run.append(sentence)
    if run:
        _draw_table(out, run)


def _draw_table(out: Console, sentences: Sequence[Sentence]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    rows = [row for sentence in sentences for row in _marked_rows(sentence)]
    width = max(map(len, rows))
    header = [cell.plain for cell in rows.pop(0)] if _is_headed(sentences[0]) else []
    table = Table(*[*header, *[""] * width][:width], box=SIMPLE_HEAD, show_header=bool(header), pad_edge=False)
    for row in rows:
        table.add_row(*row)
    out.print(table)


def draw_list(out: Console, sentence: Sentence) -> None:
    """The line that leads to a list and its items, each indented below its mark."""
    lines = sentence.text.split("\n")
    for number, line in enumerate(lines, start=1):
        mark = _MARK.match(line)
        hanging(
            out, _with_marks(line, sentence.citations if number == len(lines) else ()), len(mark[0]) + 1 if mark else 0, 1 if mark else 0
        )


def _is_headed(sentence: Sentence) -> bool:
    return any(_RULE.match(line) for line in sentence.text.split("\n"))


def _marked_rows(sentence: Sentence) -> list[list[Text]]:
    """The rows of a sentence with the marks of what it cites: in the last row each cell its own, or all of them in its last cell."""
    lines = [line for line in sentence.text.split("\n") if not _RULE.match(line)]
    rows = [[cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip()[1:-1])] for line in lines]
    full = [at for at, cell in enumerate(rows[-1]) if cell]
    each = len(full) == len(sentence.citations)
    marks = {at: (number,) for at, number in zip(full, sentence.citations, strict=True)} if each else {full[-1]: sentence.citations}
    return [
        [_with_marks(cell, marks.get(at, ()) if number == len(rows) else ()) for at, cell in enumerate(row)]
        for number, row in enumerate(rows, start=1)
    ]


def _with_marks(text: str, citations: Sequence[int]) -> Text:
    from rich.text import Text

    marks = " " + "".join(f"[{number}]" for number in citations) if citations else ""
    return Text.assemble(text, (marks, "cyan"))
