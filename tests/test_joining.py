"""Neighbours that are found together are one hit, word for word as they stand in the document."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.engine import Entry
from index.joining import MOST_WORDS, SHARE, join_neighbours, joined
from ingest.model import Chunk, Excerpt, Kind, Part, Span

SECTIONS = [(), ("Loss",), ("Loss", "Hinge"), ("Loss", "Squared"), ("Steps",)]


def chunk(text: str, first: int, section: tuple[str, ...] = ("Loss",), document: str = "notes.md") -> Chunk:
    span = Span(first, first + text.count("\n"))
    return Chunk(f"{document}{first}{text[:5]}", document, "Notes", section, Kind.PROSE, span, text, (Excerpt(text, span),))


def rows_of(chunks: list[Chunk], scores: dict[int, float], k: int = 99) -> list[tuple[int, list[int]]]:
    """The runs as places in the list of chunks, whose scores are given by place too."""
    numbers: dict[str, int] = {}
    entries = {}
    for chunk in chunks:
        numbers[chunk.document] = numbers.get(chunk.document, -1) + 1
        entries[chunk.id] = Entry(chunk.document, numbers[chunk.document], chunk.kind)
    by_id = {chunks[row].id: score for row, score in scores.items()}
    row_of = {chunk.id: row for row, chunk in enumerate(chunks)}
    ranked = sorted(by_id, key=lambda id_: (-by_id[id_], row_of[id_]))
    runs = join_neighbours(ranked, by_id, entries, lambda id_: chunks[row_of[id_]], k)
    return [(row_of[id_], [row_of[each] for each in run]) for id_, run in runs]


def test_an_answer_that_goes_on_in_the_next_passage_is_read_with_it() -> None:
    chunks = [chunk("Hinge loss is flat.", 1), chunk("Beyond the margin\nit is zero.", 3), chunk("A third one.", 6)]
    assert rows_of(chunks, {0: 0.9, 1: 0.8}) == [(0, [0, 1])]
    whole = joined(chunks[:2], chunks[0])
    assert whole.text == "Hinge loss is flat.\n\nBeyond the margin\nit is zero."
    assert whole.span == Span(1, 4)
    assert [unit.text for unit in whole.units] == [chunks[0].text, chunks[1].text]


def test_a_neighbour_that_was_hardly_found_stays_out() -> None:
    chunks = [chunk("One.", 1), chunk("Two.", 2), chunk("Three.", 3)]
    assert rows_of(chunks, {0: 0.9, 1: 0.9 * SHARE - 0.01}) == [(0, [0]), (1, [1])]
    assert rows_of(chunks, {0: 0.9, 2: 0.8}) == [(0, [0]), (2, [2])]


def test_what_does_not_follow_in_one_section_stays_apart() -> None:
    here = chunk("One.", 1)
    for other in (
        chunk("Two.", 2, section=("Steps",)),
        chunk("Two.", 2, document="other.md"),
        chunk("Two.", 5),
        chunk("Two.", 1),
        replace(chunk("Two.", 2), span=Span(2, 2, Part("page", 2))),
    ):
        assert rows_of([here, other], {0: 1.0, 1: 1.0}) == [(0, [0]), (1, [1])]


def test_a_section_takes_in_the_beginning_of_one_inside_of_it() -> None:
    chunks = [chunk("One.", 1, ("Loss",)), chunk("Two.", 3, ("Loss", "Hinge")), chunk("Three.", 5, ("Loss", "Squared"))]
    assert rows_of(chunks, {1: 1.0, 0: 0.9, 2: 0.8}) == [(1, [0, 1]), (2, [2])]
    assert joined(chunks[:2], chunks[1]).section == ("Loss",)


@given(
    passages=st.lists(st.tuples(st.integers(1, 2 * MOST_WORDS), st.sampled_from(SECTIONS), st.integers(1, 4)), min_size=1, max_size=12),
    data=st.data(),
)
def test_every_row_that_was_found_is_in_one_hit_and_no_hit_grows_long(
    passages: list[tuple[int, tuple[str, ...], int]], data: st.DataObject
) -> None:
    chunks: list[Chunk] = []
    line = 1
    for words, section, gap in passages:
        chunks.append(chunk("word " * words, line, section))
        line += gap
    found = data.draw(st.dictionaries(st.integers(0, len(chunks) - 1), st.floats(0, 1), min_size=1))
    runs = rows_of(chunks, found)
    assert sorted(row for _, run in runs for row in run) == sorted(found)
    assert all(row in run for row, run in runs)
    assert all(len(run) == 1 or sum(len(chunks[row].text.split()) for row in run) <= MOST_WORDS for _, run in runs)
    assert rows_of(chunks, found, 2) == runs[:2]
