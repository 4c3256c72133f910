"""Give inferred headings their depth. A heading without a number does not show its depth, but the lines around it do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from ingest.model import SectionKind
from ingest.structure.lines import LineKind, TypedLine
from ingest.structure.openings import RUN_LIMIT, Opening, Rank, is_dense


def nest(lines: Sequence[TypedLine], openings: Mapping[int, Opening]) -> dict[int, Opening]:
    """The openings of a text without markup, by index, with the ranks of unnumbered headings set, and without runs of bare headings."""
    found = dict(openings)
    heads = [index for index, opening in found.items() if opening.section is SectionKind.HEADING]
    if is_dense(lines):
        _raise_bare(lines, found, heads)
    else:
        _lower_columns(lines, found, heads)
    return _without_runs(lines, found)


def _raise_bare(lines: Sequence[TypedLine], found: dict[int, Opening], heads: Sequence[int]) -> None:
    """Move a heading outward if another follows it at once, or if it ends a run of numbered ones."""
    last_single = max((index for index in heads if found[index].rank == Rank.NUMBERED), default=-1)
    ended = last_single < 0
    for here, after in pairwise([*heads, -1]):
        opening = found[here]
        if opening.rank != Rank.INNER:
            continue
        ends_run = not ended and here > last_single
        ended = ended or ends_run
        bare = after >= 0 and found[after].rank in (Rank.INNER, Rank.NUMBERED) and not _has_content(lines, opening.last, after)
        if ends_run or bare:
            found[here] = opening._replace(rank=int(Rank.OUTER))


def _lower_columns(lines: Sequence[TypedLine], found: dict[int, Opening], heads: Sequence[int]) -> None:
    """Move inward the headings that remain of the columns of a table: below each is only a list. The first of them follows a bare heading,
    or a text that ends in a colon.
    """
    announced = False
    for before, here in pairwise(heads):
        opening = found[here]
        between = [at for at in range(found[before].last + 1, here) if lines[at].kind is not LineKind.BLANK]
        first = next((at for at in range(opening.last + 1, len(lines)) if lines[at].kind is not LineKind.BLANK), -1)
        listed = first >= 0 and lines[first].kind is LineKind.ITEM and opening.rank == Rank.INNER
        announced = listed and (announced or not between or lines[between[-1]].text[-1] == ":")
        if announced:
            found[here] = opening._replace(rank=Rank.INNER + 1)


def _without_runs(lines: Sequence[TypedLine], found: Mapping[int, Opening]) -> dict[int, Opening]:
    """Take back the inner headings of a run that all stand bare one after another: they are an address or a list, not a tree."""
    kept = dict(found)
    run: list[int] = []
    for index in [*found, -1]:
        opening = found.get(index)
        unnumbered = opening is not None and opening.rank in (Rank.INNER, Rank.OUTER)
        if unnumbered and run and not _has_content(lines, found[run[-1]].last, index):
            run.append(index)
            continue
        if len(run) > RUN_LIMIT:
            for bare in run[1:-1]:
                del kept[bare]
        run = [index] if unnumbered else []
    return kept


def _has_content(lines: Sequence[TypedLine], first: int, last: int) -> bool:
    """True if a line between two lines, both exclusive, is not blank."""
    return any(lines[index].kind is not LineKind.BLANK for index in range(first + 1, last))
