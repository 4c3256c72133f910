"""Lexical search: BM25 as rank_bm25 computes it, over terms in which notations meet."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from index.local.lexical import LexicalIndex
from ingest.text.terms import analyze, stem

FEW = st.sampled_from(["a", "b", "c", "naïve", "λ", "勾配", "градиент", "x" * 40])
TERMS = FEW | st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
CORPORA = st.lists(st.lists(TERMS, max_size=12), min_size=1, max_size=15)
QUERIES = st.lists(TERMS, max_size=8)


@settings(max_examples=300, deadline=None)
@given(corpus=CORPORA, query=QUERIES)
def test_scores_equal_those_of_rank_bm25(corpus: list[list[str]], query: list[str]) -> None:
    expected = BM25Okapi(corpus).get_scores(query) if any(corpus) else np.zeros(len(corpus))
    scores = LexicalIndex.build(corpus).scores(query)
    assert scores.shape == (len(corpus),)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)


@settings(max_examples=100, deadline=None)
@given(corpus=CORPORA.filter(any), query=QUERIES)
def test_the_share_of_each_term_is_what_rank_bm25_gives_it_alone(corpus: list[list[str]], query: list[str]) -> None:
    index, expected = LexicalIndex.build(corpus), BM25Okapi(corpus)
    alone = {term: query.count(term) * expected.get_scores([term]) for term in query}
    for row, terms in enumerate(corpus):
        shares = index.shares(query, row)
        assert set(shares) == set(query) & set(terms)
        assert shares == {term: pytest.approx(float(alone[term][row]), rel=1e-5, abs=1e-5) for term in shares}


@pytest.mark.parametrize("query", [["common"], ["common", "common"], ["rare"], ["unknown"], ["rare", "unknown", "rare"], []])
def test_scores_equal_those_of_rank_bm25_where_its_formula_is_odd(query: list[str]) -> None:
    """A term in more than half of the documents has a floor under its weight, a repeated term counts twice, empty documents count."""
    corpus = [["common", "rare"], ["common"], ["common", "other", "other"], [], ["other"]]
    np.testing.assert_allclose(LexicalIndex.build(corpus).scores(query), BM25Okapi(corpus).get_scores(query), atol=1e-6)


@settings(max_examples=50, deadline=None)
@given(corpus=CORPORA, query=QUERIES)
def test_an_index_read_from_its_files_scores_the_same(corpus: list[list[str]], query: list[str]) -> None:
    built = LexicalIndex.build(corpus)
    with TemporaryDirectory() as folder:
        loaded = LexicalIndex.load(Path(folder), LexicalIndex.write(corpus, Path(folder)))
        np.testing.assert_array_equal(loaded.scores(query), built.scores(query))
        assert [loaded.frequency(term) for term in query] == [built.frequency(term) for term in query]


def test_an_index_is_mapped_not_read_into_memory(tmp_path: Path) -> None:
    loaded = LexicalIndex.load(tmp_path, LexicalIndex.write([["a"], ["b"]], tmp_path))
    assert all(isinstance(array, np.memmap) for array in (loaded.terms, loaded.starts, loaded.rows, loaded.weights))


@settings(max_examples=100, deadline=None)
@given(corpus=CORPORA, query=QUERIES, k=st.integers(1, 20))
def test_search_gives_the_best_of_the_documents_that_hold_a_term(corpus: list[list[str]], query: list[str], k: int) -> None:
    index = LexicalIndex.build(corpus)
    ranked = index.search(query, k)
    assert ranked == sorted(ranked, key=lambda each: (-each[1], each[0]))
    found = dict(ranked)
    holders = [row for row, terms in enumerate(corpus) if set(terms) & set(query)]
    assert len(found) == min(k, len(holders))
    assert set(found) <= set(holders)
    assert found == {row: pytest.approx(float(index.scores(query)[row])) for row in found}
    left = [float(index.scores(query)[row]) for row in holders if row not in found]
    assert not left or max(left) <= min(found.values())


@pytest.mark.parametrize("corpus", [[["cat", "dog"]], [["cat"], ["dog"]], [["cat"], ["cat"]]])
def test_search_finds_also_among_one_or_two_documents(corpus: list[list[str]]) -> None:
    """BM25 gives their terms no weight or a negative one."""
    assert 0 in dict(LexicalIndex.build(corpus).search(["cat"], 10))


@settings(max_examples=100, deadline=None)
@given(corpus=CORPORA, query=QUERIES)
def test_scores_of_given_chunks_are_those_of_all(corpus: list[list[str]], query: list[str]) -> None:
    index = LexicalIndex.build(corpus)
    rows = np.arange(len(corpus))[::-1].copy()
    np.testing.assert_array_equal(index.scores_of(query, rows), index.scores(query)[rows])
    assert [index.frequency(term) for term in query] == [sum(term in terms for terms in corpus) for term in query]


@pytest.mark.parametrize(
    ("texts", "common"),
    [
        (["sqrt d", "√d", r"\sqrt{d_k}", "sqrt(d_k)", "divide by √dₖ"], {"sqrt", "d"}),
        (["lambda", "λ", r"\lambda", "weight λ is small"], {"lambda"}),
        (["KL(p||q)", r"D_{KL}", r"$D_{\mathrm{KL}}(p \,\|\, q)$", "the KL divergence"], {"kl"}),
        (["KV cache", "kv-cache", "KVCache", "caching of KV"], {"kv", "cach"}),
        (["gradients", "gradient", "Gradient's"], {"gradient"}),
    ],
)
def test_notations_and_forms_of_a_word_share_terms(texts: list[str], common: set[str]) -> None:
    for text in texts:
        assert common <= set(analyze(text)), text


def test_stop_words_are_dropped_unless_there_is_nothing_else() -> None:
    assert analyze("what is the gradient of a loss") == ["gradient", "loss"]
    assert analyze("what is it") == ["what", "is", "it"]
    assert analyze(" \n") == []


def test_threads_do_not_mix_up_the_words_they_stem() -> None:
    """The stemmer keeps the word it works on in itself: four threads at once got about one stem in a hundred wrong without the lock."""
    words = [f"{start}{end}" for start in ("normaliz", "relat", "hopp", "connect") for end in ("", "ing", "ational", "ed", "ies")]
    expected = [stem.__wrapped__(word) for word in words] * 40
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(stem.__wrapped__, words * 40)) == expected
    finally:
        sys.setswitchinterval(interval)
