"""Two things compared: the rows or columns of a table that has both."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.tables import Table, state, tables_of
from assistant.answers.compose.units import state_unit
from assistant.answers.statements import AnyStatement, Statement, TableStatement
from assistant.wording.display import bare, is_dangling
from ingest.text.terms import analyze

_BETWEEN = re.compile(
    r"\b(?:differ\w*|distinction|distinguish\w*|compar\w+|relation\w*|choose|choice)\b.{0,20}?\bbetween\s+(.+?)\s+(?:and|or|vs\.?)\s+(.+)",
    re.IGNORECASE,
)
_VERSUS = re.compile(r"^(.+?)\s+(?:vs\.?|versus)\s+(.+)", re.IGNORECASE)
_COMPARE = re.compile(r"\b(?:compare|contrast|distinguish)\s+(.+?)\s+(?:and|with|to|from|against|vs\.?)\s+(.+)", re.IGNORECASE)
_DIFFERS = re.compile(
    r"^(?:how|in what way)?\s*(?:does|do|is|are)\s+(.+?)\s+(?:differ(?:s|ent)?|compare[sd]?)\s+(?:from|to|with|than)\s+(.+)", re.IGNORECASE
)
_END = re.compile(r"[,?;:(]|\s(?:which|what|when|where|why|how|in terms|with respect|w\.?r\.?t|for|\+)\b|[.!]$", re.IGNORECASE)
_START = re.compile(r"^(?:(?:what|whats|what's|is|are|the|a|an|explain|describe|difference|of|between|both)\s+)+", re.IGNORECASE)
_LONGEST = 6
"""Words in the name of one side; a longer one is a clause and no name."""
_HITS = 6
"""Passages whose tables are looked at."""
_ABOUT = 0.6
"""Share of the terms of one side that a text about it has."""
_LEAST_BESIDE = 0.8
"""Of the best unit's relevance, what a sentence beside the table needs."""
_MOST_BESIDE = 2
_WIDEST = 12
"""Rows of a table that is shown whole; a longer one is a list of other things."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared, as it was asked, and the terms that tell one from the other."""

    names: tuple[str, str]
    terms: tuple[frozenset[str], frozenset[str]]

    def sides(self, text: str) -> tuple[bool, bool]:
        """Whether a text speaks of the one, and of the other."""
        there = frozenset(analyze(text))
        one, other = (len(terms & there) >= _ABOUT * len(terms) for terms in self.terms)
        if one != other:
            # What names a part of the other is not of the one alone; the last word may be a general one.
            rest = 1 if one else 0
            named = self.terms[rest] - frozenset(analyze(self.names[rest].split()[-1]))
            return (True, True) if named & there else (one, other)
        return one, other


def pair_of(question: str, known: str = "") -> Pair | None:
    """The two things that a question compares; None where it names no two.

    In `internal vs external fragmentation` the last word is of both, if the `known` text has it so.
    """
    match = next((found for sign in (_BETWEEN, _COMPARE, _DIFFERS, _VERSUS) if (found := sign.search(question.strip()))), None)
    if match is None:
        return None
    one, other = (_START.sub("", _END.split(side.strip(), maxsplit=1)[0].strip()) for side in match.groups())
    if not all(0 < len(side.split()) <= _LONGEST for side in (one, other)):
        return None
    whole = f"{one} {other.split()[-1]}"
    if len(one.split()) == 1 < len(other.split()) and f" {bare(whole)} " in f" {bare(known)} ":
        one = whole
    shared = frozenset(analyze(one)) & frozenset(analyze(other))
    own = [frozenset(analyze(side)) - shared or frozenset(analyze(side)) for side in (one, other)]
    own = [own[0] - own[1], own[1] - own[0]]
    return Pair((one, other), (own[0], own[1])) if all(own) else None


def compose_comparison(asked: Asked) -> list[AnyStatement]:
    """The part of a table that has the two things a question compares, and the best sentences on them; nothing if no table has both."""
    pair = pair_of(asked.query.text, " ".join(candidate.unit.text for candidate in asked.candidates))
    if pair is None:
        return []
    for hit in asked.hits[:_HITS]:
        for table in tables_of(asked.index, hit):
            if stated := _compared(asked, pair, table):
                return [stated, *_beside(asked, pair, table)]
    return []


def _compared(asked: Asked, pair: Pair, table: Table) -> TableStatement | None:
    """The two columns of a table that are compared, else the two rows."""
    headed = _at(pair, table.header.cells[1:]) if table.header else None
    if headed and len(table.rows) <= _WIDEST:
        columns = sorted((0, headed[0] + 1, headed[1] + 1))
        return state(table, table.rows, columns, "the columns that are compared", asked.copies)
    named = _at(pair, [row.cells[0] for row in table.rows])
    return state(table, [table.rows[at] for at in sorted(named)], why="the rows that are compared", copies=asked.copies) if named else None


def _at(pair: Pair, cells: Sequence[str]) -> tuple[int, int] | None:
    """Which cell names the one and which the other."""
    sides = [pair.sides(cell) for cell in cells]
    one = next((at for at, side in enumerate(sides) if side == (True, False)), None)
    other = next((at for at, side in enumerate(sides) if side == (False, True)), None)
    return (one, other) if one is not None and other is not None else None


def _beside(asked: Asked, pair: Pair, table: Table) -> list[Statement]:
    """The best sentences on the two that are not part of the table."""
    quoted = {line.number for line in table.lines}
    document = table.lines[0].chunk.document
    best = asked.candidates[0].relevance
    free = [
        candidate
        for candidate in asked.candidates
        if candidate.relevance >= _LEAST_BESIDE * best
        and any(pair.sides(candidate.unit.text))
        and not (candidate.hit.chunk.document == document and candidate.unit.span.first in quoted)
        and not is_dangling(candidate.unit.text)
    ]
    return [
        statement
        for c in sorted(free[:_MOST_BESIDE], key=lambda c: c.place)
        for statement in state_unit(c.hit.chunk, c.unit, c.quote(c.unit), f"on what is compared, relevance {c.relevance:.2f}")
    ]
