"""Where to look: what is left out has no part in the ranking, and as many passages come as there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import WordEncoder, make_chunk, make_index

from assistant.errors import UnknownCollection, UnknownDocument
from assistant.search.filters import Within, filter_of
from assistant.storage.documents import Record
from index.filters import EVERYTHING, Filter
from index.local.dense import DenseIndex
from index.local.lexical import LexicalIndex
from index.search import Channel, Fusion, Index, Query, SearchSettings
from ingest.errors import UsageError
from ingest.model import Kind

NOW = datetime.fromisoformat("2026-03-10T12:00:00+00:00")
CHANNELS = [tuple(Channel), (Channel.LEXICAL,), (Channel.DENSE,)]
EVERY_WAY = [SearchSettings(channels, fusion, collapse=False) for channels in CHANNELS for fusion in Fusion]
CHUNKS = [
    make_chunk(f"Note {number} about entropy.", document=f"{name}.md", section=section, kind=kind, line=number + 1)
    for name in ("a", "sub/b", "c")
    for number, (section, kind) in enumerate([(("Loss", "Cross-Entropy"), Kind.PROSE), (("λ",), Kind.FORMULA), ((), Kind.LIST)] * 50)
]


def record(name: str, days: float, collection: str = "") -> Record:
    modified = (NOW - timedelta(days=days)).timestamp()
    return Record(name, f"/notes/{name}", "digest", int(modified * 10**9), collection, 1)


RECORDS = [record("a.md", 1, "Exam"), record("sub/b.md", 10), record("sub/c.txt", 400, "Exam"), record("d/b.md", 0.1)]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    opened = make_index(CHUNKS, WordEncoder(), tmp_path_factory.mktemp("filters"))
    yield opened
    opened.close()


@pytest.mark.parametrize("way", EVERY_WAY, ids=str)
@pytest.mark.parametrize(
    ("only", "count"),
    [
        (Filter(), 450),
        (Filter(documents=frozenset({"c.md"})), 150),
        (Filter(documents=frozenset()), 0),
        (Filter(section="cross-ENTROPY"), 150),
        (Filter(section="notes"), 450),
        (Filter(section="λ", documents=frozenset({"c.md", "a.md"})), 100),
        (Filter(section="nowhere"), 0),
        (Filter(kinds=frozenset({Kind.FORMULA, Kind.LIST})), 300),
        (Filter(kinds=frozenset({Kind.TODO})), 0),
        (Filter(collection="Exam"), 0),
    ],
)
def test_a_filter_leaves_what_it_says_and_all_of_that_is_found(index: Index, way: SearchSettings, only: Filter, count: int) -> None:
    assert index.engine.count(only) == count
    assert index.leaves_nothing(only) == (count == 0)
    query = Query.of("entropy", WordEncoder())
    hits = index.search(query, 120, way, only)
    assert len(hits) == min(count, 120)
    assert all(only.documents is None or hit.chunk.document in only.documents for hit in hits)
    assert all(not only.kinds or hit.chunk.kind in only.kinds for hit in hits)


def test_a_filter_that_leaves_everything_changes_nothing(index: Index) -> None:
    query = Query.of("note 17 about entropy", WordEncoder())
    for way in EVERY_WAY:
        found, all_of_them = (index.search(query, 10, way, within) for within in (Filter(section="notes"), EVERYTHING))
        assert [(hit.place, hit.bm25) for hit in found] == [(hit.place, hit.bm25) for hit in all_of_them]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in all_of_them], abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_both_channels_give_the_best_of_what_is_allowed(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 30))
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    k = data.draw(st.integers(1, 8))
    few = data.draw(st.sampled_from([0, 20_000]))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    units = rng.integers(0, 4, size)
    vectors = rng.standard_normal((int(units.sum()), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    dense = DenseIndex.build(vectors, units.tolist())
    question = rng.standard_normal(8).astype(np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.local.dense._FEW", few)
        found = dense.search(question, k, allowed)
    there = [row for row in range(size) if allowed[row] and units[row]]
    assert len(found) == min(k, len(there))
    rows = np.array([row for row, _ in found], int)
    assert [near for _, near in found] == pytest.approx(dense.nearness(question, rows)[1].tolist(), abs=1e-5)
    assert all(allowed[row] for row, _ in found)
    if few:
        every = sorted(dense.nearness(question, np.array(there, int))[1].tolist(), reverse=True)
        assert [nearness for _, nearness in found] == pytest.approx(every[:k], abs=1e-5)
    corpus = [rng.choice(list("abcdef"), 4).tolist() for _ in range(size)]
    lexical = LexicalIndex.build(corpus)
    best = dict(lexical.search(["a", "b"], k, allowed))
    held = {row: float(lexical.scores(["a", "b"])[row]) for row in range(size) if allowed[row] and {"a", "b"} & set(corpus[row])}
    assert sorted(best.values(), reverse=True) == pytest.approx(sorted(held.values(), reverse=True)[:k])


def test_a_filter_of_a_large_index_finds_what_a_flat_one_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    vectors = np.repeat(rng.standard_normal((40, 32)), 100, axis=0) + 0.4 * rng.standard_normal((4000, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    flat = DenseIndex.build(vectors, [2] * 2000)
    monkeypatch.setattr("index.local.dense.FLAT", 1000)
    monkeypatch.setattr("index.local.dense._FEW", 10)
    flat.save(tmp_path)
    large = DenseIndex.load(tmp_path)
    for share in (0.5, 0.05):
        allowed = rng.random(2000) < share
        found = [[{row for row, _ in each.search(vectors[at], 10, allowed)} for each in (large, flat)] for at in range(0, 4000, 400)]
        assert all(len(each) == 10 and allowed[sorted(each)].all() for pair in found for each in pair)
        assert sum(len(one & other) for one, other in found) >= 0.95 * 10 * len(found)


@pytest.mark.parametrize(
    ("within", "documents"),
    [
        (Within(documents=("a.md",)), {"a.md"}),
        (Within(documents=("b.md",)), {"sub/b.md", "d/b.md"}),
        (Within(documents=("sub/b.md",)), {"sub/b.md"}),
        (Within(documents=("sub",)), {"sub/b.md", "sub/c.txt"}),
        (Within(documents=("sub/",)), {"sub/b.md", "sub/c.txt"}),
        (Within(documents=("*.txt", "a*")), {"sub/c.txt", "a.md"}),
        (Within(since="2d"), {"a.md", "d/b.md"}),
        (Within(since="5 H"), {"d/b.md"}),
        (Within(since="2026-02-01"), {"a.md", "sub/b.md", "d/b.md"}),
        (Within(since="2026-03-10T00:00:00+00:00"), {"d/b.md"}),
        (Within(since="1m", documents=("sub",)), {"sub/b.md"}),
        (Within(since="1h"), set()),
    ],
)
def test_documents_are_meant_by_name_folder_glob_and_time(within: Within, documents: set[str]) -> None:
    assert filter_of(within, RECORDS, NOW) == Filter(documents=frozenset(documents))


def test_kinds_and_collections_are_known_in_any_case() -> None:
    assert filter_of(Within(kinds=("Table", "code"), collection="exam"), RECORDS, NOW) == Filter(
        kinds=frozenset({Kind.TABLE, Kind.CODE}), collection="Exam"
    )


@pytest.mark.parametrize(
    ("within", "error", "said"),
    [
        (Within(documents=("a.mdd",)), UnknownDocument, "Nearest: a.md"),
        (Within(documents=("other/C.TXT",)), UnknownDocument, "Nearest: sub/c.txt"),
        (Within(documents=("*.pdf",)), UnknownDocument, "No document matches"),
        (Within(kinds=("tabel",)), UsageError, "Nearest: table"),
        (Within(kinds=("qqq",)), UsageError, "There are: heading, prose"),
        (Within(collection="exma"), UnknownCollection, "Nearest: Exam"),
        (Within(since="yesterdayish"), UsageError, "such as 2026-01-31"),
        (Within(since="99999y"), UsageError, "7d"),
    ],
)
def test_what_is_not_there_names_what_is(within: Within, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        filter_of(within, RECORDS, NOW)
