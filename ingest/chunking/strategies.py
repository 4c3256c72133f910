"""Cut a text into passages in ten ways, from the plainest to those that follow the structure of the document.

Every way is a function of a laid-out text and a `Budget`. It gives the places of the passages in order, each at most `longest` tokens long;
together they cover every atom. A formula, a row of a table, a block of code and a question with its answer stay whole if they fit.
If people mean different things by the name of a strategy, the plainest of them is implemented. docs/results.md compares the strategies.
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

from ingest.chunking.atoms import Atom, Offsets
from ingest.chunking.packing import pack
from ingest.chunking.settings import Strategy
from ingest.chunking.text_layout import PlacedAtom, TextLayout
from ingest.errors import UsageError
from ingest.model import Encoder, Kind


@dataclass(frozen=True, slots=True)
class Budget:
    """How long passages are, in tokens: about `size`, never more than `longest`. Neighbours share up to `overlap` tokens.

    `count` counts the tokens of a text. `encoder` is needed only if sentences are compared by meaning.
    """

    size: int
    overlap: int
    longest: int
    count: Callable[[str], int]
    encoder: Encoder | None = None


Cutter = Callable[[TextLayout, Budget], Iterator[Offsets]]


class Border(IntEnum):
    """What separates an element from the one before it, from the weakest border to the strongest."""

    SPACE = 0
    SENTENCE = 1
    LINE = 2
    BLOCK = 3
    SECTION = 4


class Element(NamedTuple):
    """A place that is not cut, with its length in tokens and the border before it."""

    start: int
    end: int
    tokens: int
    border: Border


def fixed_size(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Runs of equally many characters, four to a token, cut between words."""
    elements = _elements(layout, budget, words=True)
    characters = [element._replace(tokens=element.end - element.start + 1) for element in elements]
    for run in _windows(characters, 4 * budget.size, 4 * budget.overlap):
        part = elements[run.start : run.stop]
        yield from _places(part, _windows(part, budget.longest, 0))


