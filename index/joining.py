"""Join neighbouring hits: search matches small passages and returns larger ones. A small passage is found more reliably, but an answer
often continues in the next one. So a hit takes in the passages before and after it that the search found too, as long as they belong to one
section and are short together ("auto-merging" retrieval without a tree of parents).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from index.engine import Entry
from ingest.model import Chunk, Span

MOST_WORDS = 150
"""The most words of a joined passage. Longer ones answer no more within the words a person reads (docs/results.md)."""
SHARE = 0.5
"""A neighbour joins if it has at least this share of the hit's score."""


def join_neighbours(
    ranked: Sequence[str], scores: Mapping[str, float], entries: Mapping[str, Entry], chunk_of: Callable[[str], Chunk], k: int
) -> list[tuple[str, tuple[str, ...]]]:
    """The first k chunks that no better one took in, best first, each with its run of joined chunks, which includes it.

    `ranked` are ids of `scores`, best first; `entries` has the entry of each chunk of `scores`.
    """
    ids = {(entries[id_].document, entries[id_].number): id_ for id_ in scores}
    taken: set[str] = set()
    runs: list[tuple[str, tuple[str, ...]]] = []
    for id_ in ranked:
        if len(runs) == k:
            break
        if id_ in taken:
            continue
        near = {place: other for place, other in ids.items() if other not in taken and scores[other] >= SHARE * scores[id_]}
        run = _grown(entries[id_], near, scores, chunk_of)
        runs.append((id_, run))
        taken.update(run)
    return runs


def _grown(
    entry: Entry, near: Mapping[tuple[str, int], str], scores: Mapping[str, float], chunk_of: Callable[[str], Chunk]
) -> tuple[str, ...]:
    """The run around a chunk, built from the chunks `near` it. Of two neighbours the better one joins first."""
    document, first, last = entry.document, entry.number, entry.number
    run = [near[document, first]]
    words = _words(chunk_of(run[0]))
    while True:
        before, after = near.get((document, first - 1)), near.get((document, last + 1))
        for id_ in sorted(filter(None, (before, after)), key=lambda id_: -scores[id_]):
            chunk = chunk_of(id_)
            follows = _follow(chunk, chunk_of(run[0])) if id_ == before else _follow(chunk_of(run[-1]), chunk)
            if follows and words + _words(chunk) <= MOST_WORDS:
                run = [id_, *run] if id_ == before else [*run, id_]
                first, last, words = first - (id_ == before), last + (id_ == after), words + _words(chunk)
                break
        else:
            return tuple(run)


def _follow(one: Chunk, two: Chunk) -> bool:
    """True if the second chunk directly follows the first, with at most a blank line between, in the same section or one inside it."""
    if one.document != two.document or one.span.part != two.span.part or not 1 <= two.span.first - one.span.last <= 2:
        return False
    shared = min(len(one.section), len(two.section))
    return one.section[:shared] == two.section[:shared]


def joined(chunks: Sequence[Chunk], best: Chunk) -> Chunk:
    """Consecutive chunks as one. Properties in which they differ are taken from the best."""
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
        kinds=frozenset().union(*(chunk.kinds for chunk in chunks)),
    )


def _words(chunk: Chunk) -> int:
    return len(chunk.text.split())
