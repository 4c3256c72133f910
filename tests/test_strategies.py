"""What every way of cutting documents keeps: exact places, nothing lost, whole formulas and answers, the encoder's window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from exactness import squeezed, stands_at
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WordEncoder
from tokenizers import Tokenizer

from index.indexed_text import embedded_parts, lexical_text
from index.models.encoder import default_model, encoder_folder, encoder_window
from ingest.chunking.chunking import chunk_document
from ingest.chunking.headings import heading_of
from ingest.chunking.settings import OVERLAPPING, ChunkSettings, Strategy
from ingest.chunking.tokens import Window
from ingest.errors import BadDocument, UsageError
from ingest.model import Chunk, Document, Kind
from ingest.readers import read_document

ALL = list(Strategy)
_NO_PASSAGE = (Kind.METADATA, Kind.FURNITURE)
_LINES = [
    "# H",
    "Title Line",
    "1. One",
    "1) Why?",
    "Q1: What?",
    "Answer:",
    "- item",
    "```",
    "$$ x $$",
    "| a | b |",
    "TODO x",
    "TL;DR",
    "",
    "",
    "---",
    "> q",
    "Label:",
    "text that goes on. And on (so it is. Or not",
    "x = y + z",
    "def f():",
    "<details>",
    "<!-- a remark that nobody reads -->",
    "2.1 Norms",
    "See a.md",
    "-",
    "*",
    "    code",
    "Contents",
]
_TEXTS = st.one_of(st.lists(st.sampled_from(_LINES), max_size=40).map("\n".join), st.text(max_size=300))
_NOTE = """---
title: Margins
tags: [geometry, svm]
---
# Margins

A margin is a distance. It is measured from the plane to the nearest point. Nothing nearer exists, which is why it is called hard.

$$
\\gamma = \\min_i y_i (w^T x_i + b) / ||w||
$$

| loss | slope | remark of a few words |
|---|---|---|
| hinge | one | it stops pulling once the margin is kept |
| log | less | it never stops pulling |

```python
def margin(w, x):
    top = w @ x

    return top / norm(w)
```

## Questions

1) Why is a wide margin good?

    It leaves room for noise. A point may move a little and stays on its side.

2) Who needs support vectors?

    The plane does. All others can go, and it stays where it is.
