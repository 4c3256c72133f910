"""Print the blocks of an answer in the width of the terminal.

The mark of a citation comes after the last piece with it: neighbours with the same citations share one mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answers.model import Block, Cell, Code, Formula, ListBlock, Paragraph, TableBlock, marked_items
from assistant.cli.shared.terminal import hanging

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_ALIGNED = re.compile(
    r"(?P<before>(?:(?!\\begin).)*)\\begin\{(?P<name>(?:aligned|align|gathered|gather|split)\*?)\}"
    r"(?P<rows>(?:(?!\\begin\{).)+)\\end\{(?P=name)\}",
    re.DOTALL,
)
"""A formula in rows, none of which holds rows itself."""
_AMPERSAND = re.compile(r"(?<!\\)&")
_STEP = 3
"""The columns by which a nested list is indented."""


def draw(out: Console, block: Block) -> None:
    """Print a block."""
    from rich.text import Text

    match block:
        case Paragraph():
            text = Text(" ").join(_marked(sentence.text, sentence.citations) for sentence in block.sentences)
            hanging(out, text, 0)
        case ListBlock():
            _draw_list(out, block)
        case TableBlock():
            _draw_table(out, block)
        case Formula():
            *above, last = _rows(f"{block.label}: {block.text}" if block.label else block.text)
            for row in above:
                hanging(out, _marked(row, ()), 0)
            hanging(out, _marked(last, block.citations), 0)
        case Code():
            out.print(_marked(block.text, block.citations), soft_wrap=True)


def _rows(formula: str) -> list[str]:
    """The rows of a formula that is set in several, each for a line of its own; one row for any other formula."""
    found = _ALIGNED.fullmatch(formula)
    if found is None:
        return [formula]
    rows = [" ".join(_AMPERSAND.sub("", row).split()) for row in found["rows"].split("\\\\")]
    return [row for row in [found["before"].strip(), *rows] if row] or [formula]


def _draw_list(out: Console, block: ListBlock) -> None:
    """The leading line of the list and its items, each with its lines indented below its mark."""
    items = list(marked_items(block))
    cited = [sentence.citations for _, _, sentence in items]
    if block.lead:
        hanging(out, _marked(block.lead.text, () if block.lead.citations == cited[0] else block.lead.citations), 0)
    for (depth, mark, sentence), citations in zip(items, _shared(cited), strict=True):
        first = 1 + _STEP * depth
        hanging(out, _marked(f"{mark} {sentence.text}", citations), first + len(mark) + 1, first)


def _draw_table(out: Console, block: TableBlock) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Column, Table

    width = max(map(len, (block.header, *block.rows)))
    columns = [Column(name, overflow="fold") for name in [*block.header, *[""] * width][:width]]  # a word is parted, never cut off
    table = Table(*columns, box=SIMPLE_HEAD, show_header=bool(block.header), pad_edge=False)
    cited = [block.sentence(row).citations for row in block.rows]
    for row, citations in zip(block.rows, _shared(cited), strict=True):
        table.add_row(*_marked_cells(row, citations))
    out.print(table)


def _marked_cells(row: Sequence[Cell], citations: Sequence[int]) -> list[Text]:
    """The cells, each with its own marks, or with all marks in the last cell if they are the same."""
    full = [at for at, cell in enumerate(row) if cell.text]
    if len({row[at].citations for at in full}) > 1:
        return [_marked(cell.text, cell.citations) for cell in row]
    return [_marked(cell.text, citations if at == full[-1] else ()) for at, cell in enumerate(row)]


def _shared(cited: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The citations to show after each piece: none if the next piece has the same."""
    return [() if following == own else own for own, following in zip(cited, [*cited[1:], None], strict=True)]


def _marked(text: str, citations: Sequence[int]) -> Text:
    from rich.text import Text

    marks = " " + "".join(f"[{number}]" for number in citations) if citations else ""
    return Text.assemble(text, (marks, "cyan"))
