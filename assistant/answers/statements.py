"""The parts of an answer before its citations have numbers: texts with their quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby, pairwise

from assistant.answers.model import Block, Cell, Citation, Code, Copy, Formula, Item, ListBlock, Paragraph, Sentence, TableBlock
from index.copies import same_words
from ingest.model import Chunk, Excerpt, Span

_LONGEST = 80
"""The most words of neighbours that are quoted in one piece."""
_MOST_BETWEEN = 12
"""The most words between them: a heading or a short sentence."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a passage. `copies` are passages with the same words."""

    chunk: Chunk
    excerpt: Excerpt
    copies: tuple[Chunk, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        return self.chunk.document, self.excerpt.span, self.excerpt.text


class Layout(Enum):
    """How a statement is laid out: in a paragraph with its neighbours, on lines of its own, as a formula or as code."""

    INLINE = auto()
    OWN_LINE = auto()
    FORMULA = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence made of quoted words. `label` names a formula; `why` says why the statement was chosen."""

    text: str
    quotes: tuple[Quote, ...]
    layout: Layout = Layout.INLINE
    why: str = ""
    label: str = ""

    def quoting(self, whole: Quote) -> Statement:
        """The statement with another quote that includes its own."""
        return replace(self, quotes=(whole,))


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item, the quotes of its own lines, and the items below it."""

    text: str
    quotes: tuple[Quote, ...]
    nested: tuple[ListItem, ...] = ()
    ordered: bool = False
    """True if the items below are ordered."""


@dataclass(frozen=True, slots=True)
class ListStatement:
    """A list under the line that leads to it, which may be empty. `quotes` has the quotes of all its lines."""

    lead: str
    items: tuple[ListItem, ...]
    quotes: tuple[Quote, ...]
    ordered: bool = False
    why: str = ""

    def quoting(self, whole: Quote) -> ListStatement:
        return replace(self, quotes=(whole,), items=tuple(_item_quoting(item, whole) for item in self.items))


@dataclass(frozen=True, slots=True)
class TableStatement:
    """Rows of a table, each a sequence of cells with the quotes of the row. `quotes` has the quotes of all rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], tuple[Quote, ...]], ...]
    quotes: tuple[Quote, ...]
    why: str = ""

    def quoting(self, whole: Quote) -> TableStatement:
        return replace(self, quotes=(whole,), rows=tuple((cells, (whole,)) for cells, _ in self.rows))


AnyStatement = Statement | ListStatement | TableStatement


def _item_quoting(item: ListItem, whole: Quote) -> ListItem:
    return replace(item, quotes=(whole,), nested=tuple(_item_quoting(each, whole) for each in item.nested))


def join_neighbours(statements: Sequence[AnyStatement]) -> list[AnyStatement]:
    """The statements, with neighbours in one passage merged into one quote while it is short, so that the reader has one place to check."""
    joined: list[AnyStatement] = []
    run: list[AnyStatement] = []
    for statement in statements:
        if run and (whole := _together(run, statement)):
            run.append(statement)
            joined[-len(run) + 1 :] = [each.quoting(whole) for each in run[:-1]]
            joined.append(statement.quoting(whole))
        else:
            run = [statement]
            joined.append(statement)
    return joined


def _together(run: Sequence[AnyStatement], following: AnyStatement) -> Quote | None:
    """One quote for a run of statements and the next one; None if it would be too long or has too much between them."""
    if not all(len(each.quotes) == 1 for each in (*run, following)):
        return None
    quotes = [each.quotes[0] for each in (*run, following)]
    chunk = quotes[0].chunk
    if quotes[-1].chunk.id != chunk.id:
        return None
    places = sorted(((chunk.text.find(quote.excerpt.text), quote.excerpt) for quote in quotes), key=lambda place: place[0])
    first, last = places[0], places[-1]
    stop = last[0] + len(last[1].text)
    gaps = [chunk.text[begins + len(said.text) : after] for (begins, said), (after, _) in pairwise(places)]
    if first[0] < 0 or any(len(gap.split()) > _MOST_BETWEEN for gap in gaps) or len(chunk.text[first[0] : stop].split()) > _LONGEST:
        return None
    span = Span(first[1].span.first, last[1].span.last, first[1].span.part)
    return Quote(chunk, Excerpt(chunk.text[first[0] : stop], span), quotes[0].copies)


class Numbering:
    """Numbers quotes from 1 in the order of their first use; a quote that is used twice has one number."""

    def __init__(self) -> None:
        self._citations: dict[tuple[object, ...], Citation] = {}
        self.quotes: list[Quote] = []

    def __call__(self, quotes: Sequence[Quote]) -> tuple[int, ...]:
        """The numbers of some quotes."""
        for quote in quotes:
            if quote.key not in self._citations:
                self._citations[quote.key] = cite(len(self._citations) + 1, quote)
                self.quotes.append(quote)
        return tuple(self._citations[quote.key].id for quote in quotes)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._citations.values())


def to_blocks(
    paragraphs: Sequence[Sequence[AnyStatement]], number: Numbering | None = None
) -> tuple[tuple[Block, ...], tuple[Citation, ...]]:
    """The statements of each paragraph as blocks, with inline neighbours together, and their citations, numbered after the earlier ones."""
    number = number or Numbering()
    blocks = tuple(block for statements in paragraphs for block in _blocks(statements, number))
    return blocks, number.citations


def _blocks(statements: Sequence[AnyStatement], number: Numbering) -> Iterator[Block]:
    for is_inline, run in groupby(statements, key=lambda each: isinstance(each, Statement) and each.layout is Layout.INLINE):
        if is_inline:
            inline = [each for each in run if isinstance(each, Statement)]
            yield Paragraph(tuple(Sentence(each.text, number(each.quotes), each.why) for each in inline))
        else:
            yield from (_block(each, number) for each in run)


def _block(statement: AnyStatement, number: Numbering) -> Block:
    match statement:
        case ListStatement():
            cited = number(statement.quotes)
            lead = Sentence(statement.lead, cited[:1], statement.why) if statement.lead else None
            return ListBlock(lead, _items(statement.items, number, statement.why), statement.ordered)
        case TableStatement():
            number(statement.quotes)
            rows = tuple(tuple(Cell(cell, number(quotes)) if cell else Cell("") for cell in cells) for cells, quotes in statement.rows)
            return TableBlock(statement.header, rows, statement.why)
        case Statement(layout=Layout.FORMULA):
            return Formula(statement.text, number(statement.quotes), statement.label, statement.why)
        case Statement(layout=Layout.CODE):
            return Code(statement.text, number(statement.quotes), statement.why)
    return Paragraph((Sentence(statement.text, number(statement.quotes), statement.why),))


def _items(items: Sequence[ListItem], number: Numbering, why: str) -> tuple[Item, ...]:
    return tuple(
        Item(
            Sentence(item.text, number(item.quotes), why),
            ListBlock(None, _items(item.nested, number, why), item.ordered) if item.nested else None,
        )
        for item in items
    )


def cite(id_: int, quote: Quote) -> Citation:
    """The citation of a quote, and of the same words in the passages that are copies of its passage."""
    text, chunk = quote.excerpt.text, quote.chunk
    found = ((copy, _verbatim(text, copy) or same_words(text, copy)) for copy in quote.copies)
    copies = tuple(Copy(copy.document, copy.title, copy.section, span) for copy, span in found if span is not None)
    return Citation(id_, chunk.document, chunk.title, chunk.section, quote.excerpt.span, text, copies)


def _verbatim(text: str, copy: Chunk) -> Span | None:
    """The place of the exact text in a copy, as whole lines."""
    begins = copy.text.find(text)
    ends = begins + len(text)
    if begins < 0 or copy.text[ends : ends + 1].strip() or copy.text[:begins].rpartition("\n")[2].strip():
        return None
    first = copy.span.first + copy.text.count("\n", 0, begins)
    return Span(first, first + text.count("\n"), copy.span.part)
