"""Write an answer as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answers.model import Block, Cell, Code, Formula, ListBlock, Paragraph, Sentence, TableBlock

_INDENT = "    "
_BACKTICKS = re.compile(r"`{3,}")


def to_markdown(blocks: Sequence[Block]) -> str:
    """The blocks as Markdown with an empty line between them; citations are written `[1]`.

    A model's text is followed by the lines that support it.
    """
    texts = ["\n".join(_lines(block)) for block in blocks]
    if len(blocks) > 1 and isinstance(blocks[0], Paragraph) and blocks[0].written:
        texts.insert(1, "In the notes:")
    return "\n\n".join(texts)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield " ".join(map(_cited, block.sentences))
        case ListBlock():
            yield from [_cited(block.lead), ""] if block.lead else []
            yield from _items(block)
        case TableBlock():
            width = max(map(len, (block.header, *block.rows)))
            yield _row([*block.header, *[""] * width][:width])
            yield "|" + "---|" * width
            for row in block.rows:
                yield _row([*map(_cell, row), *[""] * width][:width])
        case Formula():
            marks = _marks(block.citations)
            yield from [f"{block.label}:", ""] if block.label else []
            yield from ("$$", block.text, "$$", *([marks] if marks else []))
        case Code():
            fence = max(("```", *(f"{found}`" for found in _BACKTICKS.findall(block.text))), key=len)
            yield from (fence, block.text, fence, *([_marks(block.citations)] if block.citations else []))


def _items(block: ListBlock, depth: int = 0) -> Iterator[str]:
    for number, item in enumerate(block.items, start=1):
        yield f"{_INDENT * depth}{f'{number}.' if block.ordered else '-'} {_cited(item.sentence)}"
        if item.nested:
            yield from _items(item.nested, depth + 1)


def _row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _cell(cell: Cell) -> str:
    return f"{cell.text} {_marks(cell.citations)}".strip()


def _cited(sentence: Sentence) -> str:
    return f"{sentence.text} {_marks(sentence.citations)}".strip()


def _marks(citations: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in citations)
