"""Neighbours that are found together are read together: small passages to match, larger ones to return.

A small passage is found more surely, but an answer often goes on in the next one. So a hit takes in the passages before and after it that
the search found as well, as long as they belong to one section and stay short together ("auto-merging" of parents, without their tree).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.model import Chunk, Span

MOST_WORDS = 150
"""Passages are not joined beyond so many words: longer ones answer no more within the words a person reads (docs/results.md)."""
SHARE = 0.5
"""A neighbour joins that scores at least this share of the hit's own score."""


def join_neighbours(
    ranked: Sequence[int], scores: Mapping[int, float], chunk_of: Callable[[int], Chunk], k: int
) -> list[tuple[int, range]]:
    """The first k rows that no better one took, best first, each with the run of rows that it is read in, itself among them.

    `ranked` are the rows of `scores`, best first.
    """
    taken: set[int] = set()
    runs: list[tuple[int, range]] = []
    for row in ranked:
        if len(runs) == k:
            break
        if row in taken:
            continue
        near = {other: score for other, score in scores.items() if other not in taken and score >= SHARE * scores[row]}
        run = _grown(row, near, chunk_of)
        runs.append((row, run))
        taken.update(run)
    return runs


def _grown(row: int, near: Mapping[int, float], chunk_of: Callable[[int], Chunk]) -> range:
    """The run around a row; of two neighbours the better one joins first."""
    run, words = range(row, row + 1), _words(chunk_of(row))
    while True:
        steps = [(near[at], -at) for at in (run.start - 1, run.stop) if at in near]
        for at in (-step for _, step in sorted(steps, reverse=True)):
            longer = range(min(at, run.start), max(at + 1, run.stop))
            one, two = (at, run.start) if at < run.start else (run.stop - 1, at)
            if words + _words(chunk_of(at)) <= MOST_WORDS and _follow(chunk_of(one), chunk_of(two)):
                run, words = longer, words + _words(chunk_of(at))
                break
        else:
            return run


def _follow(one: Chunk, two: Chunk) -> bool:
    """Whether the second goes on right after the first, with a blank line between at most, in its section or one inside of it."""
    if one.document != two.document or one.span.part != two.span.part or not 1 <= two.span.first - one.span.last <= 2:
        return False
    shared = min(len(one.section), len(two.section))
    return one.section[:shared] == two.section[:shared]


def joined(chunks: Sequence[Chunk], best: Chunk) -> Chunk:
    """Chunks that follow one another as one; what can't be said of all of them is said of the best."""
    if len(chunks) == 1:
        return best
    text = chunks[0].text
    for one, two in pairwise(chunks):
        text += "\n" * (two.span.first - one.span.last) + two.text
    return replace(
        best,
        section=min((chunk.section for chunk in chunks), key=len),
        span=Span(chunks[0].span.first, chunks[-1].span.last, best.span.part),
        text=text,
        units=tuple(unit for chunk in chunks for unit in chunk.units),
        context=chunks[0].context,
    )


def _words(chunk: Chunk) -> int:
    return len(chunk.text.split())