def token_based(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Runs of equally many tokens, cut between words."""
    elements = _elements(layout, budget, words=True)
    yield from _places(elements, _windows(elements, budget.size, budget.overlap))


def sentence(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Whole sentences, as many as fit."""
    elements = _elements(layout, budget, words=False)
    yield from _places(elements, _windows(elements, budget.size, budget.overlap))


def sliding_window(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Whole sentences, as many as fit. Each passage repeats the last sentences of the one before it."""
    yield from sentence(layout, budget)


def paragraph(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Whole paragraphs, lists and tables. Short neighbours share a passage, and a long one is cut between its sentences."""
    elements = _elements(layout, budget, words=False)
    yield from _places(elements, _split(elements, range(len(elements)), budget.size, Border.BLOCK))


def recursive(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Whole sections. One that is too long is cut at paragraphs, then at lines, sentences and words. Small neighbours are joined again.

    This is the recursive splitter of LangChain, with the structure of the document in place of a list of separators.
    """
    elements = _elements(layout, budget, words=True)
    yield from _places(elements, _split(elements, range(len(elements)), budget.size, Border.SECTION))


def semantic(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Cut between the sentences that are least alike in meaning, until every passage is short enough.

    Sentences are compared as in Kamradt's semantic splitter, two on each side of a border. The cuts are made at the least alike first, but
    never leave less than half a passage. So no threshold is needed. Raises UsageError without an encoder.
    """
    if budget.encoder is None:
        raise UsageError("Semantic chunking compares sentences by meaning and needs an encoder.")
    elements = _elements(layout, budget, words=False)
    if not elements:
        return
    vectors = budget.encoder.encode([layout.joined[e.start : e.end] for e in elements])
    sums = list(accumulate((e.tokens for e in elements), initial=0))
    cuts = [0, len(elements)]
    for at in np.argsort(_likeness(vectors), kind="stable").tolist():
        place = bisect_right(cuts, at + 1)
        first, last = cuts[place - 1], cuts[place]
        left, right = sums[at + 1] - sums[first], sums[last] - sums[at + 1]
        if left + right > budget.size and 2 * min(left, right) >= budget.size:
            insort(cuts, at + 1)
    for first, last in pairwise(cuts):
        part = elements[first:last]
        yield from _places(part, _windows(part, budget.size, 0))


def content_aware(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """The text under one heading or question, cut evenly between its blocks. A line that announces the next one stays with it."""
    for atoms in _sections(layout, budget):
        for run in pack(atoms, budget.size, budget.longest):
            yield atoms[run.start].start, atoms[run.stop - 1].end


def metadata_enriched(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """The passages of `content_aware`, which search also finds by their kind and their document's tags (`Chunk.context`)."""
    yield from content_aware(layout, budget)


def hierarchical(layout: TextLayout, budget: Budget) -> Iterator[Offsets]:
    """Passages of twice the size ("parents"). Search compares the question with their `children` of half the size and returns the
    parents."""
    yield from content_aware(layout, Budget(min(2 * budget.size, budget.longest), 0, budget.longest, budget.count))


def children(atoms: Sequence[Atom], size: int) -> list[Offsets]:
    """The children of a parent: neighbouring atoms, joined up to `size` tokens."""
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
"""A word. A formula or a code span inside a line is one word."""
_KEPT = frozenset({Kind.FORMULA, Kind.TABLE, Kind.CODE})
"""The kinds whose atoms are never cut between words."""


def _elements(layout: TextLayout, budget: Budget, *, words: bool) -> list[Element]:
    """The elements of a text: questions with answers and blocks of code that fit, otherwise single atoms. `words` cuts these into words."""
    atoms = layout.atoms
    found: list[Element] = []
    for run in _unbroken(layout, budget.size, answers=True):
        first, last = atoms[run.start], atoms[run.stop - 1]
        border = _border(layout.joined, atoms[run.start - 1] if run.start else first, first)
        if words and len(run) == 1 and first.atom.kind not in _KEPT:
            found.extend(_words(layout.joined, first.atom, border, budget))
        else:
            tokens = sum(placed.atom.tokens for placed in atoms[run.start : run.stop])
            found.append(Element(first.atom.start, last.atom.end, tokens, border))
    return found


def _border(text: str, before: PlacedAtom, here: PlacedAtom) -> Border:
    """The border between two neighbouring atoms."""
    if here.group != before.group:
        return Border.SECTION
    if here.block != before.block:
        return Border.BLOCK
    return Border.LINE if "\n" in text[before.atom.end : here.atom.start] else Border.SENTENCE


def _words(text: str, atom: Atom, border: Border, budget: Budget) -> list[Element]:
    """The words of an atom as elements, or the whole atom if one of its words is too long for a passage."""
    words = [Element(*m.span(), budget.count(m[0]), Border.SPACE) for m in _WORD.finditer(text, atom.start, atom.end)]
    if any(word.tokens > budget.longest for word in words):
        return [Element(atom.start, atom.end, atom.tokens, border)]
    # The tokens of an atom may include those of a comment before it.
    rest = max(0, atom.tokens - sum(word.tokens for word in words))
    words[0] = words[0]._replace(border=border, tokens=words[0].tokens + rest)
    return words


def _unbroken(layout: TextLayout, size: int, *, answers: bool) -> list[range]:
    """The atoms in runs that are not cut: blocks of code and, with `answers`, questions with their answers, if they fit into `size`.

    Every other atom is a run of its own.
    """
    atoms = layout.atoms
    sums = list(accumulate((placed.atom.tokens for placed in atoms), initial=0))
    stops = dict(_code_blocks(layout))
    for start, end in layout.answered if answers else ():
        first = bisect_left(atoms, start, key=lambda placed: placed.atom.start)
        stop = bisect_left(atoms, end, key=lambda placed: placed.atom.start)
        if sums[stop] - sums[first] <= size:
            stops[first] = max(stop, stops.get(first, 0))
    runs: list[range] = []
    at = 0
    for first, stop in sorted((first, stop) for first, stop in stops.items() if sums[stop] - sums[first] <= size):
        if first >= at:
            runs.extend(range(single, single + 1) for single in range(at, first))
            runs.append(range(first, stop))
            at = stop
    runs.extend(range(single, single + 1) for single in range(at, len(atoms)))
    return runs


def _code_blocks(layout: TextLayout) -> Iterator[tuple[int, int]]:
    """The range of atoms of each block of code (end exclusive)."""
    code = (at for at, placed in enumerate(layout.atoms) if placed.atom.kind is Kind.CODE)
    for _, block in groupby(code, lambda at: layout.atoms[at].block):
        places = list(block)
        yield places[0], places[-1] + 1


def _sections(layout: TextLayout, budget: Budget) -> Iterator[list[Atom]]:
    """The atoms under each heading or question. A block of code that fits is one atom.

    A question stays with the headings inside its answer if everything fits into one passage.
    """
    atoms = layout.atoms
    runs = _unbroken(layout, budget.size, answers=True) if layout.answered else []
    joined = {at for run in runs if len(run) > 1 for at in run[1:]}
    section: list[Atom] = []
    group = -1
    for run in _unbroken(layout, budget.size, answers=False):
        placed = atoms[run.start]
        if placed.group != group and run.start not in joined and section:
            yield section
            section = []
        group = placed.group
        if len(run) == 1:
            section.append(placed.atom)
            continue
        last = atoms[run.stop - 1].atom
        tokens = sum(each.atom.tokens for each in atoms[run.start : run.stop])
        section.append(placed.atom._replace(end=last.end, tokens=tokens, lead=last.lead))
    if section:
        yield section


def _windows(elements: Sequence[Element], size: int, overlap: int) -> Iterator[range]:
    """Runs of as many elements as fit into `size`, at least one each. A run repeats the end of the one before, up to `overlap` tokens."""
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
    """Cut a run that does not fit into `size` at a border, and parts that still do not fit at the next weaker one. Join parts that fit."""
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
    """The cosine of the two sentences before and the two after each border. Shape (len(vectors) - 1,)."""
    if len(vectors) < 2:
        return np.empty(0, dtype=np.float32)
    before, after = vectors[:-1].copy(), vectors[1:].copy()
    before[1:] += vectors[:-2]
    after[:-1] += vectors[2:]
    norms = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(np.einsum("ij,ij->i", before, after) / np.maximum(norms, 1e-9), dtype=np.float32)  # 1e-9: opposite vectors sum to 0


def _places(elements: Sequence[Element], runs: Iterable[range]) -> Iterator[Offsets]:
    for run in runs:
        yield elements[run.start].start, elements[run.stop - 1].end
