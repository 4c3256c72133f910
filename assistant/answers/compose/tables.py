"""Tables: rows are given under their header."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

from assistant.answers.passages.surroundings import Line, lines_about, quotes_of
from assistant.answers.statements import Quote, TableStatement
from assistant.wording.display import ROW, RULE, tidy_cell
from index.search import Hit, Index
from ingest.model import Chunk, Kind
from ingest.text.terms import analyze

_OPEN = re.compile(r"^[^|]*\S[^|]*(?:\|[^|]*){1,}$")
_CELL = re.compile(r"(?<!\\)\|")
# A header and its row are quoted in one piece if at most this many words are between them.
_TOGETHER = 70


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    line: Line

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(tidy_cell(cell) for cell in _CELL.split(self.line.text.strip().strip("|")))


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `header` is None if none is marked as such. `lines` are all its lines, rules included."""

    header: Row | None
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]


def is_row(text: str) -> bool:
    """True if a line belongs to a table, including rules."""
    return ROW.match(text) is not None or RULE.match(text) is not None


def tables_of(index: Index, hit: Hit) -> list[Table]:
    """The tables of a passage, completed if they were cut."""
    bare = hit.chunk.kind is Kind.TABLE and not any(ROW.match(line) for line in hit.chunk.text.split("\n"))

    def member(text: str) -> bool:
        return is_row(text) or (bare and _OPEN.match(text) is not None)

    runs = groupby(lines_about(index, hit.chunk.id, member), key=lambda line: member(line.text))
    return [table for is_table, run in runs if is_table and (table := _table(list(run))) is not None]


def _table(lines: Sequence[Line]) -> Table | None:
    rules = [at for at, line in enumerate(lines) if RULE.match(line.text)]
    rows = [Row(line) for line in lines if not RULE.match(line.text)]
    if len(rows) < 2 or max(len(row.cells) for row in rows) < 2:
        return None
    header = rows[0] if rules and rules[0] == 1 else None
    return Table(header, tuple(rows[1:] if header else rows), tuple(lines))


def telling(table: Table, rows: Sequence[Row], asked: Collection[str]) -> list[Row]:
    """The rows that cover the question better than other rows of the table; all if none does."""
    terms = {row: frozenset(analyze(row.line.text)) & frozenset(asked) for row in table.rows}
    common = frozenset.intersection(*terms.values()) if terms else frozenset()
    most = max((len(terms[row] - common) for row in rows), default=0)
    return [row for row in rows if len(terms[row] - common) == most] if most else list(rows)


def state(table: Table, rows: Sequence[Row], why: str = "", copies: Sequence[Chunk] = ()) -> TableStatement:
    """Rows under their header, quoted in one piece if little is between them."""
    kept = [*([table.header] if table.header else []), *rows]
    columns = range(max(len(row.cells) for row in kept))
    quotes = _quoted(table, kept, copies)
    header = _cells(table.header, columns) if table.header else ()
    return TableStatement(header, tuple((_cells(row, columns), _quotes_of(table, row, quotes)) for row in rows), quotes, why)


def _cells(row: Row, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(row.cells[at].replace("\\|", "|") if at < len(row.cells) else "" for at in columns)


def _quotes_of(table: Table, row: Row, quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The quotes with a row and its header."""
    numbers = [line.line.number for line in (table.header, row) if line]
    return tuple(quote for quote in quotes if any(quote.excerpt.span.first <= number <= quote.excerpt.span.last for number in numbers))


def _quoted(table: Table, rows: Sequence[Row], copies: Sequence[Chunk]) -> tuple[Quote, ...]:
    numbers = {row.line.number for row in rows}
    between = [line for line in table.lines if min(numbers) <= line.number <= max(numbers)]
    if sum(len(line.text.split()) for line in between) <= _TOGETHER:
        return quotes_of(between, copies)
    runs = groupby(table.lines, key=lambda line: line.number in numbers or (RULE.match(line.text) is not None))
    return tuple(quote for kept, run in runs if kept for quote in quotes_of(list(run), copies))
