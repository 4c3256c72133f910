"""Two things compared: the rows of a table that has both, else what is said of each side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from assistant.answers.compose.asked import Asked
from assistant.answers.compose.tables import Row, Table, is_row, state, tables_of
from assistant.answers.passages.candidates import Candidate, mostly
from assistant.answers.passages.pieces import joined, pieces
from assistant.answers.question.intent import subject
from assistant.answers.statements import Quote, Statement
from assistant.wording.display import MARKER, bare, is_dangling, is_empty, is_item, label_of, spoken
from assistant.wording.labels import heads_items, labels_in, with_items
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
_LABEL = re.compile(r"^[^:.;]{1,40}:\s")
_IS_ONE = re.compile(r"\b(?:is|are) (?:an?|the|any|one)\b|\b(?:means|refers to|denotes)\b|:\s")
_CONTRASTS = re.compile(r"\b(?:while|whereas|unlike|than|both|contrast|however|vs\.?)\b|;", re.IGNORECASE)
_NUMBER = re.compile(r"[a-z]?\d{1,3}(?:\.\d{1,3})*")
_LONGEST = 6
_LONGEST_CELL = 40
_HITS = 6
_ABOUT = 0.6
# Of the best unit's relevance, what a sentence about one side needs, and one about both beside the table.
_LEAST = 0.7
_LEAST_BOTH = 0.8
# A list may be less near where the other side has one under the same label.
_LEAST_BESIDE = 0.5
_MOST_ROWS = 3
_MOST_BOTH = 2
_WIDEST = 12


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

    def names_all(self, title: str) -> bool:
        """Whether a title names nothing but what is compared."""
        there = frozenset(term for term in analyze(title) if not _NUMBER.fullmatch(term))
        return there <= frozenset(analyze(" ".join(self.names)))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A sentence about one side, with the unit it is of."""

    candidate: Candidate
    quote: Quote
    text: str
    terms: frozenset[str]


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


def compose_comparison(asked: Asked) -> list[Statement]:
    """A table of the two things that a question compares; nothing where it names no two, or the notes have not both."""
    pair = pair_of(asked.query.text, " ".join(candidate.unit.text for candidate in asked.candidates))
    if pair is None:
        return []
    from_table, where = _from_tables(asked, pair)
    if from_table:
        return [*from_table, *_beside(asked, pair, where)]
    return _paired(asked, pair)


def _from_tables(asked: Asked, pair: Pair) -> tuple[list[Statement], Table | None]:
    """The columns or the rows of a table that has both."""
    for hit in asked.hits[:_HITS]:
        for table in tables_of(asked.index, hit):
            headed = _at(pair, table.header.cells[1:]) if table.header else None
            if headed and len(table.rows) <= _WIDEST:
                columns = (0, headed[0] + 1, headed[1] + 1)
                return [state(table, table.rows, sorted(columns), "the columns that are compared", asked.copies)], table
            named = _at(pair, [row.cells[0] for row in table.rows])
            if named:
                rows: list[Row] = [table.rows[at] for at in sorted(named)]
                return [state(table, rows, why="the rows that are compared", copies=asked.copies)], table
    return [], None


def _at(pair: Pair, cells: Sequence[str]) -> tuple[int, int] | None:
    """Which cell names the one and which the other."""
    sides = [pair.sides(cell) for cell in cells]
    one = next((at for at, side in enumerate(sides) if side == (True, False)), None)
    other = next((at for at, side in enumerate(sides) if side == (False, True)), None)
    return (one, other) if one is not None and other is not None else None


def _beside(asked: Asked, pair: Pair, table: Table | None) -> list[Statement]:
    """The best sentences on the two that are no part of a table."""
    quoted = {line.number for line in table.lines} if table else set()
    document = table.lines[0].chunk.document if table else None
    best = asked.candidates[0].relevance
    free = [
        candidate
        for candidate in asked.candidates
        if candidate.relevance >= _LEAST_BOTH * best
        and any(pair.sides(candidate.unit.text))
        and not (candidate.hit.chunk.document == document and candidate.unit.span.first in quoted)
        and not is_dangling(candidate.unit.text)
    ]
    return [
        Statement(spoken(c.hit.chunk, c.unit), (c.quote(c.unit),), why=f"on what is compared, relevance {c.relevance:.2f}")
        for c in sorted(free[:_MOST_BOTH], key=lambda c: c.place)
    ]


