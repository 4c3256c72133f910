"""Hybrid search over an index in a folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WordEncoder, make_chunk, make_index

from index.errors import BadQuestion, IndexDamaged
from index.local.engine import LocalEngine
from index.local.writer import write_index
from index.models.encoder import OnnxEncoder
from index.search import Channel, Fusion, Index, Query, SearchSettings
from ingest.model import Chunk, Excerpt, Kind, Part, Span

EVERY_WAY = [SearchSettings(channels, fusion) for channels in [tuple(Channel), (Channel.LEXICAL,), (Channel.DENSE,)] for fusion in Fusion]
CHUNKS = [
    make_chunk("The gradient points uphill.\nGradient descent goes the other way.", section=("Gradient descent",), line=1),
    make_chunk("Entropy is the average surprise of a random variable.", section=("Entropy",), line=10),
    make_chunk("A kernel measures how alike two points are.", section=("Kernels",), line=20),
    make_chunk("The learning rate scales every step of gradient descent.", section=("Learning rate",), line=30),
]


@pytest.fixture
def index(tmp_path: Path, word_encoder: WordEncoder) -> Iterator[Index]:
    opened = make_index(CHUNKS, word_encoder, tmp_path / "index")
    yield opened
    opened.close()


@pytest.mark.parametrize("settings", EVERY_WAY, ids=str)
def test_a_chunk_is_found_by_its_words(index: Index, word_encoder: WordEncoder, settings: SearchSettings) -> None:
    hits = index.search(Query.of("entropy and surprise", word_encoder), settings=settings)
    assert hits[0].chunk == CHUNKS[1]
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(index.engine.fetch([hit.chunk.id]) == [hit.chunk] for hit in hits)
    assert (hits[0].bm25 is not None) == (Channel.LEXICAL in settings.channels)
    assert (hits[0].cosine is not None) == (Channel.DENSE in settings.channels)


def test_a_chunk_is_found_by_its_meaning(tmp_path: Path, encoder: OnnxEncoder) -> None:
    chunks = [
        make_chunk("Dropout switches neurons off at random while the network trains.", section=("Dropout",)),
        make_chunk("A matrix is invertible if its determinant is not zero.", section=("Determinants",), line=5),
        make_chunk("The model memorises the training examples and fails on new ones.", section=("Fit",), line=9),
    ]
    index = make_index(chunks, encoder, tmp_path)
    query = Query.of("overfitting", encoder)
    assert index.search(query, settings=SearchSettings((Channel.LEXICAL,))) == []
    assert index.search(query)[0].chunk == chunks[2]
    index.close()


@pytest.mark.parametrize("settings", EVERY_WAY, ids=str)
@pytest.mark.parametrize("question", ["gradient descent", "what is gradient descent", "descent", "momentum"])
def test_a_table_of_contents_never_outranks_what_it_points_to(
    tmp_path: Path, word_encoder: WordEncoder, settings: SearchSettings, question: str
) -> None:
    pointer = make_chunk("Gradient descent\nMomentum\nGradient descent with momentum\nEntropy", kind=Kind.CONTENTS)
    content = make_chunk("Gradient descent with momentum steps along a running average of gradients.", section=("Momentum",), line=9)
    index = make_index([pointer, content, *CHUNKS[1:3]], word_encoder, tmp_path)
    assert index.search(Query.of(question, word_encoder), settings=settings)[0].chunk == content
    index.close()


@pytest.mark.parametrize("settings", EVERY_WAY, ids=str)
def test_more_may_be_asked_for_than_there_is(index: Index, word_encoder: WordEncoder, settings: SearchSettings) -> None:
    hits = index.search(Query.of("gradient descent of entropy", word_encoder), 1000, settings)
    assert len({hit.place for hit in hits}) == len(hits) == (4 if Channel.DENSE in settings.channels else 3)
    assert (
        index.search(Query.of("gradient", word_encoder), 1, settings) == index.search(Query.of("gradient", word_encoder), 5, settings)[:1]
    )


def test_as_many_are_given_as_are_asked_for(tmp_path: Path, word_encoder: WordEncoder) -> None:
    chunks = [make_chunk(f"Note {number} about entropy.", line=number + 1) for number in range(300)]
    index = make_index(chunks, word_encoder, tmp_path)
    assert len(index.search(Query.of("entropy", word_encoder), 250)) == 250
    index.close()


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(word_encoder: WordEncoder, question: str) -> None:
    with pytest.raises(BadQuestion, match="Ask with words"):
        Query.of(question, word_encoder)


@pytest.mark.parametrize("settings", EVERY_WAY, ids=str)
@pytest.mark.parametrize("question", ["what is it", "?!", "…", "zyzzyva", "a" * 10_000, "\x00", "entropy \udcff", "🤖"])
def test_any_other_question_gives_hits_or_none(index: Index, word_encoder: WordEncoder, settings: SearchSettings, question: str) -> None:
    hits = index.search(Query.of(question, word_encoder), settings=settings)
    assert len(hits) <= len(CHUNKS)


def test_a_question_that_is_not_valid_unicode_reaches_the_real_encoder(encoder: OnnxEncoder) -> None:
    assert Query.of("entropy \udcff", encoder).terms == ("entropi",)


def test_a_question_of_stop_words_finds_who_uses_them(tmp_path: Path, encoder: OnnxEncoder) -> None:
    index = make_index([*CHUNKS, make_chunk("To be or not to be", line=50)], encoder, tmp_path)
    assert index.search(Query.of("to be or not to be", encoder))[0].chunk.text == "To be or not to be"
    index.close()


def test_equal_chunks_keep_their_order(tmp_path: Path, word_encoder: WordEncoder) -> None:
    chunks = [make_chunk("The same words.", document=f"{name}.md") for name in "cabd"]
    index = make_index(chunks, word_encoder, tmp_path)
    for way in EVERY_WAY:
        query = Query.of("same words", word_encoder)
        found = [hit.chunk.document for hit in index.search(query, settings=replace(way, collapse=False))]
        assert found == ["c.md", "a.md", "b.md", "d.md"]
        (only,) = index.search(query, settings=way)
        assert [only.chunk.document, *(copy.document for copy in only.copies)] == found
    index.close()


@settings(max_examples=30, deadline=None)
@given(
    lines=st.lists(st.text(st.sampled_from("abc λ"), min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=12),
    question=st.text(st.sampled_from("abc λ"), min_size=1, max_size=8).filter(str.strip),
)
def test_an_index_built_again_answers_the_same(lines: list[str], question: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    encoder = WordEncoder()
    chunks = [make_chunk(words, line=line) for line, words in enumerate(lines, start=1)]
    first, second = (make_index(chunks, encoder, tmp_path_factory.mktemp("index")) for _ in range(2))
    for way in EVERY_WAY:
        assert first.search(Query.of(question, encoder), settings=way) == second.search(Query.of(question, encoder), settings=way)
    first.close()
    second.close()


def test_chunks_come_back_as_they_were_put(tmp_path: Path, word_encoder: WordEncoder) -> None:
    page = Part("page", 3)
    odd = Chunk(
        "id", "a/ü.pdf", "Título", ("§1", 'It\'s "x"'), Kind.TABLE, Span(2, 4, page), "λ\n\n| a | b |", (Excerpt("λ", Span(2, 2, page)),)
    )
    index = make_index([*CHUNKS, odd], word_encoder, tmp_path)
    assert index.engine.fetch([odd.id, CHUNKS[0].id]) == [odd, CHUNKS[0]]
    assert index.engine.fetch([]) == []
    index.close()


def test_a_chunk_without_units_is_found_by_its_words(tmp_path: Path, word_encoder: WordEncoder) -> None:
    bare = Chunk("id", "a.md", "Notes", (), Kind.PROSE, Span(1, 1), "isotropic", ())
    index = make_index([*CHUNKS, bare], word_encoder, tmp_path)
    assert bare in [hit.chunk for hit in index.search(Query.of("isotropic", word_encoder))]
    assert index.search(Query.of("isotropic", word_encoder), settings=SearchSettings((Channel.LEXICAL,)))[0].chunk == bare
    index.close()


def test_an_index_of_nothing_finds_nothing(tmp_path: Path, word_encoder: WordEncoder) -> None:
    write_index([], np.empty((0, 1), dtype=np.float32), tmp_path)
    index = Index(LocalEngine(tmp_path))
    for way in EVERY_WAY:
        assert index.search(Query.of("entropy", word_encoder), settings=way) == []
    index.close()


@pytest.mark.parametrize("damage", ["halved", "emptied", "missing", "garbage"])
def test_a_damaged_file_is_noticed_and_said(tmp_path: Path, word_encoder: WordEncoder, damage: str) -> None:
    whole = tmp_path / "whole"
    make_index([make_chunk(f"Word{number} and gradient {number}.", line=number + 1) for number in range(200)], word_encoder, whole).close()
    files = sorted(file.name for file in whole.iterdir())
    assert len(files) >= 5
    for name in files:
        folder = tmp_path / name / damage
        shutil.copytree(whole, folder)
        data = (folder / name).read_bytes()
        (folder / name).unlink()
        if damage != "missing":
            (folder / name).write_bytes({"halved": data[: len(data) // 2], "emptied": b"", "garbage": b"garbage " * 100}[damage])
        with pytest.raises(IndexDamaged, match=r"[Ii]ngest"):
            LocalEngine(folder)