"""


def cut(document: Document, how: ChunkSettings, window: Window | None = None) -> list[Chunk]:
    return chunk_document(document, how, window, WordEncoder() if how.strategy is Strategy.SEMANTIC else None)


def note(text: str = _NOTE, name: str = "a.md") -> Document:
    return read_document(name, text.encode("utf-8", "surrogatepass"))


def words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


def check(document: Document, found: Sequence[Chunk], window: Window) -> None:
    assert len({chunk.id for chunk in found}) == len(found)
    for chunk in found:
        assert stands_at(document, chunk), chunk
        assert chunk.units, chunk
        for unit in chunk.units:
            assert stands_at(document, unit), (chunk, unit)
            assert chunk.span.covers(unit.span)
            assert squeezed(unit.text) in squeezed(chunk.text)
        for part in embedded_parts(chunk):
            assert window.count(part.text) <= window.limit, part
    content = [block.text for block in document.blocks if block.kind not in _NO_PASSAGE]
    if all(len(word) < 25 for word in words(content)):  # a longer one may be cut
        assert words(content) <= words([chunk.text for chunk in found])
    covered = {line for chunk in found for line in range(chunk.span.first, chunk.span.last + 1)}
    below = [*document.blocks[1:], None]
    for block, after in zip(document.blocks, below, strict=True):
        over_furniture = block.kind is Kind.HEADING and after is not None and after.kind is Kind.FURNITURE
        if block.kind not in _NO_PASSAGE and not over_furniture:
            assert {n for n in range(block.span.first, block.span.last + 1) if document.texts[0].lines[n - 1].strip()} <= covered


@pytest.mark.parametrize("strategy", ALL)
@settings(max_examples=40, deadline=None)
@given(text=_TEXTS, size=st.integers(1, 120), share=st.floats(0, 0.99))
def test_any_text_gives_exact_chunks_that_hold_all_of_it(strategy: Strategy, text: str, size: int, share: float) -> None:
    try:
        document = note(text)
    except BadDocument:
        return
    overlap = int(share * size) if strategy in OVERLAPPING else None
    how = ChunkSettings(strategy, size, overlap)
    window = Window()
    found = cut(document, how, window)
    check(document, found, window)
    assert found == cut(document, how, window)


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(
        _TEXTS,
        st.text(st.characters(codec="utf-8"), min_size=50, max_size=3000),
        st.text("abcdefgxqz ", min_size=500, max_size=5000),
        st.text("{}\\$_^= 1ab\n", min_size=500, max_size=3000),
        st.text("국語の日本 한국어문장。", min_size=300, max_size=2000),
    ),
    title=st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=400),
    strategy=st.sampled_from([way for way in ALL if way is not Strategy.SEMANTIC]),
)
def test_whatever_is_embedded_fits_into_the_encoders_window(encoder_cache: Path, text: str, title: str, strategy: Strategy) -> None:
    window, tokenizer = _tokenizer()
    try:
        document = note(f"# {title}\n\n{text}")
    except BadDocument:
        return
    for chunk in cut(document, ChunkSettings(strategy, size=200), window):
        heading = heading_of(chunk.title, chunk.section, chunk.context)
        parts = [part.part for part in embedded_parts(chunk)]
        for embedded in (f"{heading}: {text}" for text in [*parts, chunk.text]):
            assert len(tokenizer.encode(embedded).ids) <= 256, embedded


@cache
def _tokenizer() -> tuple[Window, Tokenizer]:
    """The default encoder's own count, and the tokenizer that it feeds the model with, made not to truncate."""
    tokenizer = Tokenizer.from_file(str(encoder_folder(default_model()) / "tokenizer.json"))
    tokenizer.no_truncation()
    return encoder_window(default_model()), tokenizer


@pytest.mark.parametrize("strategy", ALL)
def test_what_fits_is_never_cut_in_two(strategy: Strategy) -> None:
    document = note()
    for size in (40, 60, 100):
        texts = [chunk.text for chunk in cut(document, ChunkSettings(strategy, size))]
        for whole in (
            "\\gamma = \\min_i y_i (w^T x_i + b) / ||w||",
            "| hinge | one | it stops pulling once the margin is kept |",
            "def margin(w, x):\n    top = w @ x\n\n    return top / norm(w)",
            "1) Why is a wide margin good?\n\n    It leaves room for noise. A point may move a little and stays on its side.",
            "2) Who needs support vectors?\n\n    The plane does. All others can go, and it stays where it is.",
        ):
            assert any(whole in text for text in texts), (size, whole)


@pytest.mark.parametrize("strategy", ALL)
def test_passages_are_about_as_long_as_asked(strategy: Strategy) -> None:
    body = "\n\n".join("The answer goes on for a good while with many words in it. " * 5 for _ in range(60))
    for size in (40, 80):
        found = cut(note(f"# T\n\n{body}\n"), ChunkSettings(strategy, size))
        lengths = [Window().count(chunk.text) for chunk in found]
        wanted = 2 * size if strategy is Strategy.HIERARCHICAL else size
        assert 0.4 * wanted <= sum(lengths) / len(lengths) <= 1.2 * wanted


@pytest.mark.parametrize("strategy", sorted(OVERLAPPING))
def test_neighbours_share_what_was_asked_for(strategy: Strategy) -> None:
    body = " ".join(f"Sentence number {n} says it again." for n in range(60))
    plain = cut(note(body), ChunkSettings(strategy, 60, 0))
    shared = cut(note(body), ChunkSettings(strategy, 60, 20))
    assert len(shared) > len(plain)
    for before, after in pairwise(shared):
        assert set(re.findall(r"\d+", before.text)) & set(re.findall(r"\d+", after.text))
    assert not any(
        set(re.findall(r"number (\d+) says it again", a.text)) & set(re.findall(r"number (\d+) says it again", b.text))
        for a, b in pairwise(plain)
    )


