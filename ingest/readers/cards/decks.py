"""Read decks of cards in text files: exports of Anki, and tables with a question and an answer in each row. Other tables stay tables."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from pathlib import PurePosixPath

from ingest.model import Block, Document, Kind, Part, Question, Section, SectionKind, Span, Text
from ingest.readers.as_markdown import cell, table_lines
from ingest.readers.documents import document_of_lines
from ingest.readers.plain.text import read_text
from ingest.structure.parts import join_parts
from ingest.structure.structure import Structure
from ingest.text.fields import SEPARATORS, Field, card_words, is_deck_header, rows_of

_FRONTS = frozenset("front question term prompt q word concept".split())
_BACKS = frozenset("back answer definition response a meaning explanation".split())
"""Names of the columns of a table of cards."""
_SILENT = frozenset("tags tag deck id guid notetype".split())
"""Names of columns that do not count as text."""
_COLUMN = re.compile(r"#(tags|guid|deck|notetype) column:\s*(\d{1,3})", re.IGNORECASE)
_MOST_ROWS = 60
"""The most rows of a table that counts as text. A longer one is data."""
_LOOKED_AT = 200
"""The number of rows by which a table is judged."""
_CLOZE = "{{c"


@dataclass(frozen=True, slots=True)
class _Deck:
    """How the rows of a file are read: the offset of the first row, the separator, the columns of the two sides, and the columns that are
    not text."""

    start: int
    separator: str
    front: int = 0
    back: int = 1
    silent: frozenset[int] = frozenset()
    title: str | None = None


def read_cards(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """The document of a file of rows: cards, or else a table."""
    separator = "\t" if name.lower().endswith((".tsv", ".tab")) else _likely_separator(lines)
    text = "\n".join(lines)
    deck = _declared(lines) or _judged(text, separator)
    return _of_cards(name, digest, lines, deck) if deck else _table(name, digest, lines, separator)


def read_text_or_deck(name: str, digest: str, lines: tuple[str, ...]) -> Document:
    """A plain text, or the cards that a program exported as one."""
    deck = _declared(lines)
    if deck is None and lines and sum("\t" in line for line in lines[:_LOOKED_AT]) * 2 > len(lines[:_LOOKED_AT]):
        deck = _judged("\n".join(lines), "\t")
    return _of_cards(name, digest, lines, deck) if deck else read_text(name, digest, lines)


def _declared(lines: Sequence[str]) -> _Deck | None:
    """The settings in the header of a text file that Anki exported, or None without such a header."""
    head = 0
    while head < len(lines) and is_deck_header(lines[head]):
        head += 1
    if not head:
        return None
    said = {key.lower(): value.strip() for key, _, value in (line[1:].partition(":") for line in lines[:head])}
    named = said.get("separator", "tab")
    silent = frozenset(int(match[2]) - 1 for line in lines[:head] if (match := _COLUMN.match(line)))
    text_columns = [at for at in range(20) if at not in silent]
    start = sum(len(line) + 1 for line in lines[:head])
    title = said.get("deck", "").replace("::", " › ") or None
    return _Deck(start, SEPARATORS.get(named.lower(), named[:1] or "\t"), text_columns[0], text_columns[1], silent, title)


def _judged(text: str, separator: str) -> _Deck | None:
    """The deck of a table whose header names both sides, or whose first column asks questions."""
    found = [
        (fields, [text[field.start : field.end].strip() for field in fields]) for fields in islice(rows_of(text, separator), _LOOKED_AT)
    ]
    if not found:
        return None
    fields, head = found[0][0], [name.lower() for name in found[0][1]]
    front = next((at for at, name in enumerate(head) if name in _FRONTS), None)
    back = next((at for at, name in enumerate(head) if name in _BACKS), None)
    if front is not None and back is not None:
        silent = frozenset(at for at, name in enumerate(head) if name in _SILENT)
        return _Deck(fields[-1].end + 1 + fields[-1].quoted, separator, front, back, silent)
    return _Deck(0, separator) if _asks([row for _, row in found if any(row)]) else None


def _asks(rows: Sequence[Sequence[str]]) -> bool:
    """True for rows of two or three cells, of which a third begin with a question or a text with gaps."""
    asked = sum(row[0].endswith("?") or _CLOZE in row[0] for row in rows)
    paired = sum(2 <= len(row) <= 3 and all(row[:2]) for row in rows)
    return 10 * paired >= 9 * len(rows) and 3 * asked >= len(rows) > 0


def _of_cards(name: str, digest: str, lines: tuple[str, ...], deck: _Deck) -> Document:
    """The document of a deck: each card a question whose answer stands on the same lines."""
    text = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    blocks: list[Block] = []
    sections: list[Section] = []
    questions: list[Question] = []
    head = bisect_right(starts, deck.start) - 1 if deck.start else 0
    if head:
        blocks.append(Block(Kind.METADATA, "\n".join(lines[:head]), Span(1, head)))
    for fields in rows_of(text, deck.separator, deck.start):
        first, last = bisect_right(starts, fields[0].start) - 1, bisect_right(starts, fields[-1].end) - 1
        words = [card_words(_unquoted(text, field)) for field in fields]
        if not any(words):
            continue
        block = Block(Kind.PROSE, "\n".join(lines[first : last + 1]), Span(first + 1, last + 1))
        front, back = _at(words, deck.front), _at(words, deck.back)
        told = [at for at, said in enumerate(words) if said and at not in deck.silent]
        if not told:
            blocks.append(replace(block, kind=Kind.METADATA))
            continue
        asks = bool(front and back) and _CLOZE not in text[fields[deck.front].start : fields[deck.front].end]
        begins = deck.back if asks else told[0]
        ends = max(told[-1], begins) if deck.back >= deck.front else begins
        said = (fields[begins].start - starts[first], fields[ends].end - starts[first])
        if asks:
            blocks.append(replace(block, kind=Kind.ANSWER, section=(front,), said=said))
            sections.append(Section(front, (front,), 1, SectionKind.QUESTION, block.span))
            questions.append(Question(front, block.span, block.span))
        else:
            blocks.append(replace(block, said=said))
    structure = Structure(tuple(blocks), tuple(sections), tuple(questions))
    return document_of_lines(name, digest, lines, structure, title=deck.title or PurePosixPath(name).stem)


def _table(name: str, digest: str, lines: tuple[str, ...], separator: str) -> Document:
    """The document of a table without cards. A long table is kept, but none of its lines counts as text."""
    text = "\n".join(lines)
    rows = [[cell(_unquoted(text, field)) for field in fields] for fields in rows_of(text, separator)]
    rows = [row for row in rows if any(row)]
    title = PurePosixPath(name).stem
    if len(rows) > _MOST_ROWS or not rows:
        data = Structure((Block(Kind.METADATA, text, Span(1, len(lines))),), (), ())
        document = document_of_lines(name, digest, lines, data, title=title)
        return replace(
            document, notices=(f"is a table of {len(rows)} rows of data. Only cards and short tables are read from such files.",)
        )
    return join_parts(name, digest, [Text(tuple(table_lines(rows)), Part("page", 1))], title=title)


def _likely_separator(lines: Sequence[str]) -> str:
    head = "\n".join(lines[:20])
    return max((",", ";", "\t"), key=head.count)


def _unquoted(text: str, field: Field) -> str:
    said = text[field.start : field.end]
    return said.replace('""', '"') if field.quoted else said


def _at(words: Sequence[str], at: int) -> str:
    return words[at] if at < len(words) else ""