def _paired(asked: Asked, pair: Pair) -> list[Statement]:
    """Sentences about the one beside sentences about the other, and before them what is said of both."""
    sides: tuple[list[_Cell], list[_Cell]] = ([], [])
    spare: tuple[list[_Cell], list[_Cell]] = ([], [])
    both: list[_Cell] = []
    best = asked.candidates[0].relevance if asked.candidates else 0.0
    for candidate in asked.candidates:
        if candidate.relevance < _LEAST_BESIDE * best:
            break
        for cell, (one, other) in _one_sided(candidate, [(cell, _sides(pair, cell)) for cell in _cells(candidate)]):
            if candidate.relevance < _LEAST * best and not _answers(cell, sides[one]):
                if one != other and not is_dangling(cell.text):
                    spare[other].append(cell)
            elif one and other:
                both.append(cell)
            elif one or other:
                sides[other].append(cell)
    # Where only one side was found near, the other's best will do, unless a sentence speaks of both.
    if any(sides) and not both:
        sides = (sides[0] or spare[0][:1], sides[1] or spare[1][:1])
    columns = [_chosen(side, terms, asked.bounds.words // 2) for side, terms in zip(sides, pair.terms, strict=True)]
    if not all(columns):
        return []
    contrast = [cell for cell in both if _CONTRASTS.search(cell.text) and cell.candidate.relevance >= _LEAST_BOTH * best][:_MOST_BOTH]
    said = [Statement(cell.text, (cell.quote,), why=_why(cell, "on both")) for cell in contrast]
    head = f"| {' | '.join(name.replace('|', '/') for name in pair.names)} |\n|---|---|\n"
    for number, (left, right) in enumerate(zip_longest(*_aligned(columns[0], columns[1]))):
        cells = [cell for cell in (left, right) if cell is not None]
        row = f"| {_said(left, pair.names[0])} | {_said(right, pair.names[1])} |"
        why = "; ".join(_why(cell, "on one side") for cell in cells)
        said.append(Statement(row if number else head + row, tuple(cell.quote for cell in cells), own_line=True, why=why))
    return said


def _answers(cell: _Cell, others: Sequence[_Cell]) -> bool:
    """Whether a list stands under the label that one on the other side has."""
    labels = set(labels_in(cell.candidate.unit.text.split("\n")[0])) if _is_list(cell.candidate) else set()
    return any(not labels.isdisjoint(labels_in(other.candidate.unit.text.split("\n")[0])) for other in others)


def _sides(pair: Pair, cell: _Cell) -> tuple[bool, bool]:
    """Whether a sentence is about the one and the other: by what it defines, by its words, else by the section it stands in."""
    one, other = pair.sides(cell.text)
    said = subject(cell.text)
    if one and other and (_IS_ONE.search(cell.text) or not _CONTRASTS.search(cell.text)):
        defined = pair.sides(said)
        return defined if any(defined) else (True, True)
    if _LABEL.match(cell.text) and not any(pair.sides(said)) and any((one, other)):
        return False, False
    if not (one or other):
        section = cell.candidate.hit.chunk.section
        # Of a title that asks several things the first says what the section is about; one that names more than it has items on that.
        title = section[-1].split("?")[0] if section else ""
        one, other = pair.sides(title) if not _is_list(cell.candidate) or pair.names_all(title) else (False, False)
        return (one, other) if one != other else (False, False)
    return one, other


def _is_list(candidate: Candidate) -> bool:
    chunk = candidate.hit.chunk
    return is_item(chunk, candidate.unit) or any(map(MARKER.match, candidate.unit.text.split("\n")))


def _one_sided(candidate: Candidate, cells: Sequence[tuple[_Cell, tuple[bool, bool]]]) -> Sequence[tuple[_Cell, tuple[bool, bool]]]:
    """The sentences of a unit with their sides; all of a short unit in one cell where it is about one side."""
    sides = {side for _, side in cells}
    if len(cells) < 2 or len(sides) > 1 or sides == {(True, True)} or len(candidate.unit.text.split()) > _LONGEST_CELL:
        return cells
    said = spoken(candidate.hit.chunk, candidate.unit)
    return [(_Cell(candidate, candidate.quote(candidate.unit), said, frozenset(analyze(said))), cells[0][1])]


def _cells(candidate: Candidate) -> list[_Cell]:
    """The sentences of a unit; one that begins with a pronoun together with the one before it."""
    found: list[_Cell] = []
    chunk = candidate.hit.chunk
    parts = pieces(candidate.unit)
    whole = with_items(chunk, candidate.position) or (candidate.unit if heads_items(parts) else None)
    if whole:
        said = spoken(chunk, whole)
        return [_Cell(candidate, candidate.quote(whole), said, frozenset(analyze(said)))]
    before = None
    for piece in parts:
        if is_empty(piece.text) or is_row(piece.text):
            continue
        if is_dangling(piece.text) and before is not None:
            piece = joined(candidate.unit, before, piece)
            found = found[:-1]
        elif is_dangling(piece.text):
            continue
        said = spoken(chunk, piece)
        found.append(_Cell(candidate, candidate.quote(piece), said, frozenset(analyze(said))))
        before = piece
    return found


def _chosen(cells: Sequence[_Cell], terms: frozenset[str], words: int) -> list[_Cell]:
    """The best sentences about one side: what says what it is, then the others by their relevance; nothing twice."""
    ordered = sorted(cells, key=lambda cell: not (mostly(analyze(subject(cell.text)), terms) and _IS_ONE.search(cell.text)))
    kept: list[_Cell] = []
    for cell in ordered:
        length = len(cell.text.split())
        new = all(len(cell.terms - other.terms) >= 0.3 * len(cell.terms) for other in kept)
        if len(kept) < _MOST_ROWS and new and (not kept or length <= words):
            kept.append(cell)
            words -= length
    return kept


def _aligned(left: Sequence[_Cell], right: Sequence[_Cell]) -> tuple[list[_Cell], list[_Cell]]:
    """Both columns in the left one's order, its first first; on the right what has the same label, else shares most words."""
    rest = list(right[1:])
    ordered = [right[0]]
    for cell in left[1:]:
        if rest:
            near = max(
                rest, key=lambda other: (_answers(cell, [other]), len(cell.terms & other.terms) / max(1, len(cell.terms | other.terms)))
            )
            rest.remove(near)
            ordered.append(near)
    return list(left), [*ordered, *rest]


def _said(cell: _Cell | None, name: str) -> str:
    """What a cell says, without the label that its column has already."""
    if cell is None:
        return ""
    label = f"{label_of(cell.candidate.hit.chunk)}: "
    text = cell.text.removeprefix(label) if bare(label) == bare(name) else cell.text
    return text.replace("|", "\\|").replace("\n", " ")


def _why(cell: _Cell, part: str) -> str:
    return f"{part}, relevance {cell.candidate.relevance:.2f}"
