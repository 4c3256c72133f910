"""The ways of cutting a text into passages: ten functions of one signature, from the plainest to those that follow the structure.

Each takes a laid-out text and a `Plan` and gives the places of its passages, in order, at most `longest` tokens long; together they cover
every piece. What may not be cut in two (a formula, a table row, a block of code, a question with its answer) is not wherever it fits. Where
people mean several things by a name, the plainest was taken; docs/results.md says how they compare.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.chunking.atoms import Atom
from ingest.chunking.packing import pack
from ingest.chunking.pieces import Page, Place
from ingest.chunking.settings import Strategy
from ingest.errors import UsageError
from ingest.model import Encoder, Kind


@dataclass(frozen=True, slots=True)
class Plan:
    """How long passages are, in tokens: about `size`, never more than `longest`, neighbours sharing up to `overlap`.

    `count` counts tokens; `encoder` is there where meaning decides.
    """

    size: int
    overlap: int
    longest: int
    count: Callable[[str], int]
    encoder: Encoder | None = None


Cutter = Callable[[Page, Plan], Iterator[Place]]


class Border(IntEnum):
    """What stands between an element and the one before it."""

    SPACE = 0
    SENTENCE = 1
    LINE = 2
    BLOCK = 3
    SECTION = 4


class Element(NamedTuple):
    """What is not cut: a place, its length in tokens, and the border before it."""

    start: int
    end: int
    tokens: int
    border: Border


def fixed_size(page: Page, plan: Plan) -> Iterator[Place]:
    """Runs of equally many characters, four to a token, cut between words wherever they end."""
    elements = _elements(page, plan, words=True)
    characters = [element._replace(tokens=element.end - element.start + 1) for element in elements]
    for run in _windows(characters, 4 * plan.size, 4 * plan.overlap):
        part = elements[run.start : run.stop]
        yield from _places(part, _windows(part, plan.longest, 0))


def token_based(page: Page, plan: Plan) -> Iterator[Place]:
    """Runs of equally many tokens, cut between words wherever they end."""
    elements = _elements(page, plan, words=True)
    yield from _places(elements, _windows(elements, plan.size, plan.overlap))


def sentence(page: Page, plan: Plan) -> Iterator[Place]:
    """Whole sentences, as many as fit."""
    elements = _elements(page, plan, words=False)
    yield from _places(elements, _windows(elements, plan.size, plan.overlap))


def sliding_window(page: Page, plan: Plan) -> Iterator[Place]:
    """Whole sentences, as many as fit, each passage beginning with the last sentences of the one before it."""
    yield from sentence(page, plan)


def paragraph(page: Page, plan: Plan) -> Iterator[Place]:
    """Whole paragraphs, lists, tables; short neighbours share a passage, one that is too long is cut between its sentences."""
    elements = _elements(page, plan, words=False)
    yield from _places(elements, _split(elements, range(len(elements)), plan.size, Border.BLOCK))


def recursive(page: Page, plan: Plan) -> Iterator[Place]:
    """Cut at sections, those too long at paragraphs, those at lines, then sentences, then words; small neighbours are joined again.

    The recursive splitter of LangChain, with the document's own structure in place of a list of separators.
    """
    elements = _elements(page, plan, words=True)
    yield from _places(elements, _split(elements, range(len(elements)), plan.size, Border.SECTION))


def semantic(page: Page, plan: Plan) -> Iterator[Place]:
    """Cut where neighbouring sentences mean least alike, until every passage is short enough.

    Neighbours are compared as Kamradt's semantic splitter does, two sentences on each side; the cuts are taken from the deepest on, none
    leaving less than half a passage, so that no threshold is needed. Raises UsageError without an encoder.
    """
    if plan.encoder is None:
        raise UsageError("Semantic chunking compares sentences by meaning and needs an encoder.")
    elements = _elements(page, plan, words=False)
    if not elements:
        return
    vectors = plan.encoder.encode([page.joined[e.start : e.end] for e in elements])
    sums = list(accumulate((e.tokens for e in elements), initial=0))
    cuts = [0, len(elements)]
    for at in np.argsort(_likeness(vectors), kind="stable").tolist():
        place = bisect_right(cuts, at + 1)
        first, last = cuts[place - 1], cuts[place]
        left, right = sums[at + 1] - sums[first], sums[last] - sums[at + 1]
        if left + right > plan.size and 2 * min(left, right) >= plan.size:
            insort(cuts, at + 1)
    for first, last in pairwise(cuts):
        part = elements[first:last]
        yield from _places(part, _windows(part, plan.size, 0))


def content_aware(page: Page, plan: Plan) -> Iterator[Place]:
    """What stands under one heading or question, cut evenly between its blocks; a line stays with what it announces."""
    for atoms in _sections(page, plan):
        for run in pack(atoms, plan.size, plan.longest):
            yield atoms[run.start].start, atoms[run.stop - 1].end


def metadata_enriched(page: Page, plan: Plan) -> Iterator[Place]:
    """The passages of `content_aware`; what is known of them stands with them in the index (`Chunk.context`)."""
    yield from content_aware(page, plan)


def hierarchical(page: Page, plan: Plan) -> Iterator[Place]:
    """Parents of twice the size, which are returned; their children of half the size are what is matched (`children`)."""
    yield from content_aware(page, Plan(min(2 * plan.size, plan.longest), 0, plan.longest, plan.count))


def children(atoms: Sequence[Atom], size: int) -> list[Place]:
    """The children of a parent: neighbouring atoms joined up to a size."""
    elements = [Element(atom.body, atom.end, atom.tokens, Border.SENTENCE) for atom in atoms]
    return list(_places(elements, _windows(elements, size, 0)))


CUTTERS: Mapping[Strategy, Cutter] = {
    Strategy.FIXED_SIZE: fixed_size,
    Strategy.SENTENCE: sentence,
    Strategy.PARAGRAPH: paragraph,
    Strategy.SEMANTIC: semantic,
    Strategy.RECURSIVE: recursive,
    Strategy.SLIDING_WINDOW: sliding_window,
    Strategy.TOKEN_BASED: token_based,
    Strategy.HIERARCHICAL: hierarchical,
    Strategy.CONTENT_AWARE: content_aware,
    Strategy.METADATA_ENRICHED: metadata_enriched,
}

_WORD = re.compile(r"(?:\$[^$\n]{1,200}\$|`[^`\n]{1,200}`|\\\([^\n]{1,200}?\\\)|\S)+")
"""A word; a formula or code inside a line is one."""
_KEPT = frozenset({Kind.FORMULA, Kind.TABLE, Kind.CODE})
"""The kinds whose atoms are never cut between words."""


def _elements(page: Page, plan: Plan, *, words: bool) -> list[Element]:
    """What a text is made of, questions with answers and blocks of code as one where they fit; sentences or their words otherwise."""
    pieces = page.pieces
    found: list[Element] = []
    for run in _whole(page, plan.size, answers=True):
        first, last = pieces[run.start], pieces[run.stop - 1]
        before = pieces[run.start - 1] if run.start else first
        border = (
            Border.SECTION
            if first.group != before.group
            else Border.BLOCK
            if first.block != before.block
            else Border.LINE
            if "\n" in page.joined[before.atom.end : first.atom.start]
            else Border.SENTENCE
        )
        tokens = sum(piece.atom.tokens for piece in pieces[run.start : run.stop])
        if words and len(run) == 1 and first.atom.kind not in _KEPT:
            found.extend(_words(page.joined, first.atom, border, plan))
        else:
            found.append(Element(first.atom.start, last.atom.end, tokens, border))
    return found


def _words(text: str, atom: Atom, border: Border, plan: Plan) -> list[Element]:
    words = [Element(*m.span(), plan.count(m[0]), Border.SPACE) for m in _WORD.finditer(text, atom.start, atom.end)]
    if any(word.tokens > plan.longest for word in words):
        return [Element(atom.start, atom.end, atom.tokens, border)]
    # What stands before the atom and is no piece counts too.
    rest = max(0, atom.tokens - sum(word.tokens for word in words))
    words[0] = words[0]._replace(border=border, tokens=words[0].tokens + rest)
    return words


def _whole(page: Page, size: int, *, answers: bool) -> list[range]:
    """The pieces in runs that stay whole: blocks of code and, if wanted, questions with their answers, where they fit; else single ones."""
    pieces = page.pieces
    sums = list(accumulate((piece.atom.tokens for piece in pieces), initial=0))
    stops = dict(_code_blocks(page))
    for start, end in page.answered if answers else ():
        first = bisect_left(pieces, start, key=lambda piece: piece.atom.start)
        stop = bisect_left(pieces, end, key=lambda piece: piece.atom.start)
        if sums[stop] - sums[first] <= size:
            stops[first] = max(stop, stops.get(first, 0))
    runs: list[range] = []
    at = 0
    for first, stop in sorted((first, stop) for first, stop in stops.items() if sums[stop] - sums[first] <= size):
        if first >= at:
            runs.extend(range(single, single + 1) for single in range(at, first))
            runs.append(range(first, stop))
            at = stop
    runs.extend(range(single, single + 1) for single in range(at, len(pieces)))
    return runs


def _code_blocks(page: Page) -> Iterator[tuple[int, int]]:
    """The first piece of each block of code, and the one after its last."""
    for _, block in groupby((at for at, piece in enumerate(page.pieces) if piece.atom.kind is Kind.CODE), lambda at: page.pieces[at].block):
        places = list(block)
        yield places[0], places[-1] + 1


def _sections(page: Page, plan: Plan) -> Iterator[list[Atom]]:
    """The atoms under each heading or question, a block of code as one where it fits; a question and the headings in its answer are one
    where all of it fits."""
    pieces = page.pieces
    joins = {at for run in _whole(page, plan.size, answers=True) if len(run) > 1 for at in run[1:]} if page.answered else frozenset()
    atoms: list[Atom] = []
    group = -1
    for run in _whole(page, plan.size, answers=False):
        piece = pieces[run.start]
        if piece.group != group and run.start not in joins and atoms:
            yield atoms
            atoms = []
        group = piece.group
        if len(run) == 1:
            atoms.append(piece.atom)
            continue
        last = pieces[run.stop - 1].atom
        tokens = sum(piece.atom.tokens for piece in pieces[run.start : run.stop])
        atoms.append(piece.atom._replace(end=last.end, tokens=tokens, lead=last.lead))
    if atoms:
        yield atoms


def _windows(elements: Sequence[Element], size: int, overlap: int) -> Iterator[range]:
    """Runs of as many elements as fit into a size, at least one each; a run begins with what fits into the overlap of the one before it."""
    start, count = 0, len(elements)
    while start < count:
        tokens = elements[start].tokens
        stop = start + 1
        while stop < count and tokens + elements[stop].tokens <= size:
            tokens += elements[stop].tokens
            stop += 1
        yield range(start, stop)
        if stop == count:
            return
        back, shared = stop, 0
        most = min(overlap, size - elements[stop].tokens)
        while back > start + 1 and shared + elements[back - 1].tokens <= most:
            back -= 1
            shared += elements[back].tokens
        start = back


def _split(elements: Sequence[Element], run: range, size: int, border: int) -> Iterator[range]:
    """A run cut at a border where it does not fit, and what still does not fit at the next lower one; neighbours that fit are joined."""
    if border < 0 or sum(elements[at].tokens for at in run) <= size:
        if run:
            yield run
        return
    starts = [run.start, *(at for at in run[1:] if elements[at].border >= border), run.stop]
    held = range(run.start, run.start)
    tokens = 0
    for first, stop in pairwise(starts):
        count = sum(elements[at].tokens for at in range(first, stop))
        if tokens + count <= size:
            held, tokens = range(held.start, stop), tokens + count
            continue
        if held:
            yield held
        held, tokens = range(first, stop), count
        if count > size:
            yield from _split(elements, held, size, border - 1)
            held, tokens = range(stop, stop), 0
    if held:
        yield held


def _likeness(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """How alike the two sentences before and the two after each border are: cosines, shape (len(vectors) - 1,)."""
    if len(vectors) < 2:
        return np.empty(0, dtype=np.float32)
    before, after = vectors[:-1].copy(), vectors[1:].copy()
    before[1:] += vectors[:-2]
    after[:-1] += vectors[2:]
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(np.einsum("ij,ij->i", before, after) / np.maximum(norms, 1e-9), dtype=np.float32)


def _places(elements: Sequence[Element], runs: Iterable[range]) -> Iterator[Place]:
    for run in runs:
        yield elements[run.start].start, elements[run.stop - 1].end
