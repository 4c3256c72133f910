"""The values of an answer: blocks of text, each piece with its citations.

    Answer ─ blocks ─┬ Paragraph    sentences that are read one after the other
                     ├ ListBlock    a line that leads to items; an item may hold a list of its own
                     ├ TableBlock   rows of cells under a header
                     ├ Formula      displayed mathematics, as TeX
                     └ Code         lines that are shown as they stand

A model's answer is one paragraph that is `written`, followed by the lines of the documents that support it.

Text in a block is plain: without list marks and table bars. `Answer.sentences` is the whole text as one sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Literal

from assistant.answers.certainty import Certainty, certainty_of
from ingest.model import Span
from ingest.places import place

DONT_SAY = "Your documents don't say."
_INDENT = "   "


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place in the documents with the same words."""

    document: str
    title: str
    section: tuple[str, ...]
    span: Span

    @property
    def place(self) -> str:
        """The place as it is shown and typed, such as `notes/attention.md:37-38` or `slides.pdf page 3:1-2`."""
        return place(self.document, self.span)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a document with its words, verbatim. `id` counts from 1 within an answer; `copies` have the same words."""

    id: int
    document: str
    title: str
    section: tuple[str, ...]
    span: Span
    quote: str
    copies: tuple[Copy, ...] = ()

    @property
    def place(self) -> str:
        """The place as it is shown and typed, such as `notes/attention.md:37-38` or `slides.pdf page 3:1-2`."""
        return place(self.document, self.span)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of text and the ids of the citations it rests on.

    `why` says why it was chosen, or gives the result of checking a model's sentence.
    """

    text: str
    citations: tuple[int, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences of running text. `written` is true for a model's words; otherwise they are words of the documents."""

    sentences: tuple[Sentence, ...]
    written: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, and the list below it."""

    sentence: Sentence
    nested: ListBlock | None = None


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list. `lead` is its leading line with the colon. A list is `ordered` if it has steps or its author numbered it."""

    lead: Sentence | None
    items: tuple[Item, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table; an empty one has no citations."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TableBlock:
    """Rows of a table, or some of its columns. `header` is empty if the table has none; rows may be of unequal length."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    why: str = ""

    def sentence(self, row: Sequence[Cell]) -> Sentence:
        """A row as one sentence: `header: cell; header: cell`."""
        heads = (*self.header, *[""] * len(row))
        cells = [(f"{head}: {cell.text}" if head else cell.text) for head, cell in zip(heads, row, strict=False) if cell.text]
        cited = dict.fromkeys(number for cell in row for number in cell.citations)
        return Sentence("; ".join(cells), tuple(cited), self.why)


@dataclass(frozen=True, slots=True)
class Formula:
    """A displayed formula: TeX without the signs around it, and the few words that name it, if it has a name."""

    text: str
    citations: tuple[int, ...]
    label: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code, without the marks around them."""

    text: str
    citations: tuple[int, ...]
    why: str = ""


Block = Paragraph | ListBlock | TableBlock | Formula | Code


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `str(answer)` is its plain text.

    `confidence` in [0, 1] is the probability that the documents answer the question, also if the answer abstains. `related` and
    `learn_first` are ids of concepts: those that the answer is about, and those that it takes for granted. `note` is for the reader: why
    the answer is doubtful, what happened to a model's answer, whether documents disagree, have changed, are gone, or belong to the starter
    course.
    """

    question: str
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    mode: Literal["extractive", "llm"]
    related: tuple[str, ...]
    seconds: float
    note: str = ""
    learn_first: tuple[str, ...] = ()

    @property
    def certainty(self) -> Certainty:
        """The certainty of the answer: `none` if it abstains."""
        if self.abstained:
            return Certainty.NONE
        return Certainty.SURE if certainty_of(self.confidence) is Certainty.SURE else Certainty.UNSURE

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The whole answer as plain-text sentences, in order: each row of a table and each item of a list is one sentence."""
        return sentences_of(self.blocks)

    def __str__(self) -> str:
        """The plain text without citations, a line for each item and row; if the answer abstains, a sentence that the documents do not
        say."""
        return DONT_SAY if self.abstained else "\n".join(line for block in self.blocks for line in _lines(block))


def sentences_of(blocks: Sequence[Block]) -> tuple[Sentence, ...]:
    """All text of some blocks in order, in plain text."""
    return tuple(sentence for block in blocks for sentence in _sentences(block))


def marked_items(block: ListBlock, depth: int = 0) -> Iterator[tuple[int, str, Sentence]]:
    """The items of a list and of the lists in it, in order, each with its depth from 0 and the mark before it: `-`, `1.` or `a)`."""
    for number, item in enumerate(block.items):
        numbered = f"{number + 1}." if depth == 0 else f"{ascii_lowercase[number]})" if number < len(ascii_lowercase) else "-"
        yield depth, numbered if block.ordered else "-", item.sentence
        if item.nested:
            yield from marked_items(item.nested, depth + 1)


def _sentences(block: Block) -> Iterator[Sentence]:
    match block:
        case Paragraph():
            yield from block.sentences
        case ListBlock():
            yield from [block.lead] if block.lead else []
            yield from (sentence for _, _, sentence in marked_items(block))
        case TableBlock():
            yield from map(block.sentence, block.rows)
        case Formula():
            yield Sentence(f"{block.label}: {block.text}" if block.label else block.text, block.citations, block.why)
        case Code():
            yield Sentence(block.text, block.citations, block.why)


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield " ".join(sentence.text for sentence in block.sentences)
    elif isinstance(block, ListBlock):
        yield from [block.lead.text] if block.lead else []
        yield from (f"{_INDENT * depth}{mark} {sentence.text}" for depth, mark, sentence in marked_items(block))
    else:
        yield from (sentence.text for sentence in _sentences(block))