def test_a_sliding_window_shares_a_quarter_unless_told_otherwise() -> None:
    assert ChunkSettings(Strategy.SLIDING_WINDOW, 80).shared == 20
    assert ChunkSettings(Strategy.SLIDING_WINDOW, 80, 0).shared == 0
    assert ChunkSettings(Strategy.SENTENCE, 80).shared == 0


def test_the_semantic_cut_falls_where_the_topic_changes() -> None:
    cats = "The cat chases the mouse. A mouse fears the cat. The cat sleeps. "
    money = "The bank lends money. Money earns interest at the bank. Interest is money. "
    found = cut(note(cats + money, "a.txt"), ChunkSettings(Strategy.SEMANTIC, 30))
    assert [chunk.text for chunk in found] == [cats.strip(), money.strip()]


def test_semantic_chunking_needs_an_encoder() -> None:
    with pytest.raises(UsageError, match="encoder"):
        chunk_document(note(), ChunkSettings(Strategy.SEMANTIC))


def test_parents_are_returned_and_their_children_matched() -> None:
    (parent, *_) = cut(note(), ChunkSettings(Strategy.HIERARCHICAL, 100))
    (child, *_) = parent.units
    assert child.text == "A margin is a distance. It is measured from the plane to the nearest point. Nothing nearer exists, " + (
        "which is why it is called hard."
    )
    assert "\\gamma" in parent.text


def test_metadata_stands_in_the_index_and_not_in_the_text() -> None:
    plain = cut(note(), ChunkSettings())
    rich = cut(note(), ChunkSettings(Strategy.METADATA_ENRICHED))
    assert [chunk.text for chunk in rich] == [chunk.text for chunk in plain]
    answer = next(chunk for chunk in rich if chunk.kind is Kind.ANSWER)
    assert answer.context == ("answer", "geometry", "svm")
    assert embedded_parts(answer)[0].text.startswith("Margins › Questions › Why is a wide margin good? › answer › geometry › svm: ")
    assert "geometry" in lexical_text(answer)
    assert "geometry" not in lexical_text(plain[0])


def test_a_question_stays_with_the_headings_inside_its_answer() -> None:
    found = chunk_document(note("# T\n\n## Why so?\n\nBecause.\n\n### In detail\n\nIt must.\n\n## Other\n\nText.\n"))
    assert [chunk.section for chunk in found] == [("Why so?",), ("Other",)]
    assert "In detail" in found[0].text


@pytest.mark.parametrize(
    ("size", "overlap", "said"),
    [(0, None, "hold nothing"), (-3, None, "hold nothing"), (50, 50, "does not fit"), (50, -1, "does not fit")],
)
def test_what_cannot_be_is_refused(size: int, overlap: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ChunkSettings(Strategy.TOKEN_BASED, size, overlap)


def test_only_some_passages_can_overlap() -> None:
    with pytest.raises(UsageError, match="never overlap"):
        ChunkSettings(Strategy.CONTENT_AWARE, 100, 20)


def test_a_passage_beyond_the_window_is_refused() -> None:
    with pytest.raises(UsageError, match="at most 254"):
        chunk_document(note(), ChunkSettings(size=255))


def test_endless_texts_are_cut_in_bounded_time() -> None:
    for text in ("word " * 5_000, "x" * 50_000, "[" * 10_000, "Label:\n" * 1_000, "$a$ " * 3_000, "a. " * 3_000):
        document = note(text, "a.txt")
        for strategy in ALL:
            overlap = 50 if strategy in OVERLAPPING else None
            found = cut(document, ChunkSettings(strategy, 100, overlap))
            assert all(Window().count(chunk.text) <= Window().limit for chunk in found)
