"""The contract of an engine, over every engine there is; and search over the smallest one, which has nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from memory_engine import MemoryEngine
from rank_bm25 import BM25Okapi
from samples import WordEncoder, make_chunk, make_index

from index.engine import Engine, Entry
from index.filters import EVERYTHING, Filter
from index.indexed_text import embedded_parts, lexical_text
from index.milvus.engine import MilvusEngine
from index.milvus.writer import MilvusWriter
from index.search import READING, Hit, Index, SearchSettings
from ingest.model import Chunk, Kind, Part
from ingest.text.terms import analyze

ENCODER = WordEncoder()
TOPICS = ("entropy", "momentum", "dropout", "attention", "kernels", "margins", "priors", "gradients")


def on_page(chunk: Chunk, number: int) -> Chunk:
    page = Part("page", number)
    units = tuple(replace(unit, span=replace(unit.span, part=page)) for unit in chunk.units)
    return replace(chunk, span=replace(chunk.span, part=page), units=units)


CHUNKS = [
    *(
        make_chunk(f"Note {number} about {topic}.\nIt has to do with {other}.", document=name, section=(topic,), line=3 * number + 1)
        for name, shift in (("a.md", 0), ("sub/b.md", 3))
        for number, (topic, other) in enumerate(zip(TOPICS, TOPICS[shift:] + TOPICS[:shift], strict=True))
    ),
    *(on_page(make_chunk(f"Page {page} on {topic}.", document="c.pdf", line=1), page) for page, topic in enumerate(TOPICS, start=1)),
    make_chunk("Entropy\nMomentum", document="d.md", kind=Kind.CONTENTS),
    replace(make_chunk("isotropic", document="d.md", line=9), units=()),
]
IDS = [chunk.id for chunk in CHUNKS]
BY_ID = {chunk.id: chunk for chunk in CHUNKS}

Make = Callable[[Sequence[Chunk], Path], Engine]


def in_milvus(chunks: Sequence[Chunk], folder: Path) -> Engine:
    (made := folder / "index").mkdir(parents=True)
    with closing(MilvusWriter(made, str(folder / "milvus.db"))) as writer:
        for chunk in chunks:
            writer.add([chunk])
        vectors = ENCODER.encode_parts([part for chunk in chunks for part in embedded_parts(chunk)])
        writer.finish(lambda _parts, _count: iter([vectors]))
    return MilvusEngine(made)


ENGINES: dict[str, Make] = {
    "milvus": in_milvus,
    "local": lambda chunks, folder: make_index(chunks, ENCODER, folder).engine,
    "memory": lambda chunks, _: MemoryEngine(chunks, ENCODER),
}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = ENGINES[request.param](CHUNKS, tmp_path_factory.mktemp("engine"))
    yield opened
    opened.close()


def nearness(vector: np.ndarray[tuple[int], np.dtype[np.float32]], chunk: Chunk) -> float:
    units = ENCODER.encode_parts(embedded_parts(chunk)).astype(np.float64)
    centre = units.mean(axis=0)
    return float((units @ vector).max() + centre @ vector / np.linalg.norm(centre)) / 2


@pytest.mark.parametrize("question", ["entropy", "note about momentum", "momentum momentum of dropout", "zyzzyva", "page"])
def test_the_lexical_channel_scores_as_rank_bm25(engine: Engine, question: str) -> None:
    terms = analyze(question)
    corpus = [analyze(lexical_text(chunk)) for chunk in CHUNKS]
    expected = dict(zip(IDS, BM25Okapi(corpus).get_scores(terms).tolist(), strict=True))
    holders = {id_ for id_, own in zip(IDS, corpus, strict=True) if set(own) & set(terms)}
    assert engine.lexical_scores(terms, IDS) == pytest.approx(expected, abs=1e-5)
    for k in (3, 1000):
        found = engine.lexical(terms, k)
        assert len(found) == min(k, len(holders))
        assert found.keys() <= holders
        assert found == pytest.approx({id_: expected[id_] for id_ in found}, abs=1e-5)
        assert list(found.values()) == sorted(found.values(), reverse=True)
        assert list(found.values()) == pytest.approx(sorted((expected[id_] for id_ in holders), reverse=True)[:k], abs=1e-5)


@pytest.mark.parametrize("question", ["entropy", "note about momentum", "zyzzyva"])
def test_the_dense_channel_scores_as_a_plain_computation(engine: Engine, question: str) -> None:
    (vector,) = ENCODER.encode([question])
    expected = {chunk.id: nearness(vector, chunk) for chunk in CHUNKS if chunk.units}
    assert engine.dense_scores(vector, IDS) == pytest.approx(expected, abs=1e-5)
    every = engine.dense(vector, 1000)
    assert every == pytest.approx(expected, abs=1e-5)
    assert list(every.values()) == sorted(every.values(), reverse=True)
    some = engine.dense(vector, 3)
    assert len(some) == 3
    assert some == pytest.approx({id_: expected[id_] for id_ in some}, abs=1e-5)


@pytest.mark.parametrize(
    ("within", "left"),
    [
        (EVERYTHING, lambda chunk: True),
        (Filter(documents=frozenset({"a.md", "c.pdf"})), lambda chunk: chunk.document in ("a.md", "c.pdf")),
        (Filter(documents=frozenset()), lambda chunk: False),
        (Filter(section="DROPOUT"), lambda chunk: "dropout" in chunk.section),
        (Filter(kinds=frozenset({Kind.CONTENTS})), lambda chunk: chunk.kind is Kind.CONTENTS),
        (Filter(documents=frozenset({"a.md"}), section="entropy"), lambda chunk: chunk.document == "a.md" and "entropy" in chunk.section),
        (Filter(collection="none of this name"), lambda chunk: False),
    ],
)
def test_both_channels_find_all_that_a_filter_leaves(engine: Engine, within: Filter, left: Callable[[Chunk], bool]) -> None:
    expected = {chunk.id for chunk in CHUNKS if left(chunk)}
    (vector,) = ENCODER.encode(["entropy"])
    assert engine.count(within) == len(expected)
    assert engine.dense(vector, 1000, within).keys() == {id_ for id_ in expected if BY_ID[id_].units}
    terms = analyze("note page entropy momentum isotropic")
    every = engine.lexical(terms, 1000)
    # A term's weight is that among all chunks, whatever the filter.
    assert engine.lexical(terms, 1000, within) == pytest.approx({id_: every[id_] for id_ in every if id_ in expected})


def test_chunks_come_back_as_they_were_put_in_the_order_asked_for(engine: Engine) -> None:
    assert engine.size == engine.count() == len(CHUNKS)
    assert list(engine.chunks()) == CHUNKS
    assert engine.fetch(IDS[::-1]) == CHUNKS[::-1]
    assert engine.fetch([]) == []


def test_entries_number_the_chunks_of_each_document(engine: Engine) -> None:
    expected: dict[str, Entry] = {}
    for chunk in CHUNKS:
        number = sum(entry.document == chunk.document for entry in expected.values())
        expected[chunk.id] = Entry(chunk.document, number, chunk.kind)
    assert engine.entries(IDS) == expected
    assert engine.entries([]) == {}


@pytest.mark.parametrize(
    ("document", "at", "before", "after", "numbers"),
    [
        ("a.md", 3, 2, 1, [1, 2, 3, 4]),
        ("a.md", 3, 0, 0, [3]),
        ("a.md", 7, 0, 5, [7]),  # the next document does not follow
        ("sub/b.md", 0, 5, 1, [0, 1]),  # nor does the one before precede
        ("c.pdf", 2, 1, 1, [1, 2, 3]),  # pages do not end it
        ("d.md", 1, 100, 100, [0, 1]),
    ],
)
def test_neighbours_are_of_the_same_document(engine: Engine, document: str, at: int, before: int, after: int, numbers: list[int]) -> None:
    own = [chunk for chunk in CHUNKS if chunk.document == document]
    assert engine.around(own[at].id, before, after) == [own[number] for number in numbers]


def test_units_come_in_batches_in_their_order(engine: Engine) -> None:
    for id_, units in zip(IDS[::-1], engine.units(IDS[::-1]), strict=True):
        np.testing.assert_allclose(units, ENCODER.encode_parts(embedded_parts(BY_ID[id_])), atol=1e-6)
        assert units.shape == (len(BY_ID[id_].units), ENCODER.dimension)


def test_frequencies_and_shares_are_those_of_the_terms(engine: Engine) -> None:
    terms = analyze("entropy entropy note zyzzyva isotropic")
    held = [set(analyze(lexical_text(chunk))) for chunk in CHUNKS]
    assert engine.frequencies(terms) == [sum(term in own for own in held) for term in terms]
    scores = engine.lexical_scores(terms, IDS)
    for id_, own in zip(IDS, held, strict=True):
        shares = engine.shares(terms, id_)
        assert shares.keys() == set(terms) & own
        assert sum(shares.values()) == pytest.approx(scores[id_], abs=1e-5)


def test_a_known_term_is_never_respelt(engine: Engine) -> None:
    assert engine.respell("entropi") == "entropi"


@pytest.mark.parametrize("known", [[], IDS[:2]])
def test_an_unknown_id_raises_key_error(engine: Engine, known: list[str]) -> None:
    (vector,) = ENCODER.encode(["entropy"])
    ids = [*known, "no such id"]
    asks: list[Callable[[], object]] = [
        lambda: engine.fetch(ids),
        lambda: engine.entries(ids),
        lambda: engine.units(ids),
        lambda: engine.lexical_scores(["entropi"], ids),
        lambda: engine.dense_scores(vector, ids),
        lambda: engine.around("no such id", 1, 1),
        lambda: engine.shares(["entropi"], "no such id"),
    ]
    for ask in asks:
        with pytest.raises(KeyError):
            ask()


QUESTIONS = [f"{start} {topic}" for start in ("note about", "page on", "it has to do with", "what is", "isotropic") for topic in TOPICS]


def found_by(index: Index, question: str, settings: SearchSettings) -> list[tuple[object, ...]]:
    def shown(hit: Hit) -> tuple[object, ...]:
        return hit.ids, hit.chunk, hit.number, round(hit.score, 4), [copy.id for copy in hit.copies]

    return [shown(hit) for hit in index.search(index.query(question, ENCODER, settings), 10, settings)]


@pytest.mark.parametrize("settings", [SearchSettings(spelling=False), SearchSettings(spelling=False, join=True)], ids=["single", "joined"])
def test_search_finds_the_same_over_any_engine(tmp_path: Path, settings: SearchSettings) -> None:
    local, memory = make_index(CHUNKS, ENCODER, tmp_path), Index(MemoryEngine(CHUNKS, ENCODER))
    for question in QUESTIONS:
        assert found_by(memory, question, settings) == found_by(local, question, settings), question
    local.close()


def test_threads_that_ask_at_once_find_what_one_finds(tmp_path: Path) -> None:
    """Each time over a newly opened index, so that nothing is remembered when the threads begin."""
    assert len(QUESTIONS) == 40
    one = make_index(CHUNKS, ENCODER, tmp_path / "one")
    expected = [found_by(one, question, READING) for question in QUESTIONS]
    one.close()
    shared = make_index(CHUNKS, ENCODER, tmp_path / "shared")
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda question: found_by(shared, question, READING), QUESTIONS)) == expected
    shared.close()
